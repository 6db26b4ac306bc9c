"""When a test ends, and why.

The rules of one `Stopping` are combined with «or»; none but the two limits acts before `min_items` answers, nor before
the minima of the blueprint are met. Reasons are stable codes, and the first that holds in this order is given:

    max_items        the test has its greatest length
    time_limit       the time is used up
    se_reached       the standard error is as small as asked
    theta_stable     the last answer moved the estimate by no more than asked
    classified       the examinee is on a known side of every cut score
    no_gain          the best item left would hardly lower the standard error
                     (Choi, Grady & Dodd 2011, Educational and Psychological Measurement 71(1), 37-53)
    no_item_left     the bank or the blueprint holds no further item

The rules are written once, for arrays of examinees: a live session asks for one, a simulation for many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from irt_core.adaptive.classification import ConfidenceInterval, SequentialRatio
from irt_core.adaptive.evidence import Evidence
from irt_core.arrays import BoolArray
from irt_core.errors import DesignError

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

    def reasons(self, evidence: Evidence) -> Iterator[tuple[StopReason, BoolArray | bool]]:
        """Each reason that could apply now and whether it does, in order; what costs most is worked out last."""
        yield "max_items", evidence.n_given >= self.max_items
        if self.time_limit_seconds is not None:
            yield "time_limit", evidence.elapsed_seconds >= self.time_limit_seconds
        if evidence.n_given < self.min_items:
            return
        may_stop = evidence.has_minima()
        if self.se is not None:
            yield "se_reached", may_stop & (evidence.se <= self.se)
        if self.theta_change is not None and evidence.n_given >= 2:  # the first answer moves it from the start, not on
            yield "theta_stable", may_stop & (evidence.last_change <= self.theta_change)
        if self.classification is not None:
            yield "classified", may_stop & self.classification.is_decided(evidence)
        if self.se_gain is not None:
            yield "no_gain", may_stop & (evidence.se - evidence.expected_se() < self.se_gain)
