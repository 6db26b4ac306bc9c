"""Every entry is copied to the sink, through the outbox; what the sink does not take comes again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dreamseed.audit.records import from_line
from dreamseed.audit.rules import GENESIS, Chain, Link
from dreamseed.database.transaction import tenant_transaction
from dreamseed.message import Message
from dreamseed.platform.tables import outbox
from functions.audit.stream_audit_log import stream_audit_log
from tests.functions.audit.test_verification_and_export import Office
from tests.school import School


@pytest.fixture
def office(school: School) -> Office:
    return Office(school, count=5)


def deliver(office: Office) -> list[str]:
    """Hand all events of appended entries to the function; the ids of those that failed."""
    with tenant_transaction(office.org_id, office.school.database.url("write")) as db:
        rows = db.execute(
            select(outbox).where(outbox.c.topic == "audit_log.appended").order_by(outbox.c.created_at)
        ).all()
    messages = [Message(row.id, row.topic, row.org_id, row.created_at, row.payload) for row in rows]
    records = [{"messageId": str(each.id), "body": each.to_json()} for each in messages]
    office.school.api._give_database(stream_audit_log)
    return [failed["itemIdentifier"] for failed in stream_audit_log({"Records": records}, None)["batchItemFailures"]]


def copied(office: Office, folder: Path) -> list[dict[str, Any]]:
    """The copies of the organisation's entries, in their order."""
    lines = [from_line(line) for path in folder.glob("*.ndjson") for line in path.read_bytes().splitlines()]
    own = [entry for entry in lines if entry["org_id"] == office.org_id]
    return sorted(own, key=lambda entry: int(entry["seq"]))


def test_the_copies_are_the_chain(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREAMSEED_AUDIT_SINK_MAIN", tmp_path.as_uri())

    assert deliver(office) == []

    entries = copied(office, tmp_path)
    chain = Chain(Link(0, GENESIS), Link(entries[-1]["seq"], entries[-1]["hash"]))
    chain.follow(entries)
    assert chain.end() is None
    assert chain.checked == len(entries) >= 5


def test_a_second_delivery_copies_nothing_twice(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DREAMSEED_AUDIT_SINK_MAIN", tmp_path.as_uri())

    deliver(office)
    count = len(copied(office, tmp_path))
    deliver(office)

    assert len(copied(office, tmp_path)) == count


def test_what_the_sink_does_not_take_comes_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamseed.kafka_rest.PAUSES_SECONDS", ())
    monkeypatch.setenv("DREAMSEED_AUDIT_SINK_MAIN", "kafka+http://127.0.0.1:1/topics/audit")
    failed = deliver(office)
    monkeypatch.setenv("DREAMSEED_AUDIT_SINK_MAIN", tmp_path.as_uri())

    assert len(failed) >= 5
    assert deliver(office) == []
    assert len(copied(office, tmp_path)) == len(failed)


def test_an_entry_that_is_not_there_is_a_failure_and_not_forgotten(office: Office) -> None:
    office.as_superuser("delete from audit_logs where org_id = %(org)s and seq = 2")

    assert len(deliver(office)) == 1
