"""Twenty requests for the same item in the same moment, served by several processes of one function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from host.testing import HostUnderTest
from tests.resilience.conftest import CheckTests
from tests.resilience.learner import Given, Learner
from tests.resilience.ledger import Ledger

pytestmark = [pytest.mark.host, pytest.mark.resilience]

REQUESTS = 20


def test_of_twenty_answers_to_one_item_one_counts_and_the_others_learn_of_it(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    learner = learners[0]
    session = learner.start()
    answers = [learner.choose(session) for _ in range(REQUESTS)]

    replies = give_at_once(learner, session, answers)

    assert len(host.workers("submit_response")) > 1
    assert Counter(reply.status_code for reply in replies) == {200: 1, 409: REQUESTS - 1}
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} == {"item_already_answered"}
    counted = [given for given, reply in zip(answers, replies, strict=True) if reply.status_code == 200]
    assert ledger.answers(session["id"]) == counted
    learner.leave()
    check([])


def test_twenty_retries_with_one_key_are_one_answer(ledger: Ledger, learners: list[Learner], check: CheckTests) -> None:
    learner = learners[1]
    session = learner.start()
    given = learner.choose(session)

    replies = give_at_once(learner, session, [given] * REQUESTS)

    assert [reply.status_code for reply in replies] == [200] * REQUESTS
    assert len({reply.json()["session"]["item"]["id"] for reply in replies}) == 1
    assert ledger.answers(session["id"]) == [given]
    learner.leave()
    check([])


def give_at_once(learner: Learner, session: dict[str, Any], answers: Sequence[Given]) -> list[httpx.Response]:
    """Send all answers in the same moment; returns the responses in their order."""
    ready = Barrier(len(answers))

    def give(given: Given) -> httpx.Response:
        ready.wait()
        return learner.attempt(session["id"], given)

    with ThreadPoolExecutor(len(answers)) as threads:
        return list(threads.map(give, answers))
