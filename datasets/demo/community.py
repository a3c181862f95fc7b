"""The whole community as arrays of whole numbers, drawn stage by stage; texts and ids come when it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datasets.demo.attention import Attention, attend
from datasets.demo.behaviour import Behaviour, behave
from datasets.demo.catalogue import Catalogue, stock_up
from datasets.demo.draws import Draws
from datasets.demo.opinions import Opinions, opine
from datasets.demo.people import Brands, People, found_brands, gather
from datasets.demo.rings import Rings, form_rings
from datasets.demo.seasons import Seasons, seasons
from datasets.demo.talk import Talk, talk
from datasets.demo.ties import Ties, tie
from datasets.demo.trade import Trade, trade
from datasets.demo.writing import Notes, write


@dataclass(frozen=True, slots=True)
class Community:
    """Everything that is known of the community, hidden traits included."""

    seed: int
    seasons: Seasons
    brands: Brands
    people: People
    ties: Ties
    goods: Catalogue
    notes: Notes
    seen: Attention
    talk: Talk
    rings: Rings
    trade: Trade
    opinions: Opinions
    behaviour: Behaviour


def found(scale: float, seed: int, until: datetime) -> Community:
    """The community of about 1,000 × `scale` users in the year before `until` (aware)."""

    def draws(stage: str) -> Draws:
        return Draws(seed, stage)

    year = seasons(until)
    brands = found_brands(draws("brands"), year, max(8, round(40 * scale)))
    people = gather(draws("people"), year, brands, max(50, round(1000 * scale)))
    ties = tie(draws("ties"), people, brands, year)
    goods = stock_up(draws("goods"), year, brands, max(30, round(600 * scale)))
    notes = write(draws("notes"), year, people, ties, goods, max(50, round(5000 * scale)))
    seen = attend(draws("attention"), people, ties, notes, year)
    spoken = talk(draws("talk"), people, ties, notes, seen, year)
    rings = form_rings(draws("rings"), people, goods, year)
    bought = trade(draws("trade"), people, goods, notes, seen, rings, year)
    opinions = opine(draws("opinions"), people, goods, bought, rings, year)
    behaviour = behave(draws("behaviour"), people, ties, goods, notes, seen, bought, year)
    return Community(seed, year, brands, people, ties, goods, notes, seen, spoken, rings, bought, opinions, behaviour)
