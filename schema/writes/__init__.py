"""Mutations, one module for each domain: what each takes, who may use it, and its payload."""
