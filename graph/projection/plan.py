"""A plan: an operation, ready to be bound to the arguments of a request and read from the graph."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from graphql.execution.values import VariableValues

from graph.errors import LimitExceeded
from graph.ids import label_of
from graph.projection.compiler import Compiled, Shape, compile_selection, page_parameters, walk
from graph.projection.mapping import (
    ById,
    Computed,
    Count,
    FieldMapping,
    Many,
    Mine,
    One,
    Ranked,
    Ranking,
    Ref,
    Root,
    SchemaMapping,
)
from graph.projection.pages import Page, page
from graph.projection.selection import Field, Selection
from graph.projection.shape import Asked
from graph.rules.access import ANYONE, Access

_TEXTS_PER_PLAN = 64
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may ask for: items on one page or in one look-up, and estimated cost of all of it."""

    page_size: int
    cost: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A plan with the arguments of one request."""

    compiled: Compiled
    parameters: Mapping[str, Any]
    asked: Asked
    cost: int
    rankings: tuple[Ranks, ...] = ()

    async def ranked(self, act: Any) -> tuple[Mapping[str, Any], Sequence[Future[Any]]]:
        """All parameters of the statement, once its lists are found, and what of that is pending.

        Raises what rankers raise.
        """
        if not self.rankings:
            return self.parameters, ()
        parameters, pending = dict(self.parameters), []
        for one in self.rankings:
            ranking = await one.found(act)
            parameters |= one.parameters(ranking)
            if ranking.pending is not None:
                pending.append(ranking.pending)
        return parameters, pending


@dataclass(frozen=True, slots=True)
class Ranks:
    """A list that the statement needs: whose it is, by the number of its page, and what its ranker is asked."""

    number: int
    mapping: Ranked
    arguments: Mapping[str, Any]
    page: Page

    async def found(self, act: Any) -> Ranking:
        """The list. Raises what the ranker raises."""
        assert self.mapping.ranker is not None
        return await self.mapping.ranker(act, self.arguments, self.page)

    def parameters(self, ranking: Ranking) -> Mapping[str, Any]:
        """The list as parameters."""
        items = [{**one, "list": ranking.name, "position": at} for at, one in enumerate(ranking.items)]
        return {f"ranked{self.number}": items, f"told{self.number}": dict(ranking.told)}


class Plan:
    """The compiled forms of one selection; safe to share between requests."""

    def __init__(self, mapping: SchemaMapping, selection: Selection, limits: Limits) -> None:
        self.selection = selection
        self._mapping = mapping
        self._limits = limits
        self._pages: list[tuple[Field, Many]] = []
        self._keys: list[tuple[Field, Root | Ref]] = []
        self._ids: list[tuple[Field, ById]] = []
        self._numbers: dict[int, int] = {}
        for field in walk(selection):
            self._number(field)
        self.access = tuple(dict.fromkeys(self._restricted(selection)))
        self._compiled: LRUCache[Shape, Compiled] = LRUCache(_TEXTS_PER_PLAN)
        self._costs: LRUCache[tuple[int | str, ...], int] = LRUCache(_TEXTS_PER_PLAN)

    @property
    def reads_graph(self) -> bool:
        """Whether anything in the selection is read from the graph."""
        return any(field.mapping is not None for field in self.selection.fields)

    def bind(
        self,
        variables: VariableValues,
        viewer: str | None,
        before_new: Callable[[], None],
        refs: Mapping[str, Any] = NOTHING,
    ) -> Bound:
        """The statement and parameters for these variables; `before_new` is called before a text is first compiled.

        `refs` are the ids of nodes known beforehand, by field. Raises Invalid or LimitExceeded, and what `before_new`
        raises.
        """
        arguments = {id(field): field.arguments(variables) for field, _ in (*self._pages, *self._keys, *self._ids)}
        pages = tuple(
            page(many, arguments[id(field)], self._limits.page_size, field.key) for field, many in self._pages
        )
        ids = tuple(self._wanted(field, one, arguments[id(field)]) for field, one in self._ids)
        labels = [_labels(field, wanted) for (field, _), wanted in zip(self._ids, ids, strict=True)]
        cost = self._cost_of(pages, ids)
        if cost > self._limits.cost:
            raise LimitExceeded(
                f"the operation's estimated cost is {cost}, the most is {self._limits.cost}; ask for smaller pages"
            )
        form = Shape(tuple(one.shape for one in pages), tuple(map(tuple, labels)), viewer is not None)
        parameters: dict[str, Any] = {"viewer": viewer}
        for number, one in enumerate(pages):
            field, many = self._pages[number]
            parameters |= page_parameters(number, one)
            parameters |= {f"{name}{number}": _plain(arguments[id(field)].get(name)) for name in many.arguments}
        for number, (field, key) in enumerate(self._keys):
            parameters[f"key{number}"] = (
                _key(key, arguments[id(field)]) if isinstance(key, Root) else refs.get(field.name)
            )
        for number, by_label in enumerate(labels):
            parameters |= {f"ids{number}_{label}": wanted for label, wanted in by_label.items()}
        rankings = tuple(
            Ranks(number, many, arguments[id(field)], pages[number])
            for number, (field, many) in enumerate(self._pages)
            if isinstance(many, Ranked) and many.orders[pages[number].order].ranked
        )
        return Bound(self._compile(form, before_new), parameters, Asked(pages, ids), cost, rankings)

    def _cost_of(self, pages: Sequence[Page], ids: Sequence[Sequence[str]]) -> int:
        sizes = (*(part for one in pages for part in (one.size, one.order)), *(len(one) for one in ids))
        cost = self._costs.get(sizes)
        if cost is None:
            cost = self._costs[sizes] = self._cost(self.selection, pages, ids)
        return cost

    def _compile(self, form: Shape, before_new: Callable[[], None]) -> Compiled:
        compiled = self._compiled.get(form)
        if compiled is None:
            before_new()
            compiled = compile_selection(self._mapping, self.selection, self._numbers, form)
            self._compiled[form] = compiled
        return compiled

    def _restricted(self, selection: Selection) -> Iterator[tuple[str, Access]]:
        """What is asked that is not for anyone, by its place in the schema."""
        for field in selection.fields:
            if field.name.startswith("__"):
                continue
            if (rule := self._mapping[selection.type_name].access[field.name]) != ANYONE:
                yield f"{selection.type_name}.{field.name}", rule
            for below in field.below.values():
                yield from self._restricted(below)

    def _number(self, field: Field) -> None:
        mapping = field.mapping
        if isinstance(mapping, Many):
            self._numbers[id(field)] = len(self._pages)
            self._pages.append((field, mapping))
        elif isinstance(mapping, Root | Ref):
            self._numbers[id(field)] = len(self._keys)
            self._keys.append((field, mapping))
        elif isinstance(mapping, ById):
            self._numbers[id(field)] = len(self._ids)
            self._ids.append((field, mapping))

    def _wanted(self, field: Field, mapping: ById, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        given = arguments[mapping.argument]
        wanted: tuple[str, ...] = tuple(given) if mapping.many else (given,)
        if len(wanted) > self._limits.page_size:
            raise LimitExceeded(
                f"{field.key}: at most {self._limits.page_size} ids at a time", field=(field.key, mapping.argument)
            )
        return wanted

    def _cost(self, selection: Selection, pages: Sequence[Page], ids: Sequence[Sequence[str]]) -> int:
        """Nodes and counts read at most: what stands below a page is read for each of its items."""
        total = 0
        for field in selection.fields:
            below = max((self._cost(one, pages, ids) for one in field.below.values()), default=0)
            mapping = field.mapping
            if isinstance(mapping, Many):
                one = pages[self._numbers[id(field)]]
                total += mapping.cost + mapping.orders[one.order].cost + one.size * (1 + below)
            elif isinstance(mapping, ById):
                total += len(ids[self._numbers[id(field)]]) * (1 + below)
            elif isinstance(mapping, One | Root | Mine | Ref):
                total += 1 + below
            else:
                total += below + _own_cost(mapping)
        return total


def _key(root: Root, arguments: Mapping[str, Any]) -> str:
    given: str = arguments[root.argument]
    return root.spelt(given) if root.spelt else given


def _plain(value: Any) -> Any:
    """An argument's value as a parameter: enum values by their names."""
    return [_plain(one) for one in value] if isinstance(value, list) else getattr(value, "name", value)


def _own_cost(mapping: FieldMapping | None) -> int:
    return mapping.cost if isinstance(mapping, Computed | Count) else 0


def _labels(field: Field, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The ids by the label that each names; ids that name no type of the API are left out, so found as null."""
    by_label: dict[str, list[str]] = {}
    for one in dict.fromkeys(wanted):
        label = label_of(one)
        if label is not None and label in field.below:
            by_label.setdefault(label, []).append(one)
    return dict(sorted(by_label.items()))
