"""Bayesian knowledge tracing (Corbett & Anderson 1995, User Modeling and User-Adapted Interaction 4, 253-278).

A learner either knows a skill or does not, and each answer is evidence of which. Right and wrong answers move the two
probabilities by Bayes' rule; then, whatever the answer was, practice may have taught the skill:

    right   P(L|1) = P(L)(1-s) / (P(L)(1-s) + P(not L) g)
    wrong   P(L|0) = P(L) s    / (P(L) s    + P(not L)(1-g))
    then    P(L')  = P(L|answer) + P(not L|answer) t

Both probabilities are carried. Computing one as 1 minus the other would lose the smaller one to rounding, after some
twenty right answers all of it, and then no wrong answer could ever bring it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SMALLEST = 1e-300
"""The least that either probability can become. Zero would be for ever."""


@dataclass(frozen=True)
class TracingParameters:
    """What is assumed of a skill: P(known before the first answer), and of each answer P(learning), P(slip), P(guess).

    A slip is a wrong answer in spite of knowing, a guess a right one without. Both stay below one half, or else a wrong
    answer could count as evidence of knowing. Raises ValueError.
    """

    prior: float = 0.3
    learning: float = 0.1
    slip: float = 0.1
    guess: float = 0.2

    def __post_init__(self) -> None:
        if not 0 < self.prior < 1:
            raise ValueError("the prior lies strictly between 0 and 1")
        if not 0 <= self.learning < 1:
            raise ValueError("the probability of learning is at least 0 and less than 1")
        if not (0 < self.slip < 0.5 and 0 < self.guess < 0.5):
            raise ValueError("slip and guess lie strictly between 0 and one half")


DEFAULTS = TracingParameters()
"""Used for every skill until there are data to fit its own."""


@dataclass(frozen=True)
class Knowledge:
    """The probabilities that a skill is known and that it is not. They sum to 1 but for rounding."""

    known: float
    unknown: float

    @classmethod
    def before(cls, parameters: TracingParameters = DEFAULTS) -> Knowledge:
        """What is assumed of a learner who has not answered yet."""
        return cls(parameters.prior, 1.0 - parameters.prior)

    def after(self, is_correct: bool, parameters: TracingParameters = DEFAULTS) -> Knowledge:
        """What is believed after one more answer."""
        return self._given(is_correct, parameters)._practised(parameters)

    def _given(self, is_correct: bool, parameters: TracingParameters) -> Knowledge:
        known = self.known * ((1.0 - parameters.slip) if is_correct else parameters.slip)
        unknown = self.unknown * (parameters.guess if is_correct else (1.0 - parameters.guess))
        return Knowledge(known / (known + unknown), unknown / (known + unknown))

    def _practised(self, parameters: TracingParameters) -> Knowledge:
        known = self.known + self.unknown * parameters.learning
        unknown = self.unknown * (1.0 - parameters.learning)
        return Knowledge(min(max(known, SMALLEST), 1.0), max(unknown, SMALLEST))


@dataclass(frozen=True)
class Ability:
    """The estimate of one session, in logits, and the bank version whose scale it is on."""

    session_id: UUID
    bank_version_id: UUID
    theta: float
    se: float
    finished_at: datetime


def trace(
    answers: Iterable[bool], parameters: TracingParameters = DEFAULTS, *, start: Knowledge | None = None
) -> Knowledge:
    """What is believed after these answers (True = right), in order; `start` is what was believed before them."""
    knowledge = start or Knowledge.before(parameters)
    for is_correct in answers:
        knowledge = knowledge.after(is_correct, parameters)
    return knowledge
