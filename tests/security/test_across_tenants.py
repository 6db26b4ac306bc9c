"""Whatever works across organisations is named here, and leaves an entry in the platform's own audit log."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from dreamseed.audit.verification import verify
from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.database.transaction import system_transaction
from dreamseed.function import Function
from dreamseed.needs import Schedule
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.triggers.schedule import ACROSS_TENANTS, is_noted
from functions.assessment.expire_sessions import expire_sessions
from functions.platform.clean_up import clean_up
from functions.platform.relay_outbox import relay_outbox
from tests.school import School

CATALOGUE = load_catalogue()
JOBS = {
    "clean_up": "deletes what has been handled and what has expired of the plumbing",
    "delete_expired_tokens": "deletes tokens, links and challenges that have expired",
    "expire_sessions": "finds tests whose time is up; each is ended in its own organisation",
    "find_due_confirmations": "finds answers to confirm; each is handled in its own organisation",
    "make_audit_partitions": "makes and drops tables of the audit log, as their owner",
    "renew_ages": "writes down whoever has grown into the next band",
    "request_audit_checks": "asks for the nightly check of each organisation's log",
    "start_due_erasures": "finds erasures that are due; each is begun in its own organisation",
    "start_retention": "lets each organisation look at what it has kept for long enough",
    "sweep_jobs": "asks for the next attempt of jobs that were left",
}
"""Scheduled jobs: what each does across organisations. All leave entries."""

OTHERS = {
    "close_socket": "forgets one connection, by its id",
    "migrate_database": "changes the schema at a deployment, as its owner; what it did is in the deployment's log",
    "open_socket": "signs one connection in, by the access token that it brings",
    "receive_socket_message": "finds the caller of one connection, by its id",
    "relay_outbox": "carries messages to the queues, audit entries among them, and reads none",
}
"""What is no job: it looks for one thing whose organisation is not known yet, or carries things unopened."""

DEFINERS = {
    "append_audit_log": "appends to one organisation's audit log",
    "find_accounts": "sign-in: the accounts of an address, which may be of several organisations",
    "find_identities": "sign-in: the accounts of somebody whom a provider vouches for",
    "find_organisation": "registration: an organisation by its public name",
    "find_sign_in": "sign-in: whose password to compare",
    "held_accounts": "release_audit_month: the people of one organisation under a legal hold",
    "release_audit_month": "lets the oldest month of one organisation's audit log go",
}
"""Functions of the database that run with other rights than their caller's, and what for."""


def runs_across(function: Function) -> bool:
    grant = function.grant("database")
    return grant is not None and grant.action in ACROSS_TENANTS


def run(school: School, function: Function) -> Any:
    school.api._give_database(function)
    return function(json.loads((ROOT / "events" / function.area / f"{function.name}.json").read_text()), None)


def entries(school: School) -> list[tuple[str, dict[str, Any]]]:
    """What the platform's own log says of its jobs."""
    query = "select action, changes from audit_logs where org_id = %s and resource = 'organisations' order by seq"
    with psycopg.connect(school.database.conninfo()) as db:
        found = db.execute(query, [PLATFORM_ID]).fetchall()
    return [(action, json.loads(changes)["after"]) for action, changes in found]


def test_every_function_that_works_across_organisations_is_named() -> None:
    assert {function.name for function in CATALOGUE if runs_across(function)} == JOBS.keys() | OTHERS.keys()


def test_every_job_that_works_across_organisations_is_noted() -> None:
    scheduled = [function for function in CATALOGUE if isinstance(function.needs.trigger, Schedule)]

    assert {function.name for function in scheduled if is_noted(function)} == JOBS.keys()


def test_every_function_of_the_database_with_rights_of_its_own_is_named(school: School) -> None:
    query = "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    with psycopg.connect(school.database.conninfo()) as db:
        assert {name for (name,) in db.execute(query)} == DEFINERS.keys()


@pytest.mark.parametrize("name", sorted(JOBS.keys() - {"sweep_jobs"}))  # it needs workflows
def test_a_job_that_did_something_leaves_an_entry_and_one_that_did_nothing_none(name: str, school: School) -> None:
    function = next(each for each in CATALOGUE if each.name == name)
    before = entries(school)

    outcome = run(school, function)

    counts = outcome if isinstance(outcome, dict) else {"count": outcome}
    done = {kind: count for kind, count in counts.items() if count}
    assert entries(school)[len(before) :] == ([(name, done)] if done else [])


def test_an_entry_says_what_a_job_did_and_the_platforms_log_holds(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = school.start()
    with psycopg.connect(school.database.conninfo()) as db:
        db.execute("update test_sessions set expires_at = now() - interval '1 hour' where id = %s", [session["id"]])
        db.execute("insert into inbox (org_id, message_id, consumer, created_at)"
                   " select id, gen_random_uuid(), 'x', '2020-01-01' from organisations limit 1")  # fmt: skip

    run(school, expire_sessions)
    run(school, clean_up)

    assert ("expire_sessions", {"count": 1}) in entries(school)
    assert [name for name, _ in entries(school)][-1] == "clean_up"
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
    assert verify(PLATFORM_ID).is_intact


def test_nothing_is_done_without_its_entry(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    session = school.start(name="Practise")
    with psycopg.connect(school.database.conninfo()) as db:
        db.execute("update test_sessions set expires_at = now() - interval '1 hour' where id = %s", [session["id"]])
    monkeypatch.setattr("dreamseed.audit.across.note_run", fail)

    with pytest.raises(ZeroDivisionError):
        run(school, expire_sessions)

    with system_transaction(school.database.url("system")) as db:
        announced = "select count(*) from outbox where topic = 'session.expired' and payload ->> 'session_id' = %s"
        assert db.exec_driver_sql(announced, (session["id"],)).scalar() == 0


def test_what_only_carries_messages_leaves_none() -> None:
    assert not is_noted(relay_outbox)
