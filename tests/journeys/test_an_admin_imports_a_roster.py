"""An administrator brings a roster: sees what it would change, saves what is wrong with it, and has it taken."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.functions.rosters.files import CLASSES, ENROLMENTS, USERS, oneroster, table
from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

HEAD = "email,full_name,role,class"
MANY = 310
"""More rows than a request takes at once."""


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool) -> Page:
    """The administrator's page of rosters."""
    page = staff_page(open_tab, running_school, ADMIN)
    page.get_by_role("link", name="Rosters").click()
    expect(page.get_by_role("heading", name="Rosters", level=1)).to_be_visible()
    return page


def choose(page: Page, name: str, content: str | bytes) -> None:
    """Choose a file and ask what it would change."""
    raw = content.encode() if isinstance(content, str) else content
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": raw})
    page.get_by_role("button", name="Show what would change").click()


def take(page: Page) -> None:
    """Import what is shown, and say so again when asked."""
    page.get_by_role("button", name="Import").click()
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name=re.compile("What .* has changed"), level=1)).to_be_visible()


def test_a_roster_is_compared_then_taken_and_its_bad_rows_saved(page: Page) -> None:
    name = uuid4().hex[:8]
    rows = [f"{name}@hillside.example,Noa Berg,learner,Roster {name}", "nonsense,Somebody,learner,"]
    choose(page, "autumn.csv", table(HEAD, *rows))

    expect(page.get_by_role("heading", name="What autumn.csv would change", level=1)).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("People 1 0 0 0"))).to_be_visible()
    expect(page.get_by_role("heading", name="3 would be added")).to_be_visible()
    problem = page.get_by_role("row", name=re.compile("roster.csv, line 3.*email"))
    expect(problem).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert '"roster.csv","3","email"' in saved

    take(page)
    expect(page.get_by_role("heading", name="3 were added")).to_be_visible()
    page.get_by_role("link", name="All rosters").click()
    expect(page.get_by_role("row", name=re.compile("autumn.csv Imported Done"))).to_be_visible()

    choose(page, "autumn.csv", table(HEAD, f"{name}@hillside.example,Noa Berg-Lund,learner,Roster {name}"))
    changed = page.get_by_role("row", name=re.compile("Noa Berg.*before: Noa Berg becomes: Noa Berg-Lund"))
    expect(changed).to_be_visible()
    take(page)

    page.get_by_role("link", name="All rosters").click()
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_label("Search").fill(name)
    expect(page.get_by_role("row", name=re.compile("Noa Berg-Lund"))).to_be_visible()


def test_what_a_oneroster_file_deletes_is_asked_for_by_number(page: Page) -> None:
    name = uuid4().hex[:8]

    def roster(status: str, enabled: str) -> bytes:
        return oneroster(
            users=table(USERS, f"u-{name},{status},{enabled},student,Ida,Holm,{name}@hillside.example"),
            classes=table(CLASSES, f"c-{name},active,Class {name},{name},Maths"),
            enrollments=table(ENROLMENTS, f"e-{name},{status},c-{name},u-{name},student"),
        )

    choose(page, "district.zip", roster("active", "true"))
    take(page)
    page.get_by_role("link", name="All rosters").click()
    choose(page, "district.zip", roster("tobedeleted", "false"))

    expect(page.get_by_role("heading", name=re.compile("would be removed or suspended"))).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("dialog")).to_contain_text("taken away")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name=re.compile("removed or suspended"))).to_be_visible()


def test_a_large_roster_says_how_far_it_is_and_then_what_it_changed(page: Page) -> None:
    name = uuid4().hex[:8]
    rows = [f"{name}-{index}@hillside.example,Person {index},learner," for index in range(MANY)]
    choose(page, "district.csv", table(HEAD, *rows))

    expect(page.get_by_role("row", name=re.compile(f"People {MANY} 0 0 0"))).to_be_visible()
    expect(page.get_by_text("50 shown")).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("100 shown")).to_be_visible()
    take(page)
    expect(page.get_by_role("heading", name=f"{MANY} were added")).to_be_visible()


def test_what_cannot_be_read_is_said_beside_the_file(page: Page) -> None:
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Choose a file.")).to_be_visible()

    choose(page, "photo.zip", b"not a zip at all")
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
