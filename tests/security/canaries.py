"""Two organisations, each with a word that stands in whatever text the API lets one write there, and nowhere else.

Where that word comes up in a reply to the other organisation, something has leaked.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import insert

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import add_user
from dreamseed.identity.tables import guardianships
from host.demo.seed import HILLSIDE, RIVERBANK, demo_id
from tests.api import ApiReply
from tests.school import FOREIGN_LEARNER, FOREIGN_TEACHER, LEARNER, School
from tests.security.routes import OPERATIONS, ROUTES, SPECIFICATION, sample_body, trigger
from tests.security.world import World

Json = Any
Place = tuple[str | int, ...]
"""Where in a body something stands: keys, and 0 for the elements of a list."""

KINDS = {
    "user_id": "learner",
    "guardian_id": "learner",
    "learner_id": "learner",
    "class_id": "class",
    "from_user_id": "learner",
    "actor_id": "learner",
    "resource_id": "session",
    "to_class_id": "class",
    "subject_id": "subject",
    "test_design_id": "test_design",
    "bank_version_id": "bank_version",
    "version_id": "item_version",
    "assignment_id": "assignment",
    "item_id": "item",
    "challenge_id": "challenge",
}
"""What a field, a query parameter or a second id in a path names."""

RELATIONS = {"assignment": "taught", "class": "taught", "consent": "ward", "subject": "ward"}
"""How a thing stands to the administrator who writes of it; all others are somebody else's."""

MARKED = {
    "concepts": ("name", "description"),
    "misconceptions": ("name", "description"),
    "banks": ("name", "description"),
    "test_designs": ("name", "description"),
    "roster_imports": ("name",),
    "outbox": ("last_error",),
    "job_events": ("message",),
}
"""Text that the API shows and does not let one write (yet): the word is put there by the superuser."""

FOREIGN_ADMIN = "admin@canaries.example"


@dataclass(frozen=True)
class Side:
    """One of the organisations: its word, who calls from it, and an id of each kind of thing that it has."""

    org_id: UUID
    canary: str
    tokens: dict[str, str | None]
    ids: dict[str, str]

    @property
    def admin(self) -> str | None:
        """The token of an administrator."""
        return self.tokens["admin"]


def sides(school: School, world: World, kinds: set[str]) -> tuple[Side, Side]:
    """Hillside and Riverbank with a thing of each of these kinds, and their words everywhere."""
    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        person = {"email": FOREIGN_ADMIN, "full_name": "Admin", "password_hash": _password_hash(school)}
        admin = add_user(db, school.keys(RIVERBANK.id), person, ["org_admin"])
        db.execute(insert(guardianships).values(guardian_id=admin, learner_id=demo_id(FOREIGN_LEARNER)))
    foreign = {"admin": FOREIGN_ADMIN, "teacher": FOREIGN_TEACHER, "learner": FOREIGN_LEARNER}
    relation = {kind: RELATIONS.get(kind, "apart") for kind in kinds}
    here = Side(
        HILLSIDE.id,
        "canaryofhillside",
        world.tokens,
        {kind: world.thing(kind, relation[kind], "admin") for kind in kinds},
    )
    there = Side(
        RIVERBANK.id,
        "canaryofriverbank",
        {name: school.token(email) for name, email in foreign.items()},
        {kind: world.thing(kind, "foreign", "admin") for kind in kinds},
    )
    for side in (here, there):
        _mark(school, side)
        name = {"full_name": f"The learner {side.canary}"}
        path = f"/api/v1/users/{side.ids['learner']}"
        assert school.api.call("PATCH", path, name, token=side.admin, headers={"if-match": "*"}).status == 200
    return here, there


def _password_hash(school: School) -> str:
    with psycopg.connect(school.database.conninfo(), autocommit=True) as db:
        row = db.execute("select password_hash from users where id = %s", [demo_id(LEARNER)]).fetchone()
    return str(row[0]) if row else ""


def _mark(school: School, side: Side) -> None:
    with psycopg.connect(school.database.conninfo(), autocommit=True) as db:
        for table, columns in MARKED.items():
            for column in columns:
                statement = sql.SQL("update {0} set {1} = coalesce({1}, '') || %s where org_id = %s")
                marked = statement.format(sql.Identifier(table), sql.Identifier(column))
                db.execute(marked, [f" {side.canary}", side.org_id])
        stem = "update item_versions set body = jsonb_set(body, '{stem}', to_jsonb(%s::text)) where org_id = %s"
        db.execute(stem, [f"What is {side.canary}?", side.org_id])


def write_everywhere(school: School, side: Side, route: str) -> ApiReply:
    """Call a writing route as the side's administrator with its word in all free text, and in the idempotency key."""
    function = ROUTES[route]
    body = with_ids_of(side, route, sample_body(function))
    for place, schema in fields_of(route):
        if (text := _canary_for(side, route, place, schema)) is not None:
            put(body, place, text)
    path = path_of(route, side.ids, side.ids)
    headers = {"if-match": "*", "idempotency-key": key_of(side, route)}
    return school.api.call(trigger(function).method, path, body, token=side.admin, headers=headers)


def key_of(side: Side, route: str) -> str:
    """The Idempotency-Key with which the side has called that route."""
    return f"{route} of {side.canary}"


def with_ids_of(side: Side, route: str, body: Json) -> Json:
    """A copy of the body with the side's own things wherever it names any."""
    body = copy.deepcopy(body)
    for place, schema in fields_of(route):
        if schema.get("format") == "uuid" and str(place[0]) in body:
            put(body, place, side.ids[kind_at(place)])
    return body


def _canary_for(side: Side, route: str, place: Place, schema: Json) -> str | None:
    """The text to send there; None for what is no free text: a choice, a secret, a code."""
    name = str(place[-1])
    if name == "content":
        rows = f"email,full_name,role,class\n{side.canary}@rows.example,{side.canary},learner,{side.canary}\n"
        return base64.b64encode(rows.encode()).decode()
    if name == "email":
        return f"{side.canary}@canary.example"
    if (route, name) == ("create_role", "name"):
        return side.canary
    is_free = not {"pattern", "format"} & schema.keys() and name != "option" and "password" not in name
    return f"The {side.canary} of {route}" if is_free else None


def path_of(route: str, first: dict[str, str], others: dict[str, str]) -> str:
    """The route's path with the id of its thing from `first` and the further ids from `others`."""
    from tests.security.test_authorisation_matrix import LINES

    path = trigger(ROUTES[route]).path
    for name in path_ids(route):
        kind = LINES[route].kind if name == "id" else kind_of(name)
        path = path.replace(f"{{{name}}}", (first if name == "id" else others)[kind])
    return path


def path_ids(route: str) -> list[str]:
    """The names of the ids in the route's path."""
    return [part[1:-1] for part in trigger(ROUTES[route]).path.split("/") if part.startswith("{")]


def fields_of(route: str) -> Iterator[tuple[Place, Json]]:
    """Every text and id in a body that the route takes, by the OpenAPI document."""
    request = OPERATIONS[route].get("requestBody")
    if request:
        yield from _texts(request["content"]["application/json"]["schema"], ())


def _texts(schema: Json, place: Place) -> Iterator[tuple[Place, Json]]:
    if "$ref" in schema:
        schema = SPECIFICATION["components"]["schemas"][schema["$ref"].split("/")[-1]]
    if schema.get("type") == "string" and not {"enum", "const"} & schema.keys() and schema.get("format") != "date-time":
        yield place, schema
    for name, each in schema.get("properties", {}).items():
        yield from _texts(each, (*place, name))
    if isinstance(schema.get("items"), dict):
        yield from _texts(schema["items"], (*place, 0))
    for kind in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(kind, ()):
            yield from _texts(each, place)


def kind_of(name: str | int) -> str:
    """What kind of thing a field, a parameter or a second id in a path names."""
    assert name in KINDS, f"say in KINDS what {name} names, and in world.py how to make one"
    return KINDS[str(name)]


def kind_at(place: Place) -> str:
    """What kind of thing stands there; what is in a list is named by the list."""
    return kind_of(place[-1] if place[-1] != 0 else str(place[-2]).removesuffix("s"))


def put(body: Json, place: Place, value: Json) -> None:
    """Set what stands there, making what leads to it."""
    for index, key in enumerate(place[:-1]):
        inner: Json = [] if place[index + 1] == 0 else {}
        if isinstance(key, int):
            body[:] = body or [inner]
            body = body[0]
        else:
            body = body.setdefault(key, inner)
    if isinstance(place[-1], int):
        body[:] = [value]
    else:
        body[place[-1]] = value
