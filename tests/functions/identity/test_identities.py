"""Accounts elsewhere are linked by whoever is signed in to both, seen, and unlinked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import identities, sign_ins
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.functions.identity.elsewhere import Browser, needs_provider
from tests.oidc.running import sign_in_there
from tests.school import HILLSIDE, School

pytestmark = needs_provider
PAGE = "/settings/security"


@pytest.fixture
def browser(school: School, list_providers: Callable[[dict[str, Any]], None], issuer: str) -> Browser:
    """A browser, and on the list a provider whose addresses are not trusted, as Microsoft's are not."""
    settings = {"issuer": issuer, "client_id": "dreamseed", "client_secret": "a secret between two programs"}
    list_providers({"lake": {**settings, "name": "Lake"}})
    return Browser(school)


def link(browser: Browser, token: str, name: str) -> dict[str, str]:
    """Sign in there under that name to link it here; what the page of settings finds."""
    begun = browser.begin_link(token, "lake")
    assert begun.status == 200, begun.body
    return browser.callback(sign_in_there(begun.json["authorization_url"], name), page=PAGE)


def linked(school: School, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = school.api.call("GET", "/api/v1/me/identities", token=token).json["items"]
    return items


def unlink(school: School, token: str, identity_id: str) -> ApiReply:
    return school.api.call("DELETE", f"/api/v1/me/identities/{identity_id}", token=token)


def test_whoever_is_signed_in_to_both_may_sign_in_by_either(school: School, browser: Browser) -> None:
    person, name = new_person(school), f"new{uuid4().hex}"
    token = token_of(school, person)
    assert browser.sign_in(name, organisation="hillside") == {"error": "no_account"}

    assert link(browser, token, name) == {"linked": "lake"}

    (shown,) = linked(school, token)
    assert shown["provider"] == "Lake"
    pair = browser.exchange(browser.sign_in(name)["code"]).json
    assert school.api.call("GET", "/api/v1/me", token=pair["access_token"]).json["id"] == str(person.id)


def test_the_same_identity_again_changes_nothing(school: School, browser: Browser) -> None:
    token, name = token_of(school, new_person(school)), f"new{uuid4().hex}"
    link(browser, token, name)
    before = linked(school, token)

    assert link(browser, token, name) == {"linked": "lake"}

    assert [each["id"] for each in linked(school, token)] == [each["id"] for each in before]


def test_an_identity_signs_in_to_one_account_of_an_organisation(school: School, browser: Browser) -> None:
    name = f"new{uuid4().hex}"
    link(browser, token_of(school, new_person(school)), name)
    other = token_of(school, new_person(school))

    assert link(browser, other, name) == {"error": "identity_taken"}

    assert linked(school, other) == []


def test_an_identity_that_is_unlinked_signs_nobody_in(school: School, browser: Browser) -> None:
    token, name = token_of(school, new_person(school)), f"new{uuid4().hex}"
    link(browser, token, name)
    (shown,) = linked(school, token)

    assert unlink(school, token, shown["id"]).status == 204

    assert linked(school, token) == []
    assert browser.sign_in(name, organisation="hillside") == {"error": "no_account"}
    assert unlink(school, token, shown["id"]).code == "identity_not_found"


def test_nobody_unlinks_somebody_elses(school: School, browser: Browser) -> None:
    token = token_of(school, new_person(school))
    link(browser, token, f"new{uuid4().hex}")
    (shown,) = linked(school, token)

    reply = unlink(school, token_of(school, new_person(school)), shown["id"])

    assert (reply.status, reply.code) == (404, "identity_not_found")
    assert linked(school, token) == [shown]


def test_another_browser_links_nothing(school: School, browser: Browser) -> None:
    token = token_of(school, new_person(school))
    location = sign_in_there(browser.begin_link(token, "lake").json["authorization_url"], f"new{uuid4().hex}")

    assert Browser(school).callback(location) == {"error": "step_expired"}

    assert linked(school, token) == []


def test_a_sign_in_that_ended_meanwhile_links_nothing(school: School, browser: Browser) -> None:
    person = new_person(school)
    token = token_of(school, person)
    location = sign_in_there(browser.begin_link(token, "lake").json["authorization_url"], f"new{uuid4().hex}")
    school.api.call("DELETE", "/api/v1/me/sessions", token=token_of(school, person))

    assert browser.callback(location, page=PAGE) == {"error": "sign_in_ended"}


def test_linking_and_unlinking_need_a_fresh_sign_in(school: School, browser: Browser) -> None:
    person = new_person(school)
    token = token_of(school, person)
    link(browser, token, f"new{uuid4().hex}")
    (shown,) = linked(school, token)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        db.execute(update(sign_ins).where(sign_ins.c.user_id == person.id).values(created_at=hour_ago))

    refused = [browser.begin_link(token, "lake"), unlink(school, token, shown["id"])]

    assert {(each.status, each.code) for each in refused} == {(403, "recent_sign_in_required")}


def test_a_provider_of_another_organisation_is_not_linked(
    school: School, browser: Browser, list_providers: Callable[[dict[str, Any]], None], issuer: str
) -> None:
    settings = {"issuer": issuer, "client_id": "dreamseed", "client_secret": "a secret between two programs"}
    list_providers({"lake": {**settings, "organisation": "riverbank"}})

    found = link(browser, token_of(school, new_person(school)), f"new{uuid4().hex}")

    assert found == {"error": "provider_not_yours"}


def test_who_is_not_listed_cannot_be_linked(school: School, browser: Browser) -> None:
    reply = browser.begin_link(token_of(school, new_person(school)), "nowhere")

    assert (reply.status, reply.code) == (422, "provider_not_found")


def mails_about(school: School, person: Person) -> list[str]:
    """What has been said to somebody of changes in how they sign in."""
    from dreamseed.platform.tables import outbox

    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        asked = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "mail.requested").order_by(outbox.c.id))
        return [each["values"]["change"] for each in asked if each["to"].get("id") == str(person.id)]


def test_each_change_is_told_by_mail_once(school: School, browser: Browser) -> None:
    person, name = new_person(school), f"new{uuid4().hex}"
    token = token_of(school, person)
    link(browser, token, name)
    browser.sign_in(name)
    unlink(school, token, linked(school, token)[0]["id"])

    assert mails_about(school, person) == ["+ Lake", "- Lake"]


def test_a_first_sign_in_by_a_trusted_address_is_told_by_mail(
    school: School, browser: Browser, list_providers: Callable[[dict[str, Any]], None], issuer: str
) -> None:
    settings = {"issuer": issuer, "client_id": "dreamseed", "client_secret": "a secret between two programs"}
    list_providers({"lake": {**settings, "trusts_email": True, "name": "Lake"}})
    person = new_person(school)
    name = person.email.partition("@")[0]

    for _ in range(2):
        browser.sign_in(name, organisation="hillside")

    assert mails_about(school, person) == ["+ Lake"]
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        owners = db.scalars(select(identities.c.user_id).where(identities.c.user_id == UUID(str(person.id)))).all()
    assert owners == [person.id]
