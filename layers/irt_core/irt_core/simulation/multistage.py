"""A multistage test before it meets its first examinee.

Examinees of one path go through each module together; they are routed by the same rules as in a live test.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.assembly.multistage import MultistageTest, routed
from irt_core.assembly.panel import Panel, Path
from irt_core.errors import IrtError
from irt_core.models.bank import ItemBank
from irt_core.priors import Quadrature, moments
from irt_core.randomness import rng_for
from irt_core.simulation.result import SimulationResult


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
        run.take(panel, (panel.first.name,), np.flatnonzero(panels == number))
    return MultistageResult(run.result(), panels, tuple(run.paths))


@dataclass(eq=False)
class _Run:
    """Everybody's tests, written path by path."""

    bank: ItemBank
    quadrature: Quadrature
    rng: np.random.Generator
    ability: FloatArray
    log_posterior: FloatArray
    items: IntArray
    scores: IntArray
    lengths: IntArray
    paths: list[Path]

    @classmethod
    def begin(cls, bank: ItemBank, test: MultistageTest, ability: FloatArray, rng: np.random.Generator) -> _Run:
        state, n = test.begin().cat, ability.size
        longest = max(
            sum(len(panel.module(name).items) for name in path) for panel in test.panels for path in panel.paths()
        )
        log_posterior = np.repeat(state.log_posterior[None, :], n, axis=0)
        nothing = np.full((n, longest), -1, dtype=np.int64)
        lengths = np.zeros(n, dtype=np.int64)
        return cls(bank, state.quadrature, rng, ability, log_posterior, nothing, nothing.copy(), lengths, [()] * n)

    def take(self, panel: Panel, path: Path, examinees: IntArray) -> None:
        """Let the examinees take the last module of a path, and all that follow from there."""
        if not examinees.size:
            return
        for item in panel.module(path[-1]).items:
            self._answer(item, examinees)
        if len(path) == len(panel.stages):
            for examinee in examinees.tolist():
                self.paths[examinee] = path
            return
        route = panel.route(path)
        theta, _ = moments(self.log_posterior[examinees], self.quadrature)
        total = np.maximum(self.scores[examinees], 0).sum(axis=1)
        places = routed(self.bank, panel, route, theta, total)
        for place, name in enumerate(route.to):
            self.take(panel, (*path, name), examinees[places == place])

    def _answer(self, item: int, examinees: IntArray) -> None:
        given = np.full(examinees.size, item)
        scores = self.bank.draw_scores(self.ability[examinees], given, self.rng)
        rows = self.bank.tabulate(self.quadrature).log_likelihood_of(given, scores)
        self.log_posterior[examinees] += rows
        place = self.lengths[examinees]
        self.items[examinees, place], self.scores[examinees, place] = given, scores
        self.lengths[examinees] += 1

    def result(self) -> SimulationResult:
        """The tests as of any simulation."""
        theta, se = moments(self.log_posterior, self.quadrature)
        return SimulationResult(
            theta=self.ability,
            estimates=theta,
            ses=se,
            lengths=self.lengths,
            reasons=np.full(theta.size, "max_items"),
            items=self.items,
            scores=self.scores,
            n_items=self.bank.n_items,
        )
