"""Migration 0018 on a database with people in it: documents, devices and keys are sealed, and it can be undone."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from dreamseed.database.ids import new_id
from dreamseed.database.migrate import downgrade, migrate
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.api_keys import name_digest
from dreamseed.identity.mails import MailRequested, opened_values
from dreamseed.identity.tables import api_keys, second_factors
from dreamseed.platform.tables import outbox
from dreamseed.ports.subject_keys import forget_keys
from dreamseed.rosters.keeping import opened_report
from dreamseed.rosters.models import RosterReport
from dreamseed.rosters.tables import roster_imports
from host.postgres import Database
from tests.common.database.test_sealing_migration import everything
from tests.conftest import create_organisation
from tests.keys import keys_of

CANARIES = {name: f"canary-{name}-7c1d" for name in ("device", "program", "reported", "mailed")}
COUNTS = {"added": 1, "changed": 0, "removed": 0, "unchanged": 0}
CHANGE = {
    "file": "roster.csv",
    "line": 2,
    "kind": "person",
    "action": "add",
    "label": CANARIES["reported"],
    "fields": [],
}
REPORT = {
    "people": COUNTS,
    "classes": {**COUNTS, "added": 0},
    "enrolments": {**COUNTS, "added": 0},
    "changes": [CHANGE],
    "problems": [],
    "problem_count": 0,
}
ROWS = """
insert into users (org_id, id, email, full_name, email_digest)
    values (%(org)s, %(user)s, %(sealed)s, %(sealed)s, %(sealed)s);
insert into second_factors (org_id, id, user_id, kind, name, secret)
    values (%(org)s, %(one)s, %(user)s, 'totp', %(device)s, 'secret');
insert into api_keys (org_id, id, user_id, name, key_hash, permissions, rate_limit_per_hour)
    values (%(org)s, %(one)s, %(user)s, %(program)s, 'hash', '[]', 10);
insert into roster_imports (org_id, id, format, name, is_dry_run, report)
    values (%(org)s, %(one)s, 'csv', 'Roster', true, %(report)s);
insert into jobs (org_id, id, kind, input) values (%(org)s, %(one)s, 'import_roster', '{}');
insert into roster_imports (org_id, id, format, name, is_dry_run, job_id)
    values (%(org)s, %(two)s, 'csv', 'Roster', true, %(one)s);
insert into outbox (org_id, id, topic, payload) values (%(org)s, %(one)s, 'mail.requested', %(mail)s);
insert into outbox (org_id, id, topic, payload, completed_at)
    values (%(org)s, %(two)s, 'mail.requested', %(mail)s, now());
"""


@pytest.fixture
def old(fresh_database: Database) -> tuple[Database, UUID, UUID]:
    """A database as version 0017 leaves it, with an organisation and somebody in it; their ids."""
    forget_keys()
    downgrade(fresh_database.url("owner"), "0017")
    org_id, user_id = create_organisation(fresh_database), new_id()
    mail = {
        "to": {"kind": "user", "id": str(user_id)},
        "template": "second_factor_changed",
        "values": {"organisation": "Lake", "change": f"+ {CANARIES['mailed']}"},
    }
    values = {**CANARIES, "org": org_id, "user": user_id, "one": UUID(int=7), "two": UUID(int=8), "sealed": b"sealed"}
    values |= {"mail": json.dumps(mail), "report": json.dumps(REPORT)}
    with psycopg.connect(fresh_database.conninfo()) as db:
        for statement in ROWS.split(";")[:-1]:
            db.execute(statement.encode(), values)
    return fresh_database, org_id, user_id


def test_nothing_of_anybody_can_be_read_after_it_but_with_the_keys(old: tuple[Database, UUID, UUID]) -> None:
    database, org_id, user_id = old
    assert [name for name, canary in CANARIES.items() if canary not in everything(database)] == []

    migrate(database.url("owner"), keys=keys_of(database, None, "owner"))

    dump = everything(database)
    assert [name for name, canary in CANARIES.items() if canary in dump or canary.encode().hex() in dump] == []
    keys = keys_of(database, org_id, "read")
    with tenant_transaction(org_id, database.url("read")) as db:
        (factor,) = keys.opened(db.execute(select(second_factors)))
        (key,) = keys.opened(db.execute(select(api_keys)))
        done, waiting = db.execute(select(roster_imports).order_by(roster_imports.c.id)).all()
        (mail,) = db.execute(select(outbox)).all()

    assert (factor.name, key.name) == (CANARIES["device"], CANARIES["program"])
    assert bytes(key.name_digest) == name_digest(keys, user_id, CANARIES["program"])
    report = opened_report(keys, done.report)
    assert report == RosterReport.model_validate(REPORT)
    assert (done.has_file, waiting.report, waiting.has_file) == (False, None, True)
    said = opened_values(keys, MailRequested.model_validate(mail.payload))
    assert said == {"organisation": "Lake", "change": f"+ {CANARIES['mailed']}"}


def test_it_can_be_undone_with_the_keys(old: tuple[Database, UUID, UUID]) -> None:
    database, org_id, _ = old
    keys = keys_of(database, None, "owner")
    migrate(database.url("owner"), keys=keys)
    with psycopg.connect(database.conninfo()) as db:
        forgotten = "insert into roster_imports (org_id, id, format, name, is_dry_run) values (%s, %s, 'csv', '', true)"
        db.execute(forgotten.encode(), [org_id, UUID(int=9)])

    downgrade(database.url("owner"), "0017", keys)

    with psycopg.connect(database.conninfo()) as db:
        names: Any = db.execute("select f.name, k.name from second_factors f, api_keys k").fetchall()
        reports = db.execute("select report from roster_imports order by id").fetchall()
        mails = db.execute("select id from outbox").fetchall()
    assert names == [(CANARIES["device"], CANARIES["program"])]
    assert reports[:2] == [(REPORT,), (None,)]
    assert reports[2][0]["changes"] == []
    assert mails == []
