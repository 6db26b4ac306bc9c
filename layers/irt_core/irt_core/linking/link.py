"""Two scales put on one: `link_banks`, and the link that it finds.

The scale of ability of a calibration is fixed by its sample (mean 0, variance 1), so two calibrations differ in scale
by a line θ_target = A θ_source + B. Items that both contain, the anchors, tell A and B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import LinkingError
from irt_core.linking.anchors import Anchors
from irt_core.linking.criteria import Criterion
from irt_core.linking.moments import Constants, mean_mean, mean_sigma
from irt_core.linking.stability import robust_z as robust_z_of
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal

Method = Literal["mean_mean", "mean_sigma", "haebara", "stocking_lord"]


@dataclass(frozen=True, eq=False)
class Link:
    """θ_target = `slope` θ_source + `shift`, with the `covariance` (2, 2) of the two, NaN when none could be known.

    `anchors` (n_anchors, 2) are the items of the source and of the target that it rests on; `left_out` those that it
    does not, because they have changed.
    """

    slope: float
    shift: float
    covariance: FloatArray
    method: str
    anchors: IntArray
    left_out: IntArray

    @property
    def standard_errors(self) -> tuple[float, float]:
        """Of slope and shift."""
        slope, shift = np.sqrt(np.diagonal(self.covariance))
        return float(slope), float(shift)

    def theta(self, theta: ArrayLike) -> FloatArray:
        """Abilities on the source's scale, on the target's."""
        return self.slope * np.asarray(theta, dtype=np.float64) + self.shift

    def theta_error(self, theta: ArrayLike) -> FloatArray:
        """What the error of the link adds to that of `theta` (on the source's scale): the standard error of A θ + B."""
        row = np.stack([np.asarray(theta, dtype=np.float64), np.ones(np.shape(theta))], axis=-1)
        error: FloatArray = np.sqrt(np.einsum("...x,xy,...y->...", row, self.covariance, row))
        return error

    def bank(self, bank: ItemBank) -> ItemBank:
        """A bank on the source's scale, on the target's."""
        return bank.rescaled(self.slope, self.shift)

    def inverse(self) -> Link:
        """The link from the target to the source."""
        turn = np.array([[-1.0 / self.slope**2, 0.0], [self.shift / self.slope**2, -1.0 / self.slope]])
        return Link(
            1.0 / self.slope,
            -self.shift / self.slope,
            turn @ self.covariance @ turn.T,
            self.method,
            self.anchors[:, ::-1],
            self.left_out[:, ::-1],
        )

    def then(self, other: Link) -> Link:
        """This link followed by another from its target; their errors are taken as independent. It has no anchors."""
        by_first = np.array([[other.slope, 0.0], [0.0, other.slope]])
        by_second = np.array([[self.slope, 0.0], [self.shift, 1.0]])
        covariance = by_first @ self.covariance @ by_first.T + by_second @ other.covariance @ by_second.T
        none = np.empty((0, 2), dtype=np.int64)
        slope, shift = other.slope * self.slope, other.slope * self.shift + other.shift
        return Link(slope, shift, covariance, f"{self.method}, {other.method}", none, none)


def link_banks(
    source: ItemBank,
    target: ItemBank,
    anchors: Sequence[tuple[int, int]] | None = None,
    method: Method = "stocking_lord",
    *,
    populations: tuple[Normal, Normal] = (Normal(), Normal()),
    is_symmetric: bool = True,
    covariances: tuple[FloatArray, FloatArray] | None = None,
    robust_z: float | None = None,
) -> Link:
    """The line that takes abilities on the scale of `source` to that of `target`.

    `anchors` are pairs of the same item in the source and in the target, all items in their order unless given.
    `populations`, source's first, weigh the curves of "haebara" and "stocking_lord", on both scales if `is_symmetric`,
    on the target's otherwise. `covariances` of the parameters of both banks, as `parameter_covariance` gives them,
    yield standard errors. Anchors beyond ± `robust_z` (see `stability.py`) are left out. Raises LinkingError.
    """
    check_method(method)
    pairs = Anchors.of(source, target, anchors, covariances)
    is_left_out = np.zeros(len(pairs), dtype=bool)
    if robust_z is not None:
        is_left_out = robust_z_of(pairs.source, pairs.target, robust_z).is_beyond(robust_z)
    kept = pairs.subset(~is_left_out)
    constants = estimate(kept, method, populations, is_symmetric)
    covariance = kept.covariance_of(constants.by_source, constants.by_target)
    return Link(constants.slope, constants.shift, covariance, method, kept.pairs, pairs.pairs[is_left_out])


def check_method(method: str) -> None:
    """Raise LinkingError unless there is such a method."""
    if method not in get_args(Method):
        raise LinkingError(f"no linking is called {method!r}; there are: {', '.join(get_args(Method))}")


def estimate(
    anchors: Anchors, method: str, populations: tuple[Normal, Normal] = (Normal(), Normal()), is_symmetric: bool = True
) -> Constants:
    """The constants by one of the methods."""
    if method == "mean_sigma":
        return mean_sigma(anchors.source, anchors.target)
    start = mean_mean(anchors.source, anchors.target)
    if method == "mean_mean":
        return start
    criterion = Criterion(anchors.source, anchors.target, populations, method == "stocking_lord", is_symmetric)
    return criterion.minimise(start.slope, start.shift)
