"""A backup from before an erasure, brought back after it: with the keys as they are then, nothing of them can be read.

Two people are erased: one who did what people do, over the API, and one of whom every column says something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyotp
import pytest
from psycopg import sql

from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.database.schema import metadata
from dreamseed.identity.queries import add_user, address_digest
from dreamseed.identity.sign_in_log import destroy_old_keys
from host.postgres import Database
from tests.functions.identity.accounts import PASSWORD, Person, token_of
from tests.functions.privacy.requests import Lake
from tests.functions.rosters.files import send, table
from tests.functions.rosters.test_keeping import roster
from tests.mail import link_token, mails_to
from tests.school import School
from tests.security.backups import dump, holds, openable, restored
from tests.security.planted_person import MARK, Planted, drop_checks, sweep

WORD = "quillfeather"
ADDRESS, NEW_ADDRESS = f"zora.{WORD}@lake.example", f"zora@{WORD}.example"
NAME = f"Zora {WORD.title()}"


SAID = {
    "users.email",
    "users.full_name",
    "audit_logs.sealed_changes",
    "audit_logs.user_agent",
    "sign_ins.user_agent",
    "api_keys.name",
    "email_changes.email",
    "disclosures.party",
    "legal_holds.reason",
    "invitations.email",
    "registrations.full_name",
    "roster_imports.report",
    "outbox.payload",
}
"""What the backup must be able to tell of them before the erasure, or nothing would be shown by it afterwards."""


@dataclass
class Backup:
    """A restored backup, the SQL that it was restored from, and the keys after the erasure."""

    scratch: Database
    path: Path
    lake: Lake

    def sweep(self, word: str) -> list[str]:
        with psycopg.connect(self.scratch.conninfo()) as connection:
            return sweep(connection, word)


class Zora:
    """Somebody in whose every input the same word stands, by the API alone."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.admin = lake, token_of(lake.school, lake.admin)
        self.call(
            "POST", "/invitations", {"email": ADDRESS, "role": "learner", "language": "en"}, headers=once("invite")
        )
        school = {"kind": "organisation", "slug": lake.org_id.hex, "organisation_name": "A school"}
        self.call("POST", "/auth/register", {**school, "email": ADDRESS, "full_name": NAME, "password": PASSWORD})
        for is_dry_run in (True, False):
            content = table("email,full_name,role,class", f"{ADDRESS},{NAME},teacher,7A")
            send(lake.school, content, is_dry_run=is_dry_run, token=self.admin)
        people = self.call("GET", "/users", query={"query": WORD})["items"]
        self.person = Person(UUID(people[0]["id"]), ADDRESS, lake.org_id)
        self.id = people[0]["id"]
        self.call("POST", "/auth/reset", {"email": ADDRESS})
        mail = next(each for each in mails_to(lake.school, ADDRESS) if "/reset-password?" in each["text"])
        self.call("POST", "/auth/reset/complete", {"token": link_token(mail), "password": PASSWORD})
        self.token = self.sign_in()["access_token"]

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **options: Any) -> Any:
        reply = self.lake.school.api.call(method, f"/api/v1{path}", body, token=token or self.admin, **options)
        assert reply.status < 300, (path, reply.body)
        return reply.json if reply.body else None

    def sign_in(self) -> Any:
        body = {"grant_type": "password", "email": ADDRESS, "password": PASSWORD}
        agent = {"user-agent": f"{WORD} browser"}
        return self.lake.school.api.call("POST", "/api/v1/auth/token", body, headers=agent).json

    def live(self) -> None:
        """Do what people do, and what others do about them."""
        wrong = {"grant_type": "password", "email": ADDRESS, "password": f"{WORD} is no password"}
        self.lake.school.api.call("POST", "/api/v1/auth/token", wrong, headers={"user-agent": f"{WORD} browser"})
        app = pyotp.TOTP(self.call("POST", "/me/totp", token=self.token)["secret"])
        self.call("POST", "/me/totp/confirm", {"code": app.now()}, token=self.token)
        key = {"name": f"{WORD} key", "permissions": ["class:read"]}
        self.call("POST", "/api_keys", key, token=self.token)
        change = {"email": NEW_ADDRESS, "current_password": PASSWORD}
        self.call("POST", "/me/email_change", change, token=self.token)
        self.call("PATCH", "/me", {"full_name": f"Zora {WORD} Moss"}, token=self.token, headers=self.version())
        said = {"party": f"Aunt {WORD}", "purpose": f"for {WORD}", "records": f"all of {WORD}"}
        self.call("POST", "/disclosures", {"learner_id": self.id, **said, "basis": "consent"}, headers=once("disclose"))
        hold = self.call("POST", "/privacy/legal_holds", {"subject_id": self.id, "reason": f"{WORD} v. lake"})
        self.call("POST", f"/privacy/legal_holds/{hold['id']}/release", {"reason": f"{WORD} won"})
        export = self.call("POST", "/privacy/exports", {"subject_id": self.id})
        self.lake.run_job(export["job_id"])
        large = roster(200).replace("lake.example", f"{WORD}.example", 1).replace("Zora Quillfeather", NAME)
        assert send(self.lake.school, large, is_dry_run=True, token=self.admin).status == 202

    def version(self) -> dict[str, str]:
        """The header that says which version of their account is changed."""
        return {"if-match": self.lake.school.api.call("GET", "/api/v1/me", token=self.token).headers["etag"]}


def once(key: str) -> dict[str, str]:
    """The header of a request whose reply is kept."""
    return {"idempotency-key": f"{key} once"}


@pytest.fixture(scope="module")
def lake(school: School) -> Lake:
    return Lake(school)


@pytest.fixture(scope="module")
def lived(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    """The backup from before somebody left who did what people do."""
    zora = Zora(lake)
    zora.live()
    path = tmp_path_factory.mktemp("backup") / "main.sql"
    dump(lake.school.database, path)
    with restored(lake.school.database, path) as before:
        assert set(openable(before, lake.keys, lake.org_id, WORD)) >= SAID
    asked = lake.ask("POST", "/erasures", {"subject_id": zora.id, "reason": f"{WORD} asked for it"}).json
    lake.let_begin(asked["id"])
    lake.run_job(lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"])
    destroy_old_keys(lake.keys, datetime.now(UTC).date() + timedelta(days=8))  # as the clean-up does a week later
    with restored(lake.school.database, path) as scratch:
        yield Backup(scratch, path, lake)


@pytest.fixture(scope="module")
def planted(lake: Lake, lived: Backup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    """The backup from before somebody left of whom every column said something."""
    email, name = f"{MARK}.person@lake.example", f"{MARK.title()} Person"
    with psycopg.connect(lake.school.database.conninfo(), autocommit=True) as connection:
        drop_checks(connection)
        drop_foreign_keys(connection)
        with lake.transaction() as db:
            user_id = add_user(db, lake.keys, {"email": email, "full_name": name, "password_hash": ""}, ["learner"])
        who = Who(user_id, email, name, address_digest(lake.keys, email))
        Planted(who, lake.org_id, lake.keys).plant(connection, lake.blobs)
    path = tmp_path_factory.mktemp("backup") / "main.sql"
    dump(lake.school.database, path)
    assert lake.erase(Person(user_id, email, lake.org_id))["status"] == "done"
    with restored(lake.school.database, path) as scratch:
        yield Backup(scratch, path, lake)


def drop_foreign_keys(connection: psycopg.Connection) -> None:
    """Planted rows point nowhere, which a backup that is restored would not take."""
    found = "select conrelid::regclass::text, conname from pg_constraint where contype = 'f' and coninhcount = 0"
    for name, key in connection.execute(found.encode()).fetchall():
        connection.execute(sql.SQL("alter table {} drop constraint {}").format(sql.SQL(name), sql.Identifier(key)))


def test_nothing_that_somebody_said_stands_in_it_in_plain(lived: Backup) -> None:
    assert lived.sweep(WORD) == []
    assert not holds(lived.path, WORD)


def test_nothing_that_somebody_said_can_be_opened_in_it(lived: Backup) -> None:
    assert openable(lived.scratch, lived.lake.keys, lived.lake.org_id, WORD) == []


def test_nothing_of_it_can_be_opened_where_they_left_either(lived: Backup) -> None:
    assert openable(lived.lake.school.database, lived.lake.keys, lived.lake.org_id, WORD) == []


def test_what_is_told_of_others_can_still_be_opened(lived: Backup) -> None:
    assert "users.full_name" in openable(lived.scratch, lived.lake.keys, lived.lake.org_id, "a person")


def test_of_every_column_only_those_can_be_read_that_say_why_they_are_plain(planted: Backup) -> None:
    said = {
        f"{each.table}.{each.column}"
        for each in privacy.places()
        if each.personal is not None and (each.personal.plain_because or is_limited(each))
    }

    assert set(planted.sweep(MARK)) - said == set()


def is_limited(place: privacy.Place) -> bool:
    """Whether a column takes words of a list only, which is out of force where canaries are planted."""
    checks = metadata.tables[place.table].constraints
    return any(f"{place.column} in (" in str(getattr(check, "sqltext", "")) for check in checks)


def test_of_every_column_none_can_be_opened(planted: Backup) -> None:
    assert openable(planted.scratch, planted.lake.keys, planted.lake.org_id, MARK) == []
