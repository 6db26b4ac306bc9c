"""Differential item functioning by the Mantel–Haenszel procedure.

Holland & Thayer (1988), in Wainer & Braun (eds.), *Test Validity*, 129-145. The common odds ratio α of the two groups
at equal standing becomes a difference of difficulty on the delta scale of ETS,

    Δ_MH = −2.35 ln α,

negative where the item is harder for the focal group. ETS sorts items into three classes (Zwick 2012, ETS RR-12-08):

    A   χ² is not significant, or |Δ| < 1
    C   |Δ| ≥ 1.5, and significantly above 1: |Δ| − z_(1−α) SE > 1
    B   all others

Items with more categories have Mantel's χ² and the standardised mean difference. Over the standard deviation of the
item's scores it sorts them in the same way, with 0.17 and 0.25 for limits (Zwick, Thayer & Mazzeo 1997, Applied
Measurement in Education 10(4), 321-344).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.dif.comparison import Comparison
from irt_core.dif.matching import Matching, Tables, tabulate
from irt_core.dif.screening import Purification, Screening, purify
from irt_core.dif.significance import adjusted, chi_square_tail
from irt_core.dif.stratified import (
    common_log_odds_ratio,
    general_chi_square,
    mantel_chi_square,
    score_deviations,
    standardised_difference,
)

_DELTA = -2.35
_DELTA_LIMITS = (1.0, 1.5)
_ORDINAL_LIMITS = (0.17, 0.25)


@dataclass(frozen=True, eq=False)
class MantelHaenszelDif:
    """What was found, by item, shape (n_items,) each; NaN where an item does not vary or the groups never meet.

    `items` are the columns of the responses. `odds_ratio` is the odds of the reference group over those of the focal
    group, `delta` the same on the delta scale with `delta_se`; both are NaN for items with more than two categories.
    `chi_square` has one degree of freedom and `p_value`, `adjusted_p_value` is that for many items.
    `general_chi_square`, of `general_degrees` degrees of freedom, takes the categories as unordered. `mean_difference`
    (with `mean_difference_se`) is the focal group's mean score less that of the reference group at equal standing, in
    score points; `effect` is that in standard deviations of the item's scores. `classes` are "A", "B", "C", or "" where
    nothing could be tested. `compared` is the part of the persons whose stratum has members of both groups.
    """

    items: IntArray
    odds_ratio: FloatArray
    delta: FloatArray
    delta_se: FloatArray
    chi_square: FloatArray
    p_value: FloatArray
    adjusted_p_value: FloatArray
    general_chi_square: FloatArray
    general_degrees: IntArray
    general_p_value: FloatArray
    mean_difference: FloatArray
    mean_difference_se: FloatArray
    effect: FloatArray
    classes: NDArray[np.str_]
    compared: FloatArray
    groups: tuple[str, str]
    purification: Purification

    @property
    def is_flagged(self) -> BoolArray:
        """Which items are of class B or C."""
        return np.isin(self.classes, ("B", "C"))

    @property
    def flagged(self) -> IntArray:
        """The items of class B or C."""
        return self.items[self.is_flagged]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said of each flagged item."""
        return tuple(self._sentence(place) for place in np.flatnonzero(self.is_flagged).tolist())

    def _sentence(self, place: int) -> str:
        reference, focal = self.groups
        verdict = f"item {self.items[place]} is of class {self.classes[place]}: at equal standing"
        certainty = f"p = {self.adjusted_p_value[place]:.2g}"
        if np.isnan(self.odds_ratio[place]):
            more = "more" if self.mean_difference[place] > 0 else "fewer"
            points = f"{abs(self.mean_difference[place]):.2f} score points {more} than {reference}"
            return f"{verdict}, group {focal} earns {points} ({self.effect[place]:+.2f} SD, {certainty})"
        size = f"Δ = {self.delta[place]:+.2f}, {certainty}"
        with np.errstate(divide="ignore"):
            times = 1.0 / self.odds_ratio[place]
        return f"{verdict}, group {focal} has {times:.2f} times the odds of {reference} to answer it right ({size})"


def mantel_haenszel_dif(
    responses: ArrayLike,
    groups: ArrayLike,
    focal: Any,
    *,
    reference: Any = None,
    weights: ArrayLike | None = None,
    matching: Matching | None = None,
    screening: Screening | None = None,
) -> MantelHaenszelDif:
    """Examine every item of responses (n_persons, n_items), NaN or −1 being none, for two groups of persons.

    `groups` holds a label for each person; `focal` is the label of the focal group and `reference` that of the other,
    everybody else unless given. `weights` (n_persons,) count persons several times. Raises ResponseError and DifError.
    """
    comparison = Comparison.of(responses, groups, focal, reference, weights)
    matching, screening = matching or Matching(), screening or Screening()
    if matching.by is not None:  # a yardstick from elsewhere stays as it is
        screening = replace(screening, anchors=range(comparison.n_items))
    result, purification = purify(
        lambda is_anchor: _examine(tabulate(comparison, is_anchor, matching), comparison, screening),
        lambda result: result.is_flagged,
        screening,
        comparison.n_items,
    )
    return replace(result, purification=purification)


def _examine(tables: Tables, comparison: Comparison, screening: Screening) -> MantelHaenszelDif:
    """One round of statistics."""
    counts, is_ordinal = tables.counts, comparison.top_scores > 1
    log_ratio = common_log_odds_ratio(counts)
    chi_square = mantel_chi_square(counts, is_corrected=~is_ordinal)
    p_value = chi_square_tail(chi_square, 1)
    adjusted_p_value = adjusted(p_value, screening.adjust)
    general, degrees = general_chi_square(counts)
    difference = standardised_difference(counts)
    deviations = score_deviations(counts)
    effect = np.divide(difference.value, deviations, out=np.full(deviations.shape, np.nan), where=deviations > 0)
    ratio, ratio_se = (np.where(is_ordinal, np.nan, part) for part in log_ratio)
    is_significant = adjusted_p_value <= screening.alpha
    classes = np.where(
        is_ordinal,
        _classes_of_effects(np.abs(effect), is_significant),
        _classes_of_deltas(np.abs(_DELTA * ratio), abs(_DELTA) * ratio_se, is_significant, screening.alpha),
    )
    with np.errstate(over="ignore"):
        odds_ratio = np.exp(ratio)
    return MantelHaenszelDif(
        items=np.arange(comparison.n_items),
        odds_ratio=odds_ratio,
        delta=_DELTA * ratio,
        delta_se=abs(_DELTA) * ratio_se,
        chi_square=chi_square,
        p_value=p_value,
        adjusted_p_value=adjusted_p_value,
        general_chi_square=np.where(degrees > 0, general, np.nan),
        general_degrees=degrees,
        general_p_value=chi_square_tail(general, degrees),
        mean_difference=difference.value,
        mean_difference_se=difference.standard_error,
        effect=effect,
        classes=np.where(np.isnan(p_value), "", classes),
        compared=_compared(tables),
        groups=comparison.names,
        purification=Purification((), is_stable=False),
    )


def _classes_of_deltas(
    size: FloatArray, standard_error: FloatArray, is_significant: BoolArray, alpha: float
) -> NDArray[np.str_]:
    """ETS classes of |Δ|. Of an infinite |Δ| nothing is known but that it is significant: class B."""
    from scipy.special import ndtri

    is_beyond_one = size - float(ndtri(1.0 - alpha)) * standard_error > 1.0  # False where the error is NaN
    is_large = (size >= _DELTA_LIMITS[1]) & is_beyond_one
    return np.where(~is_significant | (size < _DELTA_LIMITS[0]), "A", np.where(is_large, "C", "B"))


def _classes_of_effects(size: FloatArray, is_significant: BoolArray) -> NDArray[np.str_]:
    is_negligible = ~is_significant | (size <= _ORDINAL_LIMITS[0])
    return np.where(is_negligible, "A", np.where(size > _ORDINAL_LIMITS[1], "C", "B"))


def _compared(tables: Tables) -> FloatArray:
    groups = tables.counts.sum(axis=3)
    sizes = groups.sum(axis=2)
    meeting = np.where((groups > 0).all(axis=2), sizes, 0.0).sum(axis=1)
    compared: FloatArray = meeting / np.maximum(sizes.sum(axis=1), 1e-300)
    return compared
