"""Calibration of graded, nominal and multidimensional items, of several groups and with known items."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

import numpy as np
import pytest

from irt_core import Beta, CalibrationError, FixedItems, ItemBank, ItemPriors, LogNormal, Normal, calibrate
from irt_core.calibration.marginal import MarginalLikelihood, Point
from irt_core.calibration.precision import _of_differences, observed_information

ALL_PRIORS = ItemPriors(LogNormal(0.1, 0.4), Normal(0.2, 1.5), Beta(4, 12), Beta(15, 3), Normal(0.0, 2.0))


@dataclass(frozen=True)
class Case:
    """A model with everything that its responses need."""

    model: str
    n_categories: int = 2
    dimensions: int = 1
    options: dict[str, Any] = field(default_factory=dict)


DEVICES: tuple[Literal["cuda"], Literal["cpu"]] = ("cuda", "cpu")
OWN_DIMENSIONS = [0, 0, 0, 1, 1, 1]
CASES = {
    case.model: case
    for case in (
        Case("rasch"),
        Case("1pl"),
        Case("2pl"),
        Case("3pl"),
        Case("4pl"),
        Case("grm", 4),
        Case("gpcm", 4),
        Case("pcm", 3),
        Case("nrm", 4),
        Case("m2pl", 2, 2, {"n_dimensions": 2}),
        Case("m3pl", 2, 2, {"pattern": [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], "correlated": True}),
        Case("mgrm", 3, 2, {"n_dimensions": 2}),
        Case("bifactor", 2, 3, {"pattern": OWN_DIMENSIONS}),
        Case("testlet", 2, 3, {"pattern": OWN_DIMENSIONS}),
    )
}


def responses_of(case: Case, n_persons: int = 400) -> np.ndarray:
    """Scores (n_persons, 6) of graded items, on which the later ones have one category less; as floats."""
    rng = np.random.default_rng(1)
    theta = rng.normal(size=(n_persons, 1))
    own = rng.normal(size=(n_persons, 2))[:, OWN_DIMENSIONS]
    slope = rng.lognormal(0.2, 0.2, 6)
    cuts = -np.sort(-rng.normal(0, 1.0, (6, case.n_categories - 1)), axis=1)
    z = theta * slope + (0.8 * own if case.dimensions > 1 else 0.0)
    scores = (rng.random((n_persons, 6, 1)) < 1 / (1 + np.exp(-(z[:, :, None] + cuts)))).sum(axis=2)
    if case.n_categories > 2:
        scores[:, 4:] = np.minimum(scores[:, 4:], case.n_categories - 2)
    floats: np.ndarray = scores.astype(float)
    return floats


@pytest.mark.parametrize("model", CASES)
@pytest.mark.parametrize("has_gaps", [False, True], ids=["complete", "with gaps"])
def test_gradient_and_information_are_the_derivatives_of_the_objective(model: str, has_gaps: bool) -> None:
    case, rng = CASES[model], np.random.default_rng(3)
    responses = responses_of(case, 300)
    if has_gaps:
        responses[rng.random(responses.shape) < 0.2] = np.nan
    groups = None if case.dimensions > 1 else np.where(np.arange(300) % 3 == 0, "b", "a")
    fit = calibrate(responses, model, priors=ALL_PRIORS, groups=groups, **case.options)
    likelihood, top = fit._likelihood, fit._summit.point
    point = likelihood.moved(top, rng.normal(0, 0.05, likelihood.n_free))

    gradient, information = likelihood.at(point).gradient, observed_information(likelihood, top)

    np.testing.assert_allclose(gradient, slopes_of(lambda p: likelihood.at(p).objective, likelihood, point), atol=2e-4)
    expected = _of_differences(likelihood, top)
    np.testing.assert_allclose(information, expected, atol=1e-5 * np.abs(expected).max())


def slopes_of(function: Callable[[Point], float], likelihood: MarginalLikelihood, point: Point) -> list[float]:
    """Central differences by every free parameter."""
    steps = 1e-5 * np.eye(likelihood.n_free)
    return [
        (function(likelihood.moved(point, step)) - function(likelihood.moved(point, -step))) / 2e-5 for step in steps
    ]


@pytest.mark.parametrize("model", ["2pl", "grm", "gpcm", "nrm", "m2pl"])
def test_the_likelihood_is_the_sum_over_persons_and_nodes(model: str) -> None:
    case = CASES[model]
    responses = responses_of(case, 60).astype(int)
    fit = calibrate(responses, model, **case.options)
    view = fit.fitted_model

    likelihood = [view.node_weights[0] @ np.prod(view.probability[np.arange(6), row], axis=0) for row in responses]

    assert fit.log_likelihood == pytest.approx(np.log(likelihood).sum(), abs=1e-8)


@pytest.mark.parametrize("model", ["grm", "gpcm", "nrm"])
def test_with_two_categories_every_model_is_the_two_parameter_one(model: str) -> None:
    responses = responses_of(CASES["2pl"])

    two = calibrate(responses, "2pl")
    # Two categories are read as a special case, so a third one is offered that only one item has.
    more = responses.copy()
    more[more[:, 5] == 1, 5] = np.random.default_rng(1).integers(1, 3, int((more[:, 5] == 1).sum()))
    fit = calibrate(more, model)

    slope = fit.slopes[:5] if model != "nrm" else fit.slopes[:5, 1]
    np.testing.assert_allclose(slope, two.slopes[:5], atol=0.25)
    assert calibrate(responses, model).log_likelihood == pytest.approx(two.log_likelihood, abs=1e-6)


@pytest.mark.parametrize("model", ["grm", "gpcm"])
def test_ordered_items_are_recovered(model: str) -> None:
    """3,000 persons, 10 items: the mean square of error over standard error is 1 but for chance."""
    rng = np.random.default_rng(8)
    slope, cuts = rng.lognormal(0.1, 0.25, 10), np.sort(rng.normal(0, 1, (10, 3)), axis=1)
    make = ItemBank.graded if model == "grm" else ItemBank.generalized_partial_credit
    bank = make(slope, cuts)
    cumulative = bank.probability(rng.normal(size=3000)).cumsum(axis=2)
    responses = (rng.random((3000, 10, 1)) > cumulative).sum(axis=2)

    fit = calibrate(responses, model)

    errors = [
        (fit.slopes - slope) / fit.standard_errors["slope"],
        ((np.array(fit.bank.to_arrays()["thresholds"]) - cuts) / fit.standard_errors["thresholds"]).ravel(),
    ]
    assert fit.converged
    assert np.mean(np.concatenate(errors) ** 2) == pytest.approx(1.0, abs=0.6)


def test_nominal_items_are_recovered() -> None:
    rng = np.random.default_rng(5)
    slopes = np.column_stack([np.zeros(8), rng.normal(0.7, 0.2, 8), rng.normal(1.6, 0.3, 8)])
    intercepts = np.column_stack([np.zeros(8), rng.normal(0, 0.5, (8, 2))])
    cumulative = ItemBank.nominal(slopes, intercepts).probability(rng.normal(size=4000)).cumsum(axis=2)
    responses = (rng.random((4000, 8, 1)) > cumulative).sum(axis=2)

    fit = calibrate(responses, "nrm")

    z = (fit.slopes - slopes)[:, 1:] / fit.standard_errors["slope"][:, 1:]
    assert np.mean(z**2) == pytest.approx(1.0, abs=0.75)
    assert fit.bank.n_categories == 3


def test_a_bifactor_model_is_the_multidimensional_model_on_a_full_grid() -> None:
    responses = responses_of(CASES["bifactor"], 3000)
    fit = calibrate(responses, "bifactor", pattern=OWN_DIMENSIONS)
    axis = np.linspace(-6, 6, 49)
    theta = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    weights = np.exp(-0.5 * (theta**2).sum(axis=1))
    patterns, counts = np.unique(responses, axis=0, return_counts=True)

    right = fit.bank.probability(theta).T
    likelihood = np.exp(patterns @ np.log(right) + (1 - patterns) @ np.log(np.maximum(1 - right, 1e-99))) @ (
        weights / weights.sum()
    )

    assert fit.log_likelihood == pytest.approx(counts @ np.log(likelihood), abs=0.001)
    assert fit.n_parameters == 18


def test_the_slopes_of_a_testlet_are_in_one_proportion() -> None:
    fit = calibrate(responses_of(CASES["testlet"], 600), "testlet", pattern=[0, 0, 0, 7, 7, -1])

    ratio = np.array([fit.slopes[:3, 1] / fit.slopes[:3, 0], fit.slopes[3:5, 2].repeat(2)[:3]])
    assert np.ptp(ratio[0]) < 1e-12
    assert fit.slopes[5, 1:].tolist() == [0.0, 0.0]
    assert fit.n_parameters == 14


def test_correlated_dimensions_are_found() -> None:
    rng = np.random.default_rng(2)
    theta = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 3000)
    pattern = np.repeat([[1, 0], [0, 1]], 6, axis=0)
    z = theta @ (1.3 * pattern).T + rng.normal(0, 0.8, 12)
    responses = rng.random((3000, 12)) < 1 / (1 + np.exp(-z))

    fit = calibrate(responses, "m2pl", pattern=pattern, correlated=True)

    assert fit.latent.covariance[0, 1] == pytest.approx(0.6, abs=0.06)
    np.testing.assert_allclose(np.diagonal(fit.latent.covariance), 1.0)


def test_four_dimensions_are_integrated_over_quasi_random_points() -> None:
    rng = np.random.default_rng(2)
    pattern = np.repeat(np.eye(4), 4, axis=0)
    z = rng.normal(size=(1500, 4)) @ (1.2 * pattern).T
    responses = rng.random((1500, 16)) < 1 / (1 + np.exp(-z))

    fit = calibrate(responses, "m2pl", pattern=pattern)

    assert fit.quadrature is None
    assert fit.converged
    np.testing.assert_allclose(fit.slopes[pattern > 0].mean(), 1.2, atol=0.1)


def grouped(n: int = 1500, shift_of_last: float = 0.0) -> tuple[np.ndarray, np.ndarray, ItemBank]:
    """Responses of two groups, Normal(0, 1) and Normal(0.6, 1.3²), to ten items; their labels; the items."""
    rng = np.random.default_rng(6)
    bank = ItemBank.dichotomous(rng.lognormal(0.1, 0.2, 10), rng.normal(0, 1, 10))
    theta = np.concatenate([rng.normal(0, 1, n), rng.normal(0.6, 1.3, n)])
    probability = bank.probability(theta)
    probability[n:, 9] = bank.probability(theta - shift_of_last)[n:, 9]
    return (rng.random((2 * n, 10)) < probability).astype(int), np.repeat(["first", "second"], n), bank


def test_groups_have_distributions_of_their_own() -> None:
    responses, groups, bank = grouped()

    fit = calibrate(responses, "2pl", groups=groups)

    second = fit.latents["second"]
    assert fit.groups == ("first", "second")
    assert (fit.latent.mean, fit.latent.variance) == (0.0, 1.0)
    assert abs(second.mean - 0.6) < 3 * fit.standard_errors["mean"][0]
    assert abs(second.variance - 1.69) < 3 * fit.standard_errors["variance"][0]
    assert np.mean(((fit.slopes - bank.discriminations) / fit.standard_errors["slope"]) ** 2) < 2.5


def test_what_is_no_anchor_has_parameters_of_its_own_in_each_group() -> None:
    responses, groups, _ = grouped(shift_of_last=1.0)

    equal = calibrate(responses, "2pl", groups=groups)
    freed = calibrate(responses, "2pl", groups=groups, anchors=range(9))

    moved = freed.banks["second"].locations - freed.banks["first"].locations
    assert freed.n_parameters == equal.n_parameters + 2
    assert freed.log_likelihood > equal.log_likelihood + 20
    assert moved[:9].tolist() == [0.0] * 9
    assert moved[9] == pytest.approx(1.0, abs=0.3)
    assert freed.items.tolist() == list(range(10))


def test_without_anchors_groups_are_calibrated_each_for_itself() -> None:
    responses, groups, _ = grouped(400)

    apart = calibrate(responses, "2pl", groups=groups, anchors=[])

    alone = [calibrate(responses[groups == label], "2pl") for label in apart.groups]
    assert apart.log_likelihood == pytest.approx(sum(one.log_likelihood for one in alone), abs=1e-4)


def test_known_items_give_the_scale() -> None:
    responses, groups, bank = grouped()

    fit = calibrate(responses[groups == "second"], "2pl", anchors=FixedItems([0, 1, 2, 3, 4, 5], bank.subset(range(6))))

    np.testing.assert_array_equal(fit.slopes[:6], bank.discriminations[:6])
    assert fit.latent.mean == pytest.approx(0.6, abs=0.1)
    assert np.sqrt(fit.latent.variance) == pytest.approx(1.3, abs=0.12)
    assert np.abs(fit.bank.locations[6:] - bank.locations[6:]).max() < 0.2


@pytest.mark.parametrize("model", ["grm", "gpcm"])
def test_known_ordered_items_keep_their_parameters(model: str) -> None:
    responses = responses_of(CASES[model], 800)[:, :4]
    first = calibrate(responses, model)

    fit = calibrate(responses, model, anchors=FixedItems([0, 2], first.bank.subset([0, 2])))

    np.testing.assert_allclose(fit.slopes[[0, 2]], first.slopes[[0, 2]])
    np.testing.assert_allclose(fit.slopes, first.slopes, atol=0.02)
    assert fit.latent.mean == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    ("model", "options", "complaint"),
    [
        ("2pl", {"n_dimensions": 2}, "has one dimension"),
        ("m2pl", {"n_dimensions": 9}, "6 items have no 9 dimensions"),
        ("m2pl", {"pattern": [[1, 0]] * 5 + [[0, 1]]}, "dimension 1 of the pattern has fewer than 2 items"),
        ("m2pl", {"pattern": [[1, 0]] * 3 + [[0, 1]] * 2 + [[0, 0]]}, "item 5 depends on no dimension"),
        ("m2pl", {"pattern": [1, 0]}, "a pattern must have the shape"),
        ("bifactor", {}, "needs a pattern"),
        ("bifactor", {"pattern": [0.5] * 6}, "whole numbers"),
        ("bifactor", {"pattern": [-1] * 6}, "a model of one dimension"),
        ("testlet", {"pattern": [0, 0, 1, 2, 2, -1]}, "dimension 1 has fewer than 2 items"),
        ("2pl", {"anchors": [0]}, "say which persons are in which of the groups"),
        ("2pl", {"groups": [0, 1] * 200, "anchors": [77]}, "anchors must be items that are calibrated"),
        ("2pl", {"device": "tpu"}, "no device is called 'tpu'"),
        ("nrm", {"anchors": FixedItems([0], ItemBank.dichotomous([1.0], [0.0]))}, "one slope an item"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(model: str, options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CalibrationError, match=complaint):
        calibrate(responses_of(CASES["2pl"]), model, **options)


def test_a_category_that_nobody_has_is_reported() -> None:
    responses = responses_of(CASES["grm"])
    responses[responses[:, 2] == 2, 2] = 3

    fit = calibrate(responses, "grm")

    assert fit.warnings == ("item 2 has no response in category 2 (merge it with the next one) and is left out",)
    assert fit.items.tolist() == [0, 1, 3, 4, 5]


def test_more_parameters_than_responses_can_tell_are_reported() -> None:
    fit = calibrate(responses_of(CASES["2pl"])[:, :2], "2pl")

    assert "they are not identified" in fit.warnings[-1]


class ElsewhereArray(np.ndarray):
    """An array that, as one on a graphics processor, mixes with no array in main memory and must be fetched."""

    def get(self) -> np.ndarray:
        return self.view(np.ndarray)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        operands = [*inputs, *(out or ())]
        if any(isinstance(one, np.ndarray) and not isinstance(one, ElsewhereArray) for one in operands):
            raise TypeError("an array in main memory")
        fetched = [one.view(np.ndarray) if isinstance(one, ElsewhereArray) else one for one in inputs]
        if out is not None:
            options["out"] = tuple(one.view(np.ndarray) for one in out)
        result = getattr(ufunc, method)(*fetched, **options)
        return result.view(ElsewhereArray) if isinstance(result, np.ndarray) else result


class Elsewhere(ModuleType):
    """The functions of an array library whose arrays lie elsewhere."""

    exp, log = np.exp, np.log

    @staticmethod
    def asarray(values: Any, dtype: Any = None) -> ElsewhereArray:
        return np.array(values, dtype=dtype).view(ElsewhereArray)

    @staticmethod
    def zeros(shape: Any) -> ElsewhereArray:
        return np.zeros(shape).view(ElsewhereArray)


@pytest.mark.parametrize("model", ["grm", "bifactor", "2pl"])
def test_a_graphics_processor_is_used_by_the_same_code(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", Elsewhere("cupy"))
    responses = responses_of(CASES[model])
    responses[::7, 1] = np.nan

    there = calibrate(responses, model, device="cuda", **CASES[model].options)

    here = calibrate(responses, model, **CASES[model].options)
    assert there.log_likelihood == pytest.approx(here.log_likelihood, abs=1e-6)
    if model != "bifactor":
        np.testing.assert_allclose(there.standard_errors["slope"], here.standard_errors["slope"], rtol=1e-4)


def test_a_graphics_processor_takes_covariates_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", Elsewhere("cupy"))
    responses, x = responses_of(CASES["2pl"]), np.random.default_rng(2).normal(size=(400, 2))

    there, here = (calibrate(responses, "2pl", covariates=x, device=device) for device in DEVICES)

    assert there.log_likelihood == pytest.approx(here.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(there.latent.coefficient_errors, here.latent.coefficient_errors, rtol=1e-4)


def test_a_graphics_processor_without_its_library_is_refused() -> None:
    with pytest.raises(CalibrationError, match="needs the library cupy"):
        calibrate(responses_of(CASES["2pl"]), device="cuda")
