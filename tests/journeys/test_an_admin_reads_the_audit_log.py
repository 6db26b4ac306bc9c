"""An administrator sees who changed what, has the log checked and written to files, and notes a disclosure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.account import accept, invite, somebody_new
from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.pages import JOB_PATIENCE_MS
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.resilience.ledger import Ledger
from tests.school import ADMIN, LEARNER, TEACHER

pytestmark = [pytest.mark.browser, pytest.mark.host]

TAMPER = "update audit_logs set action = %(action)s where org_id = %(org_id)s and seq = 1"


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool) -> Page:
    """The administrator's first page; dialogues stand there at once, so that their colours can be measured."""
    return staff_page(open_tab, running_school, ADMIN, reduced_motion="reduce")


def open_log(page: Page) -> None:
    """Go to the audit log."""
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()


def accessible(page: Page) -> None:
    """Nothing on the page, as it stands, may keep anybody out."""
    assert axe_faults(LearnerPage(page, "")) == []


def rename_a_class(page: Page) -> str:
    """Make a class and give it another name; returns that name."""
    name = f"Class {uuid4().hex[:8]}"
    page.get_by_role("link", name="Classes", exact=True).click()
    page.get_by_role("button", name="New class").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the class").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill(f"{name} b")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"{name} b", level=1)).to_be_visible()
    return name


def test_a_change_is_seen_with_what_was_before_and_after(page: Page, running_school: RunningSchool) -> None:
    name = rename_a_class(page)
    who = running_school.person(ADMIN)["name"]
    open_log(page)

    newest = page.get_by_role("row").nth(1)
    expect(newest).to_contain_text(f"{who}: Change a class")
    accessible(page)
    newest.get_by_role("button", name=re.compile("Details of entry")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name=f"Name {name} {name} b")).to_be_visible()
    expect(dialog.get_by_role("heading", name=re.compile("Entry"))).to_be_focused()
    expect(dialog.get_by_text("127.0.0.1")).to_be_visible()
    accessible(page)

    dialog.get_by_role("link", name="Everything about this thing").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("row", name=re.compile("Change a class")).get_by_role("link", name="Class").click()
    expect(page.get_by_role("heading", name=f"{name} b", level=1)).to_be_visible()


def test_the_log_is_narrowed_down_by_person_action_kind_and_day(page: Page) -> None:
    rename_a_class(page)
    open_log(page)

    page.get_by_label("Action").select_option("Change a class")
    expect(rows_without(page, "Change a class")).to_have_count(0)
    page.get_by_label("Kind of thing").select_option("Role")
    expect(page.get_by_text("No entry fits")).to_be_visible()
    page.get_by_label("Kind of thing").select_option("Class")
    page.get_by_label("Person").fill("ada@")
    page.get_by_role("button", name="Choose Ada Okafor").click()
    expect(page.get_by_text("No entry fits")).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="Ada Okafor")).to_be_visible()
    page.get_by_role("button", name="Everybody").click()
    expect(page.get_by_role("row", name=re.compile("Change a class")).first).to_be_visible()

    page.get_by_label("To", exact=True).fill("2020-01-31")
    expect(page.get_by_text("No entry fits")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(page.get_by_label("Action")).to_have_value("")
    expect(page.get_by_role("row", name=re.compile("Make a class")).first).to_be_visible()


def rows_without(page: Page, text: str) -> Locator:
    return page.get_by_role("table").locator("tbody tr").filter(has_not_text=text)


def test_a_check_says_that_the_log_holds_or_which_entry_does_not(page: Page, running_school: RunningSchool) -> None:
    rename_a_class(page)
    open_log(page)

    page.get_by_role("button", name="Check the log").click()
    expect(page.get_by_text("The log is intact")).to_be_visible(timeout=JOB_PATIENCE_MS)
    expect(page.get_by_text(re.compile(r"entries were checked, up to entry \d+"))).to_be_visible()
    accessible(page)

    with tampered(running_school):
        page.get_by_role("button", name="Check the log").click()
        expect(page.get_by_text("Entry 1 is wrong")).to_be_visible(timeout=JOB_PATIENCE_MS)
    expect(page.get_by_text("Its content was changed after it was written.")).to_be_visible()
    accessible(page)


@contextmanager
def tampered(school: RunningSchool) -> Iterator[None]:
    """As long as this lasts, the first entry says what it did not say."""
    ledger = Ledger(school.host)
    (first,) = ledger.run("select action from audit_logs where org_id = %(org_id)s and seq = 1")
    ledger.run(TAMPER, action="nothing")
    try:
        yield
    finally:
        ledger.run(TAMPER, action=first["action"])


def test_an_export_is_written_and_saved(page: Page) -> None:
    rename_a_class(page)
    open_log(page)

    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    accessible(page)
    dialog.get_by_role("button", name="Write the files").click()
    expect(dialog.get_by_text("2 files are ready.")).to_be_visible(timeout=JOB_PATIENCE_MS)
    accessible(page)
    with page.expect_download() as download:
        dialog.get_by_role("link", name="part-0001.ndjson").click()

    lines = Path(download.value.path()).read_text().splitlines()
    assert "update_class" in {json.loads(line)["action"] for line in lines}


def test_a_disclosure_is_noted_and_read_by_the_learner(
    page: Page, open_tab: OpenTab, running_school: RunningSchool
) -> None:
    party = f"Riverbank School {uuid4().hex[:8]}"
    open_log(page)
    page.get_by_role("link", name="Disclosures").click()
    page.get_by_label("Find a learner").fill("ada@")
    accessible(page)
    page.get_by_role("link", name="Show the disclosures of Ada").click()
    note(page, party)
    expect(page.get_by_role("row", name=re.compile(f"{party}.*Test results.*Move to another school"))).to_be_visible()
    accessible(page)

    learner = open_tab(reduced_motion="reduce")
    learner.sign_in_as(running_school.person(LEARNER))
    learner.page.get_by_role("link", name=re.compile("Settings")).click()
    learner.page.get_by_role("link", name="To whom your records were disclosed").click()
    expect(learner.page.get_by_role("heading", name="Your records")).to_be_visible()
    expect(learner.page.get_by_role("row", name=re.compile(party))).to_be_visible()
    assert axe_faults(learner) == []


def test_a_guardian_reads_to_whom_their_ward_s_records_were_disclosed(
    open_tab: OpenTab, running_school: RunningSchool
) -> None:
    party = f"The county {uuid4().hex[:8]}"
    email, password = somebody_new()
    tab = open_tab(reduced_motion="reduce")
    accept(tab.page, invite(running_school, ADMIN, email, "guardian"), "Ngozi Bello", password)
    with running_school.signed_in(ADMIN) as api:
        (guardian,) = api.get("/users", params={"query": email}).raise_for_status().json()["items"]
        ada_id = id_of(running_school, LEARNER)
        api.put(f"/users/{ada_id}/guardians/{guardian['id']}", json={"relation": "parent"}).raise_for_status()
        said = {"party": party, "purpose": "An audit", "records": "Attendance", "basis": "evaluation"}
        api.post("/disclosures", json={"learner_id": ada_id, **said}).raise_for_status()

    tab.page.goto(f"{tab.url}/settings")
    tab.page.get_by_role("link", name="To whom your records were disclosed").click()
    expect(tab.page.get_by_role("heading", level=2)).to_have_text([re.compile("Ada Okafor")])
    expect(tab.page.get_by_role("row", name=re.compile(f"{party}.*Official audit"))).to_be_visible()
    assert axe_faults(tab) == []


def id_of(school: RunningSchool, email: str) -> str:
    with school.signed_in(email) as api:
        return str(api.get("/me").raise_for_status().json()["id"])


def note(page: Page, party: str) -> None:
    """Note a disclosure; what is missing is said first."""
    page.get_by_role("button", name="Note a disclosure").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Note it").click()
    expect(dialog.get_by_text("This is needed.")).to_have_count(4)
    accessible(page)
    dialog.get_by_label("To whom").fill(party)
    dialog.get_by_label("Which records").fill("Test results of this school year")
    dialog.get_by_label("Why").fill("Placement in a class")
    dialog.get_by_label("Basis").select_option("Move to another school")
    dialog.get_by_role("button", name="Note it").click()
    expect(dialog).to_have_count(0)


def test_a_teacher_notes_a_disclosure_of_a_learner(open_tab: OpenTab, running_school: RunningSchool) -> None:
    page = staff_page(open_tab, running_school, TEACHER, reduced_motion="reduce")
    page.goto(f"{running_school.url}/teach/learners/{id_of(running_school, LEARNER)}")
    page.get_by_role("link", name="To whom records were disclosed").click()
    expect(page.get_by_text("Administrators, the learner and their guardians can read it.")).to_be_visible()
    accessible(page)
    note(page, "The county")
    expect(page.get_by_text("Noted for Ada")).to_be_visible()
