"""A multistage test before it meets its first examinee.

Examinees of one path go through each module together; they are routed by the same rules as in a live test.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from irt_core.adaptive.state import CatState
from irt_core.arrays import FloatArray, IntArray
from irt_core.assembly.multistage import MultistageTest, routed
from irt_core.assembly.panel import Panel, Path
from irt_core.errors import IrtError
from irt_core.models.bank import ItemBank
from irt_core.priors import moments
from irt_core.randomness import rng_for
from irt_core.simulation.result import SimulationResult

_EXAMINEES_AT_ONCE = 5000  # bounds the memory of their posteriors


@dataclass(frozen=True, eq=False)
class MultistageResult:
    """What happened: `tests` as of any simulation, and each examinee's panel (n_examinees,) and path."""

    tests: SimulationResult
    panels: IntArray
    paths: tuple[Path, ...] = field(repr=False)

    @property
    def routes(self) -> dict[Path, float]:
        """The part of the examinees who took each path."""
        counts = Counter(self.paths)
        return {path: counts[path] / len(self.paths) for path in sorted(counts)}

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain JSON, without the single examinees."""
        routes = [{"path": list(path), "part": part} for path, part in self.routes.items()]
        return {**self.tests.to_dict(), "routes": routes}


def simulate_multistage(bank: ItemBank, theta: ArrayLike, test: MultistageTest, seed: int = 0) -> MultistageResult:
    """Let an examinee of each true ability in `theta` (n_examinees,) take a panel drawn by chance.

    The same seed gives the same result. Raises DesignError when the bank lacks items of a panel, IrtError for abilities
    that are not numbers.
    """
    ability = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if ability.ndim != 1 or not ability.size or not np.isfinite(ability).all():
        raise IrtError("theta must be finite numbers of the shape (n_examinees,)")
    test.check(bank)
    rng = rng_for(seed, 0)
    panels = rng.integers(len(test.panels), size=ability.size)
    run = _Run.begin(bank, test, ability, rng)
    for number, panel in enumerate(test.panels):
        members = np.flatnonzero(panels == number)
        for start in range(0, members.size, _EXAMINEES_AT_ONCE):
            examinees = members[start : start + _EXAMINEES_AT_ONCE]
            before = np.repeat(run.start.log_posterior[None, :], examinees.size, axis=0)
            run.take(panel, (panel.first.name,), examinees, before)
    return MultistageResult(run.result(), panels, tuple(run.paths))


@dataclass(eq=False)
class _Run:
    """Everybody's tests, written path by path."""

    bank: ItemBank
    rng: np.random.Generator
    start: CatState
    ability: FloatArray
    estimates: FloatArray
    ses: FloatArray
    items: IntArray
    scores: IntArray
    lengths: IntArray
    paths: list[Path]

    @classmethod
    def begin(cls, bank: ItemBank, test: MultistageTest, ability: FloatArray, rng: np.random.Generator) -> _Run:
        n, start = ability.size, test.begin().cat
        longest = max(
            sum(len(panel.module(name).items) for name in path) for panel in test.panels for path in panel.paths()
        )
        nothing = np.full((n, longest), -1, dtype=np.int64)
        lengths = np.zeros(n, dtype=np.int64)
        return cls(bank, rng, start, ability, np.empty(n), np.empty(n), nothing, nothing.copy(), lengths, [()] * n)

    def take(self, panel: Panel, path: Path, examinees: IntArray, log_posterior: FloatArray) -> None:
        """Let the examinees take the last module of a path, and all that follow from there.

        `log_posterior` (len(examinees), n_points) is theirs before the module.
        """
        if not examinees.size:
            return
        for item in panel.module(path[-1]).items:
            log_posterior = log_posterior + self._answer(item, examinees)
        theta, se = moments(log_posterior, self.start.quadrature)
        if len(path) == len(panel.stages):
            self.estimates[examinees], self.ses[examinees] = theta, se
            for examinee in examinees.tolist():
                self.paths[examinee] = path
            return
        route, total = panel.route(path), np.maximum(self.scores[examinees], 0).sum(axis=1)
        places = routed(self.bank, panel, route, theta, total)
        for place, name in enumerate(route.to):
            goes = places == place
            self.take(panel, (*path, name), examinees[goes], log_posterior[goes])

    def _answer(self, item: int, examinees: IntArray) -> FloatArray:
        """What an answer of each examinee adds to the log posterior, (len(examinees), n_points)."""
        given = np.full(examinees.size, item)
        scores = self.bank.draw_scores(self.ability[examinees], given, self.rng)
        place = self.lengths[examinees]
        self.items[examinees, place], self.scores[examinees, place] = given, scores
        self.lengths[examinees] += 1
        return self.bank.tabulate(self.start.quadrature).log_likelihood_of(given, scores)

    def result(self) -> SimulationResult:
        """The tests as of any simulation."""
        return SimulationResult(
            theta=self.ability,
            estimates=self.estimates,
            ses=self.ses,
            lengths=self.lengths,
            reasons=np.full(self.ability.size, "max_items"),
            items=self.items,
            scores=self.scores,
            n_items=self.bank.n_items,
        )
