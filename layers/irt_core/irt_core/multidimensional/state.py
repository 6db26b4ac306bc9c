"""Where an adaptive test of several abilities stands: an immutable value, moved on by one answer at a time.

As in `adaptive.state`, the truth of a state is its prior, its items and their scores. The posterior (`posterior`) and
the path of estimates follow from them, so a stored state is just the answers, and replaying them gives the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.adaptive.item_eligibility import Ineligible
from irt_core.adaptive.state import check_answers
from irt_core.arrays import FloatArray, frozen
from irt_core.errors import IrtError, StateError
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal

if TYPE_CHECKING:
    from irt_core.multidimensional.posterior import Posterior


@dataclass(frozen=True, eq=False)
class MultidimensionalState:
    """One examinee in the middle of an adaptive test of several abilities. Make one with `begin` or `from_dict`.

    `thetas[k]` and `ses[k]` are the posterior means and standard deviations after k answers, D numbers each;
    `covariance` (D, D) is the posterior's now. `composite` are the weights of the abilities in the score that the test
    is about, None when each ability counts by itself. `set_aside` and `ineligible` as in `CatState`.
    """

    prior: MultivariateNormal
    composite: tuple[float, ...] | None
    administered: tuple[int, ...]
    scores: tuple[int, ...]
    thetas: tuple[tuple[float, ...], ...]
    ses: tuple[tuple[float, ...], ...]
    covariance: FloatArray
    posterior: Posterior | None = field(default=None, repr=False)
    elapsed_seconds: float = 0.0
    set_aside: tuple[int, ...] = ()
    ineligible: Ineligible | None = None

    @classmethod
    def begin(
        cls, prior: MultivariateNormal, theta: ArrayLike | None = None, composite: ArrayLike | None = None
    ) -> Self:
        """Before the first answer. `theta` (D,) is where the first item is chosen, the mean of the prior unless given.

        Raises StateError.
        """
        start = prior.centre if theta is None else np.asarray(theta, dtype=np.float64)
        if start.shape != (prior.n_dimensions,) or not np.isfinite(start).all():
            raise StateError(f"a test of {prior.n_dimensions} abilities starts at as many finite numbers")
        weights = None if composite is None else checked_composite(composite, prior.n_dimensions)
        sds = tuple(prior.sds.tolist())
        return cls(prior, weights, (), (), (tuple(start.tolist()),), (sds,), prior.matrix)

    @property
    def theta(self) -> FloatArray:
        """The current estimate of the abilities, (D,)."""
        return np.array(self.thetas[-1])

    @property
    def se(self) -> FloatArray:
        """Its standard errors, (D,)."""
        return np.array(self.ses[-1])

    @property
    def score(self) -> float:
        """The composite of the estimates, without weights their mean."""
        return float(self._weights @ self.theta)

    @property
    def score_se(self) -> float:
        """Its standard error."""
        return float(np.sqrt(self._weights @ self.covariance @ self._weights))

    @property
    def elapsed(self) -> float:
        """How many seconds all answers took."""
        return self.elapsed_seconds

    @property
    def n_administered(self) -> int:
        """How many answers there are."""
        return len(self.administered)

    def after(self, bank: ItemBank, item: int, score: int, seconds: float = 0.0) -> Self:
        """The state after one more answer, which took `seconds`. Raises StateError."""
        return self.after_all(bank, (item,), (score,), seconds)

    def after_all(self, bank: ItemBank, items: Sequence[int], scores: Sequence[int], seconds: float = 0.0) -> Self:
        """The state after many answers: the same bits as `after` for each of them. Raises StateError."""
        from irt_core.multidimensional.posterior import begin  # not needed where there is one ability

        fitting = bank_for(self.prior, bank)
        check_answers(bank, self.administered, items, scores, seconds)
        posterior, thetas, ses = self.posterior or begin(fitting, self.prior), [], []
        for item, score in zip(items, scores, strict=True):
            posterior = posterior.after(fitting, int(item), int(score))
            thetas.append(tuple(posterior.mean.tolist()))
            ses.append(tuple(np.sqrt(np.diag(posterior.covariance)).tolist()))
        return replace(
            self,
            administered=(*self.administered, *map(int, items)),
            scores=(*self.scores, *map(int, scores)),
            thetas=(*self.thetas, *thetas),
            ses=(*self.ses, *ses),
            covariance=frozen(posterior.covariance) if thetas else self.covariance,
            posterior=posterior,
            elapsed_seconds=self.elapsed_seconds + seconds,
        )

    def setting_aside(self, items: Sequence[int]) -> Self:
        """The state with `items` ruled out for the rest of the test."""
        return replace(self, set_aside=(*self.set_aside, *map(int, items))) if items else self

    def with_ineligible(self, ineligible: Ineligible) -> Self:
        """The state of somebody who must not get these items."""
        return replace(self, ineligible=ineligible)

    def to_dict(self) -> dict[str, Any]:
        """The state as plain JSON: what it takes to replay it."""
        return {
            "prior": self.prior.to_dict(),
            "composite": None if self.composite is None else list(self.composite),
            "start_theta": list(self.thetas[0]),
            "administered": list(self.administered),
            "scores": list(self.scores),
            "elapsed_seconds": self.elapsed_seconds,
            "set_aside": list(self.set_aside),
            "ineligible": None if self.ineligible is None else self.ineligible.to_dict(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], bank: ItemBank) -> Self:
        """The state that `to_dict` described, replayed on its bank. Raises StateError."""
        try:
            begun = cls.begin(MultivariateNormal(**stored["prior"]), stored["start_theta"], stored["composite"])
            answered = begun.after_all(bank, stored["administered"], stored["scores"], stored["elapsed_seconds"])
            restored = answered.setting_aside(stored["set_aside"])
            if stored["ineligible"] is None:
                return restored
            return restored.with_ineligible(Ineligible.from_dict(stored["ineligible"], bank.n_items))
        except (KeyError, TypeError) as error:
            raise StateError(f"a stored state is not as this version writes it: {error!r}") from error
        except IrtError as error:
            raise StateError(f"a stored state does not fit its bank: {error}") from error

    @property
    def _weights(self) -> FloatArray:
        return composite_weights(self.composite, self.prior.n_dimensions)


def checked_composite(composite: ArrayLike, n_dimensions: int) -> tuple[float, ...]:
    """Weights of the abilities. Raises StateError unless they are D finite numbers, not all of them 0."""
    weights = np.asarray(composite, dtype=np.float64)
    if weights.shape != (n_dimensions,) or not np.isfinite(weights).all() or not weights.any():
        raise StateError(f"a composite has {n_dimensions} finite weights, not all of them 0")
    return tuple(weights.tolist())


def composite_weights(composite: tuple[float, ...] | None, n_dimensions: int) -> FloatArray:
    """The weights (D,), equal ones that sum to 1 where there are none."""
    return np.full(n_dimensions, 1.0 / n_dimensions) if composite is None else np.array(composite)


def bank_for(prior: MultivariateNormal, bank: ItemBank) -> MultidimensionalBank:
    """The bank, if it has as many dimensions as the prior. Raises StateError."""
    if not isinstance(bank, MultidimensionalBank):
        raise StateError("a test of several abilities needs a multidimensional bank")
    if bank.n_dimensions != prior.n_dimensions:
        raise StateError(f"the bank has {bank.n_dimensions} dimensions, the prior {prior.n_dimensions}")
    return bank
