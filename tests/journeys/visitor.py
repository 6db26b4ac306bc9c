"""Looks at any page of the app as whoever it is for: one signed-in tab for each role."""

from __future__ import annotations

from playwright.sync_api import Browser, ViewportSize

from tests.journeys.learner_page import LearnerPage
from tests.journeys.media import PLAIN
from tests.journeys.pages import ANYBODY, Page
from tests.journeys.running_school import RunningSchool


class Visitor:
    """Somebody of every role at once."""

    def __init__(self, browser: Browser, school: RunningSchool, size: ViewportSize) -> None:
        self._browser = browser
        self._school = school
        self._size = size
        self._tabs: dict[str, LearnerPage] = {}

    def tab_of(self, role: str) -> LearnerPage:
        """The tab of that role; somebody signs in where nobody has yet."""
        if role not in self._tabs:
            context = self._browser.new_context(locale="en-GB", reduced_motion="reduce", service_workers="block")
            self._tabs[role] = LearnerPage.open(context, self._school.url)
            if role != ANYBODY:
                self._tabs[role].sign_in_as(self._reader(role))
        return self._tabs[role]

    def visit(self, page: Page) -> LearnerPage:
        """Open the page, wait until it has what it needs, and do there what is to be done."""
        tab = self.tab_of(page.role)
        tab.page.emulate_media(**PLAIN)
        tab.page.set_viewport_size(self._size)
        tab.page.goto(tab.url + self._address(page))
        tab.expect_page()
        page.go_on(tab)
        return tab

    def close(self) -> None:
        """Close all tabs."""
        for tab in self._tabs.values():
            tab.page.context.close()

    def _address(self, page: Page) -> str:
        if page.role == ANYBODY:
            return page.route
        with self._school.signed_in(self._reader(page.role)["email"]) as api:
            return page.address(api)

    def _reader(self, role: str) -> dict[str, str]:
        return self._school.person(role) if "@" in role else self._school.somebody(role)
