"""An event that cannot be handled: others pass it by, it ends as a dead letter, and once mended it is sent again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from host.demo.seed import HILLSIDE, demo_id
from host.settings import ROOT
from host.testing import HostUnderTest, wait_until
from tests.resilience.classroom import lesson
from tests.resilience.conftest import CheckTests
from tests.resilience.learner import Learner
from tests.resilience.ledger import CONSUMERS, Ledger
from tests.school import ADMIN, AUTHOR

pytestmark = [pytest.mark.host, pytest.mark.resilience]

ITEMS = 3

PUBLISH = """
insert into outbox (org_id, id, topic, payload)
select %(org_id)s, gen_random_uuid(), 'session.finished', jsonb_build_object(
    'session_id', gen_random_uuid(), 'learner_id', %(learner_id)s, 'bank_version_id', %(bank_version_id)s,
    'theta', 0.5, 'se', 0.4, 'finished_at', now(), 'responses', jsonb_agg(jsonb_build_object(
        'position', position + 1, 'item_version_id', item_version_id, 'concept_code', 'poison', 'score', 1)))
from item_parameters where org_id = %(org_id)s and position < %(items)s
returning id
"""
"""The event of a session on a bank version that does not exist, which the counts of exposures must refer to."""

MEND = """
insert into bank_versions (org_id, id, bank_id, version)
select %(org_id)s, %(bank_version_id)s, %(bank_id)s, 1 + max(version) from bank_versions where org_id = %(org_id)s
"""

COUNTS = "select administered, correct from exposure_counts where bank_version_id = %(bank_version_id)s"

Replay = Callable[[UUID], None]


@pytest.fixture
def operator(host: HostUnderTest) -> Iterator[Learner]:
    """The school's administrator, who may see dead letters."""
    operator = Learner(host.url, ADMIN, "")
    operator.sign_in()
    yield operator
    operator.close()


@pytest.fixture(params=["api", "command line"])
def replay(request: pytest.FixtureRequest, host: HostUnderTest, operator: Learner) -> Replay:
    """The two ways to send a dead letter again."""
    if request.param == "api":
        return lambda message_id: _replay_by_api(operator, message_id)
    return lambda message_id: _replay_by_command(host, message_id)


def test_an_event_that_cannot_be_handled_is_buried_mended_and_sent_again(
    host: HostUnderTest, ledger: Ledger, operator: Learner, replay: Replay, learners: list[Learner], check: CheckTests
) -> None:
    host.wait_until_background_is_ready()
    bank_version_id = uuid4()
    message_id = publish_poison(ledger, bank_version_id)

    with lesson(learners) as undisturbed:
        check(undisturbed.wait_until_over())
    use_up_attempts(host, ledger, message_id)
    assert [letter["id"] for letter in dead_letters(operator)] == [str(message_id)]

    ledger.run(MEND, bank_version_id=bank_version_id, bank_id=demo_id(HILLSIDE.slug, "bank"))
    replay(message_id)

    wait_until(lambda: has_been_heard(ledger, message_id), 60, lambda: "the event is not handled")
    assert ledger.run(COUNTS, bank_version_id=bank_version_id) == [{"administered": 1, "correct": 1}] * ITEMS
    assert dead_letters(operator) == []


def publish_poison(ledger: Ledger, bank_version_id: UUID) -> UUID:
    """Publish the event of a session that was taken on an unknown bank version; returns the message's id.

    It is of somebody who takes no tests, so that the answers of all who do still say what is known of them.
    """
    learner_id = demo_id(AUTHOR)
    (row,) = ledger.run(PUBLISH, learner_id=learner_id, bank_version_id=bank_version_id, items=ITEMS)
    message_id: UUID = row["id"]
    return message_id


def use_up_attempts(host: HostUnderTest, ledger: Ledger, message_id: UUID) -> None:
    """Let the two hours pass in which the event is sent again and again."""

    def is_dead() -> bool:
        ledger.run("update outbox set next_attempt_at = now() where id = %(id)s", id=message_id)
        host.invoke("relay_outbox", {})
        return bool(ledger.run("select 1 from outbox where id = %(id)s and dead_at is not null", id=message_id))

    wait_until(is_dead, 60, lambda: "the event does not become a dead letter")


def dead_letters(operator: Learner) -> list[dict[str, Any]]:
    """What the API says of them."""
    letters: list[dict[str, Any]] = operator.send("GET", "/dead_letters")["items"]
    return letters


def has_been_heard(ledger: Ledger, message_id: UUID) -> bool:
    """Whether all consumers have handled the event."""
    return len(ledger.run("select consumer from inbox where message_id = %(id)s", id=message_id)) == CONSUMERS


def _replay_by_api(operator: Learner, message_id: UUID) -> None:
    operator.send("POST", f"/dead_letters/{message_id}/replay")


def _replay_by_command(host: HostUnderTest, message_id: UUID) -> None:
    command = [sys.executable, "-m", "host", "replay", f"--data-dir={host.data_dir}", str(message_id)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
