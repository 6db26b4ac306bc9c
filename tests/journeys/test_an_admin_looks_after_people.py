"""An administrator invites somebody, gives and takes roles, names a guardian, and suspends an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.account import accept, id_of, invite, mailed_link, sign_in, somebody_new
from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

NAME = "Lea Holm"


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool) -> Page:
    """The administrator's list of people."""
    return staff_page(open_tab, running_school, ADMIN, reduced_motion="reduce")


def accessible(page: Page) -> None:
    """Nothing on the page, as it stands, may keep anybody out."""
    assert axe_faults(LearnerPage(page, "")) == []


def open_person(page: Page, school: RunningSchool, email: str) -> None:
    """Go to somebody's page."""
    page.goto(f"{school.url}/admin/people/{id_of(school, ADMIN, email)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def confirm(page: Page, name: str) -> None:
    """Say yes in the dialogue that asks."""
    accessible(page)
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def test_somebody_is_invited_and_the_invitation_is_taken_back(page: Page, running_school: RunningSchool) -> None:
    email, _ = somebody_new()
    page.get_by_role("link", name="Invitations").click()
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(dialog.get_by_text("Give an e-mail address")).to_be_visible()
    dialog.get_by_label("E-mail address").fill("ada@hillside.example")
    dialog.get_by_label("Role").select_option("Reviewer")
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(dialog.get_by_text("There is an account with this address already.")).to_be_visible()
    accessible(page)
    dialog.get_by_label("E-mail address").fill(email)
    dialog.get_by_role("button", name="Send the invitation").click()

    row = page.get_by_role("row", name=re.compile(email))
    expect(row).to_contain_text("Reviewer")
    expect(row).to_contain_text("Waiting")
    link = mailed_link(running_school, email, "/invitation")
    row.get_by_role("button", name=f"Take back: {email}").click()
    confirm(page, "Take back")
    expect(row).to_contain_text("Taken back")

    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("This link does not work any more.")


def test_roles_are_given_up_to_a_day_and_taken_away(
    page: Page, open_tab: OpenTab, running_school: RunningSchool
) -> None:
    email, password = somebody_new()
    accept(open_tab().page, invite(running_school, ADMIN, email, "learner"), NAME, password)
    open_person(page, running_school, email)

    page.get_by_label("Give another role").select_option("Author")
    page.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    page.get_by_role("button", name="Give it").click()
    author = page.get_by_role("row", name=re.compile("^Author"))
    expect(author).to_contain_text(str((datetime.now(UTC) + timedelta(days=31)).year))
    expect(page.get_by_role("row", name=re.compile("^Learner For good"))).to_be_visible()
    accessible(page)

    author.get_by_role("button", name="Take away: Author").click()
    confirm(page, "Take away")
    expect(author).to_have_count(0)


def test_the_last_administrator_stays(page: Page, running_school: RunningSchool) -> None:
    page.goto(f"{running_school.url}/admin/people/{id_of(running_school, ADMIN, ADMIN)}")
    page.get_by_role("button", name="Take away: School administrator").click()
    confirm(page, "Take away")

    expect(page.get_by_text("Somebody has to stay the administrator.")).to_be_visible()
    expect(page.get_by_role("button", name="Suspend")).to_have_count(0)


def test_a_guardian_is_named_and_removed(page: Page, open_tab: OpenTab, running_school: RunningSchool) -> None:
    email, password = somebody_new()
    accept(open_tab().page, invite(running_school, ADMIN, email, "learner"), NAME, password)
    open_person(page, running_school, email)
    expect(page.get_by_text("Nobody is named yet")).to_be_visible()

    page.get_by_role("button", name="Name a guardian").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Relation").select_option("Carer")
    dialog.get_by_label("Find a guardian").fill("chioma")
    accessible(page)
    dialog.get_by_role("button", name="Choose Chioma Eze").click()
    row = page.get_by_role("row", name=re.compile("Chioma Eze Carer"))
    expect(row).to_be_visible()
    accessible(page)

    row.get_by_role("link", name="Chioma Eze").click()
    expect(page.get_by_role("heading", name="Whose guardian they are")).to_be_visible()
    page.get_by_role("button", name=f"Remove: {NAME}").click()
    confirm(page, "Remove")
    expect(page.get_by_role("row", name=re.compile(NAME))).to_have_count(0)


def test_an_account_is_suspended_and_let_in_again(page: Page, open_tab: OpenTab, running_school: RunningSchool) -> None:
    (email, password), theirs = somebody_new(), open_tab().page
    accept(theirs, invite(running_school, ADMIN, email, "learner"), NAME, password)
    open_person(page, running_school, email)

    page.get_by_role("button", name="Suspend").click()
    confirm(page, "Suspend")
    expect(page.get_by_role("button", name="Let in again")).to_be_visible()
    accessible(page)
    theirs.context.clear_cookies()
    theirs.evaluate("localStorage.clear()")
    theirs.goto(f"{running_school.url}/sign-in")
    sign_in(theirs, email, password)
    expect(theirs.get_by_role("alert")).to_be_visible()

    page.get_by_role("button", name="Let in again").click()
    expect(page.get_by_role("button", name="Suspend")).to_be_visible()
    sign_in(theirs, email, password)
    expect(theirs.get_by_role("button", name="Sign out")).to_be_attached()


def test_lost_second_factors_are_removed_and_the_person_signed_out(
    page: Page, open_tab: OpenTab, running_school: RunningSchool
) -> None:
    (email, password), theirs = somebody_new(), open_tab().page
    accept(theirs, invite(running_school, ADMIN, email, "learner"), NAME, password)
    open_person(page, running_school, email)

    page.get_by_role("button", name="Remove second factors").click()
    accessible(page)
    confirm(page, "Remove second factors")
    expect(page.get_by_text(f"{NAME} has no second factor any more.")).to_be_visible()

    theirs.goto(f"{running_school.url}/settings/security")
    expect(theirs.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
