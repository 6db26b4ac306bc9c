"""Repeated requests against a real PostgreSQL, with real concurrency."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import Conflict, Invalid
from dreamseed.http.reply import RawReply
from dreamseed.platform.idempotency import once
from dreamseed.platform.tables import idempotency_keys
from host.postgres import Database

REPLY = RawReply(b'{"id":1}', "application/json", {"location": "/api/v1/things/1"}, 201)


class Work:
    """Counts how often it was done."""

    def __init__(self, reply: RawReply = REPLY) -> None:
        self.times = 0
        self._reply = reply

    def __call__(self) -> RawReply:
        self.times += 1
        return self._reply


def test_a_repeated_request_gets_the_same_reply_and_is_done_once(org_id: UUID, database: Database) -> None:
    work = Work()

    replies = []
    for _ in range(2):
        with tenant_transaction(org_id, database.url("write")) as db:
            replies.append(once(db, "create_thing:me", "key-1", "digest", work))

    assert replies == [REPLY, REPLY]
    assert work.times == 1


def test_what_is_kept_can_be_read_with_the_key_of_the_request_only(org_id: UUID, database: Database) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        once(db, "create_thing:me", "key-of-mine", "digest", Work())

        kept = db.execute(select(idempotency_keys)).one()

    assert REPLY.content not in bytes(kept.content)
    assert "key-of-mine" not in repr(kept)
    assert kept.fingerprint != "digest", "whoever guesses what was asked could try it"


def test_callers_operations_and_organisations_have_keys_of_their_own(
    org_id: UUID, other_org_id: UUID, database: Database
) -> None:
    work = Work()

    for tenant, scope in ((org_id, "a:me"), (org_id, "a:you"), (org_id, "b:me"), (other_org_id, "a:me")):
        with tenant_transaction(tenant, database.url("write")) as db:
            once(db, scope, "key-1", "digest", work)

    assert work.times == 4


def test_a_key_that_came_with_another_request_is_refused(org_id: UUID, database: Database) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        once(db, "a:me", "key-1", "digest", Work())

    with tenant_transaction(org_id, database.url("write")) as db, pytest.raises(Invalid) as refused:
        once(db, "a:me", "key-1", "another digest", Work())

    assert refused.value.code == "idempotency_key_reused"


def test_a_request_that_failed_may_be_repeated(org_id: UUID, database: Database) -> None:
    def fail() -> RawReply:
        raise Conflict("not now")

    with pytest.raises(Conflict), tenant_transaction(org_id, database.url("write")) as db:
        once(db, "a:me", "key-1", "digest", fail)

    with tenant_transaction(org_id, database.url("write")) as db:
        assert once(db, "a:me", "key-1", "digest", Work()) == REPLY


def test_a_stored_reply_is_forgotten_after_its_time(org_id: UUID, database: Database) -> None:
    work = Work()
    with tenant_transaction(org_id, database.url("write")) as db:
        once(db, "a:me", "key-1", "digest", work)
        db.execute(update(idempotency_keys).values(expires_at=func.now() - func.make_interval(0, 0, 0, 0, 1)))

    with tenant_transaction(org_id, database.url("write")) as db:
        once(db, "a:me", "key-1", "another digest", work)

    assert work.times == 2


def test_while_a_request_is_being_served_its_repetition_is_told_so(org_id: UUID, database: Database) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> RawReply:
        begun.set()
        assert may_end.wait(10)
        return REPLY

    def first() -> RawReply:
        with tenant_transaction(org_id, f"{database.url('write')}&application_name=first") as db:
            return once(db, "a:me", "key-1", "digest", slow)

    with ThreadPoolExecutor() as pool:
        serving = pool.submit(first)
        assert begun.wait(10)
        with tenant_transaction(org_id, database.url("write")) as db, pytest.raises(Conflict) as told:
            once(db, "a:me", "key-1", "digest", Work())
        may_end.set()

        assert serving.result() == REPLY
    assert told.value.code == "request_in_progress"


def test_of_many_equal_requests_at_once_exactly_one_is_done(org_id: UUID, database: Database) -> None:
    work = Work()
    together = threading.Barrier(8)

    def request(number: int) -> str:
        together.wait(10)
        try:
            with tenant_transaction(org_id, f"{database.url('write')}&application_name=request-{number}") as db:
                return str(once(db, "a:me", "key-1", "digest", work).status)
        except Conflict as conflict:
            return conflict.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(request, range(8)))

    assert work.times == 1
    assert set(outcomes) <= {"201", "request_in_progress"}
    assert "201" in outcomes
