"""Banks of items that draw on several abilities, all random, from fixed seeds, and brute force to hold them to."""

from __future__ import annotations

import numpy as np

from irt_core import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal

CORRELATED = MultivariateNormal([0.3, -0.2], [[1.0, 0.6], [0.6, 1.5]])
SHAPES = ("M2PL", "M3PL", "M4PL", "MGRM")
GRADED_STEPS = ([1.2, 0.1, -0.9], [0.6, -0.7], [0.2], [1.8, 1.0, -0.2, -1.1])


def compensatory_bank(n_items: int, n_dimensions: int = 2, shape: str = "M2PL", seed: int = 1) -> MultidimensionalBank:
    """Items that draw on every dimension."""
    return bank_with(np.random.default_rng(seed).lognormal(0.0, 0.35, (n_items, n_dimensions)), shape, seed)


def bifactor_bank(n_items: int, n_specific: int, shape: str = "M2PL", seed: int = 1) -> MultidimensionalBank:
    """Items that draw on a general dimension, the first, and in turn on one of the specific ones."""
    slopes = np.random.default_rng(seed).lognormal(0.0, 0.35, (n_items, 1 + n_specific))
    slopes[:, 1:] *= np.arange(n_items)[:, None] % n_specific == np.arange(n_specific)
    return bank_with(slopes, shape, seed)


def between_item_bank(n_items: int, n_dimensions: int, shape: str = "M2PL", seed: int = 1) -> MultidimensionalBank:
    """Items that draw on one dimension each, in turn."""
    slopes = np.random.default_rng(seed).lognormal(0.2, 0.3, (n_items, n_dimensions))
    return bank_with(slopes * (np.arange(n_items)[:, None] % n_dimensions == np.arange(n_dimensions)), shape, seed)


def bank_with(slopes: np.ndarray, shape: str, seed: int) -> MultidimensionalBank:
    """Items with these slopes and random other parameters."""
    rng, n_items = np.random.default_rng(seed + 1000), len(slopes)
    if shape == "MGRM":
        centres = rng.normal(0.0, 0.8, n_items)
        steps = [centre + np.array(GRADED_STEPS[item % 4]) for item, centre in enumerate(centres)]
        return ItemBank.multidimensional(slopes, steps)
    guessing = rng.beta(5, 17, n_items) if shape in ("M3PL", "M4PL") else None
    upper = 1.0 - rng.beta(2, 40, n_items) if shape == "M4PL" else None
    return ItemBank.multidimensional(slopes, rng.normal(0.0, 1.0, n_items), guessing, upper)


def answers(bank: MultidimensionalBank, theta: np.ndarray, seed: int = 5) -> np.ndarray:
    """Simulated responses (n_persons, n_items)."""
    rng = np.random.default_rng(seed)
    items = np.tile(np.arange(bank.n_items), len(theta))
    scores: np.ndarray = bank.draw_scores(np.repeat(theta, bank.n_items, axis=0), items, rng)
    return scores.reshape(len(theta), bank.n_items).astype(float)


def log_likelihood(bank: MultidimensionalBank, responses: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log L(θ) of one person at θ (n_theta, D), NaN being an item not given, from the category probabilities."""
    probability = bank.probability(theta)
    if probability.ndim == 2:
        probability = np.stack([1.0 - probability, probability], axis=2)
    given = np.flatnonzero(~np.isnan(responses))
    total: np.ndarray = np.log(probability[:, given, responses[given].astype(int)]).sum(axis=1)
    return total


def lattice(low: np.ndarray, high: np.ndarray, n_points: int) -> np.ndarray:
    """A product grid (n_points ** D, D)."""
    axes = [np.linspace(*ends, n_points) for ends in zip(low, high, strict=True)]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def posterior_by_brute_force(
    bank: MultidimensionalBank, responses: np.ndarray, prior: MultivariateNormal, n_points: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance as sums over a product grid of all dimensions, six standard deviations each way."""
    theta = lattice(prior.centre - 6 * prior.sds, prior.centre + 6 * prior.sds, n_points)
    log_density = log_likelihood(bank, responses, theta) + prior.log_density(theta)
    weights = np.exp(log_density - log_density.max())
    weights /= weights.sum()
    mean = weights @ theta
    return mean, (theta - mean).T @ ((theta - mean) * weights[:, None])
