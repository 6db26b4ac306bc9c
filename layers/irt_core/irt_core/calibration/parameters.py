"""The parameters that people read, from those that the calibration works with: and banks of them, both ways."""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.families import sigmoids
from irt_core.calibration.structure import ItemStructure, Model
from irt_core.errors import CalibrationError
from irt_core.models.bank import ItemBank

Natural = dict[str, FloatArray]


def natural_parameters(
    structure: ItemStructure, items: FloatArray, shared_sd: float = 1.0, specific: IntArray | None = None
) -> Natural:
    """Slopes, intercepts and what else the model has, from parameters (n_items, k).

    `slope` has the shape (n_items,), with several dimensions (n_items, D), and `intercept` (n_items,), with more than
    two categories (n_items, K − 1), NaN beyond those of an item; of nominal items both are (n_items, K), 0 for the
    first category. Then `difficulty` (n_items,) or `thresholds` (n_items, K − 1) where there is one slope, `guessing`
    and `upper` (n_items,).

    `shared_sd` is the standard deviation of ability that a one-parameter model has for its slope, `specific` (n_items,)
    each item's own dimension in a bifactor model.
    """
    steps, slopes = items[:, structure.intercepts].copy(), items[:, structure.slopes]
    steps[~structure.has_step[:, structure.intercepts]] = np.nan
    if structure.model == "nrm":
        return _nominal(steps, np.where(np.isnan(steps), np.nan, slopes))
    slopes = slopes * shared_sd if specific is None else _spread(slopes, specific)
    is_dichotomous = steps.shape[1] == 1
    natural = {
        "intercept": steps[:, 0] if is_dichotomous else steps,
        "slope": slopes[:, 0] if slopes.shape[1] == 1 else slopes,
    }
    if slopes.shape[1] == 1:
        with np.errstate(divide="ignore"):
            natural |= _locations(structure, steps, slopes)
    for name, column in zip(("guessing", "upper"), items[:, structure.asymptotes].T, strict=False):
        natural[name] = sigmoids(column)[0]
    return natural


def _spread(slopes: FloatArray, specific: IntArray) -> FloatArray:
    """Slopes on the general and every specific dimension, from those on the general and the own one, (n_items, 2)."""
    spread = np.zeros((len(slopes), 2 + specific.max()))
    spread[:, 0] = slopes[:, 0]
    has = np.flatnonzero(specific >= 0)
    spread[has, 1 + specific[has]] = slopes[has, 1]
    return spread


def _nominal(steps: FloatArray, slopes: FloatArray) -> Natural:
    first = np.zeros((len(steps), 1))
    return {"intercept": np.hstack([first, steps]), "slope": np.hstack([first, slopes])}


def _locations(structure: ItemStructure, steps: FloatArray, slopes: FloatArray) -> Natural:
    """Where on the scale of ability the items or their thresholds lie."""
    if steps.shape[1] == 1:
        return {"difficulty": -steps[:, 0] / slopes[:, 0]}
    if structure.model in ("gpcm", "pcm"):
        steps = np.diff(steps, axis=1, prepend=0.0)
    return {"thresholds": -steps / slopes}


def to_bank(model: Model, natural: Natural) -> ItemBank:
    """The bank with these parameters. Raises BankError for a slope that no bank can have."""
    slope, intercept = natural["slope"], natural["intercept"]
    asymptotes = natural.get("guessing"), natural.get("upper")
    if model == "nrm":
        return ItemBank.nominal(slope, intercept)
    if slope.ndim == 2:
        return ItemBank.multidimensional(slope, intercept, *asymptotes)
    if "difficulty" in natural:
        return ItemBank.dichotomous(slope, natural["difficulty"], *asymptotes)
    make = ItemBank.generalized_partial_credit if model in ("gpcm", "pcm") else ItemBank.graded
    return make(slope, natural["thresholds"])


def from_bank(structure: ItemStructure, bank: ItemBank) -> FloatArray:
    """The parameters (n_items, k) of a bank's items under the model. Raises CalibrationError when they do not fit."""
    arrays = bank.to_arrays()
    kinds = {"grm": "graded", "gpcm": "generalized_partial_credit", "pcm": "generalized_partial_credit"}
    if structure.slopes.stop - structure.slopes.start != 1 or structure.model == "nrm":
        raise CalibrationError("fixed items are known for models with one slope an item only")
    parameters = np.zeros((bank.n_items, structure.n_parameters))
    slope = np.asarray(arrays["discrimination"], dtype=np.float64)
    parameters[:, structure.slopes] = slope[:, None]
    if arrays["kind"] == "dichotomous":
        parameters[:, structure.intercepts.start] = -slope * np.asarray(arrays["difficulty"])
        for column, name in zip(
            range(structure.n_parameters)[structure.asymptotes], ("guessing", "upper"), strict=False
        ):
            proportion = np.clip(np.asarray(arrays[name], dtype=np.float64), 1e-9, 1.0 - 1e-9)
            parameters[:, column] = np.log(proportion) - np.log1p(-proportion)
        return parameters
    if arrays["kind"] != kinds.get(structure.model):
        raise CalibrationError(f"a {arrays['kind']} bank has no fixed items for the model {structure.model!r}")
    for item, thresholds in enumerate(arrays["thresholds"]):
        steps = -slope[item] * np.array([value for value in thresholds if value is not None], dtype=np.float64)
        if structure.model != "grm":
            steps = np.cumsum(steps)
        parameters[item, : steps.size] = steps
    return parameters
