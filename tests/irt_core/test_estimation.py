"""Ability estimates: against published figures, brute force, and what must hold for every estimator."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import Ability, IrtError, ItemBank, Normal, PriorError, Quadrature, ResponseError, estimate_ability
from irt_core.estimation.ability import Method
from irt_core.estimation.peaks import peaks_of
from irt_core.estimation.roots import Brackets, root_in_bracket
from tests.irt_core.conftest import random_bank

METHODS = get_args(Method)
SLOPES = np.array([0.8257, 0.7227, 0.8909, 0.6884, 0.6569])
INTERCEPTS = np.array([2.7732, 0.9902, 0.2491, 1.2848, 2.0533])


@pytest.fixture
def lsat6() -> ItemBank:
    """LSAT section 6 (Bock & Lieberman 1970, Psychometrika 35, 179-197) as a 2PL: maximum marginal likelihood."""
    return ItemBank.dichotomous(SLOPES, -INTERCEPTS / SLOPES)


def answers(bank: ItemBank, theta: np.ndarray, seed: int = 5) -> np.ndarray:
    """Simulated responses (n_persons, n_items)."""
    rng = np.random.default_rng(seed)
    return (rng.random((theta.size, bank.n_items)) < bank.probability(theta)).astype(float)


def log_likelihood(bank: ItemBank, responses: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log L(θ) of one person, NaN being an item not given, shape (n_theta,)."""
    right = bank.probability(theta)
    terms = np.where(responses == 1, np.log(right), np.log1p(-right))
    total: np.ndarray = np.where(np.isnan(responses), 0.0, terms).sum(axis=1)
    return total


def test_lsat6_estimates_are_the_published_ones(lsat6: ItemBank) -> None:
    """EAP and WLE of the extreme patterns as R's mirt 1.47 reports them; the figures do not depend on the grid: a
    brute-force integral gives the same five digits (see the test after this one)."""
    patterns = np.array([[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])

    eap = estimate_ability(lsat6, patterns)
    wle = estimate_ability(lsat6, patterns, method="wle")

    np.testing.assert_allclose(eap.theta, [-1.897, 0.646], atol=5e-4)
    np.testing.assert_allclose(eap.se, [0.801, 0.859], atol=5e-4)
    np.testing.assert_allclose(wle.theta, [-5.704, 1.650], atol=5e-4)


def test_eap_is_the_integral_over_the_posterior(any_bank: ItemBank) -> None:
    prior = Normal(0.3, 1.2)
    responses = answers(any_bank, np.array([-2.0, 0.0, 2.5]))
    grid = np.linspace(-6, 6, 20_001)

    eap = estimate_ability(any_bank, responses, prior=prior)

    for person, row in enumerate(responses):
        posterior = np.exp(log_likelihood(any_bank, row, grid) + prior.log_density(grid))
        mean = np.trapezoid(grid * posterior, grid) / np.trapezoid(posterior, grid)
        variance = np.trapezoid((grid - mean) ** 2 * posterior, grid) / np.trapezoid(posterior, grid)
        assert eap.theta[person] == pytest.approx(mean, abs=1e-6)
        assert eap.se[person] == pytest.approx(np.sqrt(variance), abs=1e-6)


def test_eap_needs_no_finer_grid_for_a_long_sharp_test() -> None:
    bank = ItemBank.dichotomous(np.full(300, 2.5), np.linspace(-2, 2, 300))
    responses = answers(bank, np.array([0.7]))[0]
    grid = np.linspace(0, 1.5, 20_001)

    eap = estimate_ability(bank, responses)

    posterior = np.exp(log_likelihood(bank, responses, grid) - 0.5 * grid**2 + 100)
    assert eap.theta == pytest.approx(np.sum(grid * posterior) / posterior.sum(), abs=1e-7)
    assert eap.se < 0.1


@pytest.mark.parametrize("bounds", [(-6.0, 6.0), (-0.5, 0.5)])
@pytest.mark.parametrize("sd", [1.5, 3.0])
def test_eap_is_the_integral_between_bounds_that_cut_the_posterior_off(
    lsat6: ItemBank, bounds: tuple[float, float], sd: float
) -> None:
    responses = np.array([[0, 0, 0, 0, 0], [0, 1, 0, 1, 1], [1, 1, 1, 1, 1]])
    grid = np.linspace(*bounds, 50_001)

    eap = estimate_ability(lsat6, responses, prior=Normal(0.0, sd), bounds=bounds)

    for person, row in enumerate(responses):
        posterior = np.exp(log_likelihood(lsat6, row, grid) - 0.5 * (grid / sd) ** 2)
        mean = np.trapezoid(grid * posterior) / np.trapezoid(posterior)
        variance = np.trapezoid((grid - mean) ** 2 * posterior) / np.trapezoid(posterior)
        assert (eap.theta[person], eap.se[person]) == pytest.approx((mean, np.sqrt(variance)), abs=1e-5)


@pytest.mark.parametrize("method", ["mle", "map"])
def test_the_mode_is_where_a_fine_grid_peaks(any_bank: ItemBank, method: Method) -> None:
    responses = answers(any_bank, np.linspace(-2, 2, 9))
    grid = np.linspace(-6, 6, 12_001)

    ability = estimate_ability(any_bank, responses, method)

    for person, row in enumerate(responses):
        height = log_likelihood(any_bank, row, grid) - (0.5 * grid**2 if method == "map" else 0.0)
        assert ability.theta[person] == pytest.approx(grid[height.argmax()], abs=1e-3)


def test_wle_solves_warms_equation(any_bank: ItemBank) -> None:
    responses = answers(any_bank, np.linspace(-2, 2, 25))
    step = 1e-5

    wle = estimate_ability(any_bank, responses, "wle")

    for theta, row in zip(wle.theta, responses, strict=True):
        ahead, behind = log_likelihood(any_bank, row, theta + np.array([step, -step]))
        information = any_bank.information(theta).sum()
        assert (ahead - behind) / (2 * step) + any_bank.warm(theta).sum() / (2 * information) == pytest.approx(
            0.0, abs=1e-5
        )
        assert wle.se[0] > 0


def test_wle_of_the_two_parameter_model_is_the_mode_under_the_jeffreys_prior() -> None:
    bank = random_bank(20, 2)
    responses = answers(bank, np.array([-1.0, 0.5, 3.0]))
    grid = np.linspace(-6, 6, 120_001)

    wle = estimate_ability(bank, responses, "wle")

    for person, row in enumerate(responses):
        height = log_likelihood(bank, row, grid) + 0.5 * np.log(bank.information(grid).sum(axis=1))
        assert wle.theta[person] == pytest.approx(grid[height.argmax()], abs=1e-4)


def test_standard_errors_come_from_the_information_at_the_estimate(any_bank: ItemBank) -> None:
    responses = answers(any_bank, np.array([0.4]))[0]

    modes: tuple[Method, ...] = ("mle", "wle", "map")
    for method in modes:
        ability = estimate_ability(any_bank, responses, method)

        information = any_bank.information(ability.theta).sum() + (1.0 if method == "map" else 0.0)
        assert ability.se == pytest.approx(information**-0.5, rel=1e-6)


def test_of_two_modes_the_higher_one_is_found() -> None:
    """Samejima (1973, Psychometrika 38, 221-233) on the 3PL: lucky guesses or careless slips? Five of seven answers
    are right, and yet the lower mode, near -1.9, is the higher one; a climb from 0 would end at 1.7."""
    bank = ItemBank.dichotomous([2, 1.5, 2, 1.5, 1.5, 2.5, 3], [-2, -2, 3, 0, 1, 1, 2], 0.25)
    responses = np.array([1, 0, 0, 1, 1, 1, 1])
    grid = np.linspace(-6, 6, 120_001)
    height = log_likelihood(bank, responses, grid)
    peaks = grid[1:-1][(height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])]
    assert peaks.size == 2, "the example must have two modes"

    mle = estimate_ability(bank, responses, "mle")

    assert mle.theta == pytest.approx(grid[height.argmax()], abs=1e-4)


def test_sum_score_estimates_average_the_posteriors_of_all_patterns_with_that_sum(lsat6: ItemBank) -> None:
    patterns = np.array([[code >> item & 1 for item in range(5)] for code in range(32)], dtype=float)
    grid = np.linspace(-6, 6, 4_001)

    by_sum = estimate_ability(lsat6, patterns, "eap_sum")

    joint = np.array([np.exp(log_likelihood(lsat6, row, grid) - 0.5 * grid**2) for row in patterns])
    for total in range(6):
        posterior = joint[patterns.sum(axis=1) == total].sum(axis=0)
        mean = np.trapezoid(grid * posterior) / np.trapezoid(posterior)
        np.testing.assert_allclose(by_sum.theta[patterns.sum(axis=1) == total], mean, atol=1e-6)


def test_all_right_and_all_wrong_have_finite_estimates_that_say_so(any_bank: ItemBank) -> None:
    responses = np.array([[0] * 30, [1] * 30])

    for method in METHODS:
        ability = estimate_ability(any_bank, responses, method, bounds=(-5.0, 5.0))

        assert -5.0 <= ability.theta[0] < ability.theta[1] <= 5.0
        assert (np.isfinite(ability.se) & (ability.se > 0)).all()
    mle = estimate_ability(any_bank, responses, "mle", bounds=(-5.0, 5.0))
    assert mle.status.tolist() == ["bounded", "bounded"]
    assert mle.theta.tolist() == [-5.0, 5.0]


def test_wle_is_finite_where_mle_is_not(lsat6: ItemBank) -> None:
    wle = estimate_ability(lsat6, [1, 1, 1, 1, 1], "wle")

    assert wle.status == "converged"
    assert wle.theta < 6.0


def test_nobody_is_judged_by_no_responses(any_bank: ItemBank) -> None:
    nothing = np.full(30, np.nan)
    prior = Normal(0.5, 0.8)

    with_prior: tuple[Method, ...] = ("eap", "eap_sum", "map")
    for method in with_prior:
        ability = estimate_ability(any_bank, nothing, method, prior)
        assert (ability.theta, ability.se) == pytest.approx((0.5, 0.8), abs=1e-6)
        assert ability.status == "no_responses"
    without_prior: tuple[Method, ...] = ("mle", "wle")
    for method in without_prior:
        ability = estimate_ability(any_bank, nothing, method)
        assert np.isnan(ability.theta)
        assert np.isinf(ability.se)
        assert ability.status == "no_responses"


@pytest.mark.parametrize("method", METHODS)
def test_an_item_not_given_counts_for_nothing(any_bank: ItemBank, method: Method) -> None:
    responses = answers(any_bank, np.array([-1.0, 0.0, 1.0]))
    given_items = np.arange(30) % 3 != 0
    with_gaps = np.where(given_items, responses, np.nan)
    with_minus_one = np.where(given_items, responses, -1)

    subset = estimate_ability(any_bank.subset(given_items), responses[:, given_items], method)

    for gaps in (with_gaps, with_minus_one):
        ability = estimate_ability(any_bank, gaps, method)
        np.testing.assert_allclose(ability.theta, subset.theta, atol=1e-7)
        np.testing.assert_allclose(ability.se, subset.se, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_one_person_and_a_crowd_get_the_same_estimate(any_bank: ItemBank, method: Method) -> None:
    responses = answers(any_bank, np.random.default_rng(2).normal(size=700))
    responses[::5, ::4] = np.nan

    many = estimate_ability(any_bank, responses, method)

    for person in (0, 1, 511, 512, 699):
        one = estimate_ability(any_bank, responses[person], method)
        assert isinstance(one.theta, float)
        assert (one.theta, one.se) == pytest.approx((many.theta[person], many.se[person]), abs=1e-7)
        assert one.status == many.status[person]


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_items_does_not_matter(data: st.DataObject) -> None:
    bank = random_bank(12, data.draw(st.integers(1, 4)))
    responses = np.array(data.draw(st.lists(st.sampled_from([0, 1, -1]), min_size=12, max_size=12)))
    order = np.array(data.draw(st.permutations(range(12))))

    for method in METHODS:
        here = estimate_ability(bank, responses, method)
        there = estimate_ability(bank.subset(order), responses[order], method)

        np.testing.assert_allclose(there.theta, here.theta, atol=1e-7)
        np.testing.assert_allclose(there.se, here.se, atol=1e-7)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_right_answer_instead_of_a_wrong_one_never_lowers_the_estimate(data: st.DataObject) -> None:
    """True of the 1PL and 2PL, and of the EAP in all models, as their likelihood ratio rises with θ."""
    n_parameters = data.draw(st.integers(1, 4))
    bank = random_bank(10, n_parameters)
    responses = np.array(data.draw(st.lists(st.integers(0, 1), min_size=10, max_size=10)))
    item = data.draw(st.integers(0, 9))
    wrong, right = responses.copy(), responses.copy()
    wrong[item], right[item] = 0, 1

    for method in ("eap", "eap_sum") if n_parameters > 2 else METHODS:
        lower = estimate_ability(bank, wrong, method).theta
        assert estimate_ability(bank, right, method).theta >= lower - 1e-9


def test_a_sharper_prior_pulls_harder(lsat6: ItemBank) -> None:
    thetas = [estimate_ability(lsat6, [1, 1, 1, 1, 1], prior=Normal(0.0, sd)).theta for sd in (0.2, 0.5, 1.0, 2.0)]

    assert thetas == sorted(thetas)
    assert 0.0 < thetas[0] < 0.05


def test_estimates_recover_the_abilities_that_made_the_responses() -> None:
    """2,000 persons on 60 items: the mean error has a standard error of at most 0.4 / √2000 = 0.009, so four of them
    bound it; rmse must be the mean standard error to within 5 %, over four times its sampling error 1 / √4000."""
    bank = random_bank(60, 3)
    theta = np.random.default_rng(8).normal(size=2000)
    responses = answers(bank, theta)

    for method in METHODS[:2]:  # eap and map
        ability = estimate_ability(bank, responses, method)

        assert abs(np.mean(ability.theta - theta)) < 0.036
        assert np.sqrt(np.mean((ability.theta - theta) ** 2)) == pytest.approx(
            np.sqrt(np.mean(ability.se**2)), rel=0.06
        )


@pytest.mark.parametrize(
    ("responses", "complaint"),
    [
        ([0, 1], "must have the shape"),
        (np.zeros((2, 3, 5)), "must have the shape"),
        (1, "must have the shape"),
        ([0, 1, 2, 0, 1], "2 is not a score from 0 to 1"),
        ([0, 1, -2, 0, 1], "-2 is not a score from 0 to 1"),
        ([0, 1, 0.5, 0, 1], "0.5 is not a score from 0 to 1"),
        ([0, 1, np.inf, 0, 1], "inf is not a score from 0 to 1"),
        (["a", "b", "c", "d", "e"], "responses must be numbers"),
    ],
)
def test_responses_that_cannot_be_scored_are_refused(lsat6: ItemBank, responses: Any, complaint: str) -> None:
    with pytest.raises(ResponseError, match=complaint):
        estimate_ability(lsat6, responses)


def test_an_unknown_method_and_impossible_bounds_are_refused(lsat6: ItemBank) -> None:
    with pytest.raises(IrtError, match="no estimator is called 'guess'"):
        estimate_ability(lsat6, [0, 1, 0, 1, 0], "guess")  # type: ignore[call-overload]
    for bounds in ((2.0, 2.0), (3.0, -3.0), (-np.inf, 4.0)):
        with pytest.raises(PriorError, match="bounds must be finite"):
            estimate_ability(lsat6, [0, 1, 0, 1, 0], bounds=bounds)
    for mean, sd in ((0.0, 0.0), (np.nan, 1.0), (0.0, -1.0)):
        with pytest.raises(PriorError):
            Normal(mean, sd)


def test_no_persons_have_no_estimates(lsat6: ItemBank) -> None:
    for method in METHODS:
        ability = estimate_ability(lsat6, np.empty((0, 5)), method)

        assert isinstance(ability, Ability)
        assert ability.theta.shape == ability.se.shape == ability.status.shape == (0,)


@pytest.mark.parametrize("method", ["mle", "map", "wle"])
@pytest.mark.parametrize("bounds", [(-6.0, 6.0), (-0.3, 0.4), (-20.0, 15.0)])
def test_modes_inside_the_bounds_solve_their_equation_to_a_millionth(
    any_bank: ItemBank, method: Method, bounds: tuple[float, float]
) -> None:
    responses = answers(any_bank, np.linspace(-3, 3, 60))[:, :7]
    bank, step = any_bank.subset(np.arange(7)), 1e-5

    ability = estimate_ability(bank, responses, method, bounds=bounds)

    assert ((bounds[0] <= ability.theta) & (ability.theta <= bounds[1])).all()
    inside = ability.status == "converged"
    for theta, row in zip(ability.theta[inside], responses[inside], strict=True):
        ahead, behind = log_likelihood(bank, row, theta + np.array([step, -step]))
        extra = {"mle": 0.0, "map": -theta, "wle": bank.warm(theta).sum() / (2 * bank.information(theta).sum())}[method]
        assert (ahead - behind) / (2 * step) + extra == pytest.approx(0.0, abs=1e-6)


def test_the_root_search_finds_each_root_whatever_it_is_told_of_the_slope() -> None:
    """Cubic curves with roots at known places; slopes guessed 1,000 times too steep and too flat. The last two have no
    root between the ends."""
    roots = np.array([-0.7, 0.0, 0.3, 0.9, 0.5, 2.0, -2.0])
    fall = np.array([1.0, 1000.0, 0.001, 1.0, 1e-9, 1.0, 1.0])
    n_calls = 0

    def function(theta: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal n_calls
        n_calls += 1
        away = theta - roots[numbers]
        return -away - away**3, 1.0 + 3.0 * away**2

    found, information = root_in_bracket(function, Brackets(np.zeros(7), fall, np.full(7, -1.0), np.ones(7)))

    np.testing.assert_allclose(found, [-0.7, 0.0, 0.3, 0.9, 0.5, 1.0, -1.0], atol=1e-8)
    np.testing.assert_allclose(information[:5], 1.0, atol=1e-6)
    assert n_calls < 60


def test_a_peak_between_grid_points_is_seen_to_a_ten_thousandth() -> None:
    quadrature = Quadrature(-6.0, 6.0, 61)
    centres = np.array([-5.93, -1.234, 0.0, 0.1, 3.456, 5.99])
    heights = -2.0 * np.log(np.cosh(quadrature.points[:, None] - centres))

    peaks = peaks_of(heights, quadrature)

    np.testing.assert_allclose(peaks.theta[1:5], centres[1:5], atol=1e-4)
    np.testing.assert_allclose(peaks.theta, centres, atol=0.02)
    np.testing.assert_allclose(peaks.bend[1:5], 2.0, rtol=1e-2)
