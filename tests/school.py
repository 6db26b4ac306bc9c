"""The demo school in a database of its own, and its people signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from dreamseed.catalogue import load_catalogue
from dreamseed.database.engine import dispose_engines
from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.http.meter import forget_counts
from dreamseed.identity import access, oidc
from dreamseed.identity.tokens import public_key_set
from dreamseed.platform.tables import organisations
from dreamseed.ports.secrets import forget_secrets
from dreamseed.ports.subject_keys import SubjectKeys, forget_keys
from host.demo.seed import HILLSIDE, PASSWORD, RIVERBANK, seed
from host.postgres import Database
from infra.resources import SECRETS
from tests.api import Api, ApiReply
from tests.keys import keys_of, secrets_in
from tests.postgres_fixture import PostgresForTests

LEARNER = "ada@hillside.example"
OTHER_LEARNER = "ben@hillside.example"
TEACHER = "teacher@hillside.example"
AUTHOR = "author@hillside.example"
ADMIN = "admin@hillside.example"
FOREIGN_LEARNER = "cora@riverbank.example"
FOREIGN_TEACHER = "teacher@riverbank.example"

__all__ = ["HILLSIDE", "PASSWORD", "RIVERBANK", "School", "SchoolDatabase", "school"]


@dataclass
class School:
    """The demo school and its API."""

    database: Database
    api: Api
    tokens: dict[str, str]
    mail_folder: Path

    def keys(self, org_id: UUID = HILLSIDE.id) -> SubjectKeys:
        """The keys of that organisation's subjects."""
        return keys_of(self.database, org_id, secret=secrets_in(self.mail_folder.parent))

    def call(self, method: str, path: str, body: Any = None, *, by: str | None = None, **options: Any) -> ApiReply:
        """Call the API as the person with that e-mail address, or anonymously."""
        return self.api.call(method, path, body, token=self.token(by) if by else None, **options)

    def set_plan(self, plan: str, org_id: UUID = HILLSIDE.id) -> None:
        """Agree on another plan with the organisation, and so on other rate limits."""
        with tenant_transaction(org_id, self.database.url("write")) as db:
            db.execute(update(organisations).where(organisations.c.id == org_id).values(plan=plan))

    def list_providers(self, providers: dict[str, Any]) -> None:
        """Put other identity providers on the operator's list, in the place of those that are there."""
        (self.mail_folder.parent / "oidc_providers").write_text(json.dumps(providers))
        forget_secrets()
        oidc.forget_documents()

    def list_all(self, path: str, *, by: str, limit: int = 200, **query: str) -> list[Any]:
        """Every row of a list, read page by page."""
        rows: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.call("GET", path, by=by, query={**query, "limit": str(limit), **cursor}).json
            rows += page["items"]
            if page["next_cursor"] is None:
                return rows
            cursor = {"cursor": page["next_cursor"]}

    def token(self, email: str) -> str:
        """An access token of that person."""
        if email not in self.tokens:
            self.tokens[email] = self.sign_in(email)["access_token"]
        return self.tokens[email]

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        """A new sign-in: the pair of tokens."""
        body = {"grant_type": "password", "email": email, "password": password}
        return self.api.call("POST", "/api/v1/auth/token", body).json

    def design_id(self, name: str = "Where do I stand?", by: str = LEARNER) -> str:
        """The id of a test design by name."""
        designs = self.call("GET", "/api/v1/test_designs", by=by).json["items"]
        return next(design["id"] for design in designs if design["name"] == name)

    def start(self, by: str = LEARNER, name: str = "Where do I stand?") -> Any:
        """A session of that design, started or taken up again."""
        return self.call("POST", "/api/v1/sessions", {"test_design_id": self.design_id(name, by)}, by=by).json

    def answer(
        self, session: Any, option: str = "a", *, by: str = LEARNER, key: str | None = None, **changes: Any
    ) -> ApiReply:
        """Answer the session's current item."""
        body = {
            "item_id": session["item"]["id"],
            "position": session["item"]["position"],
            "answer": {"option": option},
            "response_ms": 4000,
        } | changes
        headers = {"idempotency-key": key} if key else None
        return self.call("POST", f"/api/v1/sessions/{session['id']}/responses", body, by=by, headers=headers)

    def finish(self, session: Any, by: str = LEARNER) -> Any:
        """End the session early."""
        return self.call("POST", f"/api/v1/sessions/{session['id']}/finish", by=by).json


@pytest.fixture(scope="module")
def school(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A demo school for the tests of one module."""
    with (
        pytest.MonkeyPatch.context() as environment,
        postgres.database() as database,
        SchoolDatabase(database, environment, tmp_path_factory.mktemp("school")) as running,
    ):
        yield running


class SchoolDatabase:
    """Seeds a database with the demo school and sets this process's environment as the platform would."""

    def __init__(self, database: Database, environment: pytest.MonkeyPatch, folder: Path) -> None:
        self._database, self._environment, self._folder = database, environment, folder

    def __enter__(self) -> School:
        for secret in SECRETS:
            path = self._folder / secret.name
            path.write_text(secret.generate())
            self._environment.setenv(f"DREAMSEED_SECRET_{secret.name.upper()}", path.as_uri())
        key_set = self._folder / "jwks.json"
        key_set.write_text(json.dumps(public_key_set((self._folder / "signing_keys").read_text())))
        self._environment.setenv("DREAMSEED_JWKS_URL", key_set.as_uri())
        self._environment.setenv("DREAMSEED_PUBLIC_URL", "https://school.example")
        self._environment.setenv("DREAMSEED_BUCKET_RESULTS", (self._folder / "blobs").as_uri())
        self._environment.setenv("DREAMSEED_BUCKET_ROSTERS", (self._folder / "rosters").as_uri())
        self._environment.setenv("DREAMSEED_AUDIT_SINK_MAIN", (self._folder / "audit").as_uri())
        self._environment.setenv("DREAMSEED_BUCKET_PRIVACY", (self._folder / "privacy").as_uri())
        self._environment.setenv("DREAMSEED_MAIL_MAIN", (self._folder / "mail").as_uri())
        forget_secrets()
        forget_keys()
        forget_counts()
        access.forget_keys()
        seed(self._database.url("write"), keys_of(self._database, None, secret=secrets_in(self._folder)))
        return School(self._database, Api(load_catalogue(), self._give_database), {}, self._folder / "mail")

    def __exit__(self, *_: object) -> None:
        dispose_engines()

    def _give_database(self, function: Function) -> None:
        for kind, url in (("database", self._database.url), ("subject_keys", self._database.keys_url)):
            grant = function.grant(kind)
            if grant is None:
                self._environment.delenv(f"DREAMSEED_{kind.upper()}_MAIN", raising=False)
            else:
                self._environment.setenv(grant.variable, url(grant.action))  # type: ignore[operator]


def whenever(said: Any) -> Any:
    """What the API said of a session, apart from when it was said."""
    if isinstance(said, dict):
        return {name: whenever(value) for name, value in said.items() if name != "server_time"}
    return said


def organisation_of(email: str) -> UUID:
    """The organisation that a demo person belongs to."""
    return RIVERBANK.id if "riverbank" in email else HILLSIDE.id
