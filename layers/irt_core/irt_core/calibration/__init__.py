"""Item parameters from responses: marginal maximum likelihood by the EM algorithm's E-step and quasi-Newton M-steps."""

from irt_core.calibration.fitting import calibrate
from irt_core.calibration.item_priors import Beta, ItemPriors, LogNormal
from irt_core.calibration.result import Calibration, Latent
from irt_core.calibration.specification import FixedItems

__all__ = ["Beta", "Calibration", "FixedItems", "ItemPriors", "Latent", "LogNormal", "calibrate"]
