"""Which handler takes which kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from datasets import lake
from embeddings.keeping import refresh
from graph import behaviour, embeddings, note_collections, notes, notifications, orders, outbox, people, seeding_plans
from graph.acts import EVENT, Act
from graph.database import Transaction
from graph.jobs.influence import EVENT as INFLUENCE
from graph.jobs.seeding_plans import schedule as schedule_seeding
from graph.jobs.similarity import EVENT as SIMILARITY
from graph.jobs.suggestions import EVENT as SUGGESTIONS
from graph.jobs.suggestions import go_on, place_of
from graph.jobs.tidy import EVENT as TIDY
from graph.jobs.tidy import schedule, tidy
from graph.jobs.trends import EVENT as TRENDS
from graph.jobs.trends import warm
from graph.outbox import Event
from mail import sender_of
from payments.settling import settle
from resolvers.act import Services
from settings import Settings
from worker.batch import BatchJob
from worker.letters import Letters
from worker.worker import Handler, InGraph, Outside

_JOB_S = 20.0  # a job that needs longer goes on in the next event, so that each is well within what a handler has


def handlers(
    services: Services,
    settings: Settings,
    *,
    notified: Callable[[], None],
    comparing: BatchJob,
    planning: BatchJob,
    exporting: BatchJob,
    ranking: BatchJob,
) -> Mapping[str, Handler]:
    """The handlers by kind of event. Raises SettingsError.

    `notified` is called when notifications may have come, `comparing` runs the job that finds what is alike,
    `planning` the one that computes seeding plans, `exporting` the one that adds to the folder for analysis,
    `ranking` the one that measures influence.
    """
    letters = Letters(
        services,
        sender_of(settings),
        public_url=settings.public_url,
        reset_minutes=settings.reset_token_minutes,
    )
    exported_every = timedelta(hours=settings.export_interval_hours if settings.export_folder else 0)
    return {
        EVENT: InGraph(_notify, notified),
        "password_reset_requested": Outside(letters.password_reset),
        "password_changed": Outside(letters.password_changed),
        orders.EXPIRED: InGraph(_expire_order),
        orders.PAYMENT_BEGUN: Outside(partial(_settle, services)),
        notes.REMOVED: Outside(partial(_forget_removed_note, services)),
        people.OPENED: Outside(partial(_settle_follow_requests, services)),
        behaviour.WITHDRAWN: Outside(partial(_forget_behaviour, services)),
        embeddings.CHANGED: Outside(partial(_refresh_vector, services)),
        INFLUENCE: Outside(partial(_begin, services, ranking, timedelta(hours=settings.influence_interval_hours))),
        SIMILARITY: Outside(partial(_begin, services, comparing, timedelta(hours=settings.similarity_interval_hours))),
        seeding_plans.EVENT: Outside(partial(_plan_seeding, services, planning)),
        lake.EVENT: Outside(partial(_begin, services, exporting, exported_every)),
        SUGGESTIONS: Outside(partial(_suggest, services, settings.search_suggested_people)),
        TIDY: Outside(partial(_tidy, services)),
        TRENDS: Outside(partial(_trends, services, timedelta(minutes=settings.heat_interval_minutes))),
    }


async def _notify(tx: Transaction, event: Event, now: datetime) -> None:
    data = event.data
    await notifications.notify(
        tx, act=Act(str(data["act"])), actor_id=str(data["actorId"]), subject_id=str(data["subjectId"]), now=now
    )


async def _expire_order(tx: Transaction, event: Event, now: datetime) -> None:
    await orders.expire_order(tx, order_id=str(event.data["orderId"]), now=now)


async def _settle(services: Services, event: Event, now: datetime) -> None:
    await settle(services.database, services.gateway, order_id=str(event.data["orderId"]), now=now)


async def _forget_removed_note(services: Services, event: Event, _now: datetime) -> None:
    await note_collections.forget_removed(services.database, note_id=str(event.data["noteId"]))


async def _settle_follow_requests(services: Services, event: Event, now: datetime) -> None:
    await people.settle_follow_requests(services.database, user_id=str(event.data["userId"]), now=now)


async def _forget_behaviour(services: Services, event: Event, now: datetime) -> None:
    await behaviour.forget(services.database, user_id=str(event.data["userId"]), now=now)


async def _refresh_vector(services: Services, event: Event, now: datetime) -> None:
    await refresh(services.database, services.encoder, node_id=str(event.data["id"]), now=now)


async def _tidy(services: Services, _event: Event, now: datetime) -> None:
    await tidy(services.database, kept=services.kept)
    await schedule(services.database, now=now)


async def _trends(services: Services, every: timedelta, _event: Event, now: datetime) -> None:
    run = await warm(services.database, services.heat, now=now, within_s=_JOB_S)
    await outbox.schedule(services.database, TRENDS, now=now, at=now + every if run.finished else now)


async def _begin(services: Services, job: BatchJob, every: timedelta, event: Event, now: datetime) -> None:
    if every:
        await job.start()
        await outbox.schedule(services.database, event.kind, now=now, at=now + every)


async def _plan_seeding(services: Services, planning: BatchJob, _event: Event, now: datetime) -> None:
    if await seeding_plans.waiting(services.database):
        await planning.start()
        await schedule_seeding(services.database, now=now)


async def _suggest(services: Services, people: int, event: Event, now: datetime) -> None:
    await go_on(services.database, place_of(event.data), now=now, people=people)
