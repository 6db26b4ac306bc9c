"""A design of adaptive tests of several abilities: everything but the bank and the examinee.

The sibling of `adaptive.design`, with the same parts but for the prior, which is multivariate, and the composite: the
weights of the abilities in the score that the test is about. Written as JSON it differs in two fields,

     "prior":     {"mean": [0.0, 0.0], "covariance": [[1.0, 0.5], [0.5, 1.0]]},
     "composite": [0.5, 0.5] | null

of which the prior is required. There is no `specification`, and a start has no θ of its own: a test starts at the mean
of the prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.classification import SequentialRatio
from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.design_json import read_multidimensional_design, write_multidimensional_design
from irt_core.adaptive.exposure import ConditionalSympsonHetter, ExposureControl, Randomesque, SympsonHetter
from irt_core.adaptive.item_eligibility import Ineligible, ItemEligibility
from irt_core.adaptive.item_sets import SetRule
from irt_core.adaptive.selection import Choice
from irt_core.adaptive.start import Start
from irt_core.adaptive.stopping import Stopping, StopReason
from irt_core.arrays import FloatArray
from irt_core.errors import DesignError, StateError
from irt_core.models.bank import ItemBank
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.state import (
    MultidimensionalState,
    bank_for,
    checked_composite,
    composite_weights,
)


@dataclass(frozen=True)
class MultidimensionalDesign:
    """How an adaptive test of several abilities starts, chooses, is kept secure and balanced, and stops.

    Without a `composite` every ability has to reach the standard error of `stopping`, and none may move by more than
    its `theta_change`; with one only the composite has to, and cut scores are on its scale.
    """

    stopping: Stopping
    prior: MultivariateNormal
    selection: str = "d_rule"
    exposure: ExposureControl | None = None
    blueprint: ContentBlueprint | None = None
    start: Start = field(default_factory=Start)
    sets: SetRule = field(default_factory=SetRule)
    composite: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        from irt_core.multidimensional.criteria import MULTIDIMENSIONAL_CRITERIA

        if self.selection not in MULTIDIMENSIONAL_CRITERIA:
            raise DesignError("selection", f"must be one of: {', '.join(MULTIDIMENSIONAL_CRITERIA)}")
        if self.start.theta is not None or self.start.priors:
            raise DesignError("start", "has neither theta nor priors where there are several abilities")
        if self.composite is None:
            self._check_that_no_composite_is_needed()
        else:
            self._check_composite(self.composite)
        if isinstance(self.stopping.classification, SequentialRatio):
            raise DesignError(
                "stopping.classification", "must be a confidence interval where there are several abilities"
            )
        if self.blueprint is not None:
            self.blueprint.check_length(self.stopping.max_items)

    def _check_composite(self, composite: tuple[float, ...]) -> None:
        try:
            checked_composite(composite, self.prior.n_dimensions)
        except StateError as error:
            raise DesignError("composite", str(error)) from error

    def _check_that_no_composite_is_needed(self) -> None:
        exposure = self.exposure
        if self.selection == "c_rule":
            raise DesignError("composite", "is required by the selection rule c_rule")
        if self.stopping.classification is not None:
            raise DesignError("composite", "is required by cut scores")
        if isinstance(exposure, ConditionalSympsonHetter | ItemEligibility) and exposure.cuts:
            raise DesignError("composite", "is required by the cuts of the exposure control")

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self:
        """Read a design from plain JSON. Raises DesignError with the dotted path of the field at fault."""
        return cls(**read_multidimensional_design(written))

    def to_dict(self) -> dict[str, Any]:
        """The design as plain JSON."""
        return write_multidimensional_design(self)

    @cached_property
    def constraints(self) -> Constraints:
        """What the whole test must keep to."""
        return Constraints(self.stopping.max_items, self.blueprint, self.sets)

    def check(self, bank: ItemBank) -> None:
        """Raise DesignError when this bank cannot serve the design."""
        try:
            bank_for(self.prior, bank)
        except StateError as error:
            raise DesignError("prior", str(error)) from error
        if self.blueprint is not None:
            self.blueprint.check_bank(bank)
            if not bank.content.has_sets_of_one_area:
                raise DesignError("blueprint", "cannot be kept by sets of items of different areas")
        exposure = self.exposure
        if isinstance(exposure, SympsonHetter | ConditionalSympsonHetter) and exposure.n_items != bank.n_items:
            raise DesignError("exposure.k", f"has {exposure.n_items} values, the bank has {bank.n_items} items")

    def begin(
        self, *, prior: MultivariateNormal | None = None, ineligible: Ineligible | None = None
    ) -> MultidimensionalState:
        """The state before the first item, under the design's prior unless this examinee has one of their own."""
        state = MultidimensionalState.begin(prior or self.prior, composite=self.composite)
        return state if ineligible is None else state.with_ineligible(ineligible)

    def score(self, theta: FloatArray) -> FloatArray:
        """The composite of abilities (..., D), without weights their mean, (...)."""
        return np.asarray(np.vecdot(theta, composite_weights(self.composite, self.prior.n_dimensions)))

    def exposure_at(self, position: int) -> ExposureControl | None:
        """The control of the item at `position`, 0 being the first."""
        return Randomesque(self.start.among) if position < self.start.n_random else self.exposure

    def stop_reason(self, bank: ItemBank, state: MultidimensionalState) -> StopReason | None:
        """Why the test ends here, or None when it goes on."""
        from irt_core.multidimensional.evidence import MultidimensionalEvidence

        evidence = MultidimensionalEvidence(bank, state, self.constraints)
        return next((reason for reason, holds in self.stopping.reasons(evidence) if holds), None)

    def next_item(self, bank: ItemBank, state: MultidimensionalState, rng: np.random.Generator | None = None) -> Choice:
        """Choose the next item. Raises NoItemLeft when there is none: stop with the reason `no_item_left`."""
        from irt_core.multidimensional.selection import next_multidimensional_item

        exposure = self.exposure_at(state.n_administered)
        return next_multidimensional_item(bank, state, self.selection, self.constraints, exposure, rng)
