"""Items whose parameters have changed between two versions of a bank.

The new calibration is put on the scale of the old one by all anchors; then each anchor is asked whether it has moved:

* Wald's χ² = δ' V⁻¹ δ of the differences δ of its parameters (Lord 1980, *Applications of Item Response Theory*,
  ch. 14), where V is the covariance of both calibrations and of the link;
* robust z of its change of discrimination and of location among all anchors (see `stability.py`);
* the WRMSD of its curves, which says how much it matters.

The flagged ones leave the link, which is estimated again, and all are asked again until the flagged set stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.dif.screening import Purification, Screening, purify
from irt_core.dif.significance import adjusted, chi_square_tail
from irt_core.linking.anchors import Anchors, Covariances, Pairs
from irt_core.linking.curves import curves_of
from irt_core.linking.link import Link, Method, check_method, estimate
from irt_core.linking.stability import CurveDifferences, RobustZ, curve_differences, robust_z
from irt_core.linking.wald import wald
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal


@dataclass(frozen=True)
class DriftLimits:
    """What counts as drift. An anchor is flagged when any of the first three says so and the fourth does not forbid it.

    `alpha` is the false discovery rate of Wald's tests (Benjamini & Hochberg 1995), `robust_z` the largest |z|, `wrmsd`
    the largest difference of the curves in parts of the highest score; None switches one off. Nothing below
    `negligible`, likewise a WRMSD, is worth a flag, however certain it is.
    """

    alpha: float | None = 0.01
    robust_z: float | None = 2.7
    wrmsd: float | None = 0.1
    negligible: float = 0.02
    most_rounds: int = 10


@dataclass(frozen=True, eq=False)
class Drift:
    """What became of the anchors, in their order, shape (n_anchors,) each.

    `anchors` (n_anchors, 2) are items of the old and of the new bank. `link` takes the new scale to the old one and
    rests on the anchors that have not drifted. `chi_square` with its `degrees`, `p_value` and `adjusted_p_value` is NaN
    without covariances. `robust_z` has `discrimination` and `location`; `curves` has `wrmsd`, whose square is D², and
    `signed`, positive where the item has become easier. `location_change` is the new location, on the old scale, less
    the old one; `discrimination_ratio` likewise new over old.
    """

    anchors: IntArray
    link: Link
    chi_square: FloatArray
    degrees: IntArray
    p_value: FloatArray
    adjusted_p_value: FloatArray
    robust_z: RobustZ
    curves: CurveDifferences
    location_change: FloatArray
    discrimination_ratio: FloatArray
    reasons: tuple[tuple[str, ...], ...]
    purification: Purification

    @property
    def is_flagged(self) -> BoolArray:
        """Which anchors have drifted."""
        return np.array([bool(reasons) for reasons in self.reasons], dtype=bool)

    @property
    def flagged(self) -> IntArray:
        """The items of the old bank that have drifted."""
        items: IntArray = self.anchors[self.is_flagged, 0]
        return items

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said of each flagged item."""
        return tuple(self._sentence(place) for place in np.flatnonzero(self.is_flagged).tolist())

    def _sentence(self, place: int) -> str:
        old, new = self.anchors[place].tolist()
        easier = "easier" if self.curves.signed[place] > 0 else "harder"
        change = f"location {self.location_change[place]:+.2f}, discrimination × {self.discrimination_ratio[place]:.2f}"
        return f"item {old} (new {new}) has become {easier} ({change}): {', '.join(self.reasons[place])}"


def detect_drift(
    old: ItemBank,
    new: ItemBank,
    anchors: Pairs | None = None,
    method: Method = "stocking_lord",
    *,
    covariances: Covariances | None = None,
    limits: DriftLimits | None = None,
) -> Drift:
    """Ask every item that both versions of a bank hold whether it has changed.

    `anchors` are pairs of the same item in the old and in the new bank, all items in their order unless given;
    `covariances` those of both banks' parameters, as `parameter_covariance` gives them. Raises LinkingError.
    """
    check_method(method)
    limits = limits or DriftLimits()
    turned = None if anchors is None else [(theirs, ours) for ours, theirs in anchors]
    pairs = Anchors.of(new, old, turned, covariances and covariances[::-1])
    result, purification = purify(
        lambda is_anchor: _examine(pairs, is_anchor, method, limits),
        lambda drift: drift.is_flagged,
        Screening(most_rounds=limits.most_rounds),
        len(pairs),
    )
    return replace(result, purification=purification)


def _examine(pairs: Anchors, is_anchor: BoolArray, method: Method, limits: DriftLimits) -> Drift:
    """One round: the link by some of the anchors, and all of them on the old scale."""
    kept = pairs.subset(is_anchor)
    constants = estimate(kept, method)
    covariance = kept.covariance_of(constants.by_source, constants.by_target)
    link = Link(constants.slope, constants.shift, covariance, method, kept.pairs, pairs.pairs[~is_anchor])
    here = curves_of(link.bank(pairs.source.bank))
    chi_square, degrees = wald(pairs, constants, is_anchor)
    p_value = chi_square_tail(chi_square, degrees)
    found = Drift(
        anchors=pairs.pairs[:, ::-1],
        link=link,
        chi_square=chi_square,
        degrees=degrees,
        p_value=p_value,
        adjusted_p_value=adjusted(p_value, "bh"),
        robust_z=robust_z(pairs.target, pairs.source, limits.robust_z or np.inf),
        curves=curve_differences(pairs.target, here, Normal()),
        location_change=here.bank.locations - pairs.target.bank.locations,
        discrimination_ratio=here.bank.discriminations / pairs.target.bank.discriminations,
        reasons=(),
        purification=Purification((), is_stable=False),
    )
    return replace(found, reasons=tuple(_reasons(found, place, limits) for place in range(len(pairs))))


def _reasons(drift: Drift, place: int, limits: DriftLimits) -> tuple[str, ...]:
    """Why an anchor is flagged, nothing if it is not."""
    wrmsd = drift.curves.wrmsd[place]
    if wrmsd < limits.negligible:
        return ()
    reasons = []
    if limits.alpha is not None and drift.adjusted_p_value[place] <= limits.alpha:
        size = f"χ²({drift.degrees[place]}) = {drift.chi_square[place]:.1f}"
        reasons.append(f"{size}, adjusted p = {drift.adjusted_p_value[place]:.2g}")
    for name, z in drift.robust_z._asdict().items():
        if limits.robust_z is not None and abs(z[place]) > limits.robust_z:
            reasons.append(f"robust z of {name} {z[place]:+.1f}")
    if limits.wrmsd is not None and wrmsd > limits.wrmsd:
        reasons.append(f"WRMSD {wrmsd:.2f}")
    return tuple(reasons)
