"""Take the pictures of every page that the documentation shows, and write the page that lists them.

    python -m tests.journeys.take_pictures                   # of every page
    python -m tests.journeys.take_pictures teach result      # of those with one of these words in their name

Starts a demo school of its own, in which the first learner takes a test, gets right whatever is easier than 0.7 logits,
and has something set by the teacher. Each page is taken on a wide screen in light colours (`<name>.png`) and on a phone
in dark ones (`<name>-phone.png`), in docs/images/pages; docs/pages.md shows them all.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from host.settings import ROOT
from host.setup import system_packages
from tests.journeys.browser import CHROMIUM_OPTIONS, PATIENCE_MS
from tests.journeys.learner_page import LearnerPage
from tests.journeys.media import PLAIN
from tests.journeys.pages import CHILD, LEARNER, PAGES, TEACHER, Page, finished_test
from tests.journeys.running_school import RunningSchool, serving
from tests.journeys.visitor import Visitor
from tests.resilience.ledger import Ledger

LIST = ROOT / "docs" / "pages.md"
IMAGES = ROOT / "docs" / "images" / "pages"
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
READERS = {
    "": "everybody",
    "learner": "learners",
    "teacher": "teachers",
    "author": "authors",
    "org_admin": "admins",
    "guardian": "guardians",
    CHILD: "children who wait for a consent",
}

HEAD = """# Every page

As `python -m tests.journeys.take_pictures` finds them in the demo school: on a wide screen, and on a phone in the dark.
The same pages are tested in every theme and language (`tests/journeys/test_pages_suit_everybody.py`).
"""


def main(words: Sequence[str]) -> None:
    """Take the pictures of the pages with one of the words in their name; of all of them without any."""
    wanted = [page for page in PAGES if not words or any(word in page.slug for word in words)]
    if not words:
        shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as school, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        executable = system_packages.find_chromium()
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        prepare(school)
        take_pictures(browser, school, wanted)
        browser.close()
    LIST.write_text(listed(PAGES))


def prepare(school: RunningSchool) -> None:
    """Something to see: a test taken and all that follows from it, and one that is set."""
    school.host.wait_until_background_is_ready()
    with school.signed_in(school.somebody(TEACHER)["email"]) as api:
        set_a_test(api)
    with school.signed_in(school.somebody(LEARNER)["email"]) as api:
        finished_test(api)
    Ledger(school.host).wait_until_heard()


def set_a_test(teacher: httpx.Client) -> None:
    """For the teacher's first class, for this week."""
    now = datetime.now(UTC)
    body = {
        "class_id": teacher.get("/classes").raise_for_status().json()["items"][0]["id"],
        "test_design_id": teacher.get("/test_designs").raise_for_status().json()["items"][-1]["id"],
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(days=5)).isoformat(),
        "instructions": "Have paper and a pencil ready.",
    }
    teacher.post("/assignments", json=body).raise_for_status()


def take_pictures(browser: Browser, school: RunningSchool, pages: Sequence[Page]) -> None:
    """Of each page two."""
    visitor = Visitor(browser, school, WIDE)
    for page in pages:
        tab = visitor.visit(page)
        picture(tab, page.slug)
        tab.page.set_viewport_size(PHONE)
        tab.page.emulate_media(**(PLAIN | {"color_scheme": "dark"}))
        picture(tab, f"{page.slug}-phone")
        print(page)
    visitor.close()


def picture(tab: LearnerPage, name: str) -> None:
    """What is in the window, from the top, with nothing in focus."""
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.evaluate("window.scrollTo(0, 0)")
    tab.page.screenshot(path=IMAGES / f"{name}.png")


def listed(pages: Sequence[Page]) -> str:
    """The documentation's list of the pages that have pictures."""
    sections = [HEAD]
    for page in (each for each in pages if (IMAGES / f"{each.slug}.png").exists()):
        what = f"`{page.route}`" + (f", {page.name}" if page.name else "")
        sections.append(
            f"## {what}\n\nFor {READERS[page.role]}.\n\n"
            f'<img src="images/pages/{page.slug}.png" width="640" alt="{page} on a wide screen">\n'
            f'<img src="images/pages/{page.slug}-phone.png" width="200" alt="{page} on a phone">\n'
        )
    return "\n".join(sections)


if __name__ == "__main__":
    main(sys.argv[1:])
