"""What can go wrong in the engine, as one tree. Every error is a `ValueError`: the engine only ever rejects arguments.

IrtError
├── BankError        item parameters that no item can have, or an item that the bank does not hold
├── ResponseError    responses of the wrong shape or outside the item's categories
├── PriorError       a prior distribution or quadrature that is none
├── StateError       an answer that cannot follow the answers before it, or a stored state that cannot be read
├── CalibrationError responses from which the model cannot be estimated
├── DifError         groups that cannot be compared
├── LinkingError     scales that cannot be linked
├── AssemblyError    a test or panel that cannot be assembled as asked
├── DesignError      a test design that cannot be run; carries the `field` at fault
└── SelectionError   an item cannot be chosen as asked
    └── NoItemLeft   every item is used up or ruled out: the test must end
        └── InfeasibleTest   no whole test meets the constraints; carries the `conflict`
"""

from __future__ import annotations


class IrtError(ValueError):
    """Any argument that the engine rejects."""


class BankError(IrtError):
    """Item parameters that no item can have, or an item that the bank does not hold."""


class ResponseError(IrtError):
    """Responses of the wrong shape or outside the item's categories."""


class PriorError(IrtError):
    """A prior distribution or a quadrature that is none."""


class StateError(IrtError):
    """An answer that cannot follow the answers before it, or a stored state that cannot be read."""


class DesignError(IrtError):
    """A test design that cannot be run. `field` is the dotted path of the value at fault, `reason` says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class CalibrationError(IrtError):
    """Responses from which the model cannot be estimated."""


class DifError(IrtError):
    """Groups that cannot be compared."""


class LinkingError(IrtError):
    """Scales that cannot be linked, or scores that cannot be equated."""


class SelectionError(IrtError):
    """An item cannot be chosen as asked."""


NO_GENERATOR = "this choice needs a random generator; pass rng=rng_for(seed, position)"


class NoItemLeft(SelectionError):
    """Every item is used up or ruled out: the test must end."""


class InfeasibleTest(NoItemLeft):
    """No whole test meets the constraints. `conflict` names some that cannot all be kept, as few as possible."""

    def __init__(self, message: str, conflict: tuple[str, ...] = ()) -> None:
        super().__init__(f"{message}: {'; '.join(conflict)}" if conflict else message)
        self.conflict = conflict


class AssemblyError(IrtError):
    """A test or panel that cannot be assembled as asked."""
