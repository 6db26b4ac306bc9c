"""On which side of the cut scores an examinee stands, and when that is certain enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from irt_core.adaptive.evidence import Evidence
from irt_core.arrays import BoolArray
from irt_core.errors import DesignError


@dataclass(frozen=True)
class SequentialRatio:
    """Wald's sequential probability ratio test at each cut score.

    log Λ = log L(cut + δ) − log L(cut − δ) decides «above» at log((1 − β) / α) and «below» at log(β / (1 − α)), where
    δ = `indifference`, α = `alpha` the rate of false «above» and β = `beta` of false «below»
    (Wald 1947, *Sequential Analysis*; Reckase 1983, in Weiss, *New Horizons in Testing*, 237-255).
    """

    cut_scores: tuple[float, ...]
    indifference: float = 0.2
    alpha: float = 0.05
    beta: float = 0.05

    def __post_init__(self) -> None:
        _check_cut_scores(self.cut_scores)
        if not 0 < self.indifference < float("inf"):
            raise DesignError("stopping.classification.indifference", "must be above 0")
        for name in ("alpha", "beta"):
            if not 0 < getattr(self, name) < 0.5:
                raise DesignError(f"stopping.classification.{name}", "must be above 0 and below 0.5")

    def is_decided(self, evidence: Evidence) -> BoolArray:
        """Whether the test has decided at every cut score."""
        cuts = np.array(self.cut_scores)
        log_likelihood = evidence.log_likelihood(np.concatenate([cuts - self.indifference, cuts + self.indifference]))
        ratio = log_likelihood[:, cuts.size :] - log_likelihood[:, : cuts.size]
        above, below = math.log((1 - self.beta) / self.alpha), math.log(self.beta / (1 - self.alpha))
        is_decided: BoolArray = np.all((ratio >= above) | (ratio <= below), axis=1)
        return is_decided


@dataclass(frozen=True)
class ConfidenceInterval:
    """Decided when θ̂ ± z · SE contains no cut score (Kingsbury & Weiss 1983, in Weiss, *New Horizons*, 257-283)."""

    cut_scores: tuple[float, ...]
    level: float = 0.95

    def __post_init__(self) -> None:
        _check_cut_scores(self.cut_scores)
        if not 0 < self.level < 1:
            raise DesignError("stopping.classification.level", "must be above 0 and below 1")

    def is_decided(self, evidence: Evidence) -> BoolArray:
        """Whether the interval lies clear of every cut score."""
        from statistics import NormalDist  # imports decimals and fractions, which no other session needs

        half_width = NormalDist().inv_cdf(0.5 + self.level / 2) * evidence.se[:, None]
        distance = np.abs(evidence.theta[:, None] - np.array(self.cut_scores))
        is_decided: BoolArray = np.all(distance > half_width, axis=1)
        return is_decided


def _check_cut_scores(cut_scores: tuple[float, ...]) -> None:
    if not cut_scores or not all(math.isfinite(cut) for cut in cut_scores):
        raise DesignError("stopping.classification.cut_scores", "must hold at least one finite number")
    if any(second <= first for first, second in pairwise(cut_scores)):
        raise DesignError("stopping.classification.cut_scores", "must rise")
