"""Made-up results for the tests of pictures."""

from __future__ import annotations

from dreamseed.calibration.models import ConditionalResult, ExposureResult, SimulationResult


def point(theta: float, **changes: float) -> ConditionalResult:
    """What became of the examinees at one θ."""
    figures = {"bias": 0.01, "bias_se": 0.02, "rmse": 0.3, "se": 0.31, "length": 12.0, "length_sd": 2.0}
    return ConditionalResult(theta=theta, examinees=250, max_exposure=0.4, **{**figures, **changes})


def result(*points: ConditionalResult, is_provisional: bool = True) -> SimulationResult:
    """A result with these points."""
    return SimulationResult(
        examinees=2000,
        bias=-0.012,
        bias_se=0.01,
        rmse=0.334,
        se=0.321,
        correlation=0.94,
        mean_length=13.4,
        length_sd=2.4,
        stop_reasons={"max_items": 0.2, "se_reached": 0.8},
        conditional=list(points),
        exposure=ExposureResult(items=4, never_used=1, mean=0.14, maximum=0.62, overlap=0.3, most_used=[]),
        is_provisional=is_provisional,
    )
