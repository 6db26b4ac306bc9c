"""Second factors: from the first one on a password alone signs nobody in, and every code works once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pyotp
import pytest
from sqlalchemy import select, update

from dreamseed import sealing
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.rules import TOTP_STEP_SECONDS, matching_step
from dreamseed.identity.tables import challenges, second_factors, sign_ins
from dreamseed.platform.tables import outbox
from tests.api import ApiReply
from tests.authenticator import Authenticator
from tests.functions.identity.accounts import Person, new_person, sign_in, token_of
from tests.functions.identity.test_passwords import refresh
from tests.mail import mails_to
from tests.school import ADMIN, HILLSIDE, School

ORIGIN = "https://school.example"


class Account:
    """A person with an access token."""

    def __init__(self, school: School) -> None:
        self.school, self.person = school, new_person(school)
        self.token = token_of(school, self.person)

    def call(self, method: str, path: str, body: Any = None) -> ApiReply:
        return self.school.api.call(method, f"/api/v1/me{path}", body, token=self.token)

    def with_totp(self) -> tuple[pyotp.TOTP, list[str]]:
        """An authenticator app that counts, and the recovery codes."""
        app = pyotp.TOTP(self.call("POST", "/totp").json["secret"])
        added = self.call("POST", "/totp/confirm", {"code": app.now()})
        assert added.status == 200, added.body
        forget_steps(self.school, self.person)
        return app, added.json["recovery_codes"]

    def with_passkey(self) -> Authenticator:
        """A passkey that counts."""
        authenticator = Authenticator(ORIGIN)
        added = self.register(authenticator)
        assert added.status == 200, added.body
        return authenticator

    def register(self, authenticator: Authenticator) -> ApiReply:
        begun = self.call("POST", "/passkeys/options").json
        credential = authenticator.create(begun["options"])
        body = {"challenge_id": begun["challenge_id"], "credential": credential, "name": "Key"}
        return self.call("POST", "/passkeys", body)


@pytest.fixture
def account(school: School) -> Account:
    return Account(school)


def forget_steps(school: School, person: Person) -> None:
    """As if the app's last code had been used some minutes ago."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(second_factors).where(second_factors.c.user_id == person.id).values(last_step=0))


def second_step(school: School, mfa_token: str, method: str, **answer: Any) -> ApiReply:
    return school.call("POST", "/api/v1/auth/mfa", {"mfa_token": mfa_token, "method": method, **answer})


def test_an_app_counts_once_its_code_is_confirmed(school: School, account: Account) -> None:
    enrolled = account.call("POST", "/totp").json
    before = sign_in(school, account.person)

    account.call("POST", "/totp/confirm", {"code": pyotp.TOTP(enrolled["secret"]).now()})

    after = sign_in(school, account.person)
    assert enrolled["uri"].startswith("otpauth://totp/DreamSeed:")
    assert "access_token" in before
    assert after.keys() == {"mfa_token", "methods", "expires_in"}
    assert after["methods"] == ["totp", "recovery_code"]


def test_password_and_code_sign_in(school: School, account: Account) -> None:
    app, _ = account.with_totp()
    needed = sign_in(school, account.person)

    pair = second_step(school, needed["mfa_token"], "totp", code=app.now())

    assert pair.status == 200
    assert jwt.decode(pair.json["access_token"], options={"verify_signature": False})["mfa"] is True
    renewed = refresh(school, pair.json["refresh_token"]).json["access_token"]
    assert jwt.decode(renewed, options={"verify_signature": False})["mfa"] is True
    assert "mfa" not in jwt.decode(account.token, options={"verify_signature": False})
    sessions = school.api.call("GET", "/api/v1/me/sessions", token=pair.json["access_token"]).json["items"]
    assert sessions[0]["has_second_factor"] is True


def test_a_code_works_once(school: School, account: Account) -> None:
    app, _ = account.with_totp()
    code = app.now()
    first, second = (sign_in(school, account.person)["mfa_token"] for _ in range(2))

    replies = [second_step(school, token, "totp", code=code) for token in (first, second)]

    assert [reply.status for reply in replies] == [200, 401]
    assert replies[1].code == "code_wrong"


def test_the_token_of_the_first_step_works_once(school: School, account: Account) -> None:
    app, codes = account.with_totp()
    token = sign_in(school, account.person)["mfa_token"]
    second_step(school, token, "totp", code=app.now())

    assert second_step(school, token, "recovery_code", code=codes[0]).code == "step_expired"


def test_the_second_step_has_to_follow_soon(school: School, account: Account) -> None:
    app, _ = account.with_totp()
    token = sign_in(school, account.person)["mfa_token"]
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(challenges).where(challenges.c.user_id == account.person.id).values(expires_at=past))

    assert second_step(school, token, "totp", code=app.now()).code == "step_expired"


def test_guessing_codes_takes_patience(school: School, account: Account) -> None:
    account.with_totp()
    token = sign_in(school, account.person)["mfa_token"]

    statuses = [second_step(school, token, "totp", code=f"{number:06}").status for number in range(6)]

    assert statuses == [401] * 5 + [429]


def test_a_recovery_code_works_once_however_it_is_written(school: School, account: Account) -> None:
    _, codes = account.with_totp()

    def use(code: str) -> int:
        return second_step(school, sign_in(school, account.person)["mfa_token"], "recovery_code", code=code).status

    assert len(set(codes)) == 10
    assert [use(codes[0]), use(codes[0]), use(codes[1].lower().replace("-", " "))] == [200, 401, 200]
    assert account.call("GET", "/second_factors").json["recovery_codes_left"] == 8


def test_new_recovery_codes_take_the_place_of_the_old_ones(school: School, account: Account) -> None:
    _, old = account.with_totp()

    new = account.call("POST", "/recovery_codes").json["recovery_codes"]

    token = sign_in(school, account.person)["mfa_token"]
    assert second_step(school, token, "recovery_code", code=old[0]).status == 401
    assert second_step(school, token, "recovery_code", code=new[0]).status == 200


def test_a_passkey_signs_in(school: School, account: Account) -> None:
    authenticator = account.with_passkey()
    needed = sign_in(school, account.person)
    begun = school.call("POST", "/api/v1/auth/mfa/options", {"mfa_token": needed["mfa_token"]}).json

    credential = authenticator.get(begun["options"])
    pair = second_step(school, needed["mfa_token"], "passkey", credential=credential)

    assert needed["methods"] == ["passkey", "recovery_code"]
    assert len(begun["options"]["allowCredentials"]) == 1
    assert pair.status == 200


def test_a_passkeys_answer_holds_for_its_own_challenge_account_and_address(school: School, account: Account) -> None:
    authenticator = account.with_passkey()
    stranger = Account(school).with_passkey()

    def answer(with_key: Authenticator, challenge_of: Any = None) -> str:
        needed = sign_in(school, account.person)
        asked = challenge_of or needed
        begun = school.call("POST", "/api/v1/auth/mfa/options", {"mfa_token": asked["mfa_token"]}).json
        reply = second_step(school, needed["mfa_token"], "passkey", credential=with_key.get(begun["options"]))
        return "in" if reply.status == 200 else reply.code

    assert answer(stranger) == "code_wrong"
    assert answer(authenticator, challenge_of=sign_in(school, account.person)) == "code_wrong"
    authenticator.origin = "https://phishing.example"
    assert answer(authenticator) == "code_wrong"
    authenticator.origin = ORIGIN
    assert answer(authenticator) == "in"


def test_a_cloned_passkey_shows_by_its_counter(school: School, account: Account) -> None:
    authenticator = account.with_passkey()

    def use() -> int:
        needed = sign_in(school, account.person)
        begun = school.call("POST", "/api/v1/auth/mfa/options", {"mfa_token": needed["mfa_token"]}).json
        credential = authenticator.get(begun["options"])
        return second_step(school, needed["mfa_token"], "passkey", credential=credential).status

    first = use()
    authenticator.sign_count -= 1

    assert (first, use()) == (200, 401)


def test_a_passkey_is_registered_once_for_its_challenge(school: School, account: Account) -> None:
    authenticator = account.with_passkey()
    other = Account(school)
    begun = other.call("POST", "/passkeys/options").json
    credential = Authenticator(ORIGIN).create(begun["options"])
    body = {"challenge_id": begun["challenge_id"], "credential": credential}

    assert account.register(authenticator).code == "passkey_known"
    assert account.call("POST", "/passkeys", body).code == "passkey_invalid"  # somebody else's challenge
    assert other.call("POST", "/passkeys", body).status == 200
    assert other.call("POST", "/passkeys", body).code == "step_expired"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "code_wrong"),
        ({"response": {"clientDataJSON": 7, "authenticatorData": [], "signature": None}}, "code_wrong"),
        ({"response": {"clientDataJSON": "AQ", "authenticatorData": "AQ", "signature": "AQ"}}, "code_wrong"),
        ({"rawId": "not base64!"}, "invalid_request"),
        ({"type": "password"}, "invalid_request"),
    ],
)
def test_a_passkeys_answer_that_is_none_is_refused(
    school: School, account: Account, changes: dict[str, Any], expected: str
) -> None:
    known = account.with_passkey().get({"challenge": "AQ"})
    token = sign_in(school, account.person)["mfa_token"]

    reply = second_step(school, token, "passkey", credential={**known, "response": {}, **changes})

    assert reply.code == expected


def test_without_factors_the_password_is_enough_again(school: School, account: Account) -> None:
    account.with_totp()
    (factor,) = account.call("GET", "/second_factors").json["items"]

    removed = account.call("DELETE", f"/second_factors/{factor['id']}")

    assert removed.status == 204
    assert account.call("GET", "/second_factors").json == {"items": [], "recovery_codes_left": 0}
    assert "access_token" in sign_in(school, account.person)
    subjects = [mail["subject"] for mail in mails_to(school, account.person.email)]
    assert subjects == ["Your sign-in settings were changed"] * 2


def test_what_a_device_is_called_stands_sealed_and_is_read_in_the_mail(school: School, account: Account) -> None:
    account.with_passkey()

    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        (name,) = db.scalars(select(second_factors.c.name).where(second_factors.c.user_id == account.person.id))
        waiting = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "mail.requested")).all()
    assert school.keys().open(name, "second_factors.name") == "Key"
    assert "+ Key" not in str(waiting)
    (mail,) = mails_to(school, account.person.email)
    assert "how you sign in: + Key." in mail["text"]
    assert account.call("GET", "/second_factors").json["items"][0]["name"] == "Key"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/totp"), ("POST", "/passkeys/options"), ("POST", "/recovery_codes")]
)
def test_changing_how_one_signs_in_needs_a_recent_sign_in(
    school: School, account: Account, method: str, path: str
) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        earlier = datetime.now(UTC) - timedelta(minutes=16)
        db.execute(update(sign_ins).where(sign_ins.c.user_id == account.person.id).values(created_at=earlier))

    reply = account.call(method, path)

    assert (reply.status, reply.code) == (403, "recent_sign_in_required")


def test_a_wrong_code_confirms_nothing(school: School, account: Account) -> None:
    assert account.call("POST", "/totp/confirm", {"code": "000000"}).code == "not_enrolled"
    account.call("POST", "/totp")

    reply = account.call("POST", "/totp/confirm", {"code": "000000"})

    assert (reply.status, reply.code) == (422, "code_wrong")
    assert "access_token" in sign_in(school, account.person)


def test_the_secret_of_an_app_is_stored_sealed_for_its_row(school: School, account: Account) -> None:
    secret = account.call("POST", "/totp").json["secret"]
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        stored = db.execute(select(second_factors).where(second_factors.c.user_id == account.person.id)).one()

    assert pyotp.TOTP(secret).byte_secret() not in stored.secret


def test_what_was_sealed_opens_for_its_context_and_with_any_of_the_keys() -> None:
    old, new = "0a" * 32, "0b" * 32
    sealed = sealing.seal(old, b"secret", b"row 1")

    assert sealing.unseal(f"{new}\n{old}", sealed, b"row 1") == b"secret"
    for keys, context in ((old, b"row 2"), (new, b"row 1")):
        with pytest.raises(ValueError, match="not sealed"):
            sealing.unseal(keys, sealed, context)


def test_a_code_may_be_one_step_off_and_is_never_older_than_the_last() -> None:
    def code_at(step: int) -> str:
        return f"{step:06}"

    assert TOTP_STEP_SECONDS == 30
    assert [matching_step(code_at(step), code_at, 100, None) for step in (98, 99, 100, 101, 102)] == [
        None,
        99,
        100,
        101,
        None,
    ]
    assert matching_step(code_at(100), code_at, 100, 100) is None
    assert matching_step(code_at(101), code_at, 100, 100) == 101


def test_removing_a_factor_ends_the_other_sign_ins_and_no_sign_in_is_as_good_as_with_one(
    school: School, account: Account
) -> None:
    app, _ = account.with_totp()
    challenge = sign_in(school, account.person)["mfa_token"]
    body = {"mfa_token": challenge, "method": "totp", "code": app.now()}
    proven = school.call("POST", "/api/v1/auth/mfa", body).json
    (factor,) = account.call("GET", "/second_factors").json["items"]

    path = f"/api/v1/me/second_factors/{factor['id']}"
    assert school.api.call("DELETE", path, token=proven["access_token"]).status == 204

    (left,) = school.api.call("GET", "/api/v1/me/sessions", token=proven["access_token"]).json["items"]
    assert (left["is_current"], left["has_second_factor"]) == (True, False)
    renewed = refresh(school, proven["refresh_token"]).json["access_token"]
    assert "mfa" not in jwt.decode(renewed, options={"verify_signature": False})
    assert account.call("DELETE", "/sessions").code == "sign_in_ended"


def test_an_administrator_lets_somebody_in_again_who_has_lost_everything(school: School, account: Account) -> None:
    account.with_totp()
    account.with_passkey()
    path = f"/api/v1/users/{account.person.id}/second_factors"

    replies = [school.call("DELETE", path, by=ADMIN).status for _ in range(2)]

    assert replies == [204, 204]
    assert account.call("DELETE", "/sessions").code == "sign_in_ended"
    assert "access_token" in sign_in(school, account.person)
    told = [mail["text"] for mail in mails_to(school, account.person.email)]
    assert len(told) == 3  # an app, a passkey, and both gone
    assert [text for text in told if "- Authenticator app, - Key" in text]


def test_nobody_removes_the_factors_of_whoever_may_do_more(school: School) -> None:
    deputy = new_person(school, "teacher")
    name = f"deputy_{deputy.id.hex[:8]}"
    permissions = ["person:manage", "person:read"]
    school.call("POST", "/api/v1/roles", {"name": name, "permissions": permissions}, by=ADMIN)
    held = {"memberships": [{"role": name}]}
    assert school.call("PUT", f"/api/v1/users/{deputy.id}/memberships", held, by=ADMIN).status == 200
    admin_id = school.call("GET", "/api/v1/me", by=ADMIN).json["id"]

    path = f"/api/v1/users/{admin_id}/second_factors"
    refused = school.api.call("DELETE", path, token=token_of(school, deputy))

    assert (refused.status, refused.code) == (403, "beyond_own_rights")
