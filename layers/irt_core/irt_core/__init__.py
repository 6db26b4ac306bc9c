"""The psychometric engine: item response theory and adaptive testing as pure functions of arrays.

Nothing here reads a clock, a file or a random source that was not passed in. The request path needs numpy only.

    bank = ItemBank.dichotomous(discrimination, difficulty)
    design = CatDesign.from_dict({"stopping": {"max_items": 30, "se": 0.3}})
    state = design.begin()
    while (reason := design.stop_reason(bank, state)) is None:
        choice = design.next_item(bank, state, rng_for(seed, state.n_administered))
        state = state.setting_aside(choice.ruled_out).after(bank, choice.item, score, seconds)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from irt_core.adaptive.blueprint import ContentArea, ContentBlueprint
    from irt_core.adaptive.classification import ConfidenceInterval, SequentialRatio
    from irt_core.adaptive.constraints import Constraints
    from irt_core.adaptive.design import CatDesign
    from irt_core.adaptive.exposure import Randomesque, SympsonHetter
    from irt_core.adaptive.item_eligibility import EligibilityCounts, ItemEligibility
    from irt_core.adaptive.item_sets import SetRule
    from irt_core.adaptive.selection import Choice, next_item
    from irt_core.adaptive.start import Start
    from irt_core.adaptive.state import CatState
    from irt_core.adaptive.stopping import Stopping, StopReason
    from irt_core.assembly.forms import AssembledForms, Form, assemble_forms
    from irt_core.assembly.multistage import MultistageState, MultistageTest
    from irt_core.assembly.objective import MaximumInformation, TargetInformation
    from irt_core.assembly.panel import Module, Panel, Route
    from irt_core.assembly.panel_assembly import ModulePlan, PanelPlan, assemble_panels
    from irt_core.assembly.specification import CountLimit, Sections, SumLimit, TestSpecification
    from irt_core.calibration import Beta, Calibration, FixedItems, ItemPriors, Latent, LogNormal, calibrate
    from irt_core.dif import (
        LikelihoodRatioDif,
        LogisticDif,
        MantelHaenszelDif,
        Matching,
        Purification,
        Screening,
        likelihood_ratio_dif,
        logistic_dif,
        mantel_haenszel_dif,
    )
    from irt_core.errors import (
        AssemblyError,
        BankError,
        CalibrationError,
        DesignError,
        DifError,
        InfeasibleTest,
        IrtError,
        LinkingError,
        NoItemLeft,
        PriorError,
        ResponseError,
        SelectionError,
        StateError,
    )
    from irt_core.estimation.ability import Ability, estimate_ability
    from irt_core.linking import (
        Concordance,
        Drift,
        DriftLimits,
        Link,
        detect_drift,
        link_banks,
        observed_score_equating,
        parameter_covariance,
        score_distribution,
        true_score_equating,
    )
    from irt_core.models.bank import ItemBank
    from irt_core.multidimensional.design import MultidimensionalDesign
    from irt_core.multidimensional.prior import MultivariateNormal
    from irt_core.multidimensional.state import MultidimensionalState
    from irt_core.priors import Normal, Quadrature
    from irt_core.randomness import rng_for
    from irt_core.simulation.multistage import MultistageResult, simulate_multistage
    from irt_core.simulation.result import ConditionalCurves, SimulationResult
    from irt_core.simulation.simulate import simulate_cat
    from irt_core.simulation.sympson_hetter import SympsonHetterSetUp, set_up_sympson_hetter
    from irt_core.times import (
        SpeedState,
        TimeCalibration,
        TimeModel,
        calibrate_times,
        estimate_speed,
        flag_times,
    )

__all__ = [
    "Ability",
    "AssembledForms",
    "AssemblyError",
    "BankError",
    "Beta",
    "Calibration",
    "CalibrationError",
    "CatDesign",
    "CatState",
    "Choice",
    "Concordance",
    "ConditionalCurves",
    "ConfidenceInterval",
    "Constraints",
    "ContentArea",
    "ContentBlueprint",
    "CountLimit",
    "DesignError",
    "DifError",
    "Drift",
    "DriftLimits",
    "EligibilityCounts",
    "FixedItems",
    "Form",
    "InfeasibleTest",
    "IrtError",
    "ItemBank",
    "ItemEligibility",
    "ItemPriors",
    "Latent",
    "LikelihoodRatioDif",
    "Link",
    "LinkingError",
    "LogNormal",
    "LogisticDif",
    "MantelHaenszelDif",
    "Matching",
    "MaximumInformation",
    "Module",
    "ModulePlan",
    "MultidimensionalDesign",
    "MultidimensionalState",
    "MultistageResult",
    "MultistageState",
    "MultistageTest",
    "MultivariateNormal",
    "NoItemLeft",
    "Normal",
    "Panel",
    "PanelPlan",
    "PriorError",
    "Purification",
    "Quadrature",
    "Randomesque",
    "ResponseError",
    "Route",
    "Screening",
    "Sections",
    "SelectionError",
    "SequentialRatio",
    "SetRule",
    "SimulationResult",
    "SpeedState",
    "Start",
    "StateError",
    "StopReason",
    "Stopping",
    "SumLimit",
    "SympsonHetter",
    "SympsonHetterSetUp",
    "TargetInformation",
    "TestSpecification",
    "TimeCalibration",
    "TimeModel",
    "assemble_forms",
    "assemble_panels",
    "calibrate",
    "calibrate_times",
    "detect_drift",
    "estimate_ability",
    "estimate_speed",
    "flag_times",
    "likelihood_ratio_dif",
    "link_banks",
    "logistic_dif",
    "mantel_haenszel_dif",
    "next_item",
    "observed_score_equating",
    "parameter_covariance",
    "rng_for",
    "score_distribution",
    "set_up_sympson_hetter",
    "simulate_cat",
    "simulate_multistage",
    "true_score_equating",
]

# A function that estimates abilities should not load the calibration: modules are imported when a name is first used.
_NAMES = {
    "adaptive.blueprint": ("ContentArea", "ContentBlueprint"),
    "adaptive.classification": ("ConfidenceInterval", "SequentialRatio"),
    "adaptive.constraints": ("Constraints",),
    "adaptive.design": ("CatDesign",),
    "adaptive.exposure": ("Randomesque", "SympsonHetter"),
    "adaptive.item_eligibility": ("EligibilityCounts", "ItemEligibility"),
    "adaptive.item_sets": ("SetRule",),
    "adaptive.selection": ("Choice", "next_item"),
    "adaptive.start": ("Start",),
    "adaptive.state": ("CatState",),
    "adaptive.stopping": ("Stopping", "StopReason"),
    "assembly.forms": ("AssembledForms", "Form", "assemble_forms"),
    "assembly.multistage": ("MultistageState", "MultistageTest"),
    "assembly.objective": ("MaximumInformation", "TargetInformation"),
    "assembly.panel": ("Module", "Panel", "Route"),
    "assembly.panel_assembly": ("ModulePlan", "PanelPlan", "assemble_panels"),
    "assembly.specification": ("CountLimit", "Sections", "SumLimit", "TestSpecification"),
    "calibration": ("Beta", "Calibration", "FixedItems", "ItemPriors", "Latent", "LogNormal", "calibrate"),
    "dif": (
        "LikelihoodRatioDif",
        "LogisticDif",
        "MantelHaenszelDif",
        "Matching",
        "Purification",
        "Screening",
        "likelihood_ratio_dif",
        "logistic_dif",
        "mantel_haenszel_dif",
    ),
    "errors": (
        "AssemblyError",
        "BankError",
        "CalibrationError",
        "DesignError",
        "DifError",
        "InfeasibleTest",
        "IrtError",
        "LinkingError",
        "NoItemLeft",
        "PriorError",
        "ResponseError",
        "SelectionError",
        "StateError",
    ),
    "estimation.ability": ("Ability", "estimate_ability"),
    "linking": (
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
    ),
    "models.bank": ("ItemBank",),
    "multidimensional.design": ("MultidimensionalDesign",),
    "multidimensional.prior": ("MultivariateNormal",),
    "multidimensional.state": ("MultidimensionalState",),
    "priors": ("Normal", "Quadrature"),
    "randomness": ("rng_for",),
    "simulation.multistage": ("MultistageResult", "simulate_multistage"),
    "simulation.result": ("ConditionalCurves", "SimulationResult"),
    "simulation.simulate": ("simulate_cat",),
    "simulation.sympson_hetter": ("SympsonHetterSetUp", "set_up_sympson_hetter"),
    "times": ("SpeedState", "TimeCalibration", "TimeModel", "calibrate_times", "estimate_speed", "flag_times"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
