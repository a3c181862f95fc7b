"""The batch jobs by name: all of them, with what each needs to compute."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from graph.database import Database
from graph.jobs.events import retry_events
from graph.jobs.influence import influence
from graph.jobs.ratings import ratings
from graph.jobs.seeding_plans import plan_seeding
from graph.jobs.similarity import rebuild_similarity, similarity
from graph.jobs.suggestions import suggestions
from graph.jobs.tidy import tidy
from graph.jobs.trends import trends

JOBS: dict[str, Callable[[Database], Awaitable[str]]] = {
    "influence": influence,
    "ratings": ratings,
    "retry-events": retry_events,
    "rebuild-similarity": rebuild_similarity,
    "seeding-plans": plan_seeding,
    "similarity": similarity,
    "suggestions": suggestions,
    "tidy": tidy,
    "trends": trends,
}
