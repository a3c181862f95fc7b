"""`influence`: whom to choose so that most are reached, on public and on made-up networks."""

from bench.influence.measuring import Asked, run_influence

__all__ = ["Asked", "run_influence"]
