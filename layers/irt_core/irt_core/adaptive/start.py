"""How an adaptive test begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from irt_core.errors import DesignError
from irt_core.priors import Normal


@dataclass(frozen=True)
class Start:
    """At which θ (the mean of the prior unless given), and how many first items are drawn from the `among` best.

    `priors` are the distributions of ability in groups of examinees by their names, such as grades; who belongs to none
    of them has the prior of the design.
    """

    theta: float | None = None
    n_random: int = 0
    among: int = 5
    priors: Mapping[str, Normal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.theta is not None and not math.isfinite(self.theta):
            raise DesignError("start.theta", "must be finite")
        if self.n_random < 0:
            raise DesignError("start.n_random", "must be 0 or more")
        if self.among < 1:
            raise DesignError("start.among", "must be 1 or more")


def prior_from_estimate(theta: float, se: float, gain: float = 0.0, gain_sd: float = 0.0) -> Normal:
    """The prior of somebody who was measured before: θ̂ with its standard error, and what may have changed since.

    Between the tests θ is taken to have changed by Normal(`gain`, `gain_sd`), so the prior is
    Normal(θ̂ + gain, √(se² + gain_sd²)). Raises PriorError.
    """
    return Normal(theta + gain, math.hypot(se, gain_sd))
