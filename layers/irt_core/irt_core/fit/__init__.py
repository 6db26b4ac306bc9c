"""How well a calibrated model fits: items, pairs of items, persons, the whole; and how precisely it measures."""

from irt_core.fit.item_fit import ItemFit, item_fit
from irt_core.fit.known import known_model
from irt_core.fit.local_dependence import LocalDependence, local_dependence
from irt_core.fit.model_fit import ModelFit, model_fit
from irt_core.fit.person_fit import PersonFit, person_fit
from irt_core.fit.reliability import InformationCurve, Reliability, information_curve, marginal_reliability

__all__ = [
    "InformationCurve",
    "ItemFit",
    "LocalDependence",
    "ModelFit",
    "PersonFit",
    "Reliability",
    "information_curve",
    "item_fit",
    "known_model",
    "local_dependence",
    "marginal_reliability",
    "model_fit",
    "person_fit",
]
