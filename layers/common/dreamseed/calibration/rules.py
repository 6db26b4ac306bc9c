"""What a simulation computes, free of any I/O: how it is divided, how the parts are counted and put together.

A simulation is divided into parts that depend on its settings alone: one for each θ, one for each chunk of the
population. A part has a seed of its own and ends in a `Tally`. The same settings therefore give the same report,
whichever parts were computed when, where, and after how many interruptions.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np

from irt_core import SimulationResult

CHUNK_EXAMINEES = 250
"""Examinees between two progress reports of the population run, and the most that a crash makes compute again."""

FEWEST_AT_A_POINT, MOST_AT_A_POINT = 100, 1000


def examinees_at_a_point(examinees: int) -> int:
    """How many examinees are simulated at each θ when the population has `examinees`."""
    return min(max(examinees // 4, FEWEST_AT_A_POINT), MOST_AT_A_POINT)


def chunk_sizes(examinees: int) -> tuple[int, ...]:
    """The population, divided into chunks."""
    whole, rest = divmod(examinees, CHUNK_EXAMINEES)
    return (CHUNK_EXAMINEES,) * whole + ((rest,) if rest else ())


def part_seed(seed: int, part: str) -> int:
    """The seed of one part, from 0 to 2^64 - 1. Parts have independent streams; the same part always has the same."""
    return int.from_bytes(hashlib.sha256(f"{seed} {part}".encode()).digest()[:8])


def point_progress(done: int, points: int) -> float:
    """The whole job's progress when so many of its θ are done: they are its first two fifths."""
    return round(0.02 + 0.38 * done / points, 4)


def population_progress(done: int, examinees: int) -> float:
    """The whole job's progress when so many of the population are done."""
    return round(0.4 + 0.55 * done / examinees, 4)


@dataclass(frozen=True)
class Tally:
    """Sums over examinees, from which every figure of the report follows. Adding tallies puts their examinees together.

    `exposure` counts how often each item was given, by its position in the bank; items that were not are left out.
    """

    examinees: int = 0
    error: float = 0.0
    squared_error: float = 0.0
    squared_se: float = 0.0
    length: float = 0.0
    squared_length: float = 0.0
    theta: float = 0.0
    squared_theta: float = 0.0
    estimate: float = 0.0
    squared_estimate: float = 0.0
    product: float = 0.0
    stop_reasons: Counter[str] = field(default_factory=Counter)
    exposure: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, simulated: SimulationResult) -> Self:
        """Count these examinees."""
        theta, estimate, length = simulated.theta, simulated.estimates, simulated.lengths
        error = estimate - theta
        items, times = np.unique(simulated.items[simulated.items >= 0], return_counts=True)
        return cls(
            examinees=theta.size,
            error=float(error.sum()),
            squared_error=float(error @ error),
            squared_se=float(simulated.ses @ simulated.ses),
            length=float(length.sum()),
            squared_length=float(length @ length),
            theta=float(theta.sum()),
            squared_theta=float(theta @ theta),
            estimate=float(estimate.sum()),
            squared_estimate=float(estimate @ estimate),
            product=float(theta @ estimate),
            stop_reasons=Counter(simulated.reasons.tolist()),
            exposure=Counter(dict(zip(items.tolist(), times.tolist(), strict=True))),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(self)})

    def to_json(self) -> dict[str, Any]:
        """The tally as plain JSON; floats keep every bit."""
        plain = {part.name: getattr(self, part.name) for part in fields(self)}
        items = sorted(self.exposure)
        counts = [self.exposure[item] for item in items]
        return {**plain, "stop_reasons": dict(self.stop_reasons), "exposure": {"items": items, "counts": counts}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The tally that `to_json` wrote."""
        exposure = dict(zip(stored["exposure"]["items"], stored["exposure"]["counts"], strict=True))
        return cls(**{**stored, "stop_reasons": Counter(stored["stop_reasons"]), "exposure": Counter(exposure)})

    @property
    def bias(self) -> float:
        """Mean of estimate minus true θ."""
        return self.error / self.examinees

    @property
    def bias_se(self) -> float:
        """Standard error of the bias, because a finite number of examinees was simulated."""
        return _deviation(self.error, self.squared_error, self.examinees) / math.sqrt(self.examinees)

    @property
    def rmse(self) -> float:
        """Root of the mean squared error."""
        return math.sqrt(self.squared_error / self.examinees)

    @property
    def se(self) -> float:
        """Root of the mean squared standard error: the precision that the test claims, to compare with the RMSE."""
        return math.sqrt(self.squared_se / self.examinees)

    @property
    def mean_length(self) -> float:
        """Mean number of items."""
        return self.length / self.examinees

    @property
    def length_sd(self) -> float:
        """Standard deviation of the number of items."""
        return _deviation(self.length, self.squared_length, self.examinees)

    @property
    def correlation(self) -> float | None:
        """Correlation of estimate and true θ; None when one of them does not vary."""
        n = self.examinees
        spread = _deviation(self.theta, self.squared_theta, n) * _deviation(self.estimate, self.squared_estimate, n)
        return (self.product / n - (self.theta / n) * (self.estimate / n)) / spread if spread > 0 else None

    @property
    def overlap(self) -> float | None:
        """The share of its items that a test has in common with another examinee's, on average over all pairs."""
        pairs = self.examinees * (self.examinees - 1)
        shared = sum(count * (count - 1) for count in self.exposure.values())
        return shared / pairs / self.mean_length if pairs and self.length else None

    def exposure_rates(self, n_items: int) -> list[float]:
        """The share of examinees who were given each item of the bank."""
        return [self.exposure[item] / self.examinees for item in range(n_items)]


def _deviation(total: float, squares: float, n: int) -> float:
    """Standard deviation from a sum and a sum of squares."""
    return math.sqrt(max(squares / n - (total / n) ** 2, 0.0))
