"""Batch jobs, each a function and a command, resumable and idempotent."""
