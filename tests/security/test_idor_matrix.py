"""Whatever id of another organisation is put wherever the API takes one: nothing of it is shown, and nothing changes.

The places are found in the OpenAPI document: ids in paths, in queries and anywhere in bodies, and besides them cursors,
versions, search terms and idempotency keys. Both organisations have a word of their own in all their text
(`canaries.py`), so a leak shows wherever in a reply it is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dreamseed.http.paging import encode_cursor
from dreamseed.needs import PUBLIC
from tests.api import ApiReply
from tests.school import School
from tests.security.canaries import (
    KINDS,
    Side,
    fields_of,
    key_of,
    kind_at,
    kind_of,
    path_ids,
    path_of,
    put,
    sides,
    with_ids_of,
    write_everywhere,
)
from tests.security.digests import digests
from tests.security.routes import OPERATIONS, ROUTES, sample_body, trigger
from tests.security.test_authorisation_matrix import BODIES, LINES
from tests.security.world import World

PROTECTED = sorted(name for name, function in ROUTES.items() if trigger(function).permission != PUBLIC)
NOT_WRITTEN = {
    "change_password",
    "confirm_totp",
    "create_passkey",
    "create_passkey_options",
    "merge_users",
    "request_email_change",
    "state_age",
    "submit_response",
    "transfer_enrolment",
}
"""Routes that need an authenticator, a password, a code, a question that was asked, an item in turn or a second account
or class, and take no free text but the name of a passkey."""

READING = [name for name in PROTECTED if trigger(ROUTES[name]).method == "GET"]
WRITING = [name for name in PROTECTED if "requestBody" in OPERATIONS[name] and name not in NOT_WRITTEN]
WITH_KEYS = [
    name for name in WRITING if trigger(ROUTES[name]).method == "POST" and trigger(ROUTES[name]).idempotency == "key"
]
HAVE_THINGS = {line.kind for line in LINES.values()} - {PUBLIC, "-"} | set(KINDS.values())

ALREADY_SO = {"delete_enrolment", "delete_guardianship"}
"""Who does not belong to a class is out of it already, whoever that is: 204, and nothing has changed."""
SHOW_NO_TEXT = {
    "list_anonymised_copies",
    "list_consents",
    "list_history",
    "list_identities",
    "list_job_events",
    "list_jobs",
    "list_missing_consents",
    "list_second_factors",
    "list_sign_ins",
    "list_simulations",
    "read_anonymised_copy",
    "read_audit_log_export",
    "read_audit_log_verification",
    "read_consent_standing",
    "read_erasure_certificate",
    "read_job",
    "read_learner_state",
    "read_result",
    "read_simulation",
    "read_trace",
}
"""What shows no text that somebody wrote, or not of a session that was reset."""

SHOW_WHAT_WAS_ASKED = {"list_audit_logs"}
"""What notes the ids that one's own people have asked for in vain."""


@dataclass(frozen=True)
class Attempt:
    """A request with something of the other organisation in one place. `may_succeed`: where a list is only narrowed."""

    place: str
    path: str
    body: Any = None
    query: dict[str, str] | None = None
    may_succeed: bool = False


@pytest.fixture(scope="module")
def both(school: School) -> tuple[Side, Side]:
    """Hillside and Riverbank, with their words in everything that can be written."""
    school.list_providers({"github": {"client_id": "dreamseed"}})
    both = sides(school, World(school), HAVE_THINGS)
    for side in both:
        for route in WRITING:
            reply = write_everywhere(school, side, route)
            assert reply.status < 300, (route, reply.body)
    return both


@pytest.fixture(params=["from Hillside", "from Riverbank"])
def attacker_and_victim(both: tuple[Side, Side], request: pytest.FixtureRequest) -> tuple[Side, Side]:
    return both if request.param == "from Hillside" else both[::-1]


def attempts(route: str, own: Side, other: Side) -> Iterator[Attempt]:
    """Every way to put something of the other organisation into a request that is otherwise in order."""
    body = _body(route, own)
    good_path = path_of(route, own.ids, own.ids)
    names = path_ids(route)
    if names:
        yield Attempt("path", path_of(route, other.ids, other.ids), body)
    if len(names) > 1:
        yield Attempt("path.id", path_of(route, other.ids, own.ids), body)
        yield Attempt(f"path.{names[1]}", path_of(route, own.ids, other.ids), body, may_succeed=route in ALREADY_SO)
    for place, schema in fields_of(route):
        if schema.get("format") == "uuid":
            changed = copy.deepcopy(body)
            put(changed, place, other.ids[kind_at(place)])
            yield Attempt(f"body.{'.'.join(map(str, place))}", good_path, changed)
    for parameter in OPERATIONS[route].get("parameters", []):
        if parameter["in"] == "query" and (value := _query_value(parameter, other)) is not None:
            query = {parameter["name"]: value}
            yield Attempt(f"query.{parameter['name']}", good_path, body, query, may_succeed=True)


def _body(route: str, own: Side) -> Any:
    body = sample_body(ROUTES[route])
    if isinstance(body, dict):
        return with_ids_of(own, route, body | BODIES.get(route, {}))
    return body


def _query_value(parameter: Any, other: Side) -> str | None:
    """Something of the other organisation for that parameter, if it is of a kind that can name any."""
    schemas = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
    if any(schema.get("format") == "uuid" for schema in schemas):
        return other.ids[kind_of(parameter["name"])]
    return other.canary if parameter["name"] in ("query", "concept") else None


def shown_of(other: Side, reply: ApiReply, route: str) -> list[str]:
    """What of the other organisation stands in a reply: its word, one of its ids, its own id."""
    whole = reply.body.decode(errors="replace") + str(reply.headers)
    ids = () if route in SHOW_WHAT_WAS_ASKED else other.ids.values()
    return [secret for secret in (other.canary, str(other.org_id), *ids) if secret in whole]


def send(school: School, route: str, token: str | None, attempt: Attempt, **headers: str) -> ApiReply:
    method = trigger(ROUTES[route]).method
    versions = {"if-match": "*"} if method == "PATCH" else {}
    query = {"limit": "200"} if method == "GET" and not attempt.query and _is_paged(route) else attempt.query
    return school.api.call(method, attempt.path, attempt.body, token=token, headers=versions | headers, query=query)


def _is_paged(route: str) -> bool:
    return any(parameter["name"] == "limit" for parameter in OPERATIONS[route].get("parameters", []))


def plain(route: str, side: Side) -> Attempt:
    """A request in which everything is the side's own."""
    wanted = [
        each["name"] for each in OPERATIONS[route].get("parameters", []) if each["in"] == "query" and each["required"]
    ]
    query = {name: side.ids[kind_of(name)] for name in wanted} or None
    return Attempt("nothing", path_of(route, side.ids, side.ids), _body(route, side), query, may_succeed=True)


@pytest.mark.parametrize("route", PROTECTED)
def test_nothing_of_another_organisation_is_reached(
    route: str, attacker_and_victim: tuple[Side, Side], school: School
) -> None:
    own, other = attacker_and_victim
    before = digests(school.database, other.org_id)

    for caller, token in own.tokens.items():
        for attempt in attempts(route, own, other):
            reply = send(school, route, token, attempt)
            where = (caller, attempt.place, reply.status)
            assert reply.status < 500, where
            assert attempt.may_succeed or reply.status >= 400, where
            assert shown_of(other, reply, route) == [], where

    assert digests(school.database, other.org_id) == before


@pytest.mark.parametrize("route", READING)
def test_no_reading_shows_anything_of_another_organisation(
    route: str, attacker_and_victim: tuple[Side, Side], school: School
) -> None:
    own, other = attacker_and_victim

    for caller, token in own.tokens.items():
        assert shown_of(other, send(school, route, token, plain(route, own)), route) == [], caller


@pytest.mark.parametrize("route", READING)
def test_whose_it_is_does_see_it(route: str, both: tuple[Side, Side], school: School) -> None:
    replies = [(side, send(school, route, side.admin, plain(route, side))) for side in both]

    assert {reply.status for _, reply in replies} <= {200, 409}
    assert any(side.canary in reply.body.decode() for side, reply in replies) == (route not in SHOW_NO_TEXT)


@pytest.mark.parametrize("route", [route for route in READING if _is_paged(route)])
def test_a_cursor_of_another_organisation_leads_to_nothing_of_it(
    route: str, attacker_and_victim: tuple[Side, Side], school: School
) -> None:
    own, other = attacker_and_victim
    first = Attempt("limit", path_of(route, other.ids, other.ids), query={"limit": "1"})
    cursor = send(school, route, other.admin, first).json.get("next_cursor") or encode_cursor(other.ids["session"])

    for token in own.tokens.values():
        name = "after" if route == "list_job_events" else "cursor"
        reply = send(school, route, token, Attempt("cursor", path_of(route, own.ids, own.ids), query={name: cursor}))
        assert reply.status < 500
        assert shown_of(other, reply, route) == []


@pytest.mark.parametrize("route", WITH_KEYS)
def test_an_idempotency_key_of_another_organisation_gives_nothing_of_it(
    route: str, attacker_and_victim: tuple[Side, Side], school: School
) -> None:
    own, other = attacker_and_victim
    before = digests(school.database, other.org_id)

    reply = send(school, route, own.admin, plain(route, own), **{"idempotency-key": key_of(other, route)})

    assert reply.status < 300 or reply.code != "idempotency_key_reused"
    assert shown_of(other, reply, route) == []
    assert digests(school.database, other.org_id) == before
