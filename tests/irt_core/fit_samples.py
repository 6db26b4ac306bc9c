"""Responses, models and exhaustive sums that the tests of fit share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from irt_core import ItemBank, calibrate
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.known import known_model


def patterns_of(n_categories: list[int]) -> np.ndarray:
    """All patterns of items with so many categories."""
    return np.array(list(product(*map(range, n_categories))))


def two_parameter(n_items: int, seed: int = 1, spread: float = 0.25) -> ItemBank:
    """Items without asymptotes; with a spread of 0 all slopes are 1."""
    rng = np.random.default_rng(seed)
    slopes = rng.lognormal(0.1, spread, n_items) if spread else np.ones(n_items)
    return ItemBank.dichotomous(slopes, rng.normal(0.0, 1.0, n_items))


def graded(n_categories: list[int], seed: int = 1) -> ItemBank:
    """Graded items with so many categories."""
    rng = np.random.default_rng(seed)
    thresholds = [np.sort(rng.normal(0.0, 1.2, k - 1)).tolist() for k in n_categories]
    return ItemBank.graded(discrimination=rng.lognormal(0.1, 0.25, len(n_categories)), thresholds=thresholds)


def answers(bank: ItemBank, theta: np.ndarray, seed: int = 2) -> np.ndarray:
    """Simulated responses (n_persons, n_items)."""
    chances = bank.probability(theta)
    draws = np.random.default_rng(seed).random(chances.shape[:2])
    if chances.ndim == 2:
        return (draws < chances).astype(np.int8)
    return np.asarray((draws[:, :, None] > np.cumsum(chances, axis=2)[:, :, :-1]).sum(axis=2), dtype=np.int8)


def thirds(n_persons: int) -> np.ndarray:
    """Weights 1, 2 and 3 by turns."""
    return np.array([1.0, 2.0, 3.0])[np.arange(n_persons) % 3]


def normal(n_persons: int, seed: int = 3) -> np.ndarray:
    """Abilities from the standard normal distribution."""
    return np.random.default_rng(seed).normal(size=n_persons)


def fitted(bank: ItemBank, n_persons: int, seed: int = 4) -> FittedModel:
    """A two-parameter model calibrated with simulated responses to a bank."""
    return calibrate(answers(bank, normal(n_persons, seed), seed + 1), "2pl").fitted_model


def with_free_parameters(model: FittedModel, bank: ItemBank) -> FittedModel:
    """A known model as if its discriminations and locations had been estimated: derivatives by finite differences."""
    arrays = bank.to_arrays()
    theta = model.nodes[:, 0]
    columns = []
    for name in [name for name in ("discrimination", "difficulty", "thresholds") if name in arrays]:
        rows = [np.atleast_1d(row) for row in arrays[name]]
        for place in range(max(row.size for row in rows)):
            columns.append((name, place, np.array([place < row.size for row in rows])))
    derivative, parameter, number = [], np.full((len(model.probability), len(columns)), -1), 0
    for column, (name, place, exists) in enumerate(columns):
        tables = []
        for step in (1e-5, -1e-5):
            moved = [np.array(row, dtype=float, ndmin=1) for row in arrays[name]]
            for item in np.flatnonzero(exists):
                moved[item][place] += step
            values = [
                row.tolist() if np.ndim(first) else float(row[0])
                for row, first in zip(moved, arrays[name], strict=True)
            ]
            changed = ItemBank.from_arrays(arrays | {name: values})
            tables.append(np.exp(np.moveaxis(changed.log_likelihood_table(theta), 0, 1)))
        derivative.append((tables[0] - tables[1]) / 2e-5)
        parameter[exists, column] = number + np.arange(exists.sum())
        number += int(exists.sum())
    return replace(
        model, derivative=np.stack(derivative, axis=1), parameter=parameter, covariance=np.zeros((number, number))
    )


def in_two_groups(model: FittedModel, shift: float = 0.5) -> FittedModel:
    """The same model for two groups, every other row being of the second, abler by a mean that is a free parameter."""
    theta = model.nodes[:, 0]
    density = np.exp(-0.5 * (theta[None, :] - np.array([[0.0], [shift]])) ** 2)
    weights = density / density.sum(axis=1, keepdims=True)
    mean = weights @ theta
    by_mean = np.stack([np.zeros_like(theta), weights[1] * (theta - mean[1])])[:, None, :]
    n = model.n_parameters
    return replace(
        model,
        group=np.arange(len(model.scores)) % 2,
        node_weights=weights,
        node_weight_derivative=by_mean,
        latent_parameter=np.array([n]),
        covariance=np.zeros((n + 1, n + 1)),
    )


def known(bank: ItemBank, n_persons: int, seed: int = 4) -> FittedModel:
    """A model with the bank's own parameters and simulated responses to it."""
    return known_model(bank, answers(bank, normal(n_persons, seed), seed + 1))


def pattern_probabilities(model: FittedModel, patterns: np.ndarray) -> np.ndarray:
    """P(pattern | θ) of complete patterns at each node, (n_patterns, n_nodes)."""
    chances = np.ones((len(patterns), model.probability.shape[2]))
    for item in range(patterns.shape[1]):
        chances *= model.probability[item, patterns[:, item]]
    return chances


def persons(model: FittedModel) -> Iterator[tuple[np.ndarray, float, np.ndarray]]:
    """Each row's scores, its weight and its posterior, one at a time."""
    for scores, weight, group in zip(model.scores, model.weights, model.group, strict=True):
        posterior = model.node_weights[group].copy()
        for item in np.flatnonzero(scores >= 0):
            posterior *= model.probability[item, scores[item]]
        yield scores, weight, posterior / posterior.sum()
