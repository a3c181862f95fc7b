"""Fills what a file may leave out because it follows from other columns or files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.interchange.batches import Batch, BatchSource, batches_of
from datasets.interchange.keys import Hashes, KeyIndex, hashes
from datasets.interchange.problems import Problems
from datasets.tables import Dataset


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value for each key; `otherwise` for keys without one."""

    index: KeyIndex
    values: pa.Array
    otherwise: int | None = None

    def get(self, keys: pa.Array) -> pa.Array:
        """The value of each key, null (or `otherwise`) where there is none."""
        rows = self.index.rows(hashes(keys))
        found = self.values.take(pa.array(rows, mask=rows < 0))
        return found if self.otherwise is None else found.fill_null(self.otherwise)


class Derivation:
    """Fills derived columns where they are null, reading the other kinds that say them when first needed."""

    def __init__(self, dataset: Dataset | BatchSource) -> None:
        self._dataset = dataset
        self._lookups: dict[tuple[str, str], Lookup] = {}

    def fill(self, batch: Batch) -> Batch:
        """The batch with its derived columns as full as they can be."""
        for name in batch.kind.derived:
            column = batch.column(name)
            if not column.null_count:
                continue
            if name == "to":
                filled = batch.column("end")
            else:
                key = batch.column("id" if batch.kind.is_node else "start")
                filled = self._lookup(batch.kind.name, name).get(key)
            batch = batch.with_column(name, pc.coalesce(column, filled))
        return batch

    def _lookup(self, kind: str, column: str) -> Lookup:
        if (kind, column) not in self._lookups:
            self._lookups[kind, column] = _LOOKUPS[kind, column](self._dataset)
        return self._lookups[kind, column]


def _batches(dataset: Dataset | BatchSource, *kinds: str) -> Iterator[Batch]:
    # Faults of these files are told of when their own turn comes.
    return batches_of(dataset, Problems(most=0), kinds)


def _columns(dataset: Dataset | BatchSource, kind: str, key: str, value: str) -> tuple[Hashes, pa.Array]:
    keys, values = [np.zeros(0, np.uint64)], []
    for batch in _batches(dataset, kind):
        keys.append(hashes(batch.column(key)))
        values.append(batch.column(value))
    return np.concatenate(keys), pa.chunked_array(values).combine_chunks() if values else pa.array([], pa.string())


def _beside(key: str, value: str, *kinds: str) -> Callable[[Dataset | BatchSource], Lookup]:
    """What stands in column `value` beside the key in column `key` of some relationship kinds."""

    def read(dataset: Dataset | BatchSource) -> Lookup:
        found = [_columns(dataset, kind, key, value) for kind in kinds]
        keys = np.concatenate([one for one, _ in found])
        return Lookup(KeyIndex(keys), pa.concat_arrays([one for _, one in found]))

    return read


def _note_times(dataset: Dataset | BatchSource) -> Lookup:
    keys, times = [np.zeros(0, np.uint64)], []
    for batch in _batches(dataset, "Note"):
        keys.append(hashes(batch.column("id")))
        times.append(pc.coalesce(batch.column("publishedAt"), batch.column("createdAt")))
    values = pa.concat_arrays(times) if times else pa.array([], pa.timestamp("ms", tz="UTC"))
    return Lookup(KeyIndex(np.concatenate(keys)), values)


def _lowest_prices(dataset: Dataset | BatchSource) -> Lookup:
    variants, prices = _columns(dataset, "Variant", "id", "priceMinor")
    price_of = Lookup(KeyIndex(variants), prices.cast(pa.int64()))
    products, links = _columns(dataset, "Product_HAS_VARIANT_Variant", "start", "end")
    found = price_of.get(links)
    there = found.is_valid().to_numpy(zero_copy_only=False)
    keys, place = np.unique(products[there], return_inverse=True)
    lowest = np.full(len(keys), np.iinfo(np.int64).max)
    np.minimum.at(lowest, place, found.drop_null().to_numpy())
    return Lookup(KeyIndex(keys), pa.array(lowest, pa.int64()))


def _published_ratings(dataset: Dataset | BatchSource) -> tuple[Hashes, Hashes]:
    """Keys of the published reviews, and their ratings."""
    keys, ratings = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for batch in _batches(dataset, "Review"):
        counts = pc.equal(batch.column("state"), "published").fill_null(False)
        keys.append(hashes(batch.column("id").filter(counts)))
        ratings.append(batch.column("rating").filter(counts).fill_null(0).to_numpy(zero_copy_only=False))
    return np.concatenate(keys), np.concatenate(ratings).astype(np.uint64)


def _per_product(*, ratings: bool) -> Callable[[Dataset | BatchSource], Lookup]:
    """The number of published reviews of each product, or the sum of their ratings."""

    def read(dataset: Dataset | BatchSource) -> Lookup:
        reviews, stars = _published_ratings(dataset)
        links, products = _columns(dataset, "Review_REVIEWS_Product", "start", "end")
        rows = KeyIndex(reviews).rows(links)
        keys, place = np.unique(hashes(products.cast(pa.string()))[rows >= 0], return_inverse=True)
        weights = stars[rows[rows >= 0]] if ratings else None
        totals = np.bincount(place, weights, minlength=len(keys)).astype(np.int64)
        return Lookup(KeyIndex(keys), pa.array(totals, pa.int64()), otherwise=0)

    return read


_LOOKUPS: Mapping[tuple[str, str], Callable[[Dataset | BatchSource], Lookup]] = {
    ("Note", "authorId"): _beside("end", "start", "User_POSTED_Note", "User_DRAFTED_Note"),
    ("Note", "categoryId"): _beside("start", "end", "Note_IN_CATEGORY_Category"),
    ("Comment", "noteId"): _beside("start", "end", "Comment_ON_Note", "Comment_WAS_ON_Note"),
    ("Review", "productId"): _beside("start", "end", "Review_REVIEWS_Product"),
    ("Product", "brandId"): _beside("end", "start", "Brand_MAKES_Product"),
    ("Product", "categoryId"): _beside("start", "end", "Product_IN_CATEGORY_Category"),
    ("Product", "priceMinor"): _lowest_prices,
    ("Product", "reviewCount"): _per_product(ratings=False),
    ("Product", "ratingSum"): _per_product(ratings=True),
    ("Note_TAGGED_Topic", "at"): _note_times,
    ("Note_FEATURES_Product", "at"): _note_times,
}
