"""A test design: everything that makes a test adaptive but the bank and the examinee.

The live session and the simulation run the same design. A design is plain JSON outside (`from_dict`, `to_dict`) and a
frozen value inside; a design that cannot be run is refused with the field at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.constraints import Constraints, Seconds
from irt_core.adaptive.criteria import RULES, SHADOW, TIMED_CRITERIA
from irt_core.adaptive.design_json import read_design, write_design
from irt_core.adaptive.evidence import SessionEvidence
from irt_core.adaptive.exposure import ConditionalSympsonHetter, ExposureControl, Randomesque, SympsonHetter
from irt_core.adaptive.item_eligibility import Ineligible
from irt_core.adaptive.item_sets import SetRule
from irt_core.adaptive.selection import Choice, next_item
from irt_core.adaptive.start import Start
from irt_core.adaptive.state import CatState
from irt_core.adaptive.stopping import Stopping, StopReason
from irt_core.assembly.specification import TestSpecification
from irt_core.errors import DesignError, StateError
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.priors import Normal, Quadrature


@dataclass(frozen=True)
class CatDesign:
    """How an adaptive test starts, chooses, is kept secure and balanced, and stops."""

    stopping: Stopping
    selection: str = "mfi"
    exposure: ExposureControl | None = None
    blueprint: ContentBlueprint | None = None
    start: Start = field(default_factory=Start)
    prior: Normal = field(default_factory=Normal)
    sets: SetRule = field(default_factory=SetRule)
    specification: TestSpecification | None = None

    def __post_init__(self) -> None:
        if self.selection not in RULES:
            raise DesignError("selection", f"must be one of: {', '.join(RULES)}")
        if self.specification is not None and self.selection != SHADOW:
            raise DesignError("specification", f"needs the selection rule {SHADOW}")
        if self.blueprint is not None:
            self.blueprint.check_length(self.stopping.max_items)

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self:
        """Read a design from plain JSON. Raises DesignError with the dotted path of the field at fault."""
        return cls(**read_design(written))

    def to_dict(self) -> dict[str, Any]:
        """The design as plain JSON."""
        return write_design(self)

    @cached_property
    def constraints(self) -> Constraints:
        """What the whole test must keep to."""
        return Constraints(self.stopping.max_items, self.blueprint, self.sets, self.specification)

    def check(self, bank: ItemBank) -> None:
        """Raise DesignError when this bank cannot serve the design."""
        if isinstance(bank, MultidimensionalBank):
            raise DesignError("prior", "is of one ability, the bank of several: use a MultidimensionalDesign")
        if self.blueprint is not None:
            self.blueprint.check_bank(bank)
            if self.selection != SHADOW and not bank.content.has_sets_of_one_area:
                raise DesignError("blueprint", f"sets of items of different areas need the selection rule {SHADOW}")
        exposure = self.exposure
        if isinstance(exposure, SympsonHetter | ConditionalSympsonHetter) and exposure.n_items != bank.n_items:
            raise DesignError("exposure.k", f"has {exposure.n_items} values, the bank has {bank.n_items} items")
        if self.selection == SHADOW:
            from irt_core.assembly.shadow import check_feasible

            check_feasible(bank, self.constraints)

    def begin(
        self,
        quadrature: Quadrature | None = None,
        *,
        group: str | None = None,
        prior: Normal | None = None,
        ineligible: Ineligible | None = None,
    ) -> CatState:
        """The state before the first item.

        The prior is that of the examinee's `group` in `start.priors`, unless one is given for this examinee alone
        (`prior_from_estimate`). `ineligible` are the items that this examinee must not get (`EligibilityCounts.draw`).
        Raises StateError for a group that the design does not know.
        """
        if prior is None and group is not None:
            if group not in self.start.priors:
                raise StateError(f"the design has no prior for the group {group!r}")
            prior = self.start.priors[group]
        state = CatState.begin(prior or self.prior, quadrature, self.start.theta)
        return state if ineligible is None else state.with_ineligible(ineligible)

    def exposure_at(self, position: int) -> ExposureControl | None:
        """The control of the item at `position`, 0 being the first."""
        return Randomesque(self.start.among) if position < self.start.n_random else self.exposure

    def stop_reason(self, bank: ItemBank, state: CatState) -> StopReason | None:
        """Why the test ends here, or None when it goes on."""
        evidence = SessionEvidence(bank, state, self.constraints)
        return next((reason for reason, holds in self.stopping.reasons(evidence) if holds), None)

    def next_item(
        self, bank: ItemBank, state: CatState, rng: np.random.Generator | None = None, seconds: Seconds | None = None
    ) -> Choice:
        """Choose the next item. `seconds` are what items are expected to take, for the rule `mfi_per_second`.

        Raises NoItemLeft when there is none: stop with the reason `no_item_left`.
        """
        exposure = self.exposure_at(state.n_administered)
        constraints = self.constraints
        if seconds is not None and self.selection in TIMED_CRITERIA:
            constraints = replace(constraints, seconds=seconds)
        return next_item(bank, state, self.selection, constraints, exposure, rng)
