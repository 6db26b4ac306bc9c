"""Every test of everybody, taken in step.

What a learner answers depends on what they are like, not on what earlier tests said of them; so all tests of a design,
whenever they were taken, run beside each other as arrays. They are chosen, estimated and stopped by the engine as a
live session is, with the random stream that belongs to each one's seed and position: a trace replays them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from host.demo.term.questions import Questions
from host.demo.term.traits import Traits
from irt_core import CatDesign, rng_for
from irt_core.adaptive.selection import Pick, reason_of
from irt_core.arrays import FloatArray, IntArray
from irt_core.simulation.cohort import Cohort
from irt_core.simulation.simulate import run_in_step

LOG_SECONDS_SD = 0.45
LEAST_MS = 1_500


@dataclass(frozen=True, eq=False)
class Sitting:
    """One learner at one test: the ability of that day, the seed, and after how many answers they leave, if at all."""

    traits: Traits
    ability: float
    seed: int
    leaves_after: int | None = None


@dataclass(frozen=True)
class Answer:
    """One answer as the product stores it. `item` is the item's place in the bank."""

    item: int
    option: str
    score: int
    ms: int
    theta: float
    se: float
    criterion: float
    reason: str


@dataclass(frozen=True)
class TakenTest:
    """What came of a sitting: the answers, and why the test ended; None when its learner left before that."""

    answers: tuple[Answer, ...]
    stop_reason: str | None


def take_tests(questions: Questions, design: CatDesign, sittings: Sequence[Sitting]) -> list[TakenTest]:
    """What comes of these sittings at tests of that design, in their order."""
    room = _Room(questions, design, sittings)
    taken: dict[int, TakenTest] = {}
    for finished, reasons in run_in_step(_Examinees.sit_down(room)):
        for member, reason in zip(finished.members.tolist(), reasons.tolist(), strict=True):
            taken[member] = room.taken_test(member, finished.n_given, reason)
    return [taken[member] for member in range(len(sittings))]


@dataclass(eq=False, kw_only=True)
class _Examinees(Cohort):
    """A cohort in a room: its own generator is never asked, because every sitting has one of its own."""

    room: _Room

    @classmethod
    def sit_down(cls, room: _Room) -> _Examinees:
        """Everybody before the first item."""
        ability = np.array([sitting.ability for sitting in room.sittings])
        begun = Cohort.begin(room.questions.bank, room.design, ability, np.random.default_rng(0))
        return cls(**{each.name: getattr(begun, each.name) for each in fields(begun)}, room=room)

    def next_items(self) -> IntArray:
        """The next item of each, drawn from the candidates by their own seed; −1 for those who have none left."""
        control = self.design.exposure_at(self.n_given)
        candidates = self._candidates(1 if control is None else control.n_candidates)
        n_candidates = (candidates >= 0).sum(axis=1)
        places = (self.room.chances(self.members, self.n_given) * n_candidates).astype(np.int64)
        items: IntArray = candidates[np.arange(places.size), places]
        criteria = self.bank.information_at(self.theta, items)
        for member, *choice in zip(self.members.tolist(), self.theta, criteria, places, n_candidates, strict=True):
            self.room.choices[member].append(choice)
        return items

    def answer(self, items: IntArray) -> None:
        """Let everybody answer an item each, (n_examinees,), and keep what the product keeps of it."""
        position = self.n_given
        scores = self.room.answer(self.members, position, items)
        self.record(items, scores)
        self.room.theta[self.members, position], self.room.se[self.members, position] = self.theta, self.se


class _Room:
    """Those who sit in it and what they have answered: arrays (n_sittings, max_items), whoever is still at work.

    `luck` has one number for each answer, for the option if it is wrong, and for its time.
    """

    def __init__(self, questions: Questions, design: CatDesign, sittings: Sequence[Sitting]) -> None:
        self.questions, self.design, self.sittings = questions, design, sittings
        shape = (len(sittings), design.stopping.max_items)
        self.items, self.scores, self.options, self.ms = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        self.theta, self.se = np.zeros(shape), np.zeros(shape)
        self.choices: list[list[list[Any]]] = [[] for _ in sittings]
        self._strengths = np.array([sitting.traits.strengths for sitting in sittings])
        self._readiness = np.array([sitting.traits.readiness for sitting in sittings])
        self._ability = np.array([sitting.ability for sitting in sittings])
        self._speed = np.array([sitting.traits.speed for sitting in sittings])
        streams = [np.random.default_rng(sitting.seed) for sitting in sittings]
        self._luck = np.array([stream.random((shape[1], 2)) for stream in streams])
        self._pace = np.array([stream.normal(0.0, LOG_SECONDS_SD, shape[1]) for stream in streams])

    def chances(self, members: IntArray, position: int) -> FloatArray:
        """Each one's random number for the choice at a position: the one that a live session draws."""
        return np.array([rng_for(self.sittings[member].seed, position).random() for member in members.tolist()])

    def answer(self, members: IntArray, position: int, items: IntArray) -> IntArray:
        """What each of them answers to an item; returns the scores, (n_examinees,)."""
        asked = self.questions
        ability = self._ability[members] + self._strengths[members, asked.skills[items]]
        is_right = self._luck[members, position, 0] < asked.probability(ability, items)
        wrong = self._readiness[members[:, None], asked.misconceptions[items]].cumsum(axis=1)
        chosen = (self._luck[members, position, 1, None] * wrong[:, -1:] >= wrong).sum(axis=1)
        log_seconds = asked.log_seconds[items] - self._speed[members] + self._pace[members, position]
        where = (members, position)
        self.items[where], self.scores[where] = items, is_right
        self.options[where] = np.where(is_right, 3, chosen)
        self.ms[where] = np.maximum(LEAST_MS, 1000 * np.exp(log_seconds))
        return np.asarray(is_right, dtype=np.int64)

    def taken_test(self, number: int, length: int, reason: str) -> TakenTest:
        """What came of a sitting that the engine ends after `length` answers for that reason."""
        leaves_after = self.sittings[number].leaves_after
        given = length if leaves_after is None else min(leaves_after, length)
        answers = tuple(self._answer(number, position) for position in range(given))
        return TakenTest(answers, reason if given == length else None)

    def _answer(self, number: int, position: int) -> Answer:
        where = (number, position)
        theta, criterion, place, n_candidates = self.choices[number][position]
        item, design = int(self.items[where]), self.design
        pick = Pick(item, float(criterion), int(place), int(n_candidates))
        content, given = self.questions.bank.content, self.items[number, :position].tolist()
        control = design.exposure_at(position)
        return Answer(
            item=item,
            option=str(self.questions.options[self.items[where], self.options[where]]),
            score=int(self.scores[where]),
            ms=int(self.ms[where]),
            theta=float(self.theta[where]),
            se=float(self.se[where]),
            criterion=pick.value,
            reason=reason_of(design.selection, pick, (float(theta),), given, content, design.constraints, control),
        )
