"""What a calibration is asked for, checked: model, dimensions, pattern, groups and anchors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, IntArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.latent import LatentModel
from irt_core.calibration.nodes import MOST_DIMENSIONS
from irt_core.calibration.start import exploratory_pattern
from irt_core.calibration.structure import MODELS, SHARED_SLOPE, Model
from irt_core.errors import CalibrationError
from irt_core.models.bank import ItemBank

MULTIDIMENSIONAL: tuple[Model, ...] = ("m2pl", "m3pl", "mgrm")
WITH_SPECIFIC: tuple[Model, ...] = ("bifactor", "testlet")


@dataclass(frozen=True, eq=False)
class FixedItems:
    """Items whose parameters are known: columns `items` of the responses have the parameters of `bank`, in its order.

    They give the scale, so the mean and the standard deviation of ability are estimated.
    """

    items: Sequence[int]
    bank: ItemBank

    def __post_init__(self) -> None:
        if len(self.items) != self.bank.n_items or len(set(self.items)) != len(self.items):
            raise CalibrationError(f"{len(self.items)} fixed items need a bank of as many, each column once")


Anchors = Sequence[int] | FixedItems


class Dimensions(NamedTuple):
    """How items load: free slopes (n_items, D), and of bifactor models which specific dimension, −1 for none.

    A bifactor model has two columns, the general dimension and the item's own. `specific` (n_items,) is None otherwise.
    """

    slopes: BoolArray
    specific: IntArray | None


def read_dimensions(model: Model, items: IntArray, n_dimensions: int, pattern: ArrayLike | None) -> Dimensions:
    """The dimensions of the calibrated `items`, columns of the caller's responses. Raises CalibrationError."""
    if model in WITH_SPECIFIC:
        return _read_specific(model, items, pattern)
    if model not in MULTIDIMENSIONAL:
        if n_dimensions != 1 or pattern is not None:
            raise CalibrationError(f"the model {model!r} has one dimension and no pattern")
        return Dimensions(np.ones((items.size, 1), dtype=bool), None)
    if pattern is None:
        if not 1 <= n_dimensions <= min(MOST_DIMENSIONS, items.size // 2):
            raise CalibrationError(f"{items.size} items have no {n_dimensions} dimensions")
        return Dimensions(exploratory_pattern(items.size, n_dimensions), None)
    slopes = np.asarray(pattern).astype(bool)
    if slopes.ndim != 2 or len(slopes) <= items.max() or not 1 <= slopes.shape[1] <= MOST_DIMENSIONS:
        raise CalibrationError(f"a pattern must have the shape (n_items, n_dimensions), not {slopes.shape}")
    slopes = slopes[items]
    empty = np.flatnonzero(~slopes.any(axis=1))
    if empty.size:
        raise CalibrationError(f"item {items[empty[0]]} depends on no dimension of the pattern")
    thin = np.flatnonzero(slopes.sum(axis=0) < 2)
    if thin.size:
        raise CalibrationError(f"dimension {thin[0]} of the pattern has fewer than 2 items: it cannot be identified")
    return Dimensions(slopes, None)


def _read_specific(model: Model, items: IntArray, pattern: ArrayLike | None) -> Dimensions:
    if pattern is None:
        raise CalibrationError(
            f"the model {model!r} needs a pattern: the number of each item's own dimension, -1 for none"
        )
    named = np.asarray(pattern)
    if named.ndim != 1 or len(named) <= items.max() or not np.issubdtype(named.dtype, np.integer):
        raise CalibrationError(f"the pattern of a {model} model must be whole numbers of the shape (n_items,)")
    named = named[items]
    numbers, sizes = np.unique(named[named >= 0], return_counts=True)
    if not numbers.size:
        raise CalibrationError("no item has a dimension of its own: this is a model of one dimension")
    if sizes.min() < 2:
        raise CalibrationError(f"dimension {numbers[sizes.argmin()]} has fewer than 2 items: it cannot be identified")
    specific = np.where(named >= 0, np.searchsorted(numbers, named), -1)
    has_own = (specific >= 0) & (model == "bifactor")
    return Dimensions(np.column_stack([np.ones(items.size, dtype=bool), has_own]), specific)


def read_model(model: str) -> Model:
    """The model of that name. Raises CalibrationError."""
    for known in MODELS:
        if model == known:
            return known
    raise CalibrationError(f"no model is called {model!r}; there are: {', '.join(MODELS)}")


def shared_items(table: ResponseTable, anchors: Anchors | None) -> BoolArray:
    """Which items have the same parameters in every group, (n_items,). Raises CalibrationError."""
    if anchors is None or isinstance(anchors, FixedItems):
        return np.ones(table.n_items, dtype=bool)
    if len(table.groups) < 2:
        raise CalibrationError(
            "anchors are items that several groups share: say which persons are in which of the groups"
        )
    named = np.asarray(list(anchors))
    if named.size and not (np.issubdtype(named.dtype, np.integer) and np.isin(named, table.items).all()):
        raise CalibrationError(f"anchors must be items that are calibrated: {table.items.tolist()}")
    return np.isin(table.items, named)


def latent_model(
    model: Model, n_groups: int, n_dimensions: int, is_linked: bool, has_fixed: bool, is_correlated: bool
) -> LatentModel:
    """What is free of the groups' distributions: in the first what the items leave open, in the others mean and sd.

    Groups without a common item (`is_linked` false) each have their own scale.
    """
    free_mean = np.zeros((n_groups, n_dimensions), dtype=bool)
    free_mean[1:] = is_linked
    free_sd = free_mean.copy()
    if model in SHARED_SLOPE:
        free_sd[:, 0] = True
    if has_fixed:
        free_mean[:, 0] = free_sd[:, 0] = True
    if model in WITH_SPECIFIC:
        free_mean[:, 1:] = free_sd[:, 1:] = False
    return LatentModel(free_mean, free_sd, has_correlations=is_correlated and n_dimensions > 1)
