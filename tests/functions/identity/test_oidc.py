"""Signing in at another provider, against a certified one, and everything that must not hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import Unauthenticated, Unavailable
from dreamseed.identity import oidc
from dreamseed.identity.oidc import Provider, verified_claims
from dreamseed.identity.oidc_providers import listed_providers
from dreamseed.identity.queries import sealed_values, update_user
from dreamseed.identity.tables import challenges
from dreamseed.platform.tables import PLATFORM_ID
from tests.functions.identity.accounts import Person, new_organisation, new_person, set_registration
from tests.functions.identity.elsewhere import CALLBACK, Browser, needs_provider
from tests.functions.identity.test_second_factors import Account
from tests.oidc.running import sign_in_there
from tests.school import HILLSIDE, School


def person_named(school: School, **more: Any) -> tuple[str, Person]:
    """Somebody of Hillside's with the address that the provider claims for a name."""
    person = new_person(school, **more)
    return person.email.partition("@")[0], person


def me(school: School, token: str) -> Any:
    return school.api.call("GET", "/api/v1/me", token=token).json


@needs_provider
def test_somebody_signs_in_at_another_provider(school: School, browser: Browser) -> None:
    name, person = person_named(school)

    found = browser.sign_in(name, organisation="hillside", return_to="/tests?filter=open")

    pair = browser.exchange(found["code"]).json
    assert found["return_to"] == "/tests?filter=open"
    assert me(school, pair["access_token"])["id"] == str(person.id)
    sessions = school.api.call("GET", "/api/v1/me/sessions", token=pair["access_token"]).json["items"]
    assert sessions[0]["method"] == "oidc"


@needs_provider
def test_the_second_time_no_organisation_needs_to_be_named(school: School, browser: Browser) -> None:
    name, person = person_named(school)
    browser.sign_in(name, organisation="hillside")

    again = browser.sign_in(name)

    assert me(school, browser.exchange(again["code"]).json["access_token"])["id"] == str(person.id)


@needs_provider
def test_an_organisation_that_admits_the_address_gets_a_learner(school: School, browser: Browser) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "domains", ["lake.example"])

    found = browser.sign_in(f"new{uuid4().hex}", organisation=slug)

    seen = me(school, browser.exchange(found["code"]).json["access_token"])
    assert (seen["roles"], seen["has_password"]) == (["learner"], False)
    assert seen["asks_age"] is True  # a provider says who somebody is, and not how old


@needs_provider
def test_who_has_no_account_and_may_make_none_stays_outside(school: School, browser: Browser) -> None:
    assert browser.sign_in(f"new{uuid4().hex}", organisation="hillside") == {"error": "registration_closed"}
    assert browser.sign_in(f"new{uuid4().hex}") == {"error": "no_account"}
    assert browser.sign_in(f"new{uuid4().hex}", organisation="nowhere") == {"error": "no_account"}


@needs_provider
def test_an_address_that_nobody_verified_opens_no_account(school: School, browser: Browser) -> None:
    name = f"unverified{uuid4().hex}"
    person = new_person(school)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        update_user(db, person.id, sealed_values(school.keys(), person.id, {"email": f"{name}@lake.example"}))

    assert browser.sign_in(name, organisation="hillside") == {"error": "no_account"}


@needs_provider
def test_a_suspended_account_stays_shut(school: School, browser: Browser) -> None:
    name, _ = person_named(school, is_active=False)

    assert browser.sign_in(name, organisation="hillside") == {"error": "account_suspended"}


@needs_provider
def test_a_second_factor_is_asked_for_here_too(school: School, browser: Browser) -> None:
    account = Account(school)
    account.with_totp()

    found = browser.sign_in(account.person.email.partition("@")[0], organisation="hillside")

    assert "mfa_token" in browser.exchange(found["code"]).json


@needs_provider
def test_the_code_for_the_page_works_once_and_for_a_minute(school: School, browser: Browser) -> None:
    name, _ = person_named(school)
    first, second = (browser.sign_in(name, organisation="hillside")["code"] for _ in range(2))
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        this = challenges.c.id == UUID(second.split(".")[1])
        db.execute(update(challenges).where(this).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert [browser.exchange(code).status for code in (first, first, second)] == [200, 401, 401]


@needs_provider
def test_another_browser_cannot_complete_a_sign_in(school: School, browser: Browser) -> None:
    name, _ = person_named(school)
    location = sign_in_there(browser.login(organisation="hillside").headers["location"], name)
    other = Browser(school)
    other.login(organisation="hillside")  # it has a cookie, of an attempt of its own

    assert other.callback(location) == {"error": "step_expired"}
    assert "code" in browser.callback(location)


@needs_provider
def test_nobody_is_signed_in_to_somebody_elses_account_by_an_address_that_they_were_sent(
    school: School, browser: Browser
) -> None:
    name, _ = person_named(school)
    sent = browser.sign_in(name, organisation="hillside")["code"]
    victim = Browser(school)
    victim.login(organisation="hillside")  # it has a cookie, of an attempt of its own

    refused = victim.exchange(sent)

    assert (refused.status, refused.code) == (401, "step_expired")
    assert browser.exchange(sent).status == 200


@needs_provider
def test_an_attempt_is_completed_once_and_soon(school: School, browser: Browser) -> None:
    name, _ = person_named(school)
    used, late = (sign_in_there(browser.login(organisation="hillside").headers["location"], name) for _ in range(2))
    assert "code" in browser.callback(used)
    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(challenges).where(challenges.c.used_at.is_(None)).values(expires_at=past))

    assert [browser.callback(each) for each in (used, late)] == [{"error": "step_expired"}] * 2


@needs_provider
def test_one_providers_answer_does_not_serve_for_another(school: School, browser: Browser) -> None:
    name, _ = person_named(school)
    location = sign_in_there(browser.login(organisation="hillside").headers["location"], name)

    assert browser.callback(location, provider="distrusted") == {"error": "step_expired"}


@needs_provider
def test_a_code_of_another_attempt_is_refused_by_the_provider(school: School, browser: Browser) -> None:
    name, _ = person_named(school)
    first, second = (sign_in_there(browser.login(organisation="hillside").headers["location"], name) for _ in range(2))
    code, state = (parse_qs(urlsplit(url).query)[part][0] for url, part in ((first, "code"), (second, "state")))

    mixed = browser.callback(f"{CALLBACK}?code={code}&state={state}")

    assert mixed == {"error": "oidc_refused"}  # the verifier belongs to the other attempt


@needs_provider
def test_cancelling_there_is_said_here(browser: Browser) -> None:
    state = parse_qs(urlsplit(browser.login().headers["location"]).query)["state"][0]

    assert browser.callback(f"{CALLBACK}?error=access_denied&state={state}") == {"error": "oidc_cancelled"}


@needs_provider
def test_the_way_there_carries_pkce_state_and_nonce_and_binds_the_browser(browser: Browser) -> None:
    reply = browser.login()

    query = parse_qs(urlsplit(reply.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [CALLBACK]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-oidc-")
    assert all(part in cookie for part in ("; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"))
    assert not [value for value in browser.cookies.values() if value in reply.headers["location"]]


@needs_provider
@pytest.mark.parametrize("return_to", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a b"])
def test_the_way_back_leads_nowhere_else(browser: Browser, return_to: str) -> None:
    assert browser.login(return_to=return_to).status == 422


def test_who_is_not_listed_says_nothing(school: School) -> None:
    assert Browser(school).login("lake").code == "provider_not_found"
    assert school.call("GET", "/api/v1/auth/oidc").json == {"items": [], "next_cursor": None}


@needs_provider
def test_the_page_learns_whom_to_offer(browser: Browser) -> None:
    items = browser.school.call("GET", "/api/v1/auth/oidc").json["items"]

    assert [item["name"] for item in items] == ["Distrusted", "Lake"]


def test_known_providers_need_little() -> None:
    client = {"client_id": "c", "client_secret": "s"}
    listed = listed_providers(json.dumps({"google": client, "github": client, "microsoft": {**client, "tenant": "t"}}))

    assert {each.id: (each.kind, each.issuer, each.trusts_email) for each in listed.values()} == {
        "google": ("oidc", "https://accounts.google.com", True),
        "github": ("github", "https://github.com", True),
        "microsoft": ("oidc", "https://login.microsoftonline.com/t/v2.0", False),
    }
    assert listed_providers("0a" * 32) == {}
    for wrong in ({"microsoft": client}, {"other": client}, {"other": {**client, "isuer": "https://x"}}):
        with pytest.raises(ValueError):  # noqa: PT011 - what it says is pydantic's or ours
            listed_providers(json.dumps(wrong))


NOW = datetime.now(UTC)
PROVIDER = Provider("x", "X", "oidc", "https://id.example", "dreamseed", "secret", None, True, "")


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture
def published(key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's documents, without a network."""
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    documents = {
        "https://id.example/.well-known/openid-configuration": {
            "issuer": "https://id.example",
            "jwks_uri": "https://id.example/jwks",
        },
        "https://id.example/jwks": {"keys": [{**jwk, "kid": "k1", "use": "sig"}]},
    }
    oidc.forget_documents()
    monkeypatch.setattr(oidc, "_get", lambda url, access_token=None: documents[url])


def id_token(key: Any, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    """An ID token that holds, but for the changes; None leaves a claim out."""
    claims = {
        "iss": "https://id.example",
        "sub": "1",
        "aud": "dreamseed",
        "exp": NOW + timedelta(hours=2),
        "iat": NOW,
        "nonce": "n",
    } | changes
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, key, algorithm, headers={"kid": kid})


@pytest.mark.usefixtures("published")
def test_a_token_that_holds_is_taken(key: RSAPrivateKey) -> None:
    assert verified_claims(PROVIDER, id_token(key), "n", NOW)["sub"] == "1"
    several = id_token(key, aud=["dreamseed", "other"], azp="dreamseed")
    assert verified_claims(PROVIDER, several, "n", NOW)["sub"] == "1"


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "other"},
    "several audiences without a party": {"aud": ["dreamseed", "other"]},
    "another party": {"aud": ["dreamseed", "other"], "azp": "other"},
    "expired": {"exp": NOW - timedelta(minutes=1)},
    "no expiry": {"exp": None},
    "old": {"iat": NOW - timedelta(hours=1)},
    "another nonce": {"nonce": "m"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "an unknown key": {"kid": "k2"},
}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_token_that_does_not_hold_is_refused(key: RSAPrivateKey, changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        verified_claims(PROVIDER, id_token(key, **changes), "n", NOW)


@pytest.mark.usefixtures("published")
def test_a_token_cannot_choose_how_it_is_checked(key: RSAPrivateKey) -> None:
    others = [
        id_token(generate_private_key(65537, 2048)),
        id_token("a shared secret that is long enough!", "HS256"),
        id_token(None, "none"),
        id_token(key)[:-6],
        "rubbish",
    ]

    for token in others:
        with pytest.raises(Unauthenticated):
            verified_claims(PROVIDER, token, "n", NOW)


def test_an_address_without_tls_is_not_asked() -> None:
    plain = Provider("x", "X", "oidc", "http://id.example", "dreamseed", "secret", None, True, "")

    with pytest.raises(Unavailable) as refused:
        oidc.authorization_url(plain, oidc.Attempt("s", "n", "v", "c", CALLBACK))

    assert refused.value.code == "oidc_insecure"


def test_github_is_asked_who_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    github = listed_providers(json.dumps({"github": {"client_id": "c", "client_secret": "s"}}))["github"]
    emails = [
        {"email": "old@lake.example", "primary": False, "verified": True},
        {"email": "Noor@Lake.example", "primary": True, "verified": True},
    ]
    answers = {"https://api.github.com/user": {"id": 7, "login": "noor"}, "https://api.github.com/user/emails": emails}
    posted: list[dict[str, str]] = []

    def post(url: str, form: dict[str, str]) -> dict[str, Any]:
        posted.append({"url": url, **form})
        return {"access_token": "t"}

    monkeypatch.setattr(oidc, "_post", post)
    monkeypatch.setattr(oidc, "_get", lambda url, access_token=None: answers[url] if access_token == "t" else None)
    attempt = oidc.Attempt("s", "n", "v", "c", CALLBACK)

    identity = oidc.identity_of(github, "code", attempt, NOW)

    assert identity == oidc.Identity("https://github.com", "7", "noor@lake.example", "noor")
    assert posted[0]["url"] == "https://github.com/login/oauth/access_token"
    assert posted[0]["code_verifier"] == "v"
    emails[1]["verified"] = False
    assert oidc.identity_of(github, "code", attempt, NOW).email is None
