"""What a form, or a module, should measure well.

    MaximumInformation   as much information as possible at chosen abilities, in chosen proportions: maximise the
                         smallest of information over weight (maximin: van der Linden & Boekkooi-Timminga 1989,
                         Psychometrika 54(2), 237-247)
    TargetInformation    an information function as near as possible to a given one: minimise the largest weighted
                         distance from it (minimax: van der Linden 2005, *Linear Models for Optimal Test Design*, ch. 5)

Forms with the same target, or the same maximin, are parallel: they measure alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import AssemblyError
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank


@dataclass(frozen=True)
class MaximumInformation:
    """At each `theta` the more the better, `weights` saying in which proportions (equal ones unless given)."""

    theta: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        _check_points(self.theta, self.weights)

    @property
    def shares(self) -> FloatArray:
        """The weights, shape (n_points,)."""
        return np.ones(len(self.theta)) if self.weights is None else np.array(self.weights)


@dataclass(frozen=True)
class TargetInformation:
    """At each `theta` as near as possible to `information`; a distance counts by its weight (1 unless given)."""

    theta: tuple[float, ...]
    information: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        _check_points(self.theta, self.weights)
        if len(self.information) != len(self.theta) or not all(value >= 0 for value in self.information):
            raise AssemblyError("a target has an information of 0 or more for each theta")

    @property
    def shares(self) -> FloatArray:
        """How far from the target 1 unit of distance reaches, shape (n_points,)."""
        return np.ones(len(self.theta)) if self.weights is None else 1.0 / np.array(self.weights)


Objective = MaximumInformation | TargetInformation


def information_at(bank: ItemBank, theta: tuple[float, ...]) -> FloatArray:
    """What each item tells at each θ, shape (n_points, n_items). Raises AssemblyError where abilities are several."""
    if isinstance(bank, MultidimensionalBank):
        raise AssemblyError("forms and panels measure one ability, the bank is of several")
    return bank.information(theta)


def _check_points(theta: tuple[float, ...], weights: tuple[float, ...] | None) -> None:
    if not theta or not all(map(isfinite, theta)):
        raise AssemblyError("an objective needs at least one finite theta")
    if weights is not None and (len(weights) != len(theta) or not all(0 < weight < float("inf") for weight in weights)):
        raise AssemblyError("an objective has a weight above 0 for each theta")
