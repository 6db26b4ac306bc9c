"""Calibration: the way up, recovery, and what is reported instead of fitted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from irt_core import (
    Beta,
    CalibrationError,
    ItemBank,
    ItemPriors,
    LogNormal,
    PriorError,
    ResponseError,
    calibrate,
)
from irt_core.calibration.ascent import climb
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.precision import _of_differences, observed_information
from tests.irt_core.published import lsat7

MODELS = ["rasch", "1pl", "2pl", "3pl", "4pl"]


def sample(n_persons: int, n_items: int, guessing: float = 0.0, seed: int = 1) -> tuple[np.ndarray, ItemBank]:
    """Simulated responses (n_persons, n_items) as int8, and the bank that they came from."""
    rng = np.random.default_rng(seed)
    bank = ItemBank.dichotomous(rng.lognormal(0.1, 0.25, n_items), rng.normal(0, 1, n_items), guessing)
    return (rng.random((n_persons, n_items)) < bank.probability(rng.normal(size=n_persons))).astype(np.int8), bank


@pytest.mark.parametrize("model", MODELS)
def test_the_likelihood_never_falls_on_the_way_up(model: str) -> None:
    responses, _ = sample(800, 10, guessing=0.2)
    fit = calibrate(responses, model, priors=None)
    likelihood, heights = fit._likelihood, list[float]()
    start = likelihood.moved(fit._summit.point, np.full(likelihood.n_free, 0.5))

    summit = climb(likelihood, start, progress=lambda _, height: heights.append(height))

    assert np.all(np.diff(heights) >= -1e-9 * abs(heights[0]))
    assert summit.evaluation.log_likelihood == heights[-1] > heights[0]


def sharp_sample(n_persons: int, model: str = "2pl", missing: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Responses (n_persons, 40) to items that tell much, and the groups of the persons (n_persons,)."""
    rng = np.random.default_rng(5)
    bank = ItemBank.dichotomous(rng.uniform(1.5, 2.5, 40), rng.normal(0, 1.2, 40), 0.2 if model == "3pl" else 0.0)
    responses = (rng.random((n_persons, 40)) < bank.probability(rng.normal(0, 1.3, n_persons))).astype(float)
    responses[rng.random(responses.shape) < missing] = np.nan
    return responses, rng.integers(0, 2, n_persons)


@pytest.mark.parametrize("model", ["2pl", "3pl"])
def test_nodes_without_weight_are_left_out_and_nothing_is_lost(model: str) -> None:
    responses, groups = sharp_sample(4000, model)
    fit = calibrate(responses, model, groups=groups)
    likelihood, point = fit._likelihood, fit._summit.point
    log_probability, log_weights = likelihood.curves(point).log_probability, likelihood.log_weights(point)
    table = likelihood.expectation.table

    chunks = list(likelihood.expectation.posteriors(log_probability, log_weights))

    assert table.observed is not None
    by_score = np.where(table.scores[:, :, None] == 1, log_probability[:, 1], log_probability[:, 0])
    joint = (by_score * table.observed[:, :, None]).sum(axis=1)
    assert min(len(range(likelihood.nodes.n_nodes)[chunk.nodes]) for chunk in chunks) < 0.75 * likelihood.nodes.n_nodes
    for chunk in chunks:
        weights = np.exp(joint[chunk.rows] + log_weights[chunk.group])
        found = np.zeros_like(weights)
        found[:, chunk.nodes] = chunk.blocks[0]
        np.testing.assert_allclose(chunk.log_likelihood, np.log(weights.sum(axis=1)), rtol=1e-13)
        np.testing.assert_allclose(found, weights / weights.sum(axis=1, keepdims=True), atol=1e-12)


def test_persons_of_like_scores_stand_together_and_are_found_again() -> None:
    responses, groups = sharp_sample(700)

    table = ResponseTable.of(responses, groups=groups)

    share = (table.scores.sum(axis=1) / table.observed.sum(axis=1)) if table.observed is not None else None
    assert share is not None
    assert all((np.diff(share[rows]) >= 0).all() for rows in table.group_rows)
    np.testing.assert_array_equal(table.scores[table.row_of_person], np.nan_to_num(responses))
    np.testing.assert_array_equal(np.digitize(table.row_of_person, [table.group_rows[1].start]), groups)


@pytest.mark.parametrize("has_groups", [False, True])
def test_standard_errors_of_many_items_are_those_by_differences(has_groups: bool) -> None:
    """With more parameters than nodes the sums are over nodes."""
    responses, groups = sharp_sample(700, missing=0.0)
    fit = calibrate(responses, "2pl", groups=groups if has_groups else None)
    assert fit._likelihood.n_free > fit._likelihood.nodes.n_nodes

    information = observed_information(fit._likelihood, fit._summit.point)

    expected = _of_differences(fit._likelihood, fit._summit.point)
    np.testing.assert_allclose(information, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("model", ["rasch", "2pl"])
def test_the_short_ways_up_lead_to_the_same_top(model: str) -> None:
    """A sample of the persons, single precision and the sample's information against none of these; two of the items
    are so easy that the sample says next to nothing about them."""
    rng = np.random.default_rng(3)
    bank = ItemBank.dichotomous(rng.lognormal(0.0, 0.3, 45), np.append(rng.normal(0, 1, 43), [-6.0, -6.5]))
    responses = (rng.random((9000, 45)) < bank.probability(rng.normal(size=9000))).astype(np.int8)

    fit = calibrate(responses, model)

    likelihood = fit._likelihood
    start = likelihood.moved(fit._summit.point, rng.normal(0, 0.3, likelihood.n_free))
    plain = climb(likelihood, start)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(plain.evaluation.log_likelihood, abs=1e-4)
    np.testing.assert_allclose(fit._summit.point.items[:43], plain.point.items[:43], atol=1e-3)


@pytest.mark.parametrize("n_items", [10, 45])
def test_progress_is_told_of_every_step(n_items: int) -> None:
    """The longer test is climbed with some of the persons first, then in single precision, then to the top."""
    told: list[tuple[int, float]] = []

    fit = calibrate(sample(9000, n_items)[0], "2pl", progress=lambda *step: told.append(step))

    assert [number for number, _ in told] == list(range(1, fit.iterations + 1))
    assert told[-1][1] == fit.log_likelihood


def test_models_with_more_parameters_fit_no_worse() -> None:
    responses, _ = sample(1500, 12, guessing=0.2)

    heights = [calibrate(responses, model, priors=None).log_likelihood for model in MODELS]

    assert heights[0] == pytest.approx(heights[1], abs=1e-4)
    assert all(fewer <= more + 1e-3 for fewer, more in pairwise(heights))


def test_the_one_parameter_model_is_the_rasch_model_on_another_scale() -> None:
    responses, _ = sample(1000, 8)

    rasch, one = calibrate(responses, "rasch"), calibrate(responses, "1pl")

    np.testing.assert_allclose(one.slopes, np.sqrt(rasch.latent.variance))
    np.testing.assert_allclose(one.bank.locations * one.slopes, rasch.bank.locations, atol=1e-4)
    assert one.latent.variance == 1.0


def test_parameters_and_their_standard_errors_agree_with_the_truth() -> None:
    """5,000 persons, 40 items, 80 parameters: each error over its standard error is about standard normal, so their
    mean square is 1 with a standard deviation of √(2 / 80) = 0.16; four of them bound it."""
    responses, bank = sample(5000, 40, seed=4)

    fit = calibrate(responses, "2pl")

    slope = (fit.slopes - bank.discriminations) / fit.standard_errors["slope"]
    difficulty = (fit.bank.locations - bank.locations) / fit.standard_errors["difficulty"]
    assert fit.converged
    assert np.mean(np.concatenate([slope, difficulty]) ** 2) == pytest.approx(1.0, abs=0.64)
    assert fit.warnings == ()


def test_three_parameters_are_recovered_with_the_default_priors() -> None:
    """4,000 persons; the bound is twice the median standard error, which the information matrix gives independently."""
    responses, bank = sample(4000, 30, guessing=0.2, seed=4)

    fit = calibrate(responses, "3pl")

    assert fit.priors == ItemPriors(discrimination=LogNormal(0.0, 0.5), guessing=Beta(5.0, 17.0))
    for found, true, name in (
        (fit.slopes, bank.discriminations, "slope"),
        (fit.bank.locations, bank.locations, "difficulty"),
    ):
        assert np.sqrt(np.mean((found - true) ** 2)) < 2 * np.median(fit.standard_errors[name])


def test_missing_responses_are_missing_and_not_wrong() -> None:
    """Half of the responses are taken away at random: the parameters stay within what that costs, whereas scoring them
    wrong would move every difficulty by more than a unit."""
    responses, bank = sample(4000, 20, seed=2)
    with_gaps = responses.astype(float)
    with_gaps[np.random.default_rng(3).random(responses.shape) < 0.5] = np.nan

    fit = calibrate(with_gaps, "2pl")

    z = (fit.bank.locations - bank.locations) / fit.standard_errors["difficulty"]
    assert np.mean(z**2) < 2.3


def test_nan_and_minus_one_mean_the_same() -> None:
    responses, _ = sample(500, 8)
    gaps = np.random.default_rng(3).random(responses.shape) < 0.2

    as_nan = calibrate(np.where(gaps, np.nan, responses))
    as_minus_one = calibrate(np.where(gaps, -1, responses))

    np.testing.assert_array_equal(as_nan.slopes, as_minus_one.slopes)


@pytest.mark.parametrize("n_items", [6, 45])
def test_a_weight_counts_as_so_many_persons(n_items: int) -> None:
    responses, _ = sample(300, n_items)
    weights = np.random.default_rng(2).integers(0, 4, 300)

    weighted = calibrate(responses, weights=weights)
    repeated = calibrate(np.repeat(responses, weights, axis=0))

    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(weighted.slopes, repeated.slopes, atol=1e-4)
    np.testing.assert_allclose(weighted.standard_errors["slope"], repeated.standard_errors["slope"], rtol=1e-3)


def test_rounding_stops_no_climb_however_many_persons_there_are() -> None:
    """The last digit of the log-likelihood of 10^9 persons is larger than the gain at which few persons' climb ends."""
    patterns, counts = lsat7()

    few, many = (calibrate(patterns, weights=times * counts) for times in (1.0, 1e6))

    assert many.converged
    assert many.iterations <= few.iterations + 5
    np.testing.assert_allclose(many.slopes, few.slopes, atol=1e-4)


def test_items_that_cannot_be_fitted_are_left_out_and_reported() -> None:
    responses, _ = sample(400, 8)
    table = responses.astype(float)
    table[:, 1], table[:, 4], table[9:, 6] = 1, 0, np.nan

    fit = calibrate(table)

    assert fit.items.tolist() == [0, 2, 3, 5, 7]
    assert fit.bank.n_items == 5
    assert fit.warnings == (
        "item 1 was answered right by everybody and is left out",
        "item 4 was answered right by nobody and is left out",
        "item 6 has 9 responses, fewer than 10 and is left out",
    )


def test_persons_without_a_response_are_left_out_and_reported() -> None:
    responses, _ = sample(400, 8)
    table = np.vstack([responses.astype(float), np.full((3, 8), np.nan)])

    fit = calibrate(table)

    assert fit.warnings == ("3 persons without a response are left out",)
    assert fit.log_likelihood == pytest.approx(calibrate(responses).log_likelihood, abs=1e-8)


def test_an_item_with_its_key_turned_round_has_a_negative_slope_and_no_bank() -> None:
    responses, _ = sample(2000, 10)
    responses[:, 3] = 1 - responses[:, 3]

    fit = calibrate(responses, "2pl")

    assert (fit.slopes < 0).nonzero()[0].tolist() == [3]
    with pytest.raises(CalibrationError, match=r"items \[3\] are answered right more often by weaker persons"):
        _ = fit.bank


def test_a_sharp_test_gets_a_finer_grid() -> None:
    rng = np.random.default_rng(1)
    bank = ItemBank.dichotomous(np.full(80, 2.5), rng.normal(0, 0.5, 80))
    responses = (rng.random((1500, 80)) < bank.probability(rng.normal(size=1500))).astype(np.int8)

    fit = calibrate(responses)

    assert fit.quadrature is not None
    assert fit.quadrature.n_points > 61
    assert np.median(np.abs(fit.slopes - 2.5)) < 0.25


@pytest.mark.parametrize(
    ("responses", "complaint"),
    [
        ([0, 1, 0], "of the shape"),
        ([["a", "b"]], "of the shape"),
        ([[0, 1], [2, 0]], "2 of person 1 on item 0 is not a score"),
        ([[0.0, 0.5]], "0.5 of person 0 on item 1 is not a score"),
    ],
)
def test_what_is_no_response_table_is_refused(responses: Any, complaint: str) -> None:
    with pytest.raises(ResponseError, match=complaint):
        calibrate(responses)


@pytest.mark.parametrize("weights", [[1.0], [-1.0, 1.0, 1.0], [np.nan, 1.0, 1.0]])
def test_impossible_weights_are_refused(weights: Any) -> None:
    with pytest.raises(ResponseError, match="weights must be 3 numbers"):
        calibrate([[0, 1], [1, 0], [1, 1]], weights=weights)


def test_a_table_that_tells_nothing_is_refused_with_the_reasons() -> None:
    with pytest.raises(CalibrationError, match="nothing is left to calibrate; item 0 was answered right by everybody"):
        calibrate(np.ones((50, 3)))
    with pytest.raises(CalibrationError, match="no model is called '5pl'"):
        calibrate(np.ones((50, 3)), "5pl")


@pytest.mark.parametrize("make", [lambda: Beta(0.5, 2.0), lambda: LogNormal(0.0, 0.0), lambda: Beta(np.inf, 2.0)])
def test_impossible_priors_are_refused(make: Any) -> None:
    with pytest.raises(PriorError):
        make()
