"""An administrator makes two accounts of one person one, and moves a learner to another class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.account import accept, invite, somebody_new
from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

NAME = "Noa Berg"


@dataclass(frozen=True)
class Twice:
    """Somebody with two accounts, both of which learn; the other one is in a class."""

    email: str
    other: str
    class_id: str


@pytest.fixture
def admin(open_tab: OpenTab, running_school: RunningSchool) -> LearnerPage:
    """The administrator's tab."""
    tab = open_tab()
    tab.sign_in_as(running_school.person(ADMIN))
    return tab


@pytest.fixture
def twice(open_tab: OpenTab, running_school: RunningSchool) -> Twice:
    """Two accounts by the same name."""
    (email, password), (other, other_password) = somebody_new(), somebody_new()
    for address, secret in ((email, password), (other, other_password)):
        accept(open_tab().page, invite(running_school, ADMIN, address, "learner"), NAME, secret)
    return Twice(email, other, new_class(running_school, other)["id"])


def new_class(school: RunningSchool, *learners: str) -> dict[str, str]:
    """A class in which these people learn."""
    with school.signed_in(ADMIN) as api:
        made = api.post("/classes", json={"name": f"Class {uuid4().hex[:8]}"}).raise_for_status().json()
        for email in learners:
            (person,) = api.get("/users", params={"query": email}).raise_for_status().json()["items"]
            path = f"/classes/{made['id']}/enrolments/{person['id']}"
            api.put(path, json={"role": "learner"}).raise_for_status()
    return {"id": made["id"], "name": made["name"]}


def choose(page: Page, email: str, name: str) -> None:
    """Choose the other account in the dialogue."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Find the other account").fill(email)
    dialog.get_by_role("button", name=f"This one: {name}, {email}").click()


def test_two_accounts_become_one_after_a_look_at_what_would_move(
    admin: LearnerPage, twice: Twice, running_school: RunningSchool
) -> None:
    page = admin.page
    page.goto(f"{admin.url}/admin/people")
    page.get_by_label("Search").fill(twice.email)
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=NAME).click()
    opener = page.get_by_role("button", name=f"Merge with another account: {NAME}")
    expect(opener).to_have_count(1)
    opener.press("Enter")
    expect(page.get_by_label("Find the other account")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    opener.press("Enter")
    choose(page, "ben@hillside.example", "Ben Castillo")
    expect(page.get_by_text("One of these accounts is simulated")).to_be_visible()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Choose another one").press("Enter")
    expect(dialog.get_by_label("Find the other account")).to_be_focused()
    choose(page, twice.other, NAME)
    expect(dialog.get_by_text(f"{NAME}, {twice.other}, is closed for good.")).to_be_visible()
    expect(dialog.get_by_role("term")).to_have_text(["Places in classes", "Roles"])
    assert axe_faults(admin) == []
    with running_school.signed_in(ADMIN) as api:
        assert len(api.get("/users", params={"query": twice.other}).raise_for_status().json()["items"]) == 1
    dialog.get_by_role("button", name="Merge for good").click()
    expect(page.get_by_text(f"The accounts are one now: {NAME}, {twice.email}.")).to_be_visible()
    expect(dialog).to_have_count(0)

    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_label("Search").fill(twice.other)
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    page.goto(f"{admin.url}/admin/classes/{twice.class_id}")
    expect(page.get_by_role("row", name=re.compile(f"{NAME}.*{twice.email}"))).to_be_visible()


def test_a_learner_goes_to_another_class(admin: LearnerPage, running_school: RunningSchool) -> None:
    page, name = admin.page, "Milo Falk"
    one, other = new_class(running_school, "milo@hillside.example"), new_class(running_school)
    page.goto(f"{admin.url}/admin/classes/{one['id']}")
    page.get_by_role("button", name=f"Move to another class: {name}").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.get_by_text("Choose a class.")).to_be_visible()
    assert axe_faults(admin) == []
    expect(dialog.get_by_role("option", name=one["name"])).to_have_count(0)
    dialog.get_by_label("Class").select_option(other["name"])
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text(f"{name} is in {other['name']} now.")).to_be_visible()
    expect(page.get_by_text("Nobody yet")).to_be_visible()

    page.goto(f"{admin.url}/admin/classes/{other['id']}")
    expect(page.get_by_role("row", name=re.compile(name))).to_be_visible()
