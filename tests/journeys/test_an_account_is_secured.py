"""Somebody secures their account: a second factor, a new password, other sign-ins ended, an API key."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.account import accept, invite, mailed_link, sign_in, somebody_new
from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.resilience.ledger import Ledger
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

STEP_SECONDS = 30

SIGNED_IN_LONG_AGO = """
    update sign_ins set created_at = created_at - interval '1 hour'
    where user_id = %(user_id)s
"""


@pytest.fixture
def person() -> tuple[str, str]:
    """Address and password of somebody new."""
    return somebody_new()


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool, person: tuple[str, str]) -> Page:
    """The security settings of that person, who has just come by an invitation."""
    page = open_tab().page
    accept(page, invite(running_school, ADMIN, person[0]), "Noa Berg", person[1])
    page.goto(f"{running_school.url}/settings")
    page.get_by_role("link", name="Where you are signed in").click()
    expect(page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    return page


def test_an_app_s_code_and_then_a_recovery_code_complete_a_sign_in(page: Page, person: tuple[str, str]) -> None:
    app = _add_app(page)
    codes = page.get_by_role("dialog").locator("code").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    assert Path(download.value.path()).read_text().splitlines() == codes
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()

    _begin_sign_in(page, person)
    page.get_by_label("Code of your authenticator app").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    page.get_by_label("Code of your authenticator app").fill(app.at(int(time.time()) + STEP_SECONDS))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()

    _begin_sign_in(page, person)
    page.get_by_role("button", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Signed in as Noa Berg").click()
    page.get_by_role("link", name="Where you are signed in").click()
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()


def test_whoever_signed_in_long_ago_signs_in_again_and_comes_back(
    page: Page, running_school: RunningSchool, person: tuple[str, str]
) -> None:
    ledger = Ledger(running_school.host)
    ledger.run(SIGNED_IN_LONG_AGO, user_id=ledger.person(person[0]))

    page.get_by_role("button", name="Add an authenticator app").click()
    page.get_by_role("button", name="Sign in again").click()
    sign_in(page, *person)

    expect(page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    _add_app(page)


def test_a_second_factor_is_removed_after_a_question(page: Page) -> None:
    _add_app(page)
    page.get_by_role("button", name="I have kept them").click()

    page.get_by_role("button", name="Remove Authenticator app").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()

    expect(page.get_by_text("No second factor yet")).to_be_visible()


def test_other_sign_ins_are_seen_and_ended(
    page: Page, open_tab: OpenTab, running_school: RunningSchool, person: tuple[str, str]
) -> None:
    other = open_tab().page
    other.goto(f"{running_school.url}/sign-in")
    sign_in(other, *person)
    expect(other.get_by_role("button", name="Sign out")).to_be_attached()

    page.reload()
    expect(page.get_by_text("This device")).to_have_count(1)
    page.get_by_role("button", name="End the sign-in on Chrome · Linux").click()
    expect(page.get_by_role("button", name="End all others")).to_have_count(0)

    other.reload()
    expect(other.get_by_text("Your sign-in has run out.")).to_be_visible()


def test_a_password_is_changed_by_whoever_knows_the_present_one(page: Page, person: tuple[str, str]) -> None:
    email, password = person
    _, new = somebody_new()
    for current, said in (("not the password", "Your present password is not right."), (password, "is changed")):
        page.get_by_label("Present password").fill(current)
        page.get_by_label("New password").fill(new)
        page.get_by_role("button", name="Change the password").click()
        expect(page.get_by_text(said)).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, email, new)
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


def test_an_address_is_changed_by_a_link_to_the_new_one(
    page: Page, running_school: RunningSchool, person: tuple[str, str]
) -> None:
    new, _ = somebody_new()
    page.get_by_label("New e-mail address").fill(new)
    page.get_by_label("Your password, to be sure").fill(person[1])
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text(f"We have sent a link to {new}.")).to_be_visible()
    expect(page.get_by_text(f"Your address is {person[0]}.")).to_be_visible()

    page.goto(mailed_link(running_school, new, "/confirm-email"))
    expect(page.get_by_text(f"the address of your account is {new}.")).to_be_visible()
    page.get_by_role("link", name="On to the security settings").click()
    expect(page.get_by_text(f"Your address is {new}.")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, new, person[1])
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


def test_an_api_key_is_made_shown_once_and_deleted(page: Page, running_school: RunningSchool) -> None:
    page.get_by_role("button", name="New key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Gradebook")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("Choose at least one.")).to_be_visible()
    page.get_by_role("dialog").get_by_role("checkbox", name="profile:read:own").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    key = page.get_by_role("dialog").locator("code").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    assert _status_of_me(running_school, key) == httpx.codes.OK

    page.get_by_role("button", name="Delete Gradebook").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
    assert _status_of_me(running_school, key) == httpx.codes.UNAUTHORIZED


def _add_app(page: Page) -> pyotp.TOTP:
    """Add an authenticator app; returns the app, and leaves its recovery codes in sight."""
    page.get_by_role("button", name="Add an authenticator app").click()
    dialog = page.get_by_role("dialog")
    app = pyotp.TOTP(dialog.locator("code").inner_text().replace(" ", ""))
    dialog.get_by_label("Six digits of the app").fill(app.now())
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return app


def _begin_sign_in(page: Page, person: tuple[str, str]) -> None:
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, *person)
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_focused()


def _status_of_me(school: RunningSchool, key: str) -> int:
    headers = {"authorization": f"Bearer {key}"}
    return httpx.get(f"{school.url}/api/v1/me", headers=headers, trust_env=False).status_code
