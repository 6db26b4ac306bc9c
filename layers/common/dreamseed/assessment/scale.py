"""The reporting scale: what people are told of an ability, in round numbers with a band around them. Pure.

score = 500 + 100 θ, within 200 to 800        band = θ ± 1.96 se: where the ability lies with probability 95 %
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dreamseed.assessment.models import Band, ScaleScore

BAND_LEVEL = 0.95
BAND_Z = 1.959964
SCALE_MEAN, SCALE_SD, SCALE_MINIMUM, SCALE_MAXIMUM = 500, 100, 200, 800


@dataclass(frozen=True)
class Estimate:
    """An ability in logits with its standard error, and when the test ended that it comes from."""

    theta: float
    se: float
    at: datetime


def scale_score(theta: float) -> int:
    """θ on the reporting scale, within its limits."""
    return round(min(SCALE_MAXIMUM, max(SCALE_MINIMUM, SCALE_MEAN + SCALE_SD * theta)))


def band_of(theta: float, se: float) -> Band:
    """The band around an estimate with that standard error, in logits."""
    return Band(low=theta - BAND_Z * se, high=theta + BAND_Z * se, level=BAND_LEVEL)


def scale_of(theta: float, se: float) -> ScaleScore:
    """An estimate with that standard error on the reporting scale."""
    band = band_of(theta, se)
    return ScaleScore(
        score=scale_score(theta),
        low=scale_score(band.low),
        high=scale_score(band.high),
        minimum=SCALE_MINIMUM,
        maximum=SCALE_MAXIMUM,
    )
