"""The array types of the engine and the one way in which arguments become arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.errors import BankError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer]
BoolArray = NDArray[np.bool_]


def frozen(values: ArrayLike) -> FloatArray:
    """A private, contiguous, read-only copy of `values` as float64."""
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


def column(theta: ArrayLike) -> FloatArray:
    """θ, one value or many, as a column of shape (n_theta, 1)."""
    return np.atleast_1d(np.asarray(theta, dtype=np.float64))[:, None]


def parameter(name: str, values: ArrayLike, n_items: int | None = None) -> FloatArray:
    """One value per item, shape (n_items,): a scalar is repeated. Raises BankError for anything else."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BankError(f"{name} must be numbers") from error
    if array.ndim == 0 and n_items is not None:
        array = np.full(n_items, array)
    if array.ndim != 1:
        raise BankError(f"{name} must have the shape (n_items,), not {array.shape}")
    if n_items is not None and array.size != n_items:
        raise BankError(f"{name} has {array.size} values for {n_items} items")
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        raise BankError(f"{name} of item {wrong[0]} is not a finite number")
    return frozen(array)
