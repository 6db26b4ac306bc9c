"""A database with people from before they were sealed becomes one in which nothing of them can be read, and back."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from dreamseed.consents.tables import consent_requests, consents
from dreamseed.database.ids import new_id
from dreamseed.database.migrate import downgrade, migrate
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.mails import Address, MailRequested, RecipientNamed, find_address
from dreamseed.identity.queries import address_digest, find_sign_ins
from dreamseed.identity.tables import email_changes, identities, invitations, registrations, sign_ins, users
from dreamseed.platform.idempotency import once
from dreamseed.platform.tables import PLATFORM_ID, outbox
from dreamseed.ports.subject_keys import forget_keys
from dreamseed.privacy.tables import erasures, legal_holds
from dreamseed.rosters.queries import links
from host.postgres import Database
from tests.conftest import create_organisation
from tests.keys import keys_of

CANARIES = {
    name: f"canary-{name}-7c1d"
    for name in (
        "email",
        "name",
        "agent",
        "subject",
        "registered",
        "invited",
        "external",
        "mailed",
        "replied",
        "wanted",
        "former",
        "guardian",
        "answered",
        "evidence",
        "erasing",
        "holding",
        "releasing",
    )
}

PEOPLE = """
insert into users (org_id, id, email, full_name) values (%(org)s, %(user)s, %(email)s, %(name)s);
insert into sign_ins (org_id, id, user_id, method, client_address, user_agent, last_seen_at)
    values (%(org)s, %(one)s, %(user)s, 'password', '', %(agent)s, now());
insert into identities (org_id, id, user_id, issuer, subject, last_used_at)
    values (%(org)s, %(one)s, %(user)s, 'https://issuer.example', %(subject)s, now());
insert into invitations (org_id, id, email, role, language, expires_at)
    values (%(org)s, %(one)s, %(invited)s, 'teacher', 'en', now());
insert into roster_links (org_id, kind, external_id, target_id) values (%(org)s, 'person', %(external)s, %(user)s);
insert into registrations (org_id, id, kind, email, full_name, language, slug, expires_at, guardian_email)
    values (%(platform)s, %(one)s, 'member', %(registered)s, %(name)s, 'en', 'lake', now(), %(guardian)s);
insert into email_changes (org_id, id, user_id, email, former_email, expires_at)
    values (%(org)s, %(one)s, %(user)s, %(wanted)s, %(former)s, now());
insert into consents (org_id, id, subject_id, purpose, text_version, language, capacity, method, given_at, evidence)
    values (%(org)s, %(one)s, %(user)s, 'account', '1', 'en', 'guardian', 'email_plus', now(), %(evidence)s),
        (%(org)s, %(two)s, %(user)s, 'analytics', '1', 'en', 'self', 'signed_in', now(), '{}');
insert into consent_requests (org_id, id, subject_id, guardian_email, language, expires_at, answer, answered_at)
    values (%(org)s, %(one)s, %(user)s, %(guardian)s, 'en', now(), %(answered)s, now());
insert into erasures (org_id, id, subject_id, requested_by, reason, due_at)
    values (%(org)s, %(one)s, %(user)s, %(user)s, %(erasing)s, now());
insert into legal_holds (org_id, id, subject_id, reason, placed_by, released_at, released_by, release_reason)
    values (%(org)s, %(one)s, %(user)s, %(holding)s, %(user)s, now(), %(user)s, %(releasing)s);
insert into idempotency_keys (org_id, scope, key, fingerprint, status, media_type, headers, content, expires_at)
    values (%(org)s, 'create_thing:me', 'a key', 'print', 201, 'text/plain', '{}', %(reply)s, now() + interval '1h');
"""
MAIL = "insert into outbox (org_id, id, topic, payload, completed_at) values (%s, %s, 'mail.requested', %s, %s)"


@pytest.fixture
def old(fresh_database: Database) -> tuple[Database, UUID, UUID]:
    """A database as version 0016 leaves it, with an organisation and somebody in it; their ids."""
    forget_keys()
    downgrade(fresh_database.url("owner"), "0016")
    org_id, user_id = create_organisation(fresh_database), new_id()
    values = {**CANARIES, "org": org_id, "user": user_id, "one": UUID(int=7), "two": UUID(int=8)}
    values["platform"] = PLATFORM_ID
    values |= {name: json.dumps({"said": CANARIES[name]}) for name in ("answered", "evidence")}
    values["reply"] = CANARIES["replied"].encode()
    with psycopg.connect(fresh_database.conninfo()) as db:
        for statement in PEOPLE.split(";")[:-1]:
            db.execute(statement.encode(), values)
        addressed = (CANARIES["email"], None), (CANARIES["mailed"], "now"), (CANARIES["guardian"], None)
        for number, (to, done) in enumerate((*addressed, ("gone@lake.example", None))):
            payload = {"to": to, "template": "password_changed", "language": "en", "values": {"name": CANARIES["name"]}}
            db.execute(MAIL, [org_id, UUID(int=number), json.dumps(payload), done])
    return fresh_database, org_id, user_id


def everything(database: Database) -> str:
    """All rows of all tables as text."""
    with psycopg.connect(database.conninfo()) as db:
        tables = db.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        )
        dump = [db.execute(f'select * from "{name}"'.encode()).fetchall() for (name,) in tables.fetchall()]
    return repr(dump)


def test_nothing_of_anybody_can_be_read_after_it_but_with_their_keys(old: tuple[Database, UUID, UUID]) -> None:
    database, org_id, user_id = old
    assert [name for name, canary in CANARIES.items() if canary not in everything(database)] == []

    migrate(database.url("owner"), keys=keys_of(database, None, "owner"))

    dump = everything(database)
    assert [name for name, canary in CANARIES.items() if canary in dump or canary.encode().hex() in dump] == []
    keys, platform_keys = keys_of(database, org_id, "read"), keys_of(database, PLATFORM_ID, "read")
    with tenant_transaction(org_id, database.url("write")) as db:
        (user,) = keys.opened(db.execute(select(users)))
        (sign_in,) = keys.opened(db.execute(select(sign_ins)))
        (identity,) = keys.opened(db.execute(select(identities)))
        (invitation,) = keys.opened(db.execute(select(invitations)))
        assert links(db, keys, "person", [CANARIES["external"]]) == {CANARIES["external"]: user_id}
        found = find_sign_ins(db, address_digest(keys, CANARIES["email"]), None)
        reply = once(db, "create_thing:me", "a key", "print", lambda: pytest.fail("it was done again"))
        mail, to_guardian = db.execute(select(outbox).order_by(outbox.c.id)).all()
        (change,) = keys.opened(db.execute(select(email_changes)))
        evidence = [row.evidence for row in keys.opened(db.execute(select(consents).order_by(consents.c.id)))]
        (asked,) = keys.opened(db.execute(select(consent_requests)))
        (erasure,) = keys.opened(db.execute(select(erasures)))
        (hold,) = keys.opened(db.execute(select(legal_holds)))
        address = find_address(db, keys, MailRequested.model_validate(to_guardian.payload).to)
    with tenant_transaction(PLATFORM_ID, database.url("write")) as db:
        (registration,) = platform_keys.opened(db.execute(select(registrations)))

    assert (user.id, user.email, user.full_name) == (user_id, CANARIES["email"], CANARIES["name"])
    assert (sign_in.client_address, sign_in.user_agent) == (None, CANARIES["agent"])
    assert (identity.subject, invitation.email) == (CANARIES["subject"], CANARIES["invited"])
    assert (registration.email, registration.full_name) == (CANARIES["registered"], CANARIES["name"])
    assert registration.guardian_email == asked.guardian_email == CANARIES["guardian"]
    assert asked.guardian_email_digest == address_digest(keys, CANARIES["guardian"])
    assert json.loads(asked.answer) == {"said": CANARIES["answered"]}
    assert (json.loads(evidence[0]), evidence[1]) == ({"said": CANARIES["evidence"]}, None)
    assert (change.email, change.former_email) == (CANARIES["wanted"], CANARIES["former"])
    assert (erasure.reason, hold.reason) == (CANARIES["erasing"], CANARIES["holding"])
    assert hold.release_reason == CANARIES["releasing"]
    assert address == Address(CANARIES["guardian"], "en", CANARIES["name"])
    assert reply.content.decode() == CANARIES["replied"]
    assert [row.user_id for row in found] == [] or found[0].user_id == user_id
    assert MailRequested.model_validate(mail.payload).to == RecipientNamed(kind="user", id=user_id)


def test_it_can_be_undone_with_the_keys(old: tuple[Database, UUID, UUID]) -> None:
    database, _, user_id = old
    keys = keys_of(database, None, "owner")
    migrate(database.url("owner"), keys=keys)

    downgrade(database.url("owner"), "0016", keys)

    with psycopg.connect(database.conninfo()) as db:
        row: Any = db.execute("select email, full_name from users where id = %s", [user_id]).fetchone()
        agents = db.execute("select client_address, user_agent from sign_ins").fetchall()
        evidence = db.execute("select evidence from consents order by id").fetchall()
        asked = db.execute("select guardian_email, answer from consent_requests").fetchall()
        reasons = db.execute("select e.reason, h.reason, release_reason from erasures e, legal_holds h").fetchall()
    assert row == (CANARIES["email"], CANARIES["name"])
    assert agents == [("", CANARIES["agent"])]
    assert evidence == [({"said": CANARIES["evidence"]},), ({},)]
    assert asked == [(CANARIES["guardian"], {"said": CANARIES["answered"]})]
    assert reasons == [(CANARIES["erasing"], CANARIES["holding"], CANARIES["releasing"])]


def test_without_keys_nothing_is_changed(old: tuple[Database, UUID, UUID]) -> None:
    database, _, _ = old

    with pytest.raises(RuntimeError, match="was not given the subjects' keys"):
        migrate(database.url("owner"))

    assert CANARIES["email"] in everything(database)
