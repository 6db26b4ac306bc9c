"""The bank as those who answer it meet it: the engine's parameters beside what its items ask, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from host.demo.misconceptions import MISCONCEPTIONS
from host.demo.model import DemoItem
from host.demo.skills import SKILLS
from irt_core import ItemBank
from irt_core.arrays import FloatArray, IntArray

BASE_SECONDS, SECONDS_A_WORD, HARDNESS = 14.0, 0.5, 0.2
"""The median learner takes (14 s + ½ s a word) · exp(0.2 b) for an item of difficulty b."""


@dataclass(frozen=True, eq=False)
class Questions:
    """The items in the order of the bank; arrays have a row for each."""

    items: tuple[DemoItem, ...]

    @cached_property
    def bank(self) -> ItemBank:
        """The parameters, as they are written into the database."""
        return ItemBank.dichotomous(
            discrimination=[item.discrimination for item in self.items],
            difficulty=[item.difficulty for item in self.items],
            guessing=[item.guessing for item in self.items],
        ).with_content([item.skill for item in self.items])

    @cached_property
    def skills(self) -> IntArray:
        """Each item's skill by its place in SKILLS, (n_items,)."""
        places = {skill.code: place for place, skill in enumerate(SKILLS)}
        return np.array([places[item.skill] for item in self.items])

    @cached_property
    def misconceptions(self) -> IntArray:
        """What the distractors stand for, by the place in MISCONCEPTIONS, (n_items, 3)."""
        places = {each.code: place for place, each in enumerate(MISCONCEPTIONS)}
        return np.array(
            [[places[each.misconception] for each in item.options if each.misconception] for item in self.items]
        )

    @cached_property
    def options(self) -> npt.NDArray[np.str_]:
        """The ids of the distractors, in the same order, and then of the key, (n_items, 4)."""
        return np.array([[*(each.id for each in item.options if each.id != item.key), item.key] for item in self.items])

    @cached_property
    def log_seconds(self) -> FloatArray:
        """The log of the seconds that an item takes, in the median, somebody of average speed, (n_items,)."""
        words = np.array([len(item.stem_spoken.split()) for item in self.items])
        hardness = np.array([item.difficulty for item in self.items])
        logs: FloatArray = np.log(BASE_SECONDS + SECONDS_A_WORD * words) + HARDNESS * hardness
        return logs

    def probability(self, ability: FloatArray, items: IntArray) -> FloatArray:
        """The probability that somebody of ability[k] answers item items[k] right, (n,)."""
        a, b, c = self._parameters[:, items]
        right: FloatArray = c + (1.0 - c) / (1.0 + np.exp(-a * (ability - b)))
        return right

    @cached_property
    def _parameters(self) -> FloatArray:
        return np.array([[item.discrimination, item.difficulty, item.guessing] for item in self.items]).T
