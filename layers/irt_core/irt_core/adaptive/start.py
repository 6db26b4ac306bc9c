"""How an adaptive test begins."""

from __future__ import annotations

import math
from dataclasses import dataclass

from irt_core.errors import DesignError


@dataclass(frozen=True)
class Start:
    """At which θ (the mean of the prior unless given), and how many first items are drawn from the `among` best."""

    theta: float | None = None
    n_random: int = 0
    among: int = 5

    def __post_init__(self) -> None:
        if self.theta is not None and not math.isfinite(self.theta):
            raise DesignError("start.theta", "must be finite")
        if self.n_random < 0:
            raise DesignError("start.n_random", "must be 0 or more")
        if self.among < 1:
            raise DesignError("start.among", "must be 1 or more")
