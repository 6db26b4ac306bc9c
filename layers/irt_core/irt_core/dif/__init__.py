"""Differential item functioning: items that treat persons of equal ability differently by group."""

from irt_core.dif.likelihood_ratio import LikelihoodRatioDif, likelihood_ratio_dif
from irt_core.dif.logistic import LogisticDif, logistic_dif
from irt_core.dif.mantel_haenszel import MantelHaenszelDif, mantel_haenszel_dif
from irt_core.dif.matching import Matching
from irt_core.dif.screening import Purification, Screening

__all__ = [
    "LikelihoodRatioDif",
    "LogisticDif",
    "MantelHaenszelDif",
    "Matching",
    "Purification",
    "Screening",
    "likelihood_ratio_dif",
    "logistic_dif",
    "mantel_haenszel_dif",
]
