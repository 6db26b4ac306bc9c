"""Item parameters from responses: marginal maximum likelihood by the EM algorithm's E-step and quasi-Newton M-steps."""

from irt_core.calibration.fitting import calibrate
from irt_core.calibration.item_priors import Beta, ItemPriors, LogNormal
from irt_core.calibration.result import Calibration

__all__ = ["Beta", "Calibration", "ItemPriors", "LogNormal", "calibrate"]
