"""Somebody of the school's staff in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool


def staff_page(open_tab: OpenTab, school: RunningSchool, email: str, **options: object) -> Page:
    """A tab in which that person is signed in, on the page where their work begins."""
    tab = open_tab(**options)
    person = next(each for each in school.sign_ins if each["email"] == email)
    tab.page.goto(f"{tab.url}/sign-in")
    tab.fill_sign_in(email, person["password"])
    expect(tab.page.get_by_role("navigation", name="Areas").get_by_role("link").first).to_be_attached()
    expect(tab.page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    return tab.page
