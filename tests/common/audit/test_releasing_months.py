"""Months of the audit log that are old enough go whole, and nothing else can be made to look as if it had."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from dreamseed.audit.entries import Entry, append
from dreamseed.audit.queries import drop_empty_partitions, make_partitions, release_month
from dreamseed.audit.retention import release_months
from dreamseed.audit.verification import verify
from dreamseed.database.roles import APPLICATION
from dreamseed.database.transaction import in_tenant, system_transaction
from host.postgres import Database
from tests.common.audit.old_log import date_back, keep_for
from tests.conftest import create_organisation

MARCH, MAY = datetime(2019, 3, 31, 23, 59, 59, 999999, UTC), datetime(2019, 5, 2, tzinfo=UTC)
OLD = [datetime(2019, 3, 1, tzinfo=UTC), MARCH, MARCH, MAY, MAY]
YEARS = 5
SCHEDULE = {"before": {"audit_retention_years": None}, "after": {"audit_retention_years": YEARS}}
SOMEBODY = uuid4()


@pytest.fixture(autouse=True)
def signed_in(signed_in_as: Any) -> None:
    signed_in_as("erase")


@pytest.fixture
def log(org_id: UUID, database: Database) -> UUID:
    """An organisation whose log has three entries of March 2019, two of May, and three of now; kept for five years."""
    for actor in (None, SOMEBODY, None, SOMEBODY, None):
        in_tenant(org_id, lambda db, a=actor: append(db, Entry("sign_in", actor_id=a)))  # type: ignore[misc]
    for entry in (Entry("update_organisation", changes=SCHEDULE), Entry("sign_in"), Entry("sign_in")):
        in_tenant(org_id, lambda db, e=entry: append(db, e))  # type: ignore[misc]
    date_back(database, org_id, OLD)
    keep_for(database, org_id, YEARS)
    return org_id


@pytest.fixture
def released(log: UUID) -> UUID:
    """The same once both old months have gone."""
    assert release_months(log) == 5
    return log


def superuser(database: Database, statement: str, **values: Any) -> int:
    """What somebody does who may do anything with the tables; returns how many rows it was."""
    with psycopg.connect(database.conninfo(), autocommit=True) as db:
        return db.execute(statement.encode(), values).rowcount


def rows(database: Database, org_id: UUID, table: str = "audit_logs") -> list[dict[str, Any]]:
    with psycopg.connect(database.conninfo(), row_factory=psycopg.rows.dict_row) as db:
        return db.execute(f"select * from {table} where org_id = %s order by seq".encode(), [org_id]).fetchall()


def fault_of(org_id: UUID) -> tuple[int, str] | None:
    broken = verify(org_id).first_break
    return None if broken is None else (broken.seq, broken.fault)


def test_a_month_goes_whole_and_the_log_says_so(log: UUID, database: Database) -> None:
    third = rows(database, log)[2]

    said = in_tenant(log, release_month)

    assert said == {"month": "2019-03", "entries": 3, "seq": 3, "hash": third["hash"].hex(), "kept_years": YEARS}
    left = rows(database, log)
    assert [each["seq"] for each in left] == [4, 5, 6, 7, 8, 9]
    assert (left[-1]["action"], json.loads(left[-1]["changes"])["after"]) == ("release_audit_month", said)
    (anchor,) = rows(database, log, "audit_anchors")
    assert (anchor["seq"], anchor["entries"], anchor["noted_seq"], anchor["hash"]) == (3, 3, 9, third["hash"])


def test_what_is_left_is_followed_from_the_anchor_on(released: UUID) -> None:
    found = verify(released)

    assert (found.is_intact, found.first_seq, found.checked, found.head_seq) == (True, 6, 5, 10)
    in_tenant(released, lambda db: append(db, Entry("sign_in")))
    assert verify(released).is_intact


def test_nothing_more_goes_than_has_outlived_its_time(released: UUID) -> None:
    assert release_months(released) == 0
    assert in_tenant(released, release_month) is None


def test_a_log_whose_every_entry_is_old_goes_but_for_its_note(org_id: UUID, database: Database) -> None:
    in_tenant(org_id, lambda db: append(db, Entry("sign_in")))
    date_back(database, org_id, [MARCH])
    keep_for(database, org_id, YEARS)

    assert release_months(org_id) == 1

    assert [each["seq"] for each in rows(database, org_id)] == [2]
    assert verify(org_id).is_intact


@pytest.mark.parametrize("years", [None, 30])
def test_a_log_that_is_kept_longer_stays(years: int | None, log: UUID, database: Database) -> None:
    keep_for(database, log, years)

    assert release_months(log) == 0
    assert len(rows(database, log)) == 8


def test_a_month_is_old_when_its_last_moment_is(log: UUID, database: Database) -> None:
    now = datetime.now(UTC)
    date_back(database, log, [datetime(now.year - YEARS, now.month, 1, tzinfo=UTC)])

    assert release_months(log) == 0


def test_another_organisations_log_is_left_alone(log: UUID, other_org_id: UUID, database: Database) -> None:
    in_tenant(other_org_id, lambda db: append(db, Entry("sign_in")))
    date_back(database, other_org_id, [MARCH])

    release_months(log)

    assert len(rows(database, other_org_id)) == 1


def test_two_runs_at_once_let_each_month_go_once(log: UUID, database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(lambda _: release_months(log), range(4)))

    assert sum(totals) == 5
    assert [anchor["seq"] for anchor in rows(database, log, "audit_anchors")] == [3, 5]
    assert verify(log).is_intact


@pytest.fixture
def hold(log: UUID, database: Database) -> UUID:
    """A legal hold on somebody with whom the account is merged that acted in both old months."""
    other, hold_id = uuid4(), uuid4()
    person = "insert into users (org_id, id, email, full_name, is_active, merged_into) values (%(org)s, %(id)s,"
    for id_, into in ((other, None), (SOMEBODY, other)):
        superuser(database, f"{person} '', '', %(open)s, %(into)s)", org=log, id=id_, into=into, open=into is None)
    placed = (
        "insert into legal_holds (org_id, id, subject_id, placed_by) values (%(org)s, %(id)s, %(other)s, %(other)s)"
    )
    superuser(database, placed, org=log, id=hold_id, other=other)
    return hold_id


def test_what_a_legal_hold_needs_stays_with_all_after_it(log: UUID, hold: UUID, database: Database) -> None:
    assert release_months(log) == 0
    assert len(rows(database, log)) == 8

    over = "update legal_holds set released_at = now(), released_by = placed_by where org_id = %(org)s"
    superuser(database, over, org=log)
    assert release_months(log) == 5


BROKEN = {
    "changed": "update audit_logs set action = 'x' where org_id = %(org)s and seq = 2",
    "missing in the middle": "delete from audit_logs where org_id = %(org)s and seq = 2",
    "missing at the beginning": "delete from audit_logs where org_id = %(org)s and seq = 1",
    "missing at the end": "delete from audit_logs where org_id = %(org)s and seq = 3",
    "the head is another": "delete from audit_logs where org_id = %(org)s and seq > 2",
}


@pytest.mark.parametrize("deed", BROKEN)
def test_a_month_that_is_not_what_was_written_is_evidence_and_stays(
    deed: str, log: UUID, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    superuser(database, BROKEN[deed], org=log)
    before = rows(database, log)

    assert release_months(log) == 0

    assert rows(database, log) == before
    assert rows(database, log, "audit_anchors") == []
    assert [vars(record)["refused"] for record in caplog.records if record.levelname == "ERROR"] == ["broken"]


def test_an_entry_that_only_looks_old_does_not_go_with_the_others(log: UUID, database: Database) -> None:
    superuser(database, "update audit_logs set at = '2019-03-05Z' where org_id = %(org)s and seq = 7", org=log)

    assert release_months(log) == 5
    assert fault_of(log) == (7, "changed")


FORGERIES: dict[str, tuple[list[str], tuple[int, str]]] = {
    "the newest anchor is gone": (
        ["delete from audit_anchors where org_id = %(org)s and seq = 5"],
        (4, "missing"),
    ),
    "all anchors are gone": (["delete from audit_anchors where org_id = %(org)s"], (1, "missing")),
    "an anchor has another hash": (
        ["update audit_anchors set hash = sha256(hash) where org_id = %(org)s and seq = 5"],
        (5, "unreleased"),
    ),
    "an older anchor has another hash": (
        ["update audit_anchors set hash = sha256(hash) where org_id = %(org)s and seq = 3"],
        (3, "unreleased"),
    ),
    "more went than the anchor says": (
        ["delete from audit_logs where org_id = %(org)s and seq = 6"],
        (6, "missing"),
    ),
    "an anchor was moved on": (
        [
            "update audit_anchors a set seq = 7, entries = 4, hash = e.hash from audit_logs e"
            " where a.org_id = %(org)s and e.org_id = a.org_id and a.seq = 5 and e.seq = 7",
            "delete from audit_logs where org_id = %(org)s and seq in (6, 7)",
        ],
        (7, "unreleased"),
    ),
    "an anchor was made up, with a note to come": (
        [
            "insert into audit_anchors (org_id, seq, hash, month, entries, kept_years, noted_seq)"
            " select org_id, seq, hash, '2019-06-01', 2, 5, 11 from audit_logs where org_id = %(org)s and seq = 7",
            "delete from audit_logs where org_id = %(org)s and seq in (6, 7)",
        ],
        (7, "unreleased"),
    ),
    "an anchor was made up, with some entry for a note": (
        [
            "insert into audit_anchors (org_id, seq, hash, month, entries, kept_years, noted_seq)"
            " select org_id, seq, hash, '2019-06-01', 2, 5, 8 from audit_logs where org_id = %(org)s and seq = 7",
            "delete from audit_logs where org_id = %(org)s and seq in (6, 7)",
        ],
        (7, "unreleased"),
    ),
    "everything went": (
        [
            "insert into audit_anchors (org_id, seq, hash, month, entries, kept_years, noted_seq)"
            " select org_id, seq, hash, '2019-06-01', 5, 5, 10 from audit_heads where org_id = %(org)s",
            "delete from audit_logs where org_id = %(org)s",
        ],
        (10, "unreleased"),
    ),
    "a note was changed": (
        ["update audit_logs set changes = replace(changes, '2019', '2018') where org_id = %(org)s and seq = 10"],
        (10, "changed"),
    ),
    "an entry was put back": (
        [
            "insert into audit_logs select org_id, 5, at, action, actor_id, session_id, resource, resource_id,"
            " subject_id, changes, sealed_changes, client_address, user_agent, success, reason, request_id,"
            " prev_hash, hash from audit_logs where org_id = %(org)s and seq = 6"
        ],
        (5, "inserted"),
    ),
}


@pytest.mark.parametrize("deed", FORGERIES)
def test_what_did_not_go_by_the_schedule_is_found(deed: str, released: UUID, database: Database) -> None:
    statements, expected = FORGERIES[deed]

    for statement in statements:
        assert superuser(database, statement, org=released) > 0

    assert fault_of(released) == expected


@pytest.mark.parametrize(("month", "years"), [("2026-06", YEARS), ("2019-06", 3), ("2019-06", 2)])
def test_a_month_that_goes_early_with_a_note_that_fits_is_found_too(
    month: str, years: int, released: UUID, database: Database
) -> None:
    """Somebody with the rights of the role that appends lets entries go that the schedule keeps."""
    seventh = next(row for row in rows(database, released) if row["seq"] == 7)
    said = {"month": month, "entries": 2, "seq": 7, "hash": seventh["hash"].hex(), "kept_years": years}
    note = json.dumps({"before": {}, "after": said})
    forge = """
        with noted as (
            select set_config('app.org_id', %(org)s, false), append_audit_entry('release_audit_month', null, null,
                'audit_logs', null, null, %(note)s, null, null, null, true, null, null) as seq)
        insert into audit_anchors (org_id, seq, hash, month, entries, kept_years, noted_seq)
        select %(org)s::uuid, 7, %(hash)s, %(first)s::date, 2, %(years)s, seq from noted"""
    values = {"note": note, "hash": seventh["hash"], "first": f"{month}-01", "years": years}
    superuser(database, forge, org=str(released), **values)
    superuser(database, "delete from audit_logs where org_id = %(org)s and seq in (6, 7)", org=released)

    assert fault_of(released) == (7, "released_early")


@pytest.mark.parametrize("role", APPLICATION)
def test_no_function_can_say_that_a_month_went(role: str, log: UUID, database: Database) -> None:
    append_note = (
        "select append_audit_log('release_audit_month', null, null, '', null, null, null, null, null, null, true,"
        " null, null)"
    )
    past = append_note.replace("append_audit_log", "append_audit_entry")
    anchor = (
        "insert into audit_anchors (seq, hash, month, entries, kept_years, noted_seq) values (8, '', now(), 8, 3, 9)"
    )
    with psycopg.connect(database.conninfo(role), autocommit=True) as db:
        db.execute("select set_config('app.org_id', %s, false)", [str(log)])
        for statement in (append_note, past, anchor, "delete from audit_anchors", "select held_accounts(null)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(statement.encode())
        if role != "dreamseed_erase":
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("select release_audit_month()")


def test_letting_go_needs_an_organisation(database: Database) -> None:
    with (
        psycopg.connect(database.conninfo("dreamseed_erase")) as db,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="which organisation"),
    ):
        db.execute("select release_audit_month()")


def test_a_month_that_goes_during_a_check_is_no_break(
    log: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamseed.audit.verification.BATCH", 2)
    meanwhile = [lambda: release_months(log)]

    found = verify(log, lambda fraction: meanwhile.pop()() if meanwhile else None)

    assert (found.is_intact, found.first_seq, found.head_seq) == (True, 6, 10)


def test_a_month_that_nobody_needs_any_more_loses_its_partition(fresh_database: Database) -> None:
    org_id = create_organisation(fresh_database)
    in_tenant(org_id, lambda db: append(db, Entry("sign_in")), fresh_database.url("write"))
    date_back(fresh_database, org_id, [MARCH])
    keep_for(fresh_database, org_id, YEARS)

    def partitions() -> int:
        with psycopg.connect(fresh_database.conninfo()) as db:
            found = db.execute("select to_regclass('audit_partitions.audit_logs_2019_03')").fetchone()
            return int(found is not None and found[0] is not None)

    with system_transaction(fresh_database.url("owner")) as db:
        make_partitions(db, 0)
    with system_transaction(fresh_database.url("owner")) as db:
        drop_empty_partitions(db)
    assert partitions() == 1

    in_tenant(org_id, release_month, fresh_database.url("erase"))
    with system_transaction(fresh_database.url("owner")) as db:
        assert drop_empty_partitions(db) >= 1
    assert partitions() == 0
