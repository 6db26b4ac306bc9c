"""The derivatives of a model's moments by its free parameters, and what is orthogonal to them.

The derivative of a pair's moment by a parameter of one of its items is Σ_q w_q ∂V_i V_j, an (n_items × k × n_items)
array for all; by a parameter of the latent distribution Σ_q ∂w_q V_i V_j. The matrix Δ of all derivatives would have
n²/2 rows and is never formed: products with it, and Δ'Δ, are sums over these arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.moments import GroupMoments

_SURE = 1e-5  # an eigenvalue of Δ'Δ, with columns of length 1, that is right to ten digits
_SHORTEST = 0.01  # squared length of a column that ought to have length 1


@dataclass(frozen=True, eq=False)
class GroupTangent:
    """Derivatives of one group's moments.

    By item parameters: of the item's own moments (n_items, k, A) and of its pairs (n_items, k, n_items). By latent
    parameters: (n_latent, n_items, A) and (n_latent, n_items, n_items). `parameter` (n_items, k) and `latent_parameter`
    (n_latent,) say which of the `n_parameters` each is, −1 for none.
    """

    moments: GroupMoments
    own: FloatArray
    pair: FloatArray
    latent_own: FloatArray
    latent_pair: FloatArray
    parameter: IntArray
    latent_parameter: IntArray
    n_parameters: int

    @classmethod
    def of(cls, model: FittedModel, moments: GroupMoments) -> GroupTangent:
        """The derivatives at the fitted parameters."""
        sample, weights = moments.sample, moments.weights
        scores = moments.given_theta[:, 0]
        by_parameter = np.einsum("jac,jpcq->jpaq", moments.functions, model.derivative[sample.items], optimize=True)
        parameter = model.parameter[sample.items]
        by_parameter[parameter < 0] = 0.0
        pair = (by_parameter[:, :, 0] * weights) @ scores.T
        items = np.arange(moments.n_items)
        pair[items, :, items] = 0.0
        latent = model.node_weight_derivative[sample.group]
        latent_own = np.moveaxis(moments.given_theta @ latent.T, 2, 0)
        latent_pair = (scores * latent[:, None]) @ scores.T
        latent_pair[:, items, items] = 0.0
        own = by_parameter @ weights
        return cls(moments, own, pair, latent_own, latent_pair, parameter, model.latent_parameter, model.n_parameters)

    @cached_property
    def _is_free(self) -> IntArray:
        return np.flatnonzero(self.parameter.ravel() >= 0)

    @cached_property
    def _place(self) -> IntArray:
        """Which of the model's parameters each row of `gram`'s local matrix is."""
        return np.concatenate([self.parameter.ravel()[self._is_free], self.latent_parameter])

    def times(self, vector: FloatArray) -> FloatArray:
        """Δ β for parameters β (n_parameters,)."""
        padded = np.append(vector, 0.0)
        of_items, of_latent = padded[self.parameter], vector[self.latent_parameter]
        own = np.einsum("jp,jpa->ja", of_items, self.own) + np.einsum("l,lja->ja", of_latent, self.latent_own)
        pair = np.einsum("jp,jpi->ji", of_items, self.pair)
        pair = pair + pair.T + np.einsum("l,lij->ij", of_latent, self.latent_pair)
        return self.moments.flat(own, pair)

    def transposed_times(self, vector: FloatArray) -> FloatArray:
        """Δ' y for moments y (n_moments,)."""
        of_items, of_pairs = self.moments.unflat(vector)
        by_item = np.einsum("ja,jpa->jp", of_items, self.own) + np.einsum("ji,jpi->jp", of_pairs, self.pair)
        by_latent = np.einsum("ja,lja->l", of_items, self.latent_own)
        by_latent += 0.5 * np.einsum("ij,lij->l", of_pairs, self.latent_pair)
        local = np.concatenate([by_item.ravel()[self._is_free], by_latent])
        return np.bincount(self._place, weights=local, minlength=self.n_parameters).astype(np.float64)

    def gram(self) -> FloatArray:
        """Δ'Δ, (n_parameters, n_parameters)."""
        n_items, k, n_functions = self.own.shape
        n_latent = len(self.latent_own)
        items = np.repeat(np.arange(n_items), k)
        pair = self.pair.reshape(n_items * k, n_items)
        meeting = pair[:, items]  # of parameter (j, p) and those of item i: the derivative of the pair (j, i)
        of_items = meeting * meeting.T
        own = self.own @ self.own.swapaxes(1, 2) + self.pair @ self.pair.swapaxes(1, 2)
        places = np.arange(n_items * k).reshape(n_items, k)
        of_items[places[:, :, None], places[:, None, :]] += own
        crossed = np.einsum("jpa,lja->jpl", self.own, self.latent_own)
        crossed += np.einsum("jpi,lji->jpl", self.pair, self.latent_pair)
        crossed = crossed.reshape(n_items * k, n_latent)[self._is_free]
        latent_own = self.latent_own.reshape(n_latent, n_items * n_functions)
        latent_pair = self.latent_pair.reshape(n_latent, n_items * n_items)
        corner = latent_own @ latent_own.T + 0.5 * latent_pair @ latent_pair.T
        local = np.block([[of_items[np.ix_(self._is_free, self._is_free)], crossed], [crossed.T, corner]])
        total = np.zeros((self.n_parameters,) * 2)
        np.add.at(total, (self._place[:, None], self._place[None, :]), local)
        return total


@dataclass(frozen=True, eq=False)
class Complement:
    """The projection of moments, group after group in one vector, on what is orthogonal to the columns of Δ.

    Group g's part of Δ counts √N_g times, as its moments do. `basis` (n_parameters, rank) makes the columns of Δ B
    orthonormal.
    """

    tangents: list[GroupTangent]
    roots: FloatArray
    basis: FloatArray

    @classmethod
    def of(cls, tangents: list[GroupTangent]) -> Complement:
        """The complement of the tangents of all groups.

        The eigenvectors of Δ'Δ give it. Small eigenvalues are off by rounding: where there are any, the columns are
        made orthonormal once more from their own products (as in the shifted Cholesky QR of Fukaya et al. 2020, SISC
        42(1), A477-A503). What is then still far too short no data could tell from 0, and is left out.
        """
        sizes = np.array([tangent.moments.sample.n_persons for tangent in tangents])
        gram = sum(size * tangent.gram() for size, tangent in zip(sizes, tangents, strict=True))
        lengths = np.sqrt(np.diagonal(gram))
        scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)[:, None]
        values, vectors = np.linalg.eigh(gram * scale * scale.T)
        floor = np.finfo(float).eps * max(1, lengths.size)
        complement = cls(tangents, np.sqrt(sizes), scale * vectors / np.sqrt(np.maximum(values, floor)))
        return complement if values.min(initial=1.0) > _SURE else complement._polished()._polished()

    def _polished(self) -> Complement:
        """The same with columns that are orthonormal, but for those that are far too short."""
        products = [self._along(self._moved(column)) for column in self.basis.T]
        values, vectors = np.linalg.eigh(self.basis.T @ np.array(products).reshape(self.basis.shape[::-1]).T)
        told = values > _SHORTEST
        return Complement(self.tangents, self.roots, self.basis @ (vectors[:, told] / np.sqrt(values[told])))

    @property
    def rank(self) -> int:
        """How many independent directions the parameters can move the moments in."""
        return int(self.basis.shape[1])

    @property
    def ends(self) -> IntArray:
        """Where the moments of each group end in the vector."""
        return np.cumsum([tangent.moments.n_moments for tangent in self.tangents])

    def project(self, vector: FloatArray) -> FloatArray:
        """The vector without its part along Δ; done twice, which leaves nothing but rounding."""
        for _ in range(2):
            vector = vector - self._moved(self.basis @ (self.basis.T @ self._along(vector)))
        return vector

    def _moved(self, parameters: FloatArray) -> FloatArray:
        """Δ β."""
        groups = zip(self.roots, self.tangents, strict=True)
        return np.concatenate([root * tangent.times(parameters) for root, tangent in groups])

    def _along(self, vector: FloatArray) -> FloatArray:
        """Δ' y."""
        groups = zip(self.roots, self.tangents, np.split(vector, self.ends[:-1]), strict=True)
        parts = [root * tangent.transposed_times(part) for root, tangent, part in groups]
        along: FloatArray = np.sum(parts, axis=0)
        return along
