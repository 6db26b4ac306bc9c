"""What importing the engine costs, and what it offers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import irt_core

_COUNT = """
import json, sys
import numpy
before = set(sys.modules)
import irt_core
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_importing_the_engine_adds_few_modules_and_no_scipy() -> None:
    run = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True)

    added = json.loads(run.stdout)

    assert len(added) <= 150
    assert not [name for name in added if name.split(".")[0] in ("scipy", "dreamseed", "pandas")]


def test_the_public_interface_is_what_the_package_lists() -> None:
    assert sorted(irt_core._MODULE_OF) == irt_core.__all__
    assert all(getattr(irt_core, name) is not None for name in irt_core.__all__)
    assert set(irt_core.__all__) <= set(dir(irt_core))
    with pytest.raises(AttributeError, match="has no attribute 'calibrated'"):
        _ = irt_core.calibrated
    assert irt_core.__all__ == [
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


def test_every_error_of_the_engine_is_a_value_error() -> None:
    errors = [
        getattr(irt_core, name)
        for name in irt_core.__all__
        if name.endswith("Error") or name in ("NoItemLeft", "InfeasibleTest")
    ]

    assert all(issubclass(error, irt_core.IrtError) and issubclass(error, ValueError) for error in errors)
