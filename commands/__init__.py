"""The command line, one module for each group of commands."""

from commands.root import cli

__all__ = ["cli"]
