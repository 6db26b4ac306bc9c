"""A fitted model as the fit statistics see it: plain arrays, the same for every kind of item."""

from __future__ import annotations

from dataclasses import dataclass

from irt_core.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Responses, curves and derivatives of a calibration on its nodes.

    With n_rows distinct response rows, n_items, k parameters an item, K the largest number of categories, n_nodes nodes
    in D dimensions, n_groups groups and n_latent free parameters of the latent distribution:

    `scores` (n_rows, n_items) has −1 where there is no response; `weights` (n_rows,) says how many persons a row stands
    for and `group` (n_rows,) whose they are. `nodes` (n_nodes, D) carry `node_weights` (n_groups, n_nodes), each row
    summing to one. `probability` (n_items, K, n_nodes) is 0 for categories that an item has not; `derivative`
    (n_items, k, K, n_nodes) is by the item's parameters, and `parameter` (n_items, k) says which of the model's
    `n_parameters` free parameters each is, −1 for one that is fixed. `node_weight_derivative`
    (n_groups, n_latent, n_nodes) is that of `node_weights` by the free parameters numbered in `latent_parameter`.
    `covariance` (n_parameters, n_parameters) is that of the free parameters.
    """

    scores: IntArray
    weights: FloatArray
    group: IntArray
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
