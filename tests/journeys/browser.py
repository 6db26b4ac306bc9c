"""Chromium, and a learner of the running demo school in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from host.setup import system_packages
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

PATIENCE_MS = 20_000
"""How long an expectation may take to come true, on a machine that runs the whole cloud and other tests beside it."""

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]

__all__ = [
    "Learner",
    "OpenTab",
    "axe_faults",
    "chromium",
    "learner",
    "open_context",
    "open_tab",
    "tab",
]


Learner = dict[str, str]
OpenTab = Callable[..., LearnerPage]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; Playwright's own can't be downloaded everywhere.

    It ends with the journeys: as long as Playwright runs, no other test of the same process can have an event loop.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_packages.find_chromium(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def learner(running_school: RunningSchool) -> Learner:
    """A learner who has no test under way."""
    return running_school.free_learner()


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser profiles that know nothing of each other.

    Without service workers unless a test is about them: what goes through one is hidden from `page.route`.
    """
    contexts: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        options = {"locale": "en-GB", "service_workers": "block"} | options
        contexts.append(chromium.new_context(**options))
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture
def open_tab(running_school: RunningSchool, open_context: Callable[..., BrowserContext]) -> Iterator[OpenTab]:
    """Opens tabs, in a new profile unless one is given; afterwards none of them may have had a fault."""
    tabs: list[LearnerPage] = []

    def open_tab(context: BrowserContext | None = None, **options: Any) -> LearnerPage:
        tabs.append(LearnerPage.open(context or open_context(**options), running_school.url))
        return tabs[-1]

    yield open_tab
    assert [fault for tab in tabs for fault in tab.faults] == []


@pytest.fixture
def tab(open_tab: OpenTab, learner: Learner) -> LearnerPage:
    """A tab in which the learner is signed in."""
    tab = open_tab()
    tab.sign_in(learner["email"], learner["password"])
    return tab


def axe_faults(tab: LearnerPage, rules: Sequence[str] | None = None) -> list[str]:
    """What axe-core finds seriously or critically wrong with the page as it stands, by all of its rules or by some."""
    if not tab.page.evaluate("'axe' in window"):
        tab.page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    report = tab.page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{fault['id']} ({fault['impact']}): {node['html']}"
        for fault in report["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
