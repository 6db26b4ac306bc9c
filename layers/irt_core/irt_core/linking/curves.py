"""The curves of the items of any bank that has one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import LinkingError
from irt_core.linking.item_curves import ItemCurves, Moved, Summary
from irt_core.linking.located_curves import DichotomousCurves, GradedCurves, PartialCreditCurves
from irt_core.linking.nominal_curves import NominalCurves
from irt_core.models.bank import ItemBank
from irt_core.models.dichotomous import DichotomousBank
from irt_core.models.divide_by_total import NominalBank, PartialCreditBank
from irt_core.models.graded import GradedBank
from irt_core.models.mixed import MixedBank


def curves_of(bank: ItemBank) -> ItemCurves:
    """The curves of any bank of one ability. Raises LinkingError."""
    if isinstance(bank, DichotomousBank):
        return DichotomousCurves(bank)
    if isinstance(bank, GradedBank):
        return GradedCurves(bank)
    if isinstance(bank, PartialCreditBank):
        return PartialCreditCurves(bank)
    if isinstance(bank, NominalBank):
        return NominalCurves(bank)
    if isinstance(bank, MixedBank):
        return MixedCurves(bank)
    raise LinkingError(f"a {bank.kind} bank cannot be linked: it has not one scale")


@dataclass(frozen=True, eq=False)
class _Place:
    """Which items of a mixed bank a part's curves are of."""

    curves: ItemCurves
    items: IntArray


class MixedCurves(ItemCurves):
    """Parameters of every part, padded with zeros to the longest."""

    def __init__(self, bank: MixedBank) -> None:
        self.bank = bank
        parts = [curves_of(part) for part in bank.parts]
        self._parts = [_Place(part, np.flatnonzero(bank.part_of == number)) for number, part in enumerate(parts)]
        m = max(len(part.names) for part in parts)
        self.names = tuple(f"parameter {number}" for number in range(m))
        self.values = self._together(*(part.values for part in parts))
        self.is_free = self._together(*(part.is_free.astype(np.float64) for part in parts)) > 0

    def _together(self, *arrays: FloatArray) -> FloatArray:
        """Arrays (n_items of the part, m of the part, …) as one for all items."""
        m = max(len(place.curves.names) for place in self._parts)
        square = arrays[0].ndim == 3
        whole = np.zeros((self.bank.n_items, m, m) if square else (self.bank.n_items, m))
        for array, place in zip(arrays, self._parts, strict=True):
            padding = [(0, 0)] + [(0, m - array.shape[1])] * (array.ndim - 1)
            whole[place.items] = np.pad(array, padding)
        return whole

    def by_parameter(self, theta: FloatArray) -> FloatArray:
        whole = np.zeros((theta.size, self.bank.n_items, self.bank.n_categories, len(self.names)))
        for place in self._parts:
            part = place.curves.by_parameter(theta)
            spare = [(0, 0), (0, 0), (0, whole.shape[2] - part.shape[2]), (0, whole.shape[3] - part.shape[3])]
            whole[:, place.items] = np.pad(part, spare)
        return whole

    def moved(self, slope: float, shift: float) -> Moved:
        moved = [place.curves.moved(slope, shift) for place in self._parts]
        return Moved(*(self._together(*arrays) for arrays in zip(*moved, strict=True)))

    @property
    def discriminations(self) -> Summary:
        return self._summary([place.curves.discriminations for place in self._parts])

    @property
    def locations(self) -> Summary:
        return self._summary([place.curves.locations for place in self._parts])

    def _summary(self, parts: list[Summary]) -> Summary:
        m = len(self.names)
        return Summary(
            np.concatenate([part.values for part in parts]),
            np.concatenate([place.items[part.items] for place, part in zip(self._parts, parts, strict=True)]),
            np.concatenate([np.pad(part.by_value, [(0, 0), (0, m - part.by_value.shape[1])]) for part in parts]),
        )
