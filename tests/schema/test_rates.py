"""How often somebody may ask, and what the answer says of it."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message

from resolvers.counters import LocalCounters, SharedCounters
from resolvers.rates import Allowance, Policy, Rates, TooMany, network
from schema.rates import Announcing, fields
from settings import Settings
from tests.schema.test_counters import Clock

HERE = "203.0.113.7"
SETTINGS = Settings(
    rate_address_per_minute=3,
    rate_viewer_per_minute=5,
    rate_writes_per_minute=2,
    rate_sign_ins_per_10_minutes=2,
    rate_sign_ups_per_hour=1,
    rate_uploads_per_10_minutes=2,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    return Rates(SETTINGS, clock=clock)


async def test_an_address_may_ask_so_often(rates: Rates) -> None:
    assert [(await rates.request(None, HERE)).remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        await rates.request(None, HERE)
    assert refused.value.code == "LIMIT_EXCEEDED"
    assert 1 <= refused.value.retry_after_s <= 60
    assert refused.value.message == (
        f"too many requests from this address: 3 in 60 s are allowed; ask again in {refused.value.retry_after_s} s"
    )
    assert (await rates.request(None, "203.0.113.8")).remaining == 2


async def test_a_person_is_counted_wherever_they_are(rates: Rates) -> None:
    counted = [(await rates.request("user_1", f"203.0.113.{number}")).remaining for number in range(5)]
    assert counted == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany, match="too many requests: 5 in 60 s"):
        await rates.request("user_1", HERE)
    assert (await rates.request("user_2", HERE)).remaining == 4
    assert (await rates.request(None, HERE)).remaining == 2, "whom we know does not use up their neighbours' share"


async def test_waiting_as_told_is_enough_and_no_more(rates: Rates, clock: Clock) -> None:
    await rates.sign_up(HERE)
    with pytest.raises(TooMany) as refused:
        await rates.sign_up(HERE)
    clock.now_s += refused.value.retry_after_s - 1
    with pytest.raises(TooMany):
        await rates.sign_up(HERE)
    clock.now_s += 1
    assert await rates.sign_up(HERE) == Allowance(
        Policy("sign-ups", "new accounts", 1, 3_600), remaining=0, reset_s=3_600
    )


@pytest.mark.parametrize(
    ("verb", "arguments", "quota", "window_s"),
    [
        ("write", ("user_1", HERE), 2, 60),
        ("write", (None, HERE), 2, 60),
        ("sign_in", (HERE,), 2, 600),
        ("sign_up", (HERE,), 1, 3_600),
        ("upload", ("user_1",), 2, 600),
    ],
)
async def test_each_kind_has_its_own_count(
    rates: Rates, verb: str, arguments: tuple[str | None, ...], quota: int, window_s: int
) -> None:
    count = getattr(rates, verb)
    allowances = [await count(*arguments) for _ in range(quota)]
    assert [one.remaining for one in allowances] == [*reversed(range(quota))]
    assert {(one.policy.quota, one.policy.window_s) for one in allowances} == {(quota, window_s)}
    with pytest.raises(TooMany):
        await count(*arguments)
    assert (await rates.request(None, HERE)).remaining == 2


async def test_a_costly_write_counts_for_several(rates: Rates) -> None:
    with pytest.raises(TooMany):
        await rates.write("user_1", HERE, cost=3)


async def test_windows_of_different_callers_begin_at_different_moments(rates: Rates) -> None:
    resets = {(await rates.request(f"user_{number}", HERE)).reset_s for number in range(100)}
    assert len(resets) > 30


async def test_two_processes_share_one_count(clock: Clock) -> None:
    shared = LocalCounters(clock)
    one, another = (Rates(SETTINGS, counters=SharedCounters(shared, clock), clock=clock) for _ in range(2))
    await one.sign_in(HERE)
    await another.sign_in(HERE)
    with pytest.raises(TooMany):
        await one.sign_in(HERE)


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "2001:db8::/64"),
        ("2001:db8:0:1::2", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_address_stands_for_what_one_caller_owns(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


async def test_a_whole_network_of_version_6_is_one_caller(rates: Rates) -> None:
    for number in range(3):
        await rates.request(None, f"2001:db8::{number}")
    with pytest.raises(TooMany):
        await rates.request(None, "2001:db8::beef")
    assert (await rates.request(None, "2001:db8:0:1::beef")).remaining == 2


def test_fields_are_structured() -> None:
    allowances = [
        Allowance(Policy("viewer", "requests", 1_200, 60), 1_199, 42),
        Allowance(Policy("writes", "changes", 120, 60), 0, 7),
    ]
    assert fields(allowances) == [
        (b"ratelimit-policy", b'"viewer";q=1200;w=60, "writes";q=120;w=60'),
        (b"ratelimit", b'"viewer";r=1199;t=42, "writes";r=0;t=7'),
    ]
    assert fields(allowances, 429)[2:] == [(b"retry-after", b"7")]


async def test_an_answer_tells_what_its_own_request_counted(rates: Rates) -> None:
    sent: dict[str, list[Message]] = {"a": [], "b": []}

    async def answer(who: str) -> None:
        async def keep(message: Message) -> None:
            sent[who].append(message)

        send = Announcing(keep)
        await asyncio.sleep(0)
        await rates.request(who, HERE)
        if who == "b":
            await rates.request(who, HERE)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b""})

    async with asyncio.TaskGroup() as group:
        group.create_task(answer("a"))
        group.create_task(answer("b"))
    for who, remaining in (("a", b"4"), ("b", b"3")):
        found = dict(sent[who][0]["headers"])
        assert found[b"x"] == b"y"
        assert found[b"ratelimit-policy"] == b'"viewer";q=5;w=60'
        assert found[b"ratelimit"].startswith(b'"viewer";r=' + remaining)
        assert sent[who][1] == {"type": "http.response.body", "body": b""}
