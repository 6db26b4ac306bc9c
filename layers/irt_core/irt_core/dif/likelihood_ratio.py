"""Differential item functioning by likelihood ratios of item response models.

Thissen, Steinberg & Wainer (1993), in Holland & Wainer (eds.), *Differential Item Functioning*, 67-113. All groups are
calibrated together, the mean and the variance of ability free in the focal groups. An item functions differently when
the likelihood gains from parameters of its own in every group,

    G² = 2 (l_augmented − l_compact),  as many degrees of freedom as parameters are added.

What both models have in common gives the scale: every other item is an anchor ("all others as anchors"), except those
flagged in the round before, which keep parameters of their own while the others are examined (purification). With A the
anchors of a round,

    an anchor i       is freed:   G² = 2 (l(A without i) − l(A))
    any other item i  is tied:    G² = 2 (l(A) − l(A and i)).

Given anchors are never freed, and every other item is tied alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.calibration.fitting import calibrate
from irt_core.calibration.item_priors import ItemPriors
from irt_core.calibration.result import Calibration
from irt_core.dif.comparison import read_labels, read_scores
from irt_core.dif.effect_sizes import CurveEffects, curve_effects
from irt_core.dif.screening import Purification, Screening, purify
from irt_core.dif.significance import adjusted, chi_square_tail
from irt_core.errors import CalibrationError, DifError
from irt_core.priors import Normal

Priors = ItemPriors | Literal["default"] | None

_MODELS = ("rasch", "1pl", "2pl", "3pl", "4pl", "grm", "gpcm", "pcm", "nrm")


@dataclass(frozen=True, eq=False)
class LikelihoodRatioDif:
    """What was found, by item, shape (n_items,) each; NaN where an item could not be tested or was a given anchor.

    `items` are the columns of the responses. `chi_square` is G² with its `degrees`, `p_value` and `adjusted_p_value`.
    The sizes compare each focal group with the reference group, shape (n_focal, n_items), focal groups in the order of
    `groups`, whose first is the reference: `effects` has signed_area, unsigned_area, mean_difference,
    unsigned_difference and standardised_difference (see `effect_sizes.py`). `latent` are the focal groups'
    distributions of ability when the reference group's is Normal(0, 1) or, where slopes are fixed, has the mean 0.
    `warnings` say what could not be tested.
    """

    items: IntArray
    chi_square: FloatArray
    degrees: IntArray
    p_value: FloatArray
    adjusted_p_value: FloatArray
    effects: CurveEffects
    groups: tuple[str, ...]
    latent: tuple[Normal, ...]
    alpha: float
    warnings: tuple[str, ...]
    purification: Purification

    @property
    def is_flagged(self) -> BoolArray:
        """Which items function differently at `alpha`."""
        return np.asarray(self.adjusted_p_value <= self.alpha)

    @property
    def flagged(self) -> IntArray:
        """The items that function differently."""
        return self.items[self.is_flagged]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said of each flagged item."""
        return tuple(self._sentence(place) for place in np.flatnonzero(self.is_flagged).tolist())

    def _sentence(self, place: int) -> str:
        test = f"χ²({self.degrees[place]}) = {self.chi_square[place]:.1f}, p = {self.adjusted_p_value[place]:.2g}"
        verdict = f"item {self.items[place]} functions differently ({test})"
        parts = []
        for number, group in enumerate(self.groups[1:]):
            points = self.effects.mean_difference[number, place]
            spread = self.effects.standardised_difference[number, place]
            if np.isfinite(points):
                more = "more" if points > 0 else "fewer"
                parts.append(f"group {group} can expect {abs(points):.2f} points {more} ({spread:+.2f} SD)")
        return f"{verdict}: {', '.join(parts)} than {self.groups[0]} at equal ability" if parts else verdict


def likelihood_ratio_dif(
    responses: ArrayLike,
    groups: ArrayLike,
    model: str = "2pl",
    *,
    reference: Any = None,
    weights: ArrayLike | None = None,
    priors: Priors = "default",
    screening: Screening | None = None,
) -> LikelihoodRatioDif:
    """Examine every item of responses (n_persons, n_items), NaN or −1 being none, for two groups of persons or more.

    `groups` holds a label for each person; `reference` is that of the reference group, the first in sorted order unless
    given, and all others are focal groups. `model`, `weights` and `priors` are those of `calibrate`; the model has one
    dimension. Raises ResponseError, DifError and CalibrationError.
    """
    if model not in _MODELS:
        raise DifError(f"items are compared under one of the models {', '.join(_MODELS)}, not {model!r}")
    screening = screening or Screening()
    labels = read_labels(groups, len(np.asarray(responses)))
    distinct = np.unique(labels).tolist()
    first = distinct[0] if reference is None else reference
    if first not in distinct or len(distinct) < 2:
        raise DifError(f"there must be a group {first!r} and another one")
    names = [first, *(label for label in distinct if label != first)]
    codes = np.array([names.index(label) for label in labels.tolist()])
    models = _Models(responses, codes, model, weights, priors)
    result, purification = purify(
        lambda is_anchor: _examine(models, is_anchor, tuple(str(name) for name in names), screening),
        lambda result: result.is_flagged,
        screening,
        models.n_items,
    )
    return replace(result, purification=purification)


def _examine(
    models: _Models, is_anchor: BoolArray, groups: tuple[str, ...], screening: Screening
) -> LikelihoodRatioDif:
    """One round: every item freed or tied alone."""
    base = models.fit(is_anchor)
    statistic, degrees = np.full(models.n_items, np.nan), np.zeros(models.n_items, dtype=np.int64)
    effects = np.full((len(CurveEffects._fields), len(groups) - 1, models.n_items), np.nan)
    for item in np.flatnonzero(models.is_testable).tolist():
        if is_anchor[item] and screening.anchors is not None:
            continue
        other = is_anchor.copy()
        other[item] = not is_anchor[item]
        free, tied = (models.fit(other), base) if is_anchor[item] else (base, models.fit(other))
        statistic[item] = max(2.0 * (free.log_likelihood - tied.log_likelihood), 0.0)
        degrees[item] = free.n_parameters - tied.n_parameters
        effects[:, :, item] = _effects(free, item)
    p_value = chi_square_tail(statistic, degrees)
    return LikelihoodRatioDif(
        items=np.arange(models.n_items),
        chi_square=statistic,
        degrees=degrees,
        p_value=p_value,
        adjusted_p_value=adjusted(p_value, screening.adjust),
        effects=CurveEffects(*effects),
        groups=groups,
        latent=_focal_distributions(base),
        alpha=screening.alpha,
        warnings=models.warnings,
        purification=Purification((), is_stable=False),
    )


class _Models:
    """The calibrations that the tests compare."""

    def __init__(
        self, responses: ArrayLike, codes: IntArray, model: str, weights: ArrayLike | None, priors: Priors
    ) -> None:
        self._calibrate: Callable[[list[int] | None], Calibration] = lambda anchors: calibrate(
            responses, model, groups=codes, anchors=anchors, weights=weights, priors=priors
        )
        scores, given = read_scores(responses)
        self.n_items = scores.shape[1]
        self.is_testable, reasons = _testable(scores, given, codes, self.compact.items)
        self.warnings = (*self.compact.warnings, *reasons)

    @cached_property
    def compact(self) -> Calibration:
        """All items equal across groups."""
        return self._calibrate(None)

    def fit(self, is_anchor: BoolArray) -> Calibration:
        """The anchors, and the items that cannot be tested, equal across groups, and all others not."""
        is_tied = is_anchor | ~self.is_testable
        if is_tied.all():
            return self.compact
        return self._calibrate([item for item in self.compact.items.tolist() if is_tied[item]])


def _testable(
    scores: IntArray, given: BoolArray, codes: IntArray, calibrated: IntArray
) -> tuple[BoolArray, tuple[str, ...]]:
    """The items that every group answered in every category, and what keeps the others from being tested."""
    is_testable = np.zeros(scores.shape[1], dtype=bool)
    reasons = []
    for item in calibrated.tolist():
        used = [np.unique(scores[given[:, item] & (codes == group), item]).size for group in range(codes.max() + 1)]
        is_testable[item] = min(used) == np.unique(scores[given[:, item], item]).size
        if not is_testable[item]:
            reasons.append(f"item {item} is not tested: a group has no response in one of its categories")
    return is_testable, tuple(reasons)


def _effects(fit: Calibration, item: int) -> FloatArray:
    """The sizes for one item, shape (n_sizes, n_focal); NaN when an item discriminates backwards."""
    place = [int(np.searchsorted(fit.items, item))]
    focal = _focal_distributions(fit)
    try:
        reference, *banks = (bank.subset(place) for bank in fit.banks.values())
    except CalibrationError:
        return np.full((len(CurveEffects._fields), len(focal)), np.nan)
    sizes = [curve_effects(reference, bank, population) for bank, population in zip(banks, focal, strict=True)]
    return np.array(sizes)[:, :, 0].T


def _focal_distributions(fit: Calibration) -> tuple[Normal, ...]:
    """The distributions of ability in all groups but the first."""
    _, *focal = fit.latents.values()
    return tuple(Normal(latent.mean, float(np.sqrt(latent.variance))) for latent in focal)
