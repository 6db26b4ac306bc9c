"""Processes are killed while finished tests are on their way through outbox, queues and consumers.

Every test reaches the knowledge states and the exposure counts, and none of them twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from host.testing import HostUnderTest, wait_until
from tests.resilience.classroom import lesson
from tests.resilience.conftest import CheckTests
from tests.resilience.learner import Learner, TakenTest
from tests.resilience.ledger import Ledger
from tests.resilience.processes import kill_and_await_successor, kill_workers

pytestmark = [pytest.mark.host, pytest.mark.resilience]

PATIENCE_SECONDS = 50.0

IN_QUEUES = """
select id from outbox where topic = 'session.finished' and published_at is not null and completed_at is null
and payload ->> 'session_id' = any(%(session_ids)s)
"""
COUNTING = """
select 1 from pg_stat_activity where application_name = 'update_exposure_counts' and wait_event_type = 'Lock'
"""


def test_events_reach_their_consumers_when_localstack_is_killed_under_them(
    host: HostUnderTest, learners: list[Learner], check: CheckTests
) -> None:
    with lesson(learners) as disturbed:
        disturbed.wait_for_answers(54)  # of sixty: the first tests are over
        kill_and_await_successor(host, "localstack")
        tests = disturbed.wait_until_over()

    check(tests)


def test_events_that_sit_in_queues_are_sent_again_when_localstack_is_killed(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    host.wait_until_background_is_ready()
    with stuck_exposure_counts(ledger):
        tests = take_tests(learners)
        wait_until(lambda: are_in_queues(ledger, tests), PATIENCE_SECONDS, lambda: "the events were not sent")
        host.kill_process("localstack")

    check(tests)


def test_events_reach_their_consumers_when_these_are_killed(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    host.wait_until_background_is_ready()
    with stuck_exposure_counts(ledger):
        tests = take_tests(learners)
        wait_until(lambda: ledger.run(COUNTING), PATIENCE_SECONDS, lambda: "no consumer is at work")
        kill_workers(host, "update_exposure_counts")
        kill_workers(host, "relay_outbox")
    let_a_minute_pass(host, ledger)

    check(tests)


def test_events_reach_their_consumers_when_the_database_is_killed_under_these(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    host.wait_until_background_is_ready()
    with stuck_exposure_counts(ledger):
        tests = take_tests(learners)
        wait_until(lambda: ledger.run(COUNTING), PATIENCE_SECONDS, lambda: "no consumer is at work")
        kill_and_await_successor(host, "postgres")
    let_a_minute_pass(host, ledger)

    check(tests)


def test_events_reach_their_consumers_when_the_host_is_killed(
    host: HostUnderTest, learners: list[Learner], check: CheckTests
) -> None:
    tests = take_tests(learners)

    host.kill()
    host.start()

    check(tests)


def take_tests(learners: list[Learner]) -> list[TakenTest]:
    """Tests that have just been finished, in peace."""
    with lesson(learners) as undisturbed:
        return undisturbed.wait_until_over()


def let_a_minute_pass(host: HostUnderTest, ledger: Ledger) -> None:
    """What is still unheard of is sent again: a minute after it was first sent, and now because the clock is put on."""
    ledger.run("update outbox set next_attempt_at = now() where completed_at is null and dead_at is null")
    host.invoke("relay_outbox", {})


def are_in_queues(ledger: Ledger, tests: list[TakenTest]) -> bool:
    """Whether the events of all these tests have been sent to queues and some consumer has not handled them."""
    return len(ledger.run(IN_QUEUES, session_ids=[test.session_id for test in tests])) == len(tests)


@contextmanager
def stuck_exposure_counts(ledger: Ledger) -> Iterator[None]:
    """Hold a lock that the consumer of exposure counts needs, so that its messages stay in their queue."""
    with closing(ledger.connect()) as db:
        db.execute("lock table exposure_counts in exclusive mode")
        yield
