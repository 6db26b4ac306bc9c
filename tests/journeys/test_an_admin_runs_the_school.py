"""An administrator finds people, makes a class, fills it and archives it; and sees how the service does."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.resilience.ledger import Ledger
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

BURY = """
    insert into outbox (org_id, id, topic, payload, attempts, dead_at, last_error)
    values (%(org_id)s, %(id)s, 'job.progressed', jsonb_build_object('job_id', %(job_id)s::text, 'seq', 1), 9, now(),
            'nobody was there')
"""
"""An event that was given up: of a job to which nobody listens, so that it is handled when it is sent again."""


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool) -> Page:
    """The administrator's list of people."""
    page = staff_page(open_tab, running_school, ADMIN)
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    return page


def test_people_are_found_by_name_and_role_and_say_that_they_are_simulated(page: Page) -> None:
    page.get_by_label("Search").fill("okafor")

    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row", name=re.compile("Ada Okafor.*simulated"))).to_be_visible()

    page.get_by_label("Role").select_option("Teacher")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    page.get_by_label("Search").fill("")
    expect(page.get_by_role("row", name=re.compile("Mira Lindqvist"))).to_be_visible()


def test_a_class_is_made_renamed_filled_emptied_and_archived(page: Page) -> None:
    name = f"Class {uuid4().hex[:8]}"
    page.get_by_role("link", name="Classes", exact=True).click()
    _make(page, "7A")
    expect(page.get_by_text("Another class has this name already.")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the class").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()

    page.get_by_label("Find people").fill("ada@")
    page.get_by_role("button", name="Enrol as learner: Ada Okafor").click()
    expect(page.get_by_role("row", name=re.compile("Ada Okafor"))).to_be_visible()
    page.get_by_role("button", name="Take out: Ada Okafor").click()
    page.get_by_role("dialog").get_by_role("button", name="Take out").click()
    expect(page.get_by_text("Nobody yet")).to_be_visible()

    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill(f"{name} b")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"{name} b", level=1)).to_be_visible()
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_role("button", name="Take back from the archive")).to_be_visible()

    page.get_by_role("link", name="All classes").click()
    expect(page.get_by_role("row", name=re.compile(f"{name} b.*Archived"))).to_be_visible()


def test_a_dead_letter_is_seen_and_sent_again(page: Page, running_school: RunningSchool) -> None:
    Ledger(running_school.host).run(BURY, id=uuid4(), job_id=str(uuid4()))

    page.get_by_role("link", name="Operation").click()
    expect(page.get_by_text("Well")).to_have_count(2)
    row = page.get_by_role("row", name=re.compile("nobody was there"))
    expect(row).to_be_visible()
    row.get_by_role("button", name="Send again: job.progressed").click()

    expect(page.get_by_text("It is sent again")).to_be_visible()
    expect(row).to_have_count(0)


def _make(page: Page, name: str) -> None:
    page.get_by_role("button", name="New class").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the class").click()
