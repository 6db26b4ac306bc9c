"""The state of a test of several abilities: moved on answer by answer, replayed at once, stored as JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import CatState, ItemBank, MultidimensionalState, MultivariateNormal, Normal, StateError, estimate_ability
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional import posterior as posteriors
from irt_core.multidimensional.posterior import GridPosterior, SitePosterior
from tests.irt_core.multidimensional_samples import (
    CORRELATED,
    SHAPES,
    answers,
    between_item_bank,
    bifactor_bank,
    compensatory_bank,
)

HALF = MultivariateNormal(np.zeros(4), 0.5 * np.eye(4) + 0.5)
KINDS: dict[str, tuple[MultidimensionalBank, MultivariateNormal]] = {
    "two dimensions": (compensatory_bank(40, 2, "M3PL"), CORRELATED),
    "three dimensions": (compensatory_bank(40, 3), MultivariateNormal.standard(3)),
    "bifactor": (bifactor_bank(40, 4, "MGRM"), MultivariateNormal.standard(5)),
    "apart": (between_item_bank(40, 3, "M4PL"), MultivariateNormal.standard(3)),
    "four, correlated": (between_item_bank(40, 4, "M3PL"), HALF),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[MultidimensionalBank, MultivariateNormal]:
    """A bank and a prior of each structure in turn."""
    return KINDS[request.param]


def answered(bank: MultidimensionalBank, prior: MultivariateNormal, n: int, seed: int = 3) -> MultidimensionalState:
    """A state after the n first answers of somebody average."""
    (scores,) = answers(bank, prior.centre[None], seed)
    begun = MultidimensionalState.begin(prior)
    return begun.after_all(bank, range(n), scores[:n].astype(int).tolist(), seconds=7.5 * n)


def same(first: MultidimensionalState, second: MultidimensionalState) -> bool:
    """Whether two states agree to the last bit."""
    return (
        first.to_dict() == second.to_dict()
        and (first.thetas, first.ses) == (second.thetas, second.ses)
        and np.array_equal(first.covariance, second.covariance)
    )


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_replaying_all_answers_at_once_gives_the_same_bits_as_one_after_the_other(data: st.DataObject) -> None:
    bank, prior = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
    items = data.draw(st.permutations(range(40)))[: data.draw(st.integers(0, 15))]
    scores = [data.draw(st.integers(0, int(bank.category_counts[item]) - 1)) for item in items]
    begun = MultidimensionalState.begin(prior, composite=np.arange(1.0, prior.n_dimensions + 1))

    one_by_one = begun
    for item, score in zip(items, scores, strict=True):
        one_by_one = one_by_one.after(bank, item, score)

    assert same(begun.after_all(bank, items, scores), one_by_one)


def test_a_state_survives_being_stored_as_json(kind: tuple[MultidimensionalBank, MultivariateNormal]) -> None:
    state = answered(*kind, 20).setting_aside([37, 38])

    read = MultidimensionalState.from_dict(json.loads(json.dumps(state.to_dict())), kind[0])

    assert same(read, state)
    assert same(read.after(kind[0], 39, 1), state.after(kind[0], 39, 1))


@pytest.mark.parametrize("n", [1, 12, 40])
def test_the_estimate_is_the_eap_of_the_answers(kind: tuple[MultidimensionalBank, MultivariateNormal], n: int) -> None:
    bank, prior = kind
    state = answered(bank, prior, n)
    responses = np.full(40, np.nan)
    responses[:n] = state.scores

    eap = estimate_ability(bank, responses, prior=prior, bounds=(-9.0, 9.0))

    np.testing.assert_allclose(state.theta, eap.theta, atol=2e-5)
    np.testing.assert_allclose(state.se, eap.se, atol=2e-5)
    np.testing.assert_allclose(state.covariance, eap.covariance, atol=2e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_ability_is_the_state_of_one_ability(shape: str) -> None:
    bank = compensatory_bank(30, 1, shape)
    a = bank.slopes[:, 0]
    if shape == "MGRM":
        plain = ItemBank.graded(a, -bank.intercepts / a[:, None])
    else:
        plain = ItemBank.dichotomous(a, -bank.intercepts / a, bank.to_arrays()["guessing"], bank.to_arrays()["upper"])
    state = answered(bank, MultivariateNormal([0.2], [[0.81]]), 30)

    one = CatState.begin(Normal(0.2, 0.9)).after_all(plain, state.administered, state.scores)

    np.testing.assert_allclose(np.ravel(state.thetas), one.thetas, atol=2e-5)
    np.testing.assert_allclose(np.ravel(state.ses), one.ses, atol=2e-5)


def test_a_grid_follows_the_posterior_as_it_sharpens() -> None:
    """The first grid has a spacing of half a standard deviation; after 150 answers the standard errors are a fourth of
    that."""
    bank = ItemBank.multidimensional(
        np.tile([[2.8, 0.0], [2.0, 2.0]], (75, 1)), np.random.default_rng(0).normal(0, 1.0, 150)
    )
    state = answered(bank, MultivariateNormal.standard(2), 150)

    eap = estimate_ability(bank, state.scores)

    assert isinstance(state.posterior, GridPosterior)
    assert state.posterior.grid.n_points < 2000
    assert state.se.max() < 0.17
    np.testing.assert_allclose(state.theta, eap.theta, atol=1e-5 * state.se.min())
    np.testing.assert_allclose(state.covariance, eap.covariance, rtol=1e-4)


def test_a_grid_is_found_again_when_the_posterior_wanders_off_it() -> None:
    """Forty right answers, then eighty wrong ones to easier items: no examinee of the model's does that."""
    slopes, intercepts = np.tile([[1.6, 0.4], [0.4, 1.6]], (60, 1)), np.repeat([-2.0, 2.0], [40, 80])
    bank, scores = ItemBank.multidimensional(slopes, intercepts), [1] * 40 + [0] * 80
    state = MultidimensionalState.begin(MultivariateNormal.standard(2)).after_all(bank, range(120), scores)

    eap = estimate_ability(bank, scores)

    assert abs(state.thetas[40][0] - state.theta[0]) > 6 * state.ses[40][0]
    np.testing.assert_allclose(state.theta, eap.theta, atol=1e-5)
    np.testing.assert_allclose(state.covariance, eap.covariance, rtol=1e-4)


def test_a_grid_that_would_get_too_large_gives_way_to_a_normal_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    bank, prior = KINDS["three dimensions"]
    exact = answered(bank, prior, 40)
    begun = posteriors.begin(bank, prior)
    assert isinstance(begun, GridPosterior)
    monkeypatch.setattr(posteriors, "MOST_POINTS", begun.grid.n_points)

    state = answered(bank, prior, 40)

    assert isinstance(state.posterior, SitePosterior)
    np.testing.assert_allclose((state.theta - exact.theta) / exact.se, 0.0, atol=0.03)
    np.testing.assert_allclose(state.se, exact.se, rtol=0.05)


def test_every_answer_leaves_the_estimates_before_it_on_the_path(
    kind: tuple[MultidimensionalBank, MultivariateNormal],
) -> None:
    before = answered(*kind, 5)

    after = before.after(kind[0], 39, 1, seconds=4.0)

    assert (after.thetas[:-1], after.ses[:-1]) == (before.thetas, before.ses)
    assert (after.n_administered, after.administered[-1], after.scores[-1]) == (6, 39, 1)
    assert after.elapsed_seconds == before.elapsed_seconds + 4.0
    np.testing.assert_allclose(after.se, np.sqrt(np.diag(after.covariance)))


def test_a_state_never_changes(kind: tuple[MultidimensionalBank, MultivariateNormal]) -> None:
    state = answered(*kind, 5)
    stored, covariance = state.to_dict(), state.covariance.copy()

    state.after(kind[0], 39, 1)
    state.setting_aside([3])

    assert state.to_dict() == stored
    np.testing.assert_array_equal(state.covariance, covariance)
    with pytest.raises(AttributeError):
        state.elapsed_seconds = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        state.covariance[0, 0] = 0.0


def test_an_answer_about_one_ability_tells_about_a_correlated_one() -> None:
    bank, prior = KINDS["four, correlated"]

    state = MultidimensionalState.begin(prior).after(bank, 0, 1)

    assert (state.theta > 0).all()
    assert (state.se < prior.sds).all()
    assert (state.theta[1:] < state.theta[0]).all()


def test_the_score_is_the_composite_and_without_one_the_mean() -> None:
    bank = KINDS["two dimensions"][0]
    weighted, plain = (
        MultidimensionalState.begin(CORRELATED, composite=weights).after_all(bank, [0, 1, 2], [1, 1, 0])
        for weights in ([2.0, -1.0], None)
    )

    theta, covariance = weighted.theta, weighted.covariance
    assert weighted.score == pytest.approx(2 * theta[0] - theta[1])
    variance = 4 * covariance[0, 0] - 4 * covariance[0, 1] + covariance[1, 1]
    assert weighted.score_se == pytest.approx(np.sqrt(variance))
    assert plain.score == pytest.approx(theta.mean())


def test_a_test_may_start_away_from_its_prior() -> None:
    assert MultidimensionalState.begin(CORRELATED).theta.tolist() == list(CORRELATED.mean)
    assert MultidimensionalState.begin(CORRELATED, [1.0, -1.0]).theta.tolist() == [1.0, -1.0]
    for theta in ([0.0], [0.0, np.nan], 0.0):
        with pytest.raises(StateError, match="a test of 2 abilities starts at as many finite numbers"):
            MultidimensionalState.begin(CORRELATED, theta)
    for composite in ([1.0], [0.0, 0.0], [np.inf, 1.0]):
        with pytest.raises(StateError, match="a composite has 2 finite weights"):
            MultidimensionalState.begin(CORRELATED, composite=composite)


@pytest.mark.parametrize(
    ("item", "score", "seconds", "complaint"),
    [
        (4, 1, 1.0, "item 4 has been answered already"),
        (40, 1, 1.0, "the bank has the items 0 to 39, not 40"),
        (5, 2, 1.0, "2 is not a score of item 5"),
        (5, 1, -1.0, "cannot take -1.0 seconds"),
    ],
)
def test_an_answer_that_cannot_follow_is_refused(item: int, score: int, seconds: float, complaint: str) -> None:
    bank, prior = KINDS["two dimensions"]
    state = MultidimensionalState.begin(prior).after(bank, 4, 1)

    with pytest.raises(StateError, match=complaint):
        state.after(bank, item, score, seconds)


def test_a_bank_of_other_dimensions_is_refused() -> None:
    state = MultidimensionalState.begin(CORRELATED)

    with pytest.raises(StateError, match="the bank has 3 dimensions, the prior 2"):
        state.after(compensatory_bank(5, 3), 0, 1)
    with pytest.raises(StateError, match="needs a multidimensional bank"):
        state.after(ItemBank.dichotomous(1.0, [0.0]), 0, 1)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"administered": None}, "not as this version writes it"),
        ({"prior": {"mean": [0.0, 0.0]}}, "not as this version writes it"),
        ({"prior": {"mean": [0.0, 0.0], "covariance": [[1.0, 2.0], [2.0, 1.0]]}}, "does not fit its bank"),
        ({"administered": [0, 999], "scores": [0, 1]}, "does not fit its bank"),
        ({"composite": [1.0]}, "does not fit its bank"),
    ],
)
def test_a_stored_state_that_cannot_be_read_is_refused(change: dict[str, Any], complaint: str) -> None:
    bank, prior = KINDS["two dimensions"]
    stored = answered(bank, prior, 5).to_dict()

    with pytest.raises(StateError, match=complaint):
        MultidimensionalState.from_dict(stored | change, bank)
    for name in stored:
        with pytest.raises(StateError, match="not as this version writes it"):
            MultidimensionalState.from_dict({key: value for key, value in stored.items() if key != name}, bank)
