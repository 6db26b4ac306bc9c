"""When a test ends, and why.

The rules of one `Stopping` are combined with «or»; none but the two limits acts before `min_items` answers, nor before
the minima of the blueprint are met. Reasons are stable codes:

    max_items        the test has its greatest length
    time_limit       the time is used up
    se_reached       the standard error is as small as asked
    theta_stable     the last answer moved the estimate by no more than asked
    classified       the examinee is on a known side of every cut score
    no_gain          the best item left would hardly lower the standard error
                     (Choi, Grady & Dodd 2011, Educational and Psychological Measurement 71(1), 37-53)
    no_item_left     the bank or the blueprint holds no further item
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from irt_core.classification import ConfidenceInterval, SequentialRatio
from irt_core.criteria import Situation, expected_precision
from irt_core.errors import DesignError, NoItemLeft
from irt_core.models import ItemBank
from irt_core.selection import Constraints, eligible_items
from irt_core.state import CatState

StopReason = Literal["max_items", "time_limit", "se_reached", "theta_stable", "classified", "no_gain", "no_item_left"]


@dataclass(frozen=True)
class Stopping:
    """When to stop. `max_items` always holds; what is None does not.

    `se` is the standard error to reach, `theta_change` the largest change of the estimate that counts as none,
    `se_gain` the smallest expected fall of the standard error that is worth another item.
    """

    max_items: int
    min_items: int = 1
    se: float | None = None
    theta_change: float | None = None
    se_gain: float | None = None
    time_limit_seconds: float | None = None
    classification: SequentialRatio | ConfidenceInterval | None = None

    def __post_init__(self) -> None:
        if self.max_items < 1:
            raise DesignError("stopping.max_items", "must be 1 or more")
        if not 0 <= self.min_items <= self.max_items:
            raise DesignError("stopping.min_items", f"must be from 0 to max_items, {self.max_items}")
        for name in ("se", "theta_change", "se_gain", "time_limit_seconds"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise DesignError(f"stopping.{name}", "must be above 0")

    def reason(self, bank: ItemBank, state: CatState, constraints: Constraints) -> StopReason | None:
        """Why the test ends here, or None when it goes on."""
        if state.n_administered >= self.max_items:
            return "max_items"
        if self.time_limit_seconds is not None and state.elapsed_seconds >= self.time_limit_seconds:
            return "time_limit"
        if state.n_administered >= self.min_items and constraints.minima_are_met(bank, state):
            return self._early_reason(bank, state, constraints)
        return None

    def _early_reason(self, bank: ItemBank, state: CatState, constraints: Constraints) -> StopReason | None:
        if self.se is not None and state.se <= self.se:
            return "se_reached"
        if self.theta_change is not None and _last_change(state) <= self.theta_change:
            return "theta_stable"
        if self.classification is not None and self.classification.is_decided(bank, state):
            return "classified"
        if self.se_gain is not None and _expected_gain(bank, state, constraints) < self.se_gain:
            return "no_gain"
        return None


def _last_change(state: CatState) -> float:
    """How far the last answer moved the estimate; infinite before the second, as the first moves it from the start."""
    return abs(state.thetas[-1] - state.thetas[-2]) if state.n_administered >= 2 else float("inf")


def _expected_gain(bank: ItemBank, state: CatState, constraints: Constraints) -> float:
    """By how much the best next item is expected to lower the standard error; 0 when there is none."""
    try:
        items = eligible_items(bank, state, constraints)
    except NoItemLeft:
        return 0.0
    variance = -expected_precision(Situation(bank, state, items, constraints.length, None)).max()
    return state.se - float(np.sqrt(variance))
