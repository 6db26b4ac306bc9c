"""An organisation demands a second factor for what matters, as the policies name it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pyotp
import pytest

from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_organisation, new_person, sign_in, token_of
from tests.functions.identity.test_passwords import refresh
from tests.functions.identity.test_second_factors import second_step
from tests.school import School


def demand(school: School, token: str, is_demanded: bool = True) -> ApiReply:
    """Demand a second factor, or no longer."""
    version = {"if-match": school.api.call("GET", "/api/v1/organisation", token=token).headers["etag"]}
    body = {"requires_second_factor": is_demanded}
    return school.api.call("PATCH", "/api/v1/organisation", body, token=token, headers=version)


def with_second_factor(school: School, person: Person) -> str:
    """A token of a sign-in that a second factor has proved."""
    token = token_of(school, person)
    app = pyotp.TOTP(school.api.call("POST", "/api/v1/me/totp", token=token).json["secret"])
    added = school.api.call("POST", "/api/v1/me/totp/confirm", {"code": app.now()}, token=token).json
    mfa_token = sign_in(school, person)["mfa_token"]
    pair = second_step(school, mfa_token, "recovery_code", code=added["recovery_codes"][0]).json
    return str(pair["access_token"])


@pytest.fixture
def strict(school: School) -> tuple[UUID, str]:
    """An organisation that demands a second factor, and a token of an administrator who has one."""
    org_id, _ = new_organisation(school)
    admin = with_second_factor(school, new_person(school, "org_admin", org_id))
    assert demand(school, admin).json["requires_second_factor"] is True
    return org_id, admin


def new_role(school: School, token: str) -> Any:
    return school.api.call("POST", "/api/v1/roles", {"name": "librarian"}, token=token)


def test_what_matters_needs_a_second_factor_where_it_is_demanded(school: School, strict: tuple[UUID, str]) -> None:
    org_id, with_one = strict
    without = token_of(school, new_person(school, "org_admin", org_id))

    refused = new_role(school, without)

    assert (refused.status, refused.code) == (403, "second_factor_missing")
    assert "second factor" in refused.json["detail"]
    assert school.api.call("GET", "/api/v1/roles", token=without).status == 200
    assert new_role(school, with_one).status == 201


def test_a_demand_counts_at_once_where_it_is_sensitive(school: School) -> None:
    org_id, _ = new_organisation(school)
    without = sign_in(school, new_person(school, "org_admin", org_id))
    demand(school, with_second_factor(school, new_person(school, "org_admin", org_id)))

    old_token = new_role(school, without["access_token"])
    new_token = new_role(school, refresh(school, without["refresh_token"]).json["access_token"])

    assert (old_token.code, new_token.code) == ("second_factor_missing", "second_factor_missing")


def test_who_has_none_cannot_demand_one(school: School) -> None:
    org_id, _ = new_organisation(school)
    admin = token_of(school, new_person(school, "org_admin", org_id))

    assert demand(school, admin).code == "second_factor_missing"
    assert new_role(school, admin).status == 201


def test_what_was_demanded_is_given_up_again(school: School, strict: tuple[UUID, str]) -> None:
    org_id, admin = strict
    without = token_of(school, new_person(school, "org_admin", org_id))

    given_up = demand(school, admin, is_demanded=False)

    assert given_up.json["requires_second_factor"] is False
    assert new_role(school, without).status == 201
