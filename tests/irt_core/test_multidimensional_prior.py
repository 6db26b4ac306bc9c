"""The multivariate normal prior, and which dimensions it and the items let be integrated one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import ItemBank, Normal, PriorError
from irt_core.multidimensional.grid import Grid, conditional_sds, prior_on, reach
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.structure import Structure
from tests.irt_core.multidimensional_samples import (
    CORRELATED,
    between_item_bank,
    bifactor_bank,
    compensatory_bank,
    lattice,
)


def test_the_density_is_that_of_the_normal_distribution() -> None:
    theta = lattice(np.full(2, -9.0), np.full(2, 9.0), 121)

    density = np.exp(CORRELATED.log_density(theta)) * (18 / 120) ** 2

    assert density.sum() == pytest.approx(1.0, abs=1e-9)
    np.testing.assert_allclose(density @ theta, CORRELATED.mean, atol=1e-9)
    np.testing.assert_allclose(np.cov(theta.T, aweights=density, ddof=0), CORRELATED.covariance, atol=1e-8)


def test_the_gradient_is_the_derivative_of_the_log_density() -> None:
    theta, step = np.array([[0.4, -1.0], [2.0, 3.0]]), 1e-5

    gradient = CORRELATED.gradient(theta)

    for d in range(2):
        shift = step * np.eye(2)[d]
        slope = (CORRELATED.log_density(theta + shift) - CORRELATED.log_density(theta - shift)) / (2 * step)
        np.testing.assert_allclose(gradient[:, d], slope, rtol=1e-7)


def test_equal_priors_are_equal_and_can_be_kept() -> None:
    again = MultivariateNormal(**CORRELATED.to_dict())

    assert (again, hash(again)) == (CORRELATED, hash(CORRELATED))
    assert MultivariateNormal.standard(2) == MultivariateNormal([0, 0], [[1, 0], [0, 1]])


def test_one_dimension_takes_a_normal_prior_and_several_do_not() -> None:
    prior = MultivariateNormal.of(Normal(0.5, 2.0), 1)

    assert (prior.mean, prior.covariance) == ((0.5,), ((4.0,),))
    with pytest.raises(PriorError, match="the bank has 2 dimensions, the prior 1"):
        MultivariateNormal.of(Normal(), 2)


@pytest.mark.parametrize(
    ("mean", "covariance", "complaint"),
    [
        ([0.0], [[1.0, 0.0], [0.0, 1.0]], "a mean of D numbers goes with a covariance"),
        (0.0, 1.0, "a mean of D numbers goes with a covariance"),
        ([0.0, np.nan], np.eye(2), "must be finite"),
        ([0.0, 0.0], [[1.0, 0.2], [0.3, 1.0]], "must be symmetric"),
        ([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]], "must be positive definite"),
        ([0.0, 0.0], [[1.0, 1.0], [1.0, 1.0]], "must be positive definite"),
        ("ab", np.eye(2), "of numbers"),
    ],
)
def test_what_is_no_distribution_is_refused(mean: Any, covariance: Any, complaint: str) -> None:
    with pytest.raises(PriorError, match=complaint):
        MultivariateNormal(mean, covariance)


@pytest.mark.parametrize(
    ("bank", "prior", "primary"),
    [
        (compensatory_bank(6, 1), None, ()),
        (compensatory_bank(6, 2), None, (0,)),
        (compensatory_bank(6, 3), None, (0, 1)),
        (bifactor_bank(24, 8), None, (0,)),
        (between_item_bank(8, 4), None, ()),
        (between_item_bank(8, 3), MultivariateNormal(np.zeros(3), 0.5 * np.eye(3) + 0.5), (0, 1)),
    ],
    ids=["one", "two", "three", "bifactor", "between items", "between items, correlated"],
)
def test_as_few_dimensions_as_can_be_are_primary(bank: Any, prior: Any, primary: tuple[int, ...]) -> None:
    structure = Structure.of(bank, prior or MultivariateNormal.standard(bank.n_dimensions))

    assert structure is not None
    assert structure.primary == primary
    assert sorted(structure.primary + structure.specific) == list(range(bank.n_dimensions))


def test_two_general_dimensions_are_both_primary() -> None:
    """Two tiers: items 0–5 draw on dimensions 0 and 1, all on 0, and each on one of four specific dimensions."""
    slopes = np.zeros((12, 6))
    slopes[:, 0] = 1.0
    slopes[:6, 1] = 0.8
    slopes[np.arange(12), 2 + np.arange(12) % 4] = 0.7

    structure = Structure.of(ItemBank.multidimensional(slopes, np.zeros(12)), MultivariateNormal.standard(6))

    assert structure == Structure((0, 1), (2, 3, 4, 5))


def test_many_dimensions_that_are_all_linked_cannot_be_taken_apart() -> None:
    assert Structure.of(compensatory_bank(6, 4), MultivariateNormal.standard(4)) is None


def test_a_prior_is_taken_apart_without_loss() -> None:
    """p(primary) Π p(specific | primary) is the joint density: of a prior whose specific dimensions are independent
    given the general one."""
    loading = np.array([0.5, 0.8])
    covariance = np.eye(3)
    covariance[0, 1:] = covariance[1:, 0] = loading
    covariance[1, 2] = covariance[2, 1] = loading.prod()
    prior = MultivariateNormal([0.1, 0.2, 0.3], covariance)
    structure = Structure((0,), (1, 2))
    grid = Grid.spanning(structure, *reach(prior), np.full(3, 0.75))
    assert Structure.of(bifactor_bank(6, 2), prior) == structure

    on_grid = prior_on(grid, prior)

    points = np.stack(np.meshgrid(*(axis.points for axis in grid.axes), indexing="ij"), axis=-1)
    parts = on_grid.primary[:, None, None] + on_grid.blocks[0][:, :, None] + on_grid.blocks[1][:, None, :]
    difference = (parts - prior.log_density(points))[1:-1]  # the ends of a primary axis have half a weight
    np.testing.assert_allclose(difference, difference[0, 0, 0], atol=1e-10)


def test_conditional_standard_deviations_are_given_the_dimensions_before() -> None:
    sds = conditional_sds(CORRELATED.matrix, Structure((1,), (0,)))

    np.testing.assert_allclose(sds, [np.sqrt(1.0 - 0.6**2 / 1.5), np.sqrt(1.5)])


def test_a_prior_beyond_the_bounds_is_refused() -> None:
    with pytest.raises(PriorError, match="beyond the bounds"):
        reach(MultivariateNormal([0.0, 20.0], np.eye(2)), (-6.0, 6.0))
