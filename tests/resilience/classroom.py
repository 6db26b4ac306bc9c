"""Learners who all take a test at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Condition

from tests.resilience.learner import Learner, TakenTest

LESSON_SECONDS = 55.0


class Lesson:
    """The tests that are under way, each in a thread of its own."""

    def __init__(self, learners: Sequence[Learner], threads: ThreadPoolExecutor) -> None:
        self._answered = 0
        self._answer = Condition()
        for learner in learners:
            learner.on_answer = self._count_answer
        self._tests: list[Future[TakenTest]] = [threads.submit(learner.take_test) for learner in learners]

    def wait_for_answers(self, count: int) -> None:
        """Return in the middle of the lesson: when all learners together have had so many answers counted."""
        with self._answer:
            self._answer.wait_for(lambda: self._answered >= count, LESSON_SECONDS)
        for test in self._tests:
            if test.done():
                test.result()  # says why it failed
        assert not all(test.done() for test in self._tests), "the lesson was over before it could be disturbed"

    def wait_until_over(self) -> list[TakenTest]:
        """All tests, once every learner has finished."""
        wait(self._tests, LESSON_SECONDS)
        return [test.result(timeout=0) for test in self._tests]

    def _count_answer(self) -> None:
        with self._answer:
            self._answered += 1
            self._answer.notify_all()


@contextmanager
def lesson(learners: Sequence[Learner]) -> Iterator[Lesson]:
    """Let the learners begin."""
    with ThreadPoolExecutor(len(learners)) as threads:
        yield Lesson(learners, threads)
