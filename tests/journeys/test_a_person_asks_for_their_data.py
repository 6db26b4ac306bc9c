"""Somebody takes a copy of their data and calls their deletion off; an administrator keeps, deletes and shares data."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from host.testing import wait_until
from tests.journeys.account import accept, id_of, invite, somebody_new
from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.resilience.ledger import Ledger
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

JOB_MS = 120_000
"""How long a job may take whose platform is still starting."""

DUE = """
    update erasures set due_at = created_at
    where cancelled_at is null and subject_id = %(subject_id)s
"""


def newcomer(open_tab: OpenTab, school: RunningSchool, name: str) -> tuple[LearnerPage, str]:
    """Somebody who has just come by an invitation, on the page about their data; and their address."""
    email, password = somebody_new()
    tab = open_tab()
    accept(tab.page, invite(school, ADMIN, email), name, password)
    tab.page.goto(f"{school.url}/settings")
    tab.page.get_by_role("link", name="What we keep of you").click()
    expect(tab.page.get_by_role("heading", name="Your data", level=1)).to_be_visible()
    return tab, email


def choose_for(page: Page, name: str, email: str, action: str) -> None:
    """Find somebody and choose what to ask for."""
    page.get_by_label("Find people").fill(email)
    page.get_by_role("button", name=f"Choose what to ask for: {name}").click()
    page.get_by_role("menuitem", name=action).click()


def erase_now(school: RunningSchool, email: str) -> None:
    """The time for calling somebody's erasure off passes; returns when it is done."""
    Ledger(school.host).run(DUE, subject_id=id_of(school, ADMIN, email))
    school.host.invoke("start_due_erasures", {})
    with school.signed_in(ADMIN) as api:

        def statuses() -> list[str]:
            return [each["status"] for each in api.get("/privacy/erasures").raise_for_status().json()["items"]]

        wait_until(lambda: "done" in statuses(), JOB_MS / 1_000, lambda: f"erasures are {statuses()}")


def test_somebody_downloads_everything_that_is_kept_of_them(open_tab: OpenTab, running_school: RunningSchool) -> None:
    tab, email = newcomer(open_tab, running_school, "Noa Berg")
    page = tab.page
    page.get_by_text("All of it, what for and for how long").click()
    expect(page.get_by_role("row", name="How to reach you: your e-mail address")).to_be_visible()

    page.get_by_role("button", name="Ask for a copy of my data").click()
    expect(page.get_by_text("Ready", exact=True)).to_be_visible(timeout=JOB_MS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()

    with zipfile.ZipFile(download.value.path()) as copy:
        assert email in copy.read("data/users.json").decode()
    assert axe_faults(tab) == []


def test_somebody_asks_to_be_deleted_and_thinks_again(open_tab: OpenTab, running_school: RunningSchool) -> None:
    tab, _ = newcomer(open_tab, running_school, "Noa Berg")
    page = tab.page
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To confirm, type the name: Noa Berg").fill("Noa")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_text("This is not the name.")).to_be_visible()
    assert axe_faults(tab) == []

    dialog.get_by_label("To confirm, type the name: Noa Berg").fill("noa berg")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("This account will be deleted. It begins on")).to_be_visible()
    expect(page.get_by_role("button", name="Delete my account")).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Call it off").click()

    expect(page.get_by_text("Called off", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()


def test_an_administrator_holds_then_deletes_somebody_and_saves_the_certificate(
    open_tab: OpenTab, running_school: RunningSchool
) -> None:
    _, email = newcomer(open_tab, running_school, "Ida Holm")
    page = staff_page(open_tab, running_school, ADMIN)
    page.get_by_role("link", name="Data requests").click()
    expect(page.get_by_role("heading", name="Data requests", level=1)).to_be_visible()

    choose_for(page, "Ida Holm", email, "A legal hold")
    page.get_by_role("dialog").get_by_role("button", name="Place the hold").click()
    expect(page.get_by_role("dialog").get_by_text("Say why.")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Reason").fill("A case at court")
    page.get_by_role("dialog").get_by_role("button", name="Place the hold").click()
    expect(page.get_by_role("row", name="Ida Holm").get_by_text("A case at court")).to_be_visible()

    choose_for(page, "Ida Holm", email, "Delete the account")
    page.get_by_role("dialog").get_by_label("To confirm, type the name").fill("Ida Holm")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("row", name="Ida Holm").get_by_text("Held back")).to_be_visible()

    page.get_by_role("tab", name="Legal holds").click()
    page.get_by_role("button", name="Release the hold on Ida Holm").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("The case is over")
    page.get_by_role("dialog").get_by_role("button", name="Release").click()
    expect(page.get_by_role("row", name="Ida Holm").get_by_text("The case is over")).to_be_visible()
    page.get_by_role("tab", name="Deletions").click()
    expect(page.get_by_role("row", name="Ida Holm").get_by_text("Waiting")).to_be_visible()

    erase_now(running_school, email)
    page.reload()
    page.get_by_role("tab", name="Deletions").click()
    gone = page.get_by_role("row", name="Somebody who was erased").first
    with page.expect_download() as download:
        gone.get_by_role("button", name="Certificate", exact=True).click()
    certificate = Path(download.value.path()).read_text()
    assert certificate.startswith("Certificate of erasure")
    assert email not in certificate


def test_an_administrator_shares_answers_without_names(open_tab: OpenTab, running_school: RunningSchool) -> None:
    tab = open_tab()
    tab.sign_in_as(running_school.person(ADMIN))
    page = tab.page
    page.get_by_role("link", name="Data requests").click()
    page.get_by_role("tab", name="Copies without names").click()
    page.get_by_role("button", name="Make a copy").click()
    expect(page.get_by_role("row").get_by_text("Done")).to_be_visible(timeout=JOB_MS)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()

    with zipfile.ZipFile(download.value.path()) as copy:
        assert set(copy.namelist()) == {"responses.csv", "report.json"}
    assert axe_faults(tab) == []
