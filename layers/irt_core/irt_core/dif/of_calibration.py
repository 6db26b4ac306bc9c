"""Differential item functioning of a calibration's own responses: `fit.dif(...)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.result import Calibration
from irt_core.dif.likelihood_ratio import LikelihoodRatioDif, likelihood_ratio_dif
from irt_core.dif.logistic import LogisticDif, logistic_dif
from irt_core.dif.mantel_haenszel import MantelHaenszelDif, mantel_haenszel_dif
from irt_core.dif.screening import Purification, Screening
from irt_core.errors import DifError

DifMethod = Literal["likelihood_ratio", "mantel_haenszel", "logistic"]
Dif = LikelihoodRatioDif | MantelHaenszelDif | LogisticDif

_METHODS: dict[str, Callable[..., Dif]] = {
    "likelihood_ratio": likelihood_ratio_dif,
    "mantel_haenszel": mantel_haenszel_dif,
    "logistic": logistic_dif,
}


def dif_of(
    fit: Calibration,
    table: ResponseTable,
    method: str,
    groups: ArrayLike | None = None,
    screening: Screening | None = None,
    **options: Any,
) -> Dif:
    """Examine the calibrated items, in the order of `fit.items`, by one of the three methods with its own options.

    `groups` (n_persons,) are labels of the persons who were calibrated, the groups of the calibration unless given. Of
    two groups the second in sorted order is the focal one unless `focal` says otherwise. Anchors are columns of the
    responses that were calibrated, as in the result. The likelihood ratios are those of the model and the priors of the
    calibration. Raises DifError.
    """
    if method not in _METHODS:
        raise DifError(f"no method is called {method!r}; there are: {', '.join(_METHODS)}")
    rows, labels, weights = _of_calibration(fit, table) if groups is None else _of_persons(table, np.asarray(groups))
    if screening is not None and screening.anchors is not None:
        screening = replace(screening, anchors=_places(fit.items, np.asarray(screening.anchors)))
    if method == "likelihood_ratio":
        options = {"model": fit.model, "priors": fit.priors} | options
    elif len(distinct := np.unique(labels).tolist()) == 2:
        focal = distinct[0] if distinct[1] == options.get("reference") else distinct[1]
        options = {"focal": focal} | options
    responses = _responses(table, fit.items)[rows]
    result = _METHODS[method](responses, labels, weights=weights, screening=screening, **options)
    rounds = tuple(tuple(fit.items[list(places)].tolist()) for places in result.purification.rounds)
    return replace(result, items=fit.items, purification=Purification(rounds, result.purification.is_stable))


def _of_calibration(fit: Calibration, table: ResponseTable) -> tuple[IntArray, NDArray[Any], FloatArray]:
    """The rows of the table, and the label of the group and the weight of each."""
    if len(fit.groups) < 2:
        raise DifError("the calibration knows of one group only: say with groups= whose the responses are")
    labels = np.repeat(np.array(fit.groups), [rows.stop - rows.start for rows in table.group_rows])
    return np.arange(table.n_rows), labels, table.weights


def _of_persons(table: ResponseTable, groups: NDArray[Any]) -> tuple[IntArray, NDArray[Any], FloatArray]:
    """The row, the label and the weight of each person who was calibrated."""
    if groups.shape != table.row_of_person.shape:
        raise DifError(f"groups must be {table.row_of_person.size} labels, one for each person, not {groups.shape}")
    rows = table.row_of_person[table.row_of_person >= 0]
    if not np.array_equal(np.bincount(rows, minlength=table.n_rows), table.weights):
        raise DifError("of weighted persons the groups must be said when calibrating")
    return rows, groups[table.row_of_person >= 0], np.ones(rows.size)


def _responses(table: ResponseTable, items: IntArray) -> IntArray:
    """The scores (n_rows, n_items), −1 for none: an item that stands once for every group in one column again."""
    responses = np.full((table.n_rows, items.size), -1, dtype=np.int64)
    for place, column in enumerate(np.searchsorted(items, table.items)):
        given = slice(None) if table.observed is None else table.observed[:, place].astype(bool)
        responses[given, column] = table.scores[given, place]
    return responses


def _places(items: IntArray, anchors: IntArray) -> list[int]:
    missing = np.setdiff1d(anchors, items)
    if missing.size:
        raise DifError(f"item {missing[0]} cannot be an anchor: it was not calibrated")
    return [int(place) for place in np.searchsorted(items, anchors)]
