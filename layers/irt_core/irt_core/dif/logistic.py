"""Differential item functioning by logistic regression.

Swaminathan & Rogers (1990), Journal of Educational Measurement 27(4), 361-370; for ordinal items Zumbo (1999), *A
Handbook on the Theory and Methods of Differential Item Functioning*. With the standing t, standardised, and g = 1 in
the focal group,

    logit P(X ≥ k) = α_k + β t                    no differential functioning
                   = α_k + β t + γ g              uniform: the same shift at every standing
                   = α_k + β t + γ g + δ t g      non-uniform: the shift depends on the standing

are compared by their likelihoods: the second with the first, the third with the second, and the third with the first,
which is the test of either (2 degrees of freedom). The size is the gain of Nagelkerke's (1991, Biometrika 78(3),
691-692)

    R² = (1 − exp(2 (l_0 − l) / n)) / (1 − exp(2 l_0 / n)),   l_0 that of α_k alone,

with the classes of Jodoin & Gierl (2001), Applied Measurement in Education 14(4), 329-349: A below 0.035 or not
significant, C from 0.070, B between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.dif.comparison import Comparison
from irt_core.dif.cumulative_logit import CumulativeLogit, fit_cumulative_logit
from irt_core.dif.matching import Matching, Tables, tabulate
from irt_core.dif.screening import Purification, Screening, purify
from irt_core.dif.significance import adjusted, chi_square_tail

_LIMITS = (0.035, 0.070)
_NULL, _MATCHED, _UNIFORM, _NON_UNIFORM = range(4)


@dataclass(frozen=True, eq=False)
class LogisticDif:
    """What was found, by item, shape (n_items,) each; NaN where an item does not vary or was not given to a group.

    `items` are the columns of the responses. The statistics χ² of the three tests with their p-values: `uniform`,
    `non_uniform` (1 degree of freedom each) and `either` (2), for which there is `adjusted_p_value` and which the
    classes go by. `r_squared_gain` is that of both group terms, `uniform_gain` that of the first alone. `group_effect`
    γ is in logits, positive where the item is easier for the focal group, and `interaction` δ in logits per standard
    deviation of the standing, each with its standard error. `is_separated` marks items whose largest model has no
    finite estimate: their tests stand, their δ and γ do not.
    """

    items: IntArray
    uniform: FloatArray
    uniform_p_value: FloatArray
    non_uniform: FloatArray
    non_uniform_p_value: FloatArray
    either: FloatArray
    p_value: FloatArray
    adjusted_p_value: FloatArray
    r_squared_gain: FloatArray
    uniform_gain: FloatArray
    group_effect: FloatArray
    group_effect_se: FloatArray
    interaction: FloatArray
    interaction_se: FloatArray
    is_separated: BoolArray
    classes: NDArray[np.str_]
    groups: tuple[str, str]
    alpha: float
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
        size = f"ΔR² = {self.r_squared_gain[place]:.3f}, p = {self.adjusted_p_value[place]:.2g}"
        verdict = f"item {self.items[place]} is of class {self.classes[place]} ({size}): at equal standing"
        if self.is_separated[place]:
            return f"{verdict}, group and standing separate the answers entirely"
        if self.non_uniform_p_value[place] <= self.alpha:
            trend = "grows" if self.interaction[place] > 0 else "falls"
            return f"{verdict}, the advantage of group {focal} over {reference} {trend} with the standing"
        easier = "easier" if self.group_effect[place] > 0 else "harder"
        logits = f"{abs(self.group_effect[place]):.2f} logits"
        return f"{verdict}, it is {easier} for group {focal} than for {reference} by {logits}"


def logistic_dif(
    responses: ArrayLike,
    groups: ArrayLike,
    focal: Any,
    *,
    reference: Any = None,
    weights: ArrayLike | None = None,
    matching: Matching | None = None,
    screening: Screening | None = None,
) -> LogisticDif:
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


def _examine(tables: Tables, comparison: Comparison, screening: Screening) -> LogisticDif:
    """One round of regressions."""
    fits = _Regressions(tables)
    heights = fits.heights
    uniform = 2.0 * (heights[_UNIFORM] - heights[_MATCHED])
    non_uniform = 2.0 * (heights[_NON_UNIFORM] - heights[_UNIFORM])
    p_value = chi_square_tail(uniform + non_uniform, 2)
    adjusted_p_value = adjusted(p_value, screening.adjust)
    gain = fits.r_squared(_NON_UNIFORM) - fits.r_squared(_MATCHED)
    sizes = np.where(gain < _LIMITS[0], "A", np.where(gain < _LIMITS[1], "B", "C"))
    classes = np.where(adjusted_p_value <= screening.alpha, sizes, "A")
    return LogisticDif(
        items=np.arange(comparison.n_items),
        uniform=uniform,
        uniform_p_value=chi_square_tail(uniform, 1),
        non_uniform=non_uniform,
        non_uniform_p_value=chi_square_tail(non_uniform, 1),
        either=uniform + non_uniform,
        p_value=p_value,
        adjusted_p_value=adjusted_p_value,
        r_squared_gain=gain,
        uniform_gain=fits.r_squared(_UNIFORM) - fits.r_squared(_MATCHED),
        group_effect=fits.effects[0],
        group_effect_se=fits.effects[1],
        interaction=fits.effects[2],
        interaction_se=fits.effects[3],
        is_separated=fits.is_separated,
        classes=np.where(np.isnan(p_value), "", classes),
        groups=comparison.names,
        alpha=screening.alpha,
        purification=Purification((), is_stable=False),
    )


class _Regressions:
    """The four models of every item: `heights` (4, n_items) are their log-likelihoods."""

    def __init__(self, tables: Tables) -> None:
        n_items = len(tables.counts)
        self.sizes = tables.counts.sum(axis=(1, 2, 3))
        self.heights = np.full((4, n_items), np.nan)
        self.effects = np.full((4, n_items), np.nan)
        self.is_separated = np.zeros(n_items, dtype=bool)
        used = tables.counts.sum(axis=(1, 2)) > 0
        meets_both = (tables.counts.sum(axis=(1, 3)) > 0).all(axis=1)
        for n_categories in np.unique(used.sum(axis=1)):
            items = np.flatnonzero(meets_both & (used.sum(axis=1) == n_categories))
            if n_categories > 1 and items.size:
                self._fit(items, *_cells(tables, items, used))

    def _fit(self, items: IntArray, counts: FloatArray, standing: FloatArray, group: FloatArray) -> None:
        predictors = np.stack([standing, group, standing * group], axis=2)
        fits: list[CumulativeLogit] = [fit_cumulative_logit(counts, predictors[..., :n]) for n in range(4)]
        self.heights[:, items] = [fit.log_likelihood for fit in fits]
        for row, fit, term in ((0, fits[_UNIFORM], 1), (2, fits[_NON_UNIFORM], 2)):
            self.effects[row, items], self.effects[row + 1, items] = (
                fit.coefficients[:, term],
                fit.standard_errors[:, term],
            )
        self.is_separated[items] = fits[_NON_UNIFORM].is_separated

    def r_squared(self, model: int) -> FloatArray:
        """Nagelkerke's R² of one of the models, shape (n_items,)."""
        empty, height = self.heights[_NULL], self.heights[model]
        size = np.maximum(self.sizes, 1e-300)
        share: FloatArray = np.expm1(2.0 * (empty - height) / size) / np.expm1(2.0 * empty / size)
        return share


def _cells(tables: Tables, items: IntArray, used: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The counts by cell and used category, the standardised standing and the group of each cell."""
    counts = np.stack([tables.counts[item][..., used[item]] for item in items])
    cells = counts.reshape(len(items), -1, counts.shape[3])
    sizes = cells.sum(axis=2)
    standing = np.repeat(tables.values[items], 2, axis=1)
    mean = np.average(standing, weights=sizes, axis=1)[:, None]
    spread = np.sqrt(np.average((standing - mean) ** 2, weights=sizes, axis=1))[:, None]
    standing = np.divide(standing - mean, spread, out=np.zeros_like(standing), where=spread > 0)
    group = np.broadcast_to(np.tile([0.0, 1.0], standing.shape[1] // 2), standing.shape)
    return cells, standing, group
