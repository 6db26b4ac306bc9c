"""A test design: everything that makes a test adaptive but the bank and the examinee.

The live session and the simulation run the same design. A design is plain JSON outside (`from_dict`, `to_dict`) and a
frozen value inside; a design that cannot be run is refused with the field at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.criteria import CRITERIA
from irt_core.adaptive.design_json import read_design, write_design
from irt_core.adaptive.evidence import SessionEvidence
from irt_core.adaptive.exposure import ExposureControl, Randomesque, SympsonHetter
from irt_core.adaptive.selection import Choice, Constraints, next_item
from irt_core.adaptive.start import Start
from irt_core.adaptive.state import CatState
from irt_core.adaptive.stopping import Stopping, StopReason
from irt_core.errors import DesignError
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature


@dataclass(frozen=True)
class CatDesign:
    """How an adaptive test starts, chooses, is kept secure and balanced, and stops."""

    stopping: Stopping
    selection: str = "mfi"
    exposure: Randomesque | SympsonHetter | None = None
    blueprint: ContentBlueprint | None = None
    start: Start = field(default_factory=Start)
    prior: Normal = field(default_factory=Normal)

    def __post_init__(self) -> None:
        if self.selection not in CRITERIA:
            raise DesignError("selection", f"must be one of: {', '.join(CRITERIA)}")
        if self.blueprint is not None:
            self.blueprint.check_length(self.stopping.max_items)

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self:
        """Read a design from plain JSON. Raises DesignError with the dotted path of the field at fault."""
        return cls(**read_design(written))

    def to_dict(self) -> dict[str, Any]:
        """The design as plain JSON."""
        return write_design(self)

    @property
    def constraints(self) -> Constraints:
        """What the whole test must keep to."""
        return Constraints(self.stopping.max_items, self.blueprint)

    def check(self, bank: ItemBank) -> None:
        """Raise DesignError when this bank cannot serve the design."""
        if self.blueprint is not None:
            self.blueprint.check_bank(bank)
        if isinstance(self.exposure, SympsonHetter) and len(self.exposure.k) != bank.n_items:
            raise DesignError("exposure.k", f"has {len(self.exposure.k)} values, the bank has {bank.n_items} items")

    def begin(self, quadrature: Quadrature | None = None) -> CatState:
        """The state before the first item."""
        return CatState.begin(self.prior, quadrature, self.start.theta)

    def exposure_at(self, position: int) -> ExposureControl | None:
        """The control of the item at `position`, 0 being the first."""
        return Randomesque(self.start.among) if position < self.start.n_random else self.exposure

    def stop_reason(self, bank: ItemBank, state: CatState) -> StopReason | None:
        """Why the test ends here, or None when it goes on."""
        evidence = SessionEvidence(bank, state, self.constraints)
        return next((reason for reason, holds in self.stopping.reasons(evidence) if holds), None)

    def next_item(self, bank: ItemBank, state: CatState, rng: np.random.Generator | None = None) -> Choice:
        """Choose the next item. Raises NoItemLeft when there is none: stop with the reason `no_item_left`."""
        exposure = self.exposure_at(state.n_administered)
        return next_item(bank, state, self.selection, self.constraints, exposure, rng)
