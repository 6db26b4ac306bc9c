"""Where the cuts between the modules of a panel lie.

    defined population intervals      the cuts are quantiles of ability, so that each next module gets a chosen part of
                                      the population (Luecht, Brumfield & Breithaupt 2006, Applied Measurement in
                                      Education 19(3), 189-202)
    approximate maximum information   the cuts lie where two neighbouring modules tell the same, so that everybody gets
                                      the module that tells most (the same; Yan, von Davier & Lewis 2014, *Computerized
                                      Multistage Testing*, ch. 7)

Routing by score needs no estimate in the middle of a test. A cut of ability becomes one of the score by the test
characteristic curve: it is passed by those whose score is at least what is expected at the cut, Σ E(score | θ) over the
items so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from math import ceil
from statistics import NormalDist, fmean

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.assembly.panel import Module, Panel, Path, Route, RouteBy, neighbours
from irt_core.errors import DesignError
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal

_GRID = np.linspace(-5.0, 5.0, 2001)  # where information functions are compared


def population_cuts(parts: Sequence[float], population: Normal | None = None) -> tuple[float, ...]:
    """The abilities between parts of the population, which must add up to 1: one fewer. Raises DesignError."""
    if not parts or not all(part > 0 for part in parts) or abs(sum(parts) - 1.0) > 1e-9:
        raise DesignError("panel.parts", "must be above 0 and add up to 1")
    population = population or Normal()
    below = np.cumsum(parts)[:-1]
    return tuple(NormalDist(population.mean, population.sd).inv_cdf(float(part)) for part in below)


def information_cuts(bank: ItemBank, modules: Sequence[Module]) -> tuple[float, ...]:
    """The abilities at which each module, from the easiest to the hardest, gives way to the next.

    That is where the next one begins to tell more; points that come in the wrong order become their mean. A module that
    tells more everywhere (or nowhere) than its neighbour has no such point: the cut is where the two come closest.
    """
    information = np.array([bank.subset(np.array(module.items)).information(_GRID).sum(axis=1) for module in modules])
    pooled: list[list[float]] = []
    for before, after in pairwise(information):
        pooled.append([_crossing(after - before)])
        while len(pooled) > 1 and fmean(pooled[-1]) < fmean(pooled[-2]):
            pooled[-2:] = [pooled[-2] + pooled[-1]]
    return tuple(fmean(points) for points in pooled for _ in points)


def _crossing(difference: FloatArray) -> float:
    """Where a difference passes from below to above 0, nearest to its steepest rise; else where it comes near to 0."""
    rises = np.flatnonzero((difference[:-1] < 0) & (difference[1:] >= 0))
    if not rises.size:
        return float(_GRID[np.abs(difference).argmin()])
    place = rises[np.argmin(np.abs(rises - np.argmax(np.gradient(difference))))]
    low, high = difference[place], difference[place + 1]
    return float(_GRID[place] - low / (high - low) * (_GRID[place + 1] - _GRID[place]))


def score_cuts(bank: ItemBank, modules: Sequence[Module], cuts: Sequence[float]) -> tuple[float, ...]:
    """Cuts of ability as cuts of the sum of scores over the items of the modules: the expected score, rounded up."""
    items = bank.subset(np.array([*chain(*(module.items for module in modules))]))
    probability = np.exp(items.log_likelihood_table(np.array(cuts)))
    expected = np.einsum("k,kit->t", np.arange(len(probability)), probability)
    return tuple(float(ceil(round(score, 9))) for score in expected.tolist())


def with_routes(
    bank: ItemBank,
    panel_stages: tuple[tuple[Module, ...], ...],
    *,
    by: RouteBy = "theta",
    parts: Mapping[int, Sequence[float]] | None = None,
    population: Normal | None = None,
    ways: Mapping[Path, tuple[str, ...]] | None = None,
) -> Panel:
    """The panel of these modules with cuts for every way through it.

    `parts[s]` are the parts of the population for the modules of stage s, counted from 0: there the cuts are defined
    population intervals; all others are of approximate maximum information. `ways` says where each path can go on, its
    neighbours unless given. Raises DesignError.
    """
    module = {module.name: module for module in chain(*panel_stages)}
    names = tuple(tuple(one.name for one in stage) for stage in panel_stages)
    routes = {}
    for path, to in (ways or neighbours(names)).items():
        stage = len(path)
        if by == "information":
            routes[path] = Route(to, by)
            continue
        if parts is not None and stage in parts:
            cuts = _cuts_towards(names[stage], to, population_cuts(parts[stage], population))
        else:
            cuts = information_cuts(bank, [module[name] for name in to])
        routes[path] = Route(to, "theta", cuts)
        if by == "score":
            so_far = [module[name] for name in path]
            routes[path] = replace(routes[path], by="score", cuts=score_cuts(bank, so_far, cuts))
    return Panel(panel_stages, routes)


def _cuts_towards(stage: tuple[str, ...], to: tuple[str, ...], cuts: tuple[float, ...]) -> tuple[float, ...]:
    """The cuts of a whole stage between those of its modules that can be reached, a run of neighbours."""
    if len(cuts) != len(stage) - 1:
        raise DesignError("panel.parts", f"must name a part for each of the {len(stage)} modules")
    first = stage.index(to[0])
    if to != stage[first : first + len(to)]:
        raise DesignError("panel.routes", "population intervals need routes to neighbouring modules, the easiest first")
    return cuts[first : first + len(to) - 1]
