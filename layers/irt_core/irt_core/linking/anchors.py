"""The items that two banks have in common, and what is known of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import LinkingError
from irt_core.linking.curves import curves_of
from irt_core.linking.item_curves import ItemCurves
from irt_core.models.bank import ItemBank
from irt_core.models.mixed import MixedBank

Pairs = Sequence[tuple[int, int]]
Covariances = tuple[FloatArray, FloatArray]

_SIDES = ("source", "target")


@dataclass(frozen=True, eq=False)
class Anchors:
    """`pairs` (n_anchors, 2) of items in the source and the target, and the curves of both in that order.

    `covariances` are those of their parameters, (n_anchors, m, n_anchors, m) each, or None.
    """

    pairs: IntArray
    source: ItemCurves
    target: ItemCurves
    covariances: Covariances | None

    @classmethod
    def of(cls, source: ItemBank, target: ItemBank, pairs: Pairs | None, covariances: Covariances | None) -> Self:
        """The anchors of two banks; `covariances` are those of all items of the banks. Raises LinkingError."""
        named = _read_pairs(source, target, pairs)
        banks = source.subset(named[:, 0]), target.subset(named[:, 1])
        _check_same_models(*banks, named)
        curves = curves_of(banks[0]), curves_of(banks[1])
        if covariances is None:
            return cls(named, *curves, None)
        taken = [
            _take(covariances[side], named[:, side], bank.n_items, curves[side].values.shape[1], _SIDES[side])
            for side, bank in enumerate((source, target))
        ]
        return cls(named, *curves, (taken[0], taken[1]))

    def __len__(self) -> int:
        return len(self.pairs)

    def subset(self, kept: BoolArray) -> Anchors:
        """Some of the anchors. Raises LinkingError when there are fewer than two."""
        if np.count_nonzero(kept) < 2:
            raise LinkingError("a link needs at least two anchors")
        items = np.flatnonzero(kept)
        source, target = curves_of(self.source.bank.subset(items)), curves_of(self.target.bank.subset(items))
        if self.covariances is None:
            return Anchors(self.pairs[items], source, target, None)
        theirs, ours = (
            covariance[items][:, : curves.values.shape[1]][:, :, items][..., : curves.values.shape[1]]
            for covariance, curves in zip(self.covariances, (source, target), strict=True)
        )
        return Anchors(self.pairs[items], source, target, (theirs, ours))

    def covariance_of(self, by_source: FloatArray, by_target: FloatArray) -> FloatArray:
        """That of x (n,), given its derivatives (n, n_anchors, m) by the parameters of both banks; NaN if unknown."""
        if self.covariances is None:
            return np.full((len(by_source), len(by_source)), np.nan)
        covariance: FloatArray = np.zeros((len(by_source), len(by_source)))
        for by_value, own in zip((by_source, by_target), self.covariances, strict=True):
            covariance += np.einsum("xjp,jpkq,ykq->xy", by_value, own, by_value, optimize=True)
        return covariance


def _read_pairs(source: ItemBank, target: ItemBank, pairs: Pairs | None) -> IntArray:
    if pairs is None:
        if source.n_items != target.n_items:
            raise LinkingError(f"banks of {source.n_items} and {target.n_items} items: say which items are the same")
        return np.tile(np.arange(source.n_items)[:, None], 2)
    named = np.asarray(pairs)
    if named.ndim != 2 or named.shape[1] != 2 or not np.issubdtype(named.dtype, np.integer):
        raise LinkingError("anchors must be pairs of item numbers, of the source and of the target")
    if len(named) < 2:
        raise LinkingError("a link needs at least two anchors")
    for side, bank in enumerate((source, target)):
        numbers = named[:, side]
        if numbers.min() < 0 or numbers.max() >= bank.n_items:
            raise LinkingError(f"the {_SIDES[side]} has the items 0 to {bank.n_items - 1} only")
        if np.unique(numbers).size != numbers.size:
            raise LinkingError(f"an item of the {_SIDES[side]} is an anchor twice")
    return named


def _check_same_models(source: ItemBank, target: ItemBank, pairs: IntArray) -> None:
    kinds = [(here, there) for here, there in zip(_kinds(source), _kinds(target), strict=True)]
    counts = source.category_counts == target.category_counts
    for place, (here, there) in enumerate(kinds):
        if here != there or not counts[place]:
            their, our = pairs[place].tolist()
            raise LinkingError(f"item {their} of the source and item {our} of the target are of different models")


def _kinds(bank: ItemBank) -> list[str]:
    """The kind of model of each item."""
    if isinstance(bank, MixedBank):
        return [bank.parts[number].kind for number in bank.part_of.tolist()]
    return [bank.kind] * bank.n_items


def _take(covariance: FloatArray, items: IntArray, n_items: int, m: int, side: str) -> FloatArray:
    """The block of some items, each with its first m parameters: an item that has more is not among them."""
    shape = np.shape(covariance)
    if len(shape) != 4 or shape[:2] != shape[2:] or shape[0] != n_items or shape[1] < m:
        raise LinkingError(
            f"the covariance of the {side} must have the shape (n_items, n_parameters, n_items, n_parameters) "
            f"of its {n_items} items, not {shape}"
        )
    if not np.isfinite(covariance).all():
        raise LinkingError(f"the covariance of the {side} is not known: its calibration has a singular information")
    block: FloatArray = np.asarray(covariance, dtype=np.float64)[items][:, :m][:, :, items][..., :m]
    return block
