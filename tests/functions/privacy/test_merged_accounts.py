"""Whoever had several accounts is one person: what stands under any of them is exported and erased together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dreamseed.audit.disclosures import Disclosed, add_disclosure
from dreamseed.consents.giving import add
from dreamseed.consents.rules import PURPOSES
from dreamseed.identity.queries import address_digest
from dreamseed.identity.tables import invitations, sign_ins, users
from dreamseed.learning.tables import knowledge_states
from dreamseed.ports.subject_keys import ERASED, forget_keys
from tests.functions.identity.accounts import Person, token_of
from tests.functions.privacy.requests import Lake, rows_of
from tests.school import School


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def merge(lake: Lake, kept: Person, merged: Person) -> Any:
    body = {"from_user_id": str(merged.id), "is_dry_run": False}
    token = token_of(lake.school, lake.admin)
    return lake.school.api.call("POST", f"/api/v1/users/{kept.id}/merge", body, token=token)


@pytest.fixture
def accounts(lake: Lake) -> list[Person]:
    """Somebody's account, one that became part of it, and one that had become part of that."""
    people = [lake.person() for _ in range(3)]
    assert merge(lake, people[1], people[2]).status == 200
    assert merge(lake, people[0], people[1]).status == 200
    for person in people:
        lake.add(sign_ins, user_id=person.id, method="password", last_seen_at=datetime.now(UTC))
    return people


def invite(lake: Lake, person: Person) -> None:
    """The invitation from which an account came, to an address that it had before."""
    address = "former@lake.example"
    sealed = lake.keys.seal(person.id, address, "invitations.email")
    digest, now = address_digest(lake.keys, address), datetime.now(UTC)
    common = {"role": "learner", "language": "en", "expires_at": now, "accepted_at": now}
    lake.add(invitations, id=person.id, email=sealed, email_digest=digest, **common)


def test_a_copy_has_what_stands_under_every_account(lake: Lake, accounts: list[Person]) -> None:
    other = lake.person()

    files = lake.export(accounts[0])

    wanted = {str(person.id) for person in accounts}
    assert {row["id"] for row in rows_of(files, "users")} == wanted
    assert {row["user_id"] for row in rows_of(files, "sign_ins")} == wanted
    assert str(other.id).encode() not in b"".join(files.values())


def test_consents_and_disclosures_of_every_account_are_the_persons(lake: Lake, accounts: list[Person]) -> None:
    given: dict[str, Any] = {"capacity": "self", "method": "signed_in", "given_by": None, "language": "en"}
    said = {"party": "The county", "purpose": "a survey", "records": "results", "basis": "consent"}
    for person, purpose in zip(accounts, PURPOSES, strict=False):
        with lake.transaction() as db:
            add(db, person.id, [purpose], datetime.now(UTC), **given)
            disclosed = Disclosed(person.id, **said, at=datetime.now(UTC), by_user_id=lake.admin.id)
            add_disclosure(db, lake.keys, disclosed)

    files = lake.export(accounts[0])

    wanted = {str(person.id) for person in accounts}
    assert {row["subject_id"] for row in rows_of(files, "consents")} == wanted
    assert {row["learner_id"] for row in rows_of(files, "disclosures")} == wanted
    assert [row["party"] for row in rows_of(files, "disclosures")] == ["The county"] * 3
    token, query = token_of(lake.school, accounts[0]), {"learner_id": str(accounts[0].id)}
    for path in ("consents", "disclosures"):
        listed = lake.school.api.call("GET", f"/api/v1/{path}", token=token, query=query).json["items"]
        assert len(listed) == 3, path


def test_an_erasure_takes_every_account_and_its_key(lake: Lake, accounts: list[Person]) -> None:
    other = lake.person()
    invite(lake, accounts[2])

    lake.erase(accounts[0])

    forget_keys()
    ids = [person.id for person in accounts]
    assert lake.count(sign_ins, lambda c: c.user_id.in_(ids)) == 0
    assert lake.count(invitations, lambda c: c.id.in_(ids)) == 0
    for person in accounts:
        with lake.transaction() as db:
            row = lake.keys.opened_row(db.execute(select(users).where(users.c.id == person.id)).one())
        assert (row.full_name, row.email, row.email_digest) == (ERASED, ERASED, None)
    with lake.transaction() as db:
        left = lake.keys.opened_row(db.execute(select(users).where(users.c.id == other.id)).one())
    assert left.email == other.email


def test_what_comes_back_under_a_merged_account_is_erased_again(lake: Lake, accounts: list[Person]) -> None:
    lake.erase(accounts[0])
    state = {"concept_code": "fractions", "p_known": 0.5, "p_unknown": 0.5}
    lake.add(knowledge_states, learner_id=accounts[2].id, **state)

    lake.deliver("apply_retention", "retention.due", {})

    assert lake.count(knowledge_states, lambda c: c.learner_id == accounts[2].id) == 0


def test_a_hold_on_a_merged_account_holds_the_person(lake: Lake, accounts: list[Person]) -> None:
    body = {"subject_id": str(accounts[2].id), "reason": "a case"}
    hold = lake.ask("POST", "/legal_holds", body)
    assert hold.status == 201
    asked = lake.ask("POST", "/erasures", {"subject_id": str(accounts[0].id)}).json

    lake.let_begin(asked["id"])
    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "held"

    lake.ask("POST", f"/legal_holds/{hold.json['id']}/release", {"reason": "closed"})
    lake.tick(asked["id"])
    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "running"
    too_late = lake.ask("POST", "/legal_holds", body)
    assert (too_late.status, too_late.code) == (409, "erasure_begun")


def test_an_account_that_is_to_be_erased_becomes_part_of_no_other(lake: Lake) -> None:
    kept, merged = lake.person(), lake.person()
    asked = lake.ask("POST", "/erasures", {"subject_id": str(merged.id)}).json

    refused = merge(lake, kept, merged)

    assert (refused.status, refused.code) == (409, "erasure_open")
    assert lake.ask("DELETE", f"/erasures/{asked['id']}").status == 204
    assert merge(lake, kept, merged).status == 200
