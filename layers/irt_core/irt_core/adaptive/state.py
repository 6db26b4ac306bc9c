"""Where an adaptive test stands: an immutable value, moved on by one answer at a time.

The truth of a state is its prior, its items and their scores; the posterior on the quadrature grid and the path of
estimates follow from them. An answer adds one row of log-likelihoods to the log posterior. Replaying all answers in
one call adds the same rows in the same order and therefore gives the same bits, so a stored state is just the
answers, as plain JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isfinite
from typing import Any, Self

import numpy as np

from irt_core.adaptive.item_eligibility import Ineligible
from irt_core.arrays import FloatArray
from irt_core.errors import IrtError, StateError
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, moments, normalised


@dataclass(frozen=True, eq=False)
class CatState:
    """One examinee in the middle of an adaptive test. Make one with `begin` or `replay`.

    `thetas[k]` and `ses[k]` are the EAP estimate and its standard error after k answers; the first is the start.
    `set_aside` are items that an exposure control has ruled out for this examinee; `ineligible` those that it has made
    ineligible before the test, while the estimate is where it says.
    """

    prior: Normal
    quadrature: Quadrature
    log_posterior: FloatArray = field(repr=False)
    administered: tuple[int, ...]
    scores: tuple[int, ...]
    thetas: tuple[float, ...]
    ses: tuple[float, ...]
    elapsed_seconds: float = 0.0
    set_aside: tuple[int, ...] = ()
    ineligible: Ineligible | None = None

    @classmethod
    def begin(
        cls, prior: Normal | None = None, quadrature: Quadrature | None = None, theta: float | None = None
    ) -> Self:
        """Before the first answer. `theta` is where the first item is chosen, the mean of the prior unless given."""
        prior = prior or Normal()
        quadrature = quadrature or Quadrature()
        log_posterior, mean, sd = _prior_on(prior, quadrature)
        start = mean if theta is None else float(theta)
        if not isfinite(start):
            raise StateError("a test starts at a finite theta")
        return cls(prior, quadrature, log_posterior, (), (), (start,), (sd,))

    @property
    def theta(self) -> float:
        """The current estimate of ability."""
        return self.thetas[-1]

    @property
    def se(self) -> float:
        """Its standard error: the standard deviation of the posterior."""
        return self.ses[-1]

    @property
    def elapsed(self) -> float:
        """How many seconds all answers took."""
        return self.elapsed_seconds

    @property
    def n_administered(self) -> int:
        """How many answers there are."""
        return len(self.administered)

    @property
    def posterior(self) -> FloatArray:
        """The posterior probabilities of the grid points, shape (n_points,)."""
        return normalised(self.log_posterior, self.quadrature)

    def after(self, bank: ItemBank, item: int, score: int, seconds: float = 0.0) -> Self:
        """The state after one more answer, which took `seconds`. Raises StateError."""
        check_answers(bank, self.administered, (item,), (score,), seconds)
        log_posterior = self.log_posterior + bank.tabulate(self.quadrature).log_likelihood_of_one(item, score)
        mean, sd = moments(log_posterior, self.quadrature)
        return type(self)(
            self.prior,
            self.quadrature,
            _read_only(log_posterior),
            (*self.administered, int(item)),
            (*self.scores, int(score)),
            (*self.thetas, float(mean)),
            (*self.ses, float(sd)),
            self.elapsed_seconds + seconds,
            self.set_aside,
            self.ineligible,
        )

    def after_all(self, bank: ItemBank, items: Sequence[int], scores: Sequence[int], seconds: float = 0.0) -> Self:
        """The state after many answers at once: the same bits as `after` for each of them. Raises StateError."""
        check_answers(bank, self.administered, items, scores, seconds)
        if not items:
            return replace(self, elapsed_seconds=self.elapsed_seconds + seconds)
        rows = bank.tabulate(self.quadrature).log_likelihood_of(np.array(items), np.array(scores))
        path = np.cumsum(np.vstack([self.log_posterior, rows]), axis=0)[1:]
        means, sds = moments(path, self.quadrature)
        return replace(
            self,
            log_posterior=_read_only(path[-1].copy()),
            administered=(*self.administered, *map(int, items)),
            scores=(*self.scores, *map(int, scores)),
            thetas=(*self.thetas, *means.tolist()),
            ses=(*self.ses, *sds.tolist()),
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
        ineligible = {} if self.ineligible is None else {"ineligible": self.ineligible.to_dict()}
        return {
            "prior": {"mean": self.prior.mean, "sd": self.prior.sd},
            "quadrature": {
                "low": self.quadrature.low,
                "high": self.quadrature.high,
                "n_points": self.quadrature.n_points,
            },
            "start_theta": self.thetas[0],
            "administered": list(self.administered),
            "scores": list(self.scores),
            "elapsed_seconds": self.elapsed_seconds,
            "set_aside": list(self.set_aside),
            **ineligible,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], bank: ItemBank) -> Self:
        """The state that `to_dict` described, replayed on its bank. Raises StateError."""
        try:
            begun = cls.begin(Normal(**stored["prior"]), Quadrature(**stored["quadrature"]), stored["start_theta"])
            answered = begun.after_all(bank, stored["administered"], stored["scores"], stored["elapsed_seconds"])
            restored = answered.setting_aside(stored["set_aside"])
            if "ineligible" not in stored:
                return restored
            return restored.with_ineligible(Ineligible.from_dict(stored["ineligible"], bank.n_items))
        except (KeyError, TypeError) as error:
            raise StateError(f"a stored state is not as this version writes it: {error!r}") from error
        except IrtError as error:
            raise StateError(f"a stored state does not fit its bank: {error}") from error


@lru_cache(maxsize=64)
def _prior_on(prior: Normal, quadrature: Quadrature) -> tuple[FloatArray, float, float]:
    """The log density, mean and standard deviation of a prior on a grid; priors are few, and all tests begin there."""
    log_density = prior.log_density(quadrature.points)
    mean, sd = moments(log_density, quadrature)
    return _read_only(log_density), float(mean), float(sd)


def check_answers(
    bank: ItemBank, administered: tuple[int, ...], items: Sequence[int], scores: Sequence[int], seconds: float
) -> None:
    """Raise StateError unless these answers can follow those to the items `administered`."""
    if len(items) != len(scores):
        raise StateError(f"{len(items)} items cannot have {len(scores)} scores")
    if not 0.0 <= seconds < float("inf"):
        raise StateError(f"an answer cannot take {seconds} seconds")
    seen = set(administered)
    for item, score in zip(items, scores, strict=True):
        if not 0 <= item < bank.n_items:
            raise StateError(f"the bank has the items 0 to {bank.n_items - 1}, not {item}")
        if item in seen:
            raise StateError(f"item {item} has been answered already")
        if score not in range(bank.category_counts[item]):
            raise StateError(f"{score} is not a score of item {item}: 0 to {bank.category_counts[item] - 1}")
        seen.add(item)


def _read_only(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array
