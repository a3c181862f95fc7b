"""`recommend`: the service's recommendations on public splits, by the published protocol."""

from bench.recommend.measuring import run_recommend

__all__ = ["run_recommend"]
