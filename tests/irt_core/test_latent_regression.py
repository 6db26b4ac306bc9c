"""Calibration where ability depends on covariates of the persons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from irt_core import CalibrationError, FixedItems, ItemBank, LinkingError, Normal, calibrate, parameter_covariance
from irt_core.calibration.ascent import climb
from irt_core.calibration.latent import LatentModel
from irt_core.calibration.marginal import Point
from irt_core.calibration.precision import _of_differences, observed_information

SLOPES = np.array([0.03, -0.5])  # by points on a scale of mean 100 and sd 15, and by a group


def sample(
    n_persons: int, n_items: int = 12, sd: float = 1.0, seed: int = 1
) -> tuple[np.ndarray, np.ndarray, ItemBank]:
    """Responses (n_persons, n_items) as floats, covariates (n_persons, 2) on which ability depends, and the items."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(100.0, 15.0, n_persons), rng.integers(0, 2, n_persons)])
    bank = ItemBank.dichotomous(rng.lognormal(0.1, 0.25, n_items), rng.normal(0, 1, n_items))
    theta = (x - [100.0, 0.5]) @ SLOPES + rng.normal(0.0, sd, n_persons)
    return (rng.random((n_persons, n_items)) < bank.probability(theta)).astype(float), x, bank


def with_gaps(responses: np.ndarray, share: float = 0.2) -> np.ndarray:
    """The responses with some of them missing at random."""
    return np.where(np.random.default_rng(3).random(responses.shape) < share, np.nan, responses)


@pytest.mark.parametrize("has_gaps", [False, True], ids=["complete", "with gaps"])
def test_coefficients_and_items_are_recovered(has_gaps: bool) -> None:
    """Each error over its standard error is about standard normal: the mean square of 60 is 1 with a standard deviation
    of 0.18. Errors of the locations go together, as the centre of the sample is not quite that of the population."""
    responses, x, bank = sample(4000, 30)

    fit = calibrate(with_gaps(responses) if has_gaps else responses, "2pl", covariates=x)

    found, errors = fit.latent, fit.standard_errors
    assert fit.converged
    assert fit.warnings == ()
    assert np.abs((found.coefficients - SLOPES) / found.coefficient_errors).max() < 4
    z = [
        (fit.slopes - bank.discriminations) / errors["slope"],
        (fit.bank.locations - bank.locations) / errors["difficulty"],
    ]
    assert np.mean(np.concatenate(z) ** 2) == pytest.approx(1.0, abs=0.9)
    assert found.residual_variance == 1.0
    explained = np.var(x @ found.coefficients)
    assert found.variance == pytest.approx(1.0 + explained)
    assert found.r_squared == pytest.approx(explained / (1.0 + explained))


def test_the_standard_errors_of_coefficients_are_those_of_many_samples() -> None:
    """Of 60 samples the standard deviation is known to about one in √120 = 0.09; four of these bound it."""
    fits = [calibrate(responses, "rasch", covariates=x).latent for responses, x, _ in map(sample_of_300, range(60))]

    spread = np.std([fit.coefficients for fit in fits], axis=0, ddof=1)
    np.testing.assert_allclose(spread, np.mean([fit.coefficient_errors for fit in fits], axis=0), rtol=0.37)


def sample_of_300(seed: int) -> tuple[np.ndarray, np.ndarray, ItemBank]:
    return sample(300, 8, seed=seed)


@pytest.mark.parametrize("model", ["rasch", "pcm"])
def test_the_residual_variance_is_free_where_slopes_are_equal(model: str) -> None:
    rng = np.random.default_rng(5)
    _, x, _ = sample(3000)
    theta = (x - [100.0, 0.5]) @ SLOPES + rng.normal(0.0, 1.5, 3000)
    responses = rng.random((3000, 15)) < ItemBank.dichotomous(np.ones(15), rng.normal(0, 1, 15)).probability(theta)

    fit = calibrate(responses, model, covariates=x)

    assert abs(fit.latent.residual_variance - 2.25) < 4 * fit.standard_errors["variance"][0]
    assert np.abs((fit.latent.coefficients - SLOPES) / fit.latent.coefficient_errors).max() < 4
    assert fit.n_parameters == 15 + 2 + 1


def test_the_one_parameter_model_reports_the_rasch_regression_in_residual_units() -> None:
    responses, x, _ = sample(800)

    rasch, one = calibrate(responses, "rasch", covariates=x), calibrate(responses, "1pl", covariates=x)

    sd = np.sqrt(rasch.latent.residual_variance)
    assert one.log_likelihood == pytest.approx(rasch.log_likelihood, abs=1e-6)
    assert one.latent.residual_variance == 1.0
    assert one.latent.r_squared == pytest.approx(rasch.latent.r_squared, abs=1e-4)
    np.testing.assert_allclose(one.latent.coefficients * sd, rasch.latent.coefficients, rtol=1e-3)
    np.testing.assert_allclose(one.slopes, sd, rtol=1e-3)


def test_a_covariate_of_zeros_and_ones_is_two_groups_of_equal_variance() -> None:
    responses, x, _ = sample(1500)
    responses = with_gaps(responses)
    grouped = calibrate(responses, "2pl", groups=x[:, 1])
    equal = LatentModel(np.array([[False], [True]]), np.zeros((2, 1), dtype=bool))
    top = climb(replace(grouped._likelihood, latent=equal), Point(grouped._summit.point.items, np.zeros(1)))

    fit = calibrate(responses, "2pl", covariates=x[:, 1:])

    assert fit.log_likelihood == pytest.approx(top.evaluation.log_likelihood, abs=1e-5)
    assert fit.latent.coefficients[0] == pytest.approx(top.point.latent[0], abs=1e-4)
    np.testing.assert_allclose(fit.slopes, top.point.items[:, 1], atol=1e-3)
    assert fit.n_parameters == 2 * 12 + 1
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 2 * 25)
    assert fit.bic == pytest.approx(-2 * fit.log_likelihood + 25 * np.log(1500))


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl"])
def test_the_likelihood_is_that_by_plain_quadrature(model: str) -> None:
    """Each person is integrated by a grid around the mean that the covariates predict."""
    responses, x, _ = sample(300, 6)
    responses = with_gaps(responses)

    fit = calibrate(responses, model, covariates=x)

    z = np.linspace(-8, 8, 801)
    total = 0.0
    for row, own in zip(responses, x, strict=True):
        prior = fit.latent.prior(own)
        right = fit.bank.probability(prior.mean + prior.sd * z)
        likelihood = np.where(np.isnan(row), 1.0, np.where(row == 1, right, 1 - right)).prod(axis=1)
        total += np.log(likelihood @ np.exp(-0.5 * z**2) * 0.02 / np.sqrt(2 * np.pi))
    assert fit.warnings == ()
    assert fit.log_likelihood == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl", "grm", "gpcm", "nrm"])
@pytest.mark.parametrize("has_gaps", [False, True], ids=["complete", "with gaps"])
def test_gradient_and_information_are_the_derivatives_of_the_objective(model: str, has_gaps: bool) -> None:
    responses, x, _ = sample(300, 8)
    if model in ("grm", "gpcm", "nrm"):
        responses = responses[:, :4] + responses[:, 4:]
    fit = calibrate(with_gaps(responses) if has_gaps else responses, model, covariates=x)
    likelihood, top = fit._likelihood, fit._summit.point
    away = likelihood.moved(top, np.random.default_rng(3).normal(0, 0.05, likelihood.n_free))

    def slopes_at(point: Point) -> list[float]:
        steps = 1e-5 * np.eye(likelihood.n_free)
        heights = [[likelihood.at(likelihood.moved(point, s)).objective for s in (-step, step)] for step in steps]
        return [(ahead - behind) / 2e-5 for behind, ahead in heights]

    np.testing.assert_allclose(likelihood.at(away).gradient, slopes_at(away), atol=2e-4)
    np.testing.assert_allclose(slopes_at(top), 0.0, atol=0.02)
    expected = _of_differences(likelihood, top)
    np.testing.assert_allclose(observed_information(likelihood, top), expected, atol=1e-5 * np.abs(expected).max())


def test_the_likelihood_never_falls_on_the_way_up() -> None:
    responses, x, _ = sample(600)
    fit, heights = calibrate(responses, "2pl", covariates=x), list[float]()
    start = fit._likelihood.moved(fit._summit.point, np.full(fit.n_parameters, 0.5))

    summit = climb(fit._likelihood, start, progress=lambda _, height: heights.append(height))

    assert np.all(np.diff(heights) >= -1e-9 * abs(heights[0]))
    assert summit.evaluation.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-5)


@pytest.mark.parametrize("columns", [slice(1, 2), slice(0, 2)], ids=["few profiles", "many profiles"])
def test_a_weight_counts_as_so_many_persons(columns: slice) -> None:
    responses, x, _ = sample(400, 6)
    weights = np.random.default_rng(2).integers(0, 4, 400)

    weighted = calibrate(responses, "2pl", covariates=x[:, columns], weights=weights)
    repeated = calibrate(np.repeat(responses, weights, axis=0), "2pl", covariates=np.repeat(x[:, columns], weights, 0))

    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(weighted.latent.coefficients, repeated.latent.coefficients, rtol=1e-3)
    np.testing.assert_allclose(weighted.latent.coefficient_errors, repeated.latent.coefficient_errors, rtol=1e-3)
    np.testing.assert_allclose(weighted.latent.covariate_means, repeated.latent.covariate_means)


def test_equal_responses_of_persons_with_other_covariates_stay_apart() -> None:
    responses, x, _ = sample(900, 4)

    table = calibrate(responses, "rasch", covariates=x[:, 1:])._likelihood.expectation.table

    assert (
        table.n_rows
        == len(np.unique(np.column_stack([responses, x[:, 1]]), axis=0))
        > len(np.unique(responses, axis=0))
    )
    np.testing.assert_array_equal(table.scores[table.row_of_person], responses)
    assert table.covariates is not None
    own = table.covariates[table.row_of_person, 0]
    assert own[x[:, 1] == 1] == pytest.approx(own.max())
    assert own[x[:, 1] == 0] == pytest.approx(own.min())


def test_the_short_ways_up_lead_to_the_same_top() -> None:
    """A sample of the persons, single precision and the sample's information against none of these."""
    responses, x, _ = sample(9000, 45)

    fit = calibrate(responses, "2pl", covariates=x)

    start = Point(np.ones_like(fit._summit.point.items), np.zeros(2))
    plain = climb(fit._likelihood, start)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(plain.evaluation.log_likelihood, abs=1e-4)
    np.testing.assert_allclose(fit._summit.point.latent, plain.point.latent, atol=1e-4)


def test_the_unit_of_a_covariate_does_not_matter_nor_does_its_origin() -> None:
    responses, x, _ = sample(600)

    fit = calibrate(responses, "2pl", covariates=x)
    in_others = calibrate(responses, "2pl", covariates=x * [1e4, 1e-4] + [-7e5, 3.0])

    assert in_others.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(in_others.latent.coefficients * [1e4, 1e-4], fit.latent.coefficients, rtol=1e-4)
    np.testing.assert_allclose(
        in_others.latent.coefficient_errors * [1e4, 1e-4], fit.latent.coefficient_errors, rtol=1e-3
    )


def test_strong_covariates_get_a_wider_grid() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(1500, 1))
    bank = ItemBank.dichotomous(np.full(25, 1.2), rng.normal(0, 2, 25))
    responses = rng.random((1500, 25)) < bank.probability(2.5 * x[:, 0] + rng.normal(size=1500))

    fit = calibrate(responses, "2pl", covariates=x)

    assert fit.quadrature is not None
    assert fit.quadrature.high >= 2.5 * np.abs(x - x.mean()).max() + 5
    assert abs(fit.latent.coefficients[0] - 2.5) < 4 * fit.latent.coefficient_errors[0]


def test_covariates_that_leave_no_residual_variance_are_reported() -> None:
    """The covariate says exactly how many items each person has right, which no ability would."""
    rng = np.random.default_rng(4)
    n_right = np.repeat([1, 3, 5, 7, 9], 100)
    responses = np.argsort(rng.random((500, 10)), axis=1) < n_right[:, None]

    fit = calibrate(responses, "rasch", covariates=n_right[:, None])

    assert fit.converged
    assert fit.latent.residual_variance == pytest.approx(0.0, abs=0.002)
    assert fit.warnings == ("covariates leave no residual variance of ability: it is at its least value",)


def test_a_covariate_that_nobody_shares_with_a_brilliant_person_is_reported() -> None:
    """One person alone has the covariate and all items right: the larger its coefficient, the likelier."""
    responses, x, _ = sample(500)
    responses[0], x[:, 1] = 1.0, 0.0
    x[0, 1] = 1.0

    fit = calibrate(responses, "2pl", covariates=x)

    assert fit.warnings == ("covariates predict abilities beyond ±12: the responses do not tell their coefficients",)


def test_known_items_leave_the_mean_and_the_residual_variance_free() -> None:
    responses, x, bank = sample(2500)
    shifted = x + np.array([20.0, 0.0])  # by the covariate as it is, no longer the mean of the known scale

    fit = calibrate(responses, "2pl", covariates=shifted, anchors=FixedItems(range(6), bank.subset(np.arange(6))))

    expected = (x.mean(axis=0) - [100.0, 0.5]) @ SLOPES
    assert abs(fit.latent.mean - expected) < 4 * fit.standard_errors["mean"][0]
    assert abs(fit.latent.residual_variance - 1.0) < 4 * fit.standard_errors["variance"][0]
    assert np.abs((fit.latent.coefficients - SLOPES) / fit.latent.coefficient_errors).max() < 4
    assert fit.n_parameters == 12 + 4


def test_a_person_has_the_prior_of_the_covariates() -> None:
    responses, x, _ = sample(800)
    fit = calibrate(responses, "rasch", covariates=x)
    found = fit.latent

    prior = found.prior(x[7])

    assert prior.mean == pytest.approx((x[7] - x.mean(axis=0)) @ found.coefficients)
    assert prior.sd == pytest.approx(np.sqrt(found.residual_variance))
    assert found.prior() == Normal(0.0, float(np.sqrt(found.variance)))
    for wrong in ([1.0], [1.0, np.nan], 3.0):
        with pytest.raises(CalibrationError, match="has 2 covariates"):
            found.prior(wrong)
    with pytest.raises(CalibrationError, match="has 0 covariates"):
        calibrate(responses, "rasch").latent.prior(x[7])


def test_the_population_of_the_fit_statistics_is_everybody() -> None:
    responses, x, _ = sample(1200)
    fit = calibrate(responses, "2pl", covariates=x)
    view = fit.fitted_model

    weights, theta = view.node_weights[0], view.nodes[:, 0]
    expected = view.probability[:, 1] @ weights

    assert weights.sum() == pytest.approx(1.0)
    assert weights @ theta**2 == pytest.approx(fit.latent.variance, rel=1e-6)
    np.testing.assert_allclose(expected, responses.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(view.node_weight_derivative[0].sum(axis=1), 0.0, atol=1e-9)
    assert 0.0 < fit.reliability().marginal[0, 0] < 1.0
    assert (fit.item_fit().p > 1e-5).all()
    with pytest.raises(CalibrationError, match="M2 is not known"):
        fit.model_fit()
    assert parameter_covariance(calibrate(responses, "rasch", covariates=x)).shape[0] == 12
    with pytest.raises(LinkingError, match="calibrate it as rasch"):
        parameter_covariance(calibrate(responses, "1pl", covariates=x))


def test_persons_without_a_response_say_nothing_about_the_covariates() -> None:
    responses, x, _ = sample(400)
    more = np.vstack([responses, np.full((50, 12), np.nan)])

    fit = calibrate(more, "2pl", covariates=np.vstack([x, np.full((50, 2), 1e6)]))

    np.testing.assert_allclose(fit.latent.covariate_means, x.mean(axis=0))
    assert fit.warnings == ("50 persons without a response are left out",)


@pytest.mark.parametrize(
    ("change", "options", "complaint"),
    [
        (lambda x: x[:, 0], {}, r"the shape \(200, n_covariates\), not \(200,\)"),
        (lambda x: x[:-1], {}, r"not \(199, 2\)"),
        (lambda x: x[:, :0], {}, r"not \(200, 0\)"),
        (lambda x: np.where(x == x[3, 0], np.inf, x), {}, "covariate 0 of person 3 is not a finite number"),
        (lambda x: x.astype(str), {}, "covariates must be numbers"),
        (lambda x: x + 1j, {}, "covariates must be numbers"),
        (lambda x: np.column_stack([x, np.full(200, 0.1)]), {}, "covariate 2 is the same for everybody"),
        (lambda x: np.column_stack([x, x @ [2.0, -3.0] + 1.0]), {}, "covariate 2 is a linear combination of those"),
        (lambda x: np.random.default_rng(1).normal(size=(200, 250)), {}, "covariate 199 is a linear combination"),
        (lambda x: x, {"groups": [0, 1] * 100}, "covariates do not go with groups"),
        (lambda x: x, {"model": "m2pl", "n_dimensions": 2}, "covariates go with one ability only"),
        (lambda x: x, {"model": "bifactor", "pattern": [0] * 6 + [1] * 6}, "covariates go with one ability only"),
    ],
)
def test_covariates_that_tell_nothing_are_refused(change: Any, options: dict[str, Any], complaint: str) -> None:
    responses, x, _ = sample(200)

    with pytest.raises(CalibrationError, match=complaint):
        calibrate(responses, covariates=change(x), **options)
