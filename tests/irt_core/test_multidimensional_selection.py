"""Choosing items for several abilities: each rule against its formula, and the constraints that hold for all."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import (
    CatState,
    Constraints,
    ContentArea,
    ContentBlueprint,
    ItemBank,
    MultidimensionalState,
    MultivariateNormal,
    NoItemLeft,
    Normal,
    Randomesque,
    SelectionError,
    StateError,
    SympsonHetter,
    next_item,
    rng_for,
)
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.criteria import MULTIDIMENSIONAL_CRITERIA
from irt_core.multidimensional.situation import MultidimensionalSituation
from tests.irt_core.multidimensional_samples import (
    CORRELATED,
    SHAPES,
    bifactor_bank,
    compensatory_bank,
    lattice,
)

GIVEN, SCORES = list(range(0, 80, 10)), [1, 0, 1, 1, 0, 1, 0, 1]
COMPOSITE = (0.7, 0.3)


@pytest.fixture(params=SHAPES)
def bank(request: pytest.FixtureRequest) -> MultidimensionalBank:
    """A hundred items of two dimensions of each kind in turn, the first items of three content areas."""
    areas = [("algebra", "geometry", "numbers")[item % 3] for item in range(100)]
    return compensatory_bank(100, 2, request.param).with_content(areas, enemies=[[0, 1, 5], [7, 8]])


@pytest.fixture
def state(bank: MultidimensionalBank) -> MultidimensionalState:
    """After eight answers."""
    return MultidimensionalState.begin(CORRELATED, composite=COMPOSITE).after_all(bank, GIVEN, SCORES)


def values(rule: str, bank: MultidimensionalBank, state: MultidimensionalState) -> np.ndarray:
    """The criterion of every item of the bank."""
    of_all: np.ndarray = MULTIDIMENSIONAL_CRITERIA[rule](MultidimensionalSituation.of_one(bank, state, rng_for(1, 8)))[
        0
    ]
    return of_all


def information_after(bank: MultidimensionalBank, state: MultidimensionalState) -> np.ndarray:
    """Posterior information after each item, (n_items, D, D), added up matrix by matrix."""
    matrices = bank.information_matrices(state.theta)[0]
    given = np.linalg.inv(state.prior.matrix) + matrices[list(state.administered)].sum(axis=0)
    return np.asarray(given + matrices)


def test_the_d_rule_is_the_determinant_of_the_posterior_information(
    bank: MultidimensionalBank, state: MultidimensionalState
) -> None:
    determinants = np.array([np.linalg.det(matrix) for matrix in information_after(bank, state)])

    np.testing.assert_allclose(values("d_rule", bank, state), np.log(determinants), rtol=1e-10)
    determinants[[*GIVEN, 1, 5]] = -1.0
    choice = next_item(bank, state, "d_rule")
    assert choice.item == determinants.argmax()
    assert choice.value == pytest.approx(np.log(determinants.max()))
    assert choice.candidates == (choice.item,)
    assert choice.reason == f"d_rule {choice.value:.3g} at theta ({state.theta[0]:.3f}, {state.theta[1]:.3f})"


def test_the_a_rule_is_minus_the_sum_of_the_error_variances(
    bank: MultidimensionalBank, state: MultidimensionalState
) -> None:
    traces = [np.trace(np.linalg.inv(matrix)) for matrix in information_after(bank, state)]

    np.testing.assert_allclose(values("a_rule", bank, state), -np.array(traces), rtol=1e-10)


def test_the_c_rule_is_minus_the_error_variance_of_the_composite(
    bank: MultidimensionalBank, state: MultidimensionalState
) -> None:
    variances = [COMPOSITE @ np.linalg.inv(matrix) @ COMPOSITE for matrix in information_after(bank, state)]

    np.testing.assert_allclose(values("c_rule", bank, state), -np.array(variances), rtol=1e-10)


def test_divergence_and_mutual_information_are_integrals_over_the_plane(
    bank: MultidimensionalBank, state: MultidimensionalState
) -> None:
    """Over a normal posterior with the state's moments, as a sum over 101 × 101 points of θ."""
    posterior = MultivariateNormal(state.theta, state.covariance)
    theta = lattice(state.theta - 6 * state.se, state.theta + 6 * state.se, 101)
    weights = np.exp(posterior.log_density(theta))
    weights /= weights.sum()

    def log_probability(at: np.ndarray) -> np.ndarray:
        table = bank.log_likelihood_table(at)
        return np.where(np.isneginf(table), 0.0, table)

    here, there = log_probability(state.theta[None])[..., 0], log_probability(theta)

    divergence = (np.exp(here) * (here - there @ weights)).sum(axis=0)
    told = ((np.exp(there) * there) @ weights - (np.exp(there) @ weights) * np.log(np.exp(there) @ weights)).sum(axis=0)

    np.testing.assert_allclose(values("klp", bank, state), divergence, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(values("mutual_information", bank, state), told, rtol=1e-4, atol=1e-7)


def test_one_ability_is_chosen_for_as_by_the_rules_of_one_ability() -> None:
    """With one dimension every rule of information comes down to maximum information."""
    bank = compensatory_bank(150, 1, "M3PL")
    a = bank.slopes[:, 0]
    plain = ItemBank.dichotomous(a, -bank.intercepts / a, bank.to_arrays()["guessing"])
    several = MultidimensionalState.begin(MultivariateNormal([0.2], [[0.81]]), composite=[1.0])
    one = CatState.begin(Normal(0.2, 0.9))

    for position in range(25):
        choices = {next_item(bank, several, rule).item for rule in ("d_rule", "a_rule", "c_rule")}
        item = next_item(plain, one, "mfi").item
        assert choices == {item}
        several, one = several.after(bank, item, position % 2), one.after(plain, item, position % 2)


def test_the_d_rule_turns_to_the_ability_that_is_known_worse() -> None:
    bank = ItemBank.multidimensional(np.tile(np.eye(2), (20, 1)), np.zeros(40))
    state = MultidimensionalState.begin(MultivariateNormal.standard(2)).after_all(bank, [0, 2, 4, 6], [1, 0, 1, 0])

    for rule in ("d_rule", "a_rule", "klp", "mutual_information"):
        assert next_item(bank, state, rule).item % 2 == 1


def test_the_c_rule_spends_no_item_on_a_nuisance() -> None:
    """Of a bifactor bank only the general ability counts: the next item is not that of the largest determinant."""
    bank = bifactor_bank(200, 4)
    general = MultidimensionalState.begin(MultivariateNormal.standard(5), composite=[1, 0, 0, 0, 0])
    all_of_them = MultidimensionalState.begin(MultivariateNormal.standard(5))
    for position in range(20):
        general = general.after(bank, next_item(bank, general, "c_rule").item, position % 2)
        all_of_them = all_of_them.after(bank, next_item(bank, all_of_them, "d_rule").item, position % 2)

    assert general.se[0] < 0.95 * all_of_them.se[0]
    assert general.se[1:].mean() > all_of_them.se[1:].mean()


@pytest.mark.parametrize("rule", sorted(MULTIDIMENSIONAL_CRITERIA))
def test_no_rule_gives_an_item_twice_and_all_end_with_the_bank(rule: str) -> None:
    bank = compensatory_bank(12)
    state = MultidimensionalState.begin(CORRELATED, composite=COMPOSITE)
    for position in range(12):
        choice = next_item(bank, state, rule, rng=rng_for(7, position))
        state = state.after(bank, choice.item, position % 2)

    assert sorted(state.administered) == list(range(12))
    with pytest.raises(NoItemLeft):
        next_item(bank, state, rule, rng=rng_for(7, 12))


@pytest.mark.parametrize("rule", sorted(MULTIDIMENSIONAL_CRITERIA.keys() - {"random"}))
def test_every_rule_measures_far_better_than_chance(rule: str) -> None:
    """Eight items of 100, twenty examinees each: the volume of the posterior against that after random items."""
    bank = compensatory_bank(100, 2, "M2PL", seed=9)
    abilities = np.random.default_rng(10).multivariate_normal(CORRELATED.centre, CORRELATED.matrix, 20)

    def volume(by: str) -> float:
        logs = []
        for person, theta in enumerate(abilities):
            state = MultidimensionalState.begin(CORRELATED, composite=COMPOSITE)
            for position in range(8):
                item = next_item(bank, state, by, rng=rng_for(person, position)).item
                score = int(rng_for(person + 10_000, item).random() < bank.probability(theta)[0, item])
                state = state.after(bank, item, score)
            logs.append(np.linalg.slogdet(state.covariance)[1])
        return float(np.mean(logs))

    assert volume(rule) < volume("random") - 0.3


def test_enemies_items_set_aside_and_closed_areas_are_passed_over(
    bank: MultidimensionalBank, state: MultidimensionalState
) -> None:
    best = next_item(bank, state, "d_rule").item
    blueprint = ContentBlueprint({"geometry": ContentArea(minimum=4), "numbers": ContentArea()})

    after = next_item(bank, state.setting_aside([best]), "d_rule").item
    in_area = next_item(bank, state, "d_rule", Constraints(9, blueprint)).item

    assert after != best
    assert in_area % 3 == 1
    determinants = values("d_rule", bank, state)
    allowed = [item for item in range(1, 100, 3) if item not in (*GIVEN, 1, 5)]
    assert in_area == allowed[int(determinants[allowed].argmax())]


def test_exposure_controls_draw_from_the_best(bank: MultidimensionalBank, state: MultidimensionalState) -> None:
    order = np.argsort(-values("d_rule", bank, state), kind="stable")
    best = [int(item) for item in order if item not in (*GIVEN, 1, 5)]

    drawn = {next_item(bank, state, "d_rule", exposure=Randomesque(4), rng=rng_for(s, 8)).item for s in range(60)}
    control = SympsonHetter(tuple(0.01 if item in best[:2] else 1.0 for item in range(100)))
    choice = next_item(bank, state, "d_rule", exposure=control, rng=rng_for(1, 8))

    assert drawn == set(best[:4])
    assert (choice.item, choice.ruled_out) == (best[2], tuple(best[:2]))
    assert choice.reason.endswith("SympsonHetter took number 3 of 50")


def test_what_cannot_be_chosen_is_refused(bank: MultidimensionalBank, state: MultidimensionalState) -> None:
    plain = MultidimensionalState.begin(CORRELATED)

    with pytest.raises(SelectionError, match="no selection rule for several abilities is called 'mfi'; there are: d_"):
        next_item(bank, state)
    with pytest.raises(SelectionError, match="needs a composite"):
        next_item(bank, plain, "c_rule")
    with pytest.raises(SelectionError, match="needs a random generator"):
        next_item(bank, state, "random")
    with pytest.raises(SelectionError, match="needs a random generator"):
        next_item(bank, state, "d_rule", exposure=Randomesque(4))
    with pytest.raises(NoItemLeft):
        next_item(bank, state, "d_rule", Constraints(length=8))
    with pytest.raises(StateError, match="the bank has 3 dimensions, the prior 2"):
        next_item(compensatory_bank(5, 3), plain, "d_rule")
    with pytest.raises(StateError, match="needs a multidimensional bank"):
        next_item(ItemBank.dichotomous(1.0, [0.0]), plain, "d_rule")
