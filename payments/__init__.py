"""Payments: who takes money, and what becomes of a charge whose record was cut off."""
