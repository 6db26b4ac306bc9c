"""A fitted model as the fit statistics see it: plain arrays, the same for every kind of item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.latent import LatentModel
from irt_core.calibration.latent_regression import LatentRegression
from irt_core.calibration.marginal import MarginalLikelihood, Point, Ties
from irt_core.calibration.nodes import Nodes
from irt_core.calibration.structure import ItemStructure


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Responses, curves and derivatives of a calibration on its nodes.

    With n_rows distinct response rows, n_items, k parameters an item, K the largest number of categories, n_nodes nodes
    in D dimensions, n_groups groups and n_latent free parameters of the latent distribution:

    `scores` (n_rows, n_items) has −1 where there is no response; `weights` (n_rows,) says how many persons a row stands
    for and `group` (n_rows,) whose they are; `row_of_person` (n_persons,) is the row of each of the caller's persons,
    −1 for one who was left out. `nodes` (n_nodes, D) carry `node_weights` (n_groups, n_nodes), each row
    summing to one. `probability` (n_items, K, n_nodes) is 0 for categories that an item has not; `derivative`
    (n_items, k, K, n_nodes) is by the item's parameters, and `parameter` (n_items, k) says which of the model's
    `n_parameters` free parameters each is, −1 for one that is fixed. `node_weight_derivative`
    (n_groups, n_latent, n_nodes) is that of `node_weights` by the free parameters numbered in `latent_parameter`.
    `covariance` (n_parameters, n_parameters) is that of the free parameters.

    Where ability depends on covariates the one group is everybody: its node weights are the average over the persons.
    """

    scores: IntArray
    weights: FloatArray
    group: IntArray
    row_of_person: IntArray
    nodes: FloatArray
    node_weights: FloatArray
    probability: FloatArray
    derivative: FloatArray
    parameter: IntArray
    node_weight_derivative: FloatArray
    latent_parameter: IntArray
    covariance: FloatArray

    @property
    def n_parameters(self) -> int:
        """How many free parameters the model has."""
        return int(self.covariance.shape[0])


def fitted_model(
    likelihood: MarginalLikelihood, point: Point, covariance: FloatArray, specific: IntArray | None
) -> FittedModel:
    """The arrays of a likelihood at its top; `specific` (n_items,) are the items' own dimensions if they have any."""
    table, view = likelihood.expectation.table, _view(likelihood, point, specific)
    curves = view.structure.curves(view.items, view.nodes.basis)
    derivative = np.einsum("mp,jcmq->jpcq", view.structure.loading, curves.log_slopes)
    derivative *= view.nodes.basis[:, view.structure.basis].T[None, :, None]
    derivative *= curves.probability[:, None]
    if likelihood.ties is not None:
        _tie(likelihood, likelihood.ties, point, view, derivative)
    weights, by_latent = view.latent.population(point.latent, table, view.nodes)
    n_items_free = int(likelihood.structure.free.sum())
    scores = table.scores.astype(np.int64)
    return FittedModel(
        scores=scores if table.observed is None else np.where(table.observed, scores, -1),
        weights=table.weights,
        group=np.repeat(np.arange(len(table.groups)), [rows.stop - rows.start for rows in table.group_rows]),
        row_of_person=table.row_of_person,
        nodes=view.nodes.points,
        node_weights=weights,
        probability=curves.probability,
        derivative=derivative,
        parameter=view.parameter,
        node_weight_derivative=by_latent,
        latent_parameter=np.arange(n_items_free, n_items_free + likelihood.latent.n_free),
        covariance=covariance,
    )


class _View(NamedTuple):
    """A model with all its dimensions: what `fitted_model` needs of it."""

    structure: ItemStructure
    items: FloatArray
    nodes: Nodes
    latent: LatentModel | LatentRegression
    parameter: IntArray


def _view(likelihood: MarginalLikelihood, point: Point, specific: IntArray | None) -> _View:
    """The model as it is, or a bifactor model on quasi-random points of all its dimensions.

    The grid on which a bifactor model is fitted has two dimensions, which stand for different ones in different items.
    """
    structure = likelihood.structure
    parameter = np.where(structure.free, np.cumsum(structure.free.ravel()).reshape(structure.free.shape) - 1, -1)
    if specific is None or isinstance(likelihood.latent, LatentRegression):
        return _View(structure, point.items, likelihood.nodes, likelihood.latent, parameter)
    n_items, n_dimensions = structure.n_items, 2 + int(specific.max())
    has = np.flatnonzero(specific >= 0)
    loads = np.zeros((n_items, n_dimensions), dtype=bool)
    loads[:, 0], loads[has, 1 + specific[has]] = True, True
    whole = ItemStructure.of("mgrm", structure.n_categories, loads)
    first = structure.slopes.start
    items, places = np.zeros((n_items, whole.n_parameters)), np.full((n_items, whole.n_parameters), -1)
    items[:, : first + 1], places[:, : first + 1] = point.items[:, : first + 1], parameter[:, : first + 1]
    items[has, first + 1 + specific[has]] = point.items[has, first + 1]
    places[has, first + 1 + specific[has]] = parameter[has, first + 1]
    latent = LatentModel(
        np.pad(likelihood.latent.free_mean, ((0, 0), (0, n_dimensions - 2))),
        np.pad(likelihood.latent.free_sd, ((0, 0), (0, n_dimensions - 2))),
    )
    return _View(whole, items, Nodes.quasi_random(n_items, n_dimensions), latent, places)


def _tie(likelihood: MarginalLikelihood, ties: Ties, point: Point, view: _View, derivative: FloatArray) -> None:
    """In a testlet model the specific slope is λ times the general one: derivatives by that one and by log λ."""
    of, first = ties.testlet, likelihood.structure.slopes.start
    has = np.flatnonzero(of >= 0)
    own = first + 1 + of[has]
    derivative[has, first] += np.exp(point.log_ties)[of[has], None, None] * derivative[has, own]
    derivative[has, own] *= view.items[has, own][:, None, None]
    view.parameter[has, own] = likelihood.n_free - ties.n_testlets + of[has]
