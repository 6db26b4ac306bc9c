"""What the whole test must keep to, whichever rule chooses its items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.item_sets import SetRule
from irt_core.adaptive.state import CatState
from irt_core.arrays import FloatArray
from irt_core.assembly.specification import TestSpecification
from irt_core.errors import SelectionError
from irt_core.models.bank import ItemBank

if TYPE_CHECKING:
    from irt_core.assembly.program import Program

Seconds = ArrayLike | Callable[[CatState], ArrayLike]


@dataclass(frozen=True)
class Constraints:
    """The greatest length of the test and what it is made of.

    `sets` says how many of the items that share a stimulus are given together. `specification` holds hard constraints
    of every kind for the rule `shadow`. `seconds` are what each item is expected to take the examinee, (n_items,), or a
    function of the state that tells it: what the rule `mfi_per_second` divides by.
    """

    length: int | None = None
    blueprint: ContentBlueprint | None = None
    sets: SetRule = field(default_factory=SetRule)
    specification: TestSpecification | None = None
    seconds: Seconds | None = None

    def __post_init__(self) -> None:
        if self.length is not None and self.length < 1:
            raise SelectionError("a test has a length of 1 or more")

    def places_left(self, bank: ItemBank, position: int) -> int:
        """How many items the test may still get after `position` of them. Raises SelectionError."""
        if self.blueprint is not None and bank.content.areas is None:
            raise SelectionError("a blueprint needs a bank whose items have content areas")
        return (bank.n_items if self.length is None else self.length) - position

    def program(self, bank: ItemBank) -> Program:
        """The constraints as a program over the bank's items; made once for each bank. Raises SelectionError."""
        if self.length is None:
            raise SelectionError("whole tests need constraints with the length of the test")
        program = self._programs.get(bank)
        if program is None:
            from irt_core.assembly.program import build_program

            program = build_program(bank.content, self.length, self.blueprint, self.sets, self.specification)
            self._programs[bank] = program
        return program

    @cached_property
    def _programs(self) -> WeakKeyDictionary[ItemBank, Program]:
        return WeakKeyDictionary()

    def seconds_for(self, bank: ItemBank, state: CatState) -> FloatArray | None:
        """What each item is expected to take, shape (n_items,), or None when nobody says. Raises SelectionError."""
        if self.seconds is None:
            return None
        return checked_seconds(self.seconds(state) if callable(self.seconds) else self.seconds, bank.n_items)


def checked_seconds(seconds: ArrayLike, n_items: int) -> FloatArray:
    """Expected times as an array (n_items,) or (n_examinees, n_items). Raises SelectionError."""
    times = np.asarray(seconds, dtype=np.float64)
    if times.ndim not in (1, 2) or times.shape[-1] != n_items:
        raise SelectionError(f"seconds must have the shape ({n_items},), not {times.shape}")
    if not ((times > 0) & np.isfinite(times)).all():
        raise SelectionError("every item takes more than 0 seconds")
    return times
