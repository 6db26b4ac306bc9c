"""Scales that were fixed apart put on one: linking, drift and equating."""

from irt_core.linking.concordance import Concordance
from irt_core.linking.drift import Drift, DriftLimits, detect_drift
from irt_core.linking.link import Link, link_banks
from irt_core.linking.observed_scores import observed_score_equating, score_distribution
from irt_core.linking.precision import parameter_covariance
from irt_core.linking.true_scores import true_score_equating

__all__ = [
    "Concordance",
    "Drift",
    "DriftLimits",
    "Link",
    "detect_drift",
    "link_banks",
    "observed_score_equating",
    "parameter_covariance",
    "score_distribution",
    "true_score_equating",
]
