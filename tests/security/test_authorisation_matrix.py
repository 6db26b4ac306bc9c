"""Every route × who asks × whose it is: what comes back is what `authorisation_matrix.txt` says.

The table is written by hand and derived from nothing, so that a slip in a policy, a role or a function shows here. Each
line is asked over the API: every caller of `world.CALLERS` asks for the thing in every relation that the line names. A
new route needs a new line; without one the first test fails and says which.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.http.caller import Caller
from dreamseed.identity.queries import add_user
from dreamseed.identity.rules import BUILT_IN_ROLES, EVERYBODY
from dreamseed.identity.tables import memberships, users
from dreamseed.needs import PUBLIC
from dreamseed.ports.policy import Decision
from host.demo.seed import HILLSIDE, demo_id
from tests.api import ApiReply
from tests.school import ADMIN, School
from tests.security.routes import ROUTES, sample_body, trigger
from tests.security.world import CALLERS, World

TABLE = Path(__file__).with_name("authorisation_matrix.txt")

BODIES: dict[str, dict[str, Any]] = {
    "attest_consents": {"learner_ids": []},  # somebody whom nobody knows would be a 404
    "create_api_key": {"permissions": ["profile:read:own"]},  # what each of them may give away
    "put_memberships": {"memberships": [{"role": "learner"}]},
    "request_email_change": {"current_password": "a guess of mine"},
}
"""What is changed in a sample body, so that the answer depends on who asks and on nothing else."""


@dataclass(frozen=True)
class Line:
    """A route, the kind of thing that it is about, the relations to ask for, and the outcomes for each caller."""

    route: str
    kind: str
    relations: tuple[str, ...]
    cells: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Line:
        """Read `route kind relation,relation outcomes outcomes …`. One sign in a cell stands for all relations."""
        route, kind, *rest = text.split()
        if kind == PUBLIC:
            return cls(route, kind, (), ())
        relations, *cells = rest
        names = tuple(relations.split(","))
        return cls(route, kind, names, tuple(cell * len(names) if len(cell) == 1 else cell for cell in cells))


def _lines() -> dict[str, Line]:
    texts = [text for text in TABLE.read_text().splitlines() if text.strip() and not text.startswith("#")]
    lines = [Line.parse(text) for text in texts]
    assert len({line.route for line in lines}) == len(lines), "a route stands in the table twice"
    return {line.route: line for line in lines}


LINES = _lines()


@pytest.fixture(scope="module")
def world(school: School) -> World:
    return World(school)


def ask(school: School, world: World, line: Line, caller: str, relation: str, *, token: str | None = None) -> ApiReply:
    """Call the route as that caller, or with another's token, about the thing in that relation to the caller."""
    http, body = trigger(ROUTES[line.route]), _body_of(ROUTES[line.route])
    path, query = http.path, dict[str, str]()
    if line.kind != "-":
        thing = world.thing(line.kind, relation, caller)
        if "{id}" in path:
            path = path.replace("{id}", thing)
        elif body is None:
            query[f"{line.kind}_id"] = thing
        else:
            body[f"{line.kind}_id"] = thing
    path = re.sub(r"\{(\w+)\}", lambda found: world.companion(found[1], relation), path)
    headers = {"if-match": '"1"'} if http.method == "PATCH" else None
    token = token or world.tokens[caller]
    return school.api.call(http.method, path, body, token=token, headers=headers, query=query)


def _body_of(function: Function) -> Any:
    body = sample_body(function)
    return {**body, **BODIES.get(function.name, {})} if isinstance(body, dict) else body


def sign_of(reply: ApiReply) -> str:
    """How the table writes what came back."""
    if reply.status == 401 and reply.code == "token_missing":
        return "?"
    return {403: "x", 404: "0"}.get(reply.status, "+")


def outcomes(school: School, world: World, line: Line) -> Iterator[str]:
    """What each caller gets, a sign for each relation."""
    for caller in CALLERS:
        replies = [ask(school, world, line, caller, relation) for relation in line.relations]
        assert [reply.body for reply in replies if reply.status >= 500] == []
        yield "".join(sign_of(reply) for reply in replies)


def missing_and_gone(listed: Collection[str]) -> tuple[list[str], list[str]]:
    """The routes that have no line in the table, and the lines that are no route's."""
    return sorted(ROUTES.keys() - set(listed)), sorted(set(listed) - ROUTES.keys())


def test_every_route_stands_in_the_table() -> None:
    missing, gone = missing_and_gone(LINES)

    assert gone == [], f"take these lines out of {TABLE.name}"
    assert missing == [], f"write lines for these into {TABLE.name}, as its head explains, or `public`"


@pytest.mark.parametrize("route", ["cancel_job", "read_docs"])
def test_a_route_without_a_line_would_be_noticed(route: str) -> None:
    assert missing_and_gone(LINES.keys() - {route}) == ([route], [])
    assert missing_and_gone(LINES.keys() | {"read_everything"}) == ([], ["read_everything"])


def test_every_built_in_role_asks() -> None:
    assert {role for role in CALLERS.values() if role} >= BUILT_IN_ROLES.keys()


def test_every_line_is_whole() -> None:
    for line in LINES.values():
        if line.kind == PUBLIC:
            continue
        assert len(line.cells) == len(CALLERS), line.route
        for cell in line.cells:
            assert re.fullmatch(r"[+x0?]*", cell), (line.route, cell)
            assert len(cell) == len(line.relations), (line.route, cell)


@pytest.mark.parametrize("line", [line for line in LINES.values() if line.kind != PUBLIC], ids=lambda line: line.route)
def test_everybody_gets_what_the_table_says(line: Line, school: School, world: World) -> None:
    got = tuple(outcomes(school, world, line))

    observed = f"{line.route} {line.kind} {','.join(line.relations)} {' '.join(map(_short, got))}"
    assert got == line.cells, f"if what came back is right, the line in {TABLE.name} is: {observed}"


@pytest.fixture(scope="module")
def former(school: School, world: World) -> str:
    """The token of somebody whose role of an administrator has expired."""
    return _token_of_another(school, "former@world.example", memberships, expires_at="2026-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def suspended(school: School, world: World) -> str:
    """The token of an administrator who was suspended after they signed in."""
    return _token_of_another(school, "suspended@world.example", users, is_active=False)


def _token_of_another(school: School, email: str, table: Table, **changes: Any) -> str:
    """The token of an administrator, after a change of what is stored of them."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        password = db.scalar(select(users.c.password_hash).where(users.c.id == demo_id(ADMIN)))
        person = {"email": email, "full_name": "Another", "password_hash": password}
        made = add_user(db, school.keys(), person, ["org_admin"])
    if table is users:
        token = school.token(email)
    whose = table.c.id if table is users else table.c.user_id
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(table).where(whose == made).values(**changes))
    return token if table is users else school.token(email)


GUARDED = [line for line in LINES.values() if line.kind != PUBLIC]


@pytest.mark.parametrize("line", GUARDED, ids=lambda line: line.route)
def test_an_expired_role_opens_nothing(line: Line, school: School, world: World, former: str) -> None:
    is_for_everybody = trigger(ROUTES[line.route]).permission in EVERYBODY
    reply = ask(school, world, line, "admin", line.relations[-1], token=former)

    assert (sign_of(reply) == "x") is not is_for_everybody, reply.body


@pytest.mark.parametrize("line", GUARDED, ids=lambda line: line.route)
def test_who_was_suspended_does_nothing_that_matters(line: Line, school: School, world: World, suspended: str) -> None:
    if not trigger(ROUTES[line.route]).is_sensitive:
        return

    reply = ask(school, world, line, "admin", line.relations[0], token=suspended)

    assert (reply.status, reply.code) == (401, "sign_in_ended")


def test_who_was_suspended_gets_no_new_token(school: School, suspended: str) -> None:
    assert "access_token" not in school.sign_in("suspended@world.example")


def test_a_function_that_asks_nobody_would_be_noticed(
    school: School, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Caller, "require", lambda *arguments, **more: Decision(allow=True, reasons=()))
    monkeypatch.setattr(Caller, "may", lambda *arguments, **more: True)

    noticed = {
        name
        for name in ("read_session", "list_jobs")
        if tuple(outcomes(school, world, LINES[name])) != LINES[name].cells
    }

    assert noticed == {"read_session", "list_jobs"}


def _short(cell: str) -> str:
    return cell[0] if len(set(cell)) == 1 else cell


@pytest.mark.parametrize("route", [line.route for line in LINES.values() if line.kind == PUBLIC])
def test_a_public_route_asks_nobody_who_they_are(route: str, school: School) -> None:
    http = trigger(ROUTES[route])
    path = http.path.replace("{provider}", "none").replace("{path:path}", "results/nothing.svg")
    body = sample_body(ROUTES[route])

    reply = school.api.call(http.method, path, body, token="nonsense")

    assert http.permission == PUBLIC
    assert reply.status < 500
    assert reply.status < 400 or reply.code not in ("token_missing", "token_invalid", "permission_missing")
