"""Measurements of the whole service: `uv run python -m bench NAME --json FILE`; see docs/benchmarks.md."""
