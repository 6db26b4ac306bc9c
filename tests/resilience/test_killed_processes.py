"""Six learners answer at the same time while processes are killed: no answer is lost, none counts twice.

The learners' pages send each answer with its key until it counts. Nobody else does anything: what was killed comes back
by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from host.testing import HostUnderTest, wait_until
from tests.resilience.classroom import lesson
from tests.resilience.conftest import CheckTests
from tests.resilience.learner import Learner
from tests.resilience.ledger import Ledger
from tests.resilience.processes import is_alive, kill_and_await_successor, kill_workers

pytestmark = [pytest.mark.host, pytest.mark.resilience]

SLOW_COMMITS = """
create function sleep_a_little() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return null; end $$;
create constraint trigger slow_commit after insert on responses deferrable initially deferred
    for each row execute function sleep_a_little()
"""
"""Deferred triggers run when COMMIT has been received and nothing is committed yet."""
USUAL_COMMITS = "drop trigger slow_commit on responses; drop function sleep_a_little()"
COMMITTING = """
select 1 from pg_stat_activity where application_name = 'submit_response' and state = 'active' and query ilike 'commit'
"""


def test_an_undisturbed_lesson_needs_no_second_try(learners: list[Learner], check: CheckTests) -> None:
    with lesson(learners) as undisturbed:
        tests = undisturbed.wait_until_over()

    assert [test.failures for test in tests] == [[]] * len(learners)
    check(tests)


def test_killed_workers_cost_no_answer(host: HostUnderTest, learners: list[Learner], check: CheckTests) -> None:
    with lesson(learners) as disturbed:
        for answers in (10, 25, 40):
            disturbed.wait_for_answers(answers)
            kill_workers(host, "submit_response")
        tests = disturbed.wait_until_over()

    check(tests)


def test_a_killed_template_costs_no_answer(host: HostUnderTest, learners: list[Learner], check: CheckTests) -> None:
    with lesson(learners) as disturbed:
        disturbed.wait_for_answers(15)
        kill_and_await_successor(host, "template")
        kill_workers(host, "submit_response")  # which the new template must replace
        tests = disturbed.wait_until_over()

    check(tests)


def test_a_killed_database_costs_no_answer(host: HostUnderTest, learners: list[Learner], check: CheckTests) -> None:
    with lesson(learners) as disturbed:
        for answers in (10, 35):
            disturbed.wait_for_answers(answers)
            kill_and_await_successor(host, "postgres")
        tests = disturbed.wait_until_over()

    check(tests)


def test_a_killed_host_costs_no_answer(host: HostUnderTest, learners: list[Learner], check: CheckTests) -> None:
    with lesson(learners) as disturbed:
        disturbed.wait_for_answers(25)
        workers = host.workers("submit_response")
        host.kill()
        wait_until(lambda: not any(map(is_alive, workers)), 30, lambda: "workers outlive the host")
        host.start()
        tests = disturbed.wait_until_over()

    check(tests)


def test_a_worker_killed_while_it_commits_has_its_answer_counted_once(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    with lesson(learners[:1]) as disturbed:
        disturbed.wait_for_answers(3)
        with slow_commits(ledger):
            kill_workers(host, "submit_response")
        tests = disturbed.wait_until_over()

    assert any("function_crashed" in failure for failure in tests[0].failures)
    check(tests)


def test_a_database_killed_while_it_commits_has_the_answer_sent_again(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner], check: CheckTests
) -> None:
    with lesson(learners[:1]) as disturbed:
        disturbed.wait_for_answers(3)
        with slow_commits(ledger):
            kill_and_await_successor(host, "postgres")
        tests = disturbed.wait_until_over()

    assert any("outcome_unknown" in failure for failure in tests[0].failures)
    check(tests)


@contextmanager
def slow_commits(ledger: Ledger) -> Iterator[None]:
    """Go on while an answer is being committed, which takes two seconds."""
    ledger.run(SLOW_COMMITS)
    try:
        wait_until(lambda: ledger.run(COMMITTING), 30, lambda: "no answer is being committed")
        yield
    finally:
        ledger.run(USUAL_COMMITS)
