"""When a community is awake: seasons over the year and hours over the day, as integer weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from datasets.demo.draws import Draws, Ints, whole

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_CHINA = 8 * HOUR  # people live by Beijing time; China has no daylight saving

CATEGORIES = ("beauty", "fashion", "food", "travel", "home", "baby", "sports", "digital")

# Weight of each local hour: a dip at night, a bump at lunch, the peak after dinner.
_HOURS = (14, 7, 4, 2, 2, 3, 8, 16, 24, 28, 30, 32, 40, 36, 30, 28, 28, 30, 36, 44, 56, 64, 56, 32)

# Lunar New Year's Day (Hong Kong Observatory's calendar).
_SPRING_FESTIVAL = {
    2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
}  # fmt: skip

# (first month, day), (last month, day), percent added, categories ("" = all)
_PEAKS = (
    ((10, 20), (11, 12), 90, "beauty fashion home digital baby sports"),
    ((11, 9), (11, 11), 120, "beauty fashion home digital baby"),
    ((12, 8), (12, 12), 50, "beauty fashion home"),
    ((3, 5), (3, 9), 60, "beauty fashion"),
    ((4, 28), (5, 5), 90, "travel food sports fashion"),
    ((5, 25), (6, 20), 70, "beauty fashion home digital baby"),
    ((7, 1), (8, 31), 60, "travel sports food"),
    ((8, 20), (9, 5), 50, "digital baby home"),
    ((9, 28), (10, 7), 120, "travel food sports"),
    ((12, 20), (12, 31), 40, "travel food fashion"),
)


def _percent(day: date, category: str) -> int:
    percent = 100 + (20 if day.weekday() >= 5 else 0)
    for (m1, d1), (m2, d2), more, names in _PEAKS:
        if (m1, d1) <= (day.month, day.day) <= (m2, d2) and category in names.split():
            percent += more
    festival = _SPRING_FESTIVAL.get(day.year)
    if festival:
        away = (day - date(day.year, *festival)).days
        if -14 <= away < 0:
            percent += 90 if category in ("food", "fashion", "home") else 40
        elif 0 <= away <= 7:
            percent += 60 if category in ("travel", "food") else -40
    return percent


def season_of(day: date) -> str:
    """Meteorological season in the northern hemisphere."""
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]


YEAR = 365 * DAY


@dataclass(frozen=True, slots=True)
class Seasons:
    """The year that ends at `until` (ms), in hours, with one cumulative weight per category and hour."""

    since: int
    until: int
    cumulative: Ints  # (categories, hours)

    def present(self, created: Ints) -> Ints:
        """Percent of the year that each thing is there for: newcomers have had less time to do or to be seen."""
        return 100 * np.minimum(self.until - created, YEAR) // YEAR

    def times(self, draws: Draws, categories: Ints, not_before: Ints) -> Ints:
        """A moment in [not_before, until) for each row, by its category's seasons; not_before < until."""
        low = np.clip((not_before - self.since) // HOUR, 0, self.cumulative.shape[1] - 1)
        drawn = np.empty(len(categories), dtype=np.int64)
        for category in range(len(CATEGORIES)):
            rows = np.flatnonzero(categories == category)
            steps = self.cumulative[category]
            high = np.full(len(rows), len(steps), dtype=np.int64)
            drawn[rows] = draws.weighted_within(steps, low[rows], high)
        start = np.maximum(self.since + drawn * HOUR, not_before)
        end = np.minimum(self.since + (drawn + 1) * HOUR, self.until)
        return draws.between(start, np.maximum(end, start + 1))


def seasons(until: datetime) -> Seasons:
    """The weights for the 365 days before `until` (aware)."""
    end = int(until.timestamp()) * 1000
    since = end - YEAR
    hours = since + np.arange(365 * 24, dtype=np.int64) * HOUR + _CHINA
    first_day = date(1970, 1, 1)
    days = [first_day + timedelta(days=int(n)) for n in range(hours[0] // DAY, hours[-1] // DAY + 1)]
    day_of = hours // DAY - hours[0] // DAY
    awake = whole(_HOURS)[hours // HOUR % 24]
    growth = 600 + np.arange(len(days), dtype=np.int64)  # the community grows by some 60 % over the year
    rows = []
    for category in CATEGORIES:
        percent = whole([_percent(day, category) for day in days])
        rows.append(np.cumsum((percent * growth)[day_of] * awake))
    return Seasons(since, end, whole(rows))


def evening(draws: Draws, moments: Ints) -> Ints:
    """The same days at an hour drawn by the daily rhythm, never earlier than the given moment's day."""
    days = (moments + _CHINA) // DAY
    hour = draws.weighted(np.cumsum(whole(_HOURS)), len(moments))
    return days * DAY - _CHINA + hour * HOUR + draws.below(HOUR, len(moments))
