"""How soon people see a page, and a learner the next item, in a real browser against the whole product.

    python -m benchmarks.pages                      # starts a demo school of its own
    python -m benchmarks.pages --visits 20 --tests 4

*First page*: from opening an address with an empty cache to the main heading of the page, as painted. *Next item*: from
the press of Enter that submits an answer to the next item on the screen. Browser, gateway, functions, PostgreSQL and
queues share the machine's processors. Both are wanted: the first page below 2 s, the next item below 300 ms at p95.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from host.setup import system_packages
from tests.journeys.browser import CHROMIUM_OPTIONS, PATIENCE_MS
from tests.journeys.learner_page import LearnerPage
from tests.journeys.pages import LEARNER
from tests.journeys.running_school import RunningSchool, serving

FIRST_PAGE_MS = 2000
NEXT_ITEM_MS = 300

NEXT_ITEM = """(position) => new Promise((resolve) => {
  const shown = () => document.querySelector(".player-position")?.textContent.endsWith(" " + position)
    || document.querySelector(".score") !== null;
  const begun = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  const watch = new MutationObserver(() => { if (shown()) { watch.disconnect(); painted(); } });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  document.querySelector("form.item button[type=submit]").click();
})"""
"""Submits the answer that has been chosen; resolves with the milliseconds until what follows has been painted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=10, help="first pages to open (10)")
    parser.add_argument("--tests", type=int, default=3, help="tests to take (3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as school, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        executable = system_packages.find_chromium()
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        school.host.wait_until_background_is_ready()
        firsts = [first_page(browser, school) for _ in range(options.visits)]
        items = [ms for _ in range(options.tests) for ms in next_items(browser, school)]
        browser.close()
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    report("first page", firsts, FIRST_PAGE_MS)
    report("next item", items, NEXT_ITEM_MS)


def first_page(browser: Browser, school: RunningSchool) -> float:
    """Milliseconds from opening the address in a new profile to its heading."""
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(school.url, wait_until="commit")
        page.locator("h1").wait_for()
        return (time.perf_counter() - begun) * 1000


def next_items(browser: Browser, school: RunningSchool) -> list[float]:
    """Milliseconds from each answer of a whole test to the next item; the first, which wakes the function, included."""
    with browser.new_context(locale="en-GB", service_workers="block") as context:
        tab = LearnerPage.open(context, school.url)
        person = school.somebody(LEARNER)
        tab.sign_in(person["email"], person["password"])
        tab.start("Test")
        return [submit(tab.page, position) for position in iter(lambda: position_of(tab), None)]


def position_of(tab: LearnerPage) -> int | None:
    """Which item is on the screen; None when the test is over."""
    if tab.page.locator(".score").is_visible():
        return None
    return int(tab.page.locator(".player-position").inner_text().split()[-1])


def submit(page: Page, position: int) -> float:
    page.keyboard.press("2")
    return float(page.evaluate(NEXT_ITEM, position + 1))


def report(name: str, milliseconds: list[float], limit: float) -> None:
    p50, p95 = np.percentile(milliseconds, [50, 95])
    verdict = "reached" if p95 < limit else "MISSED"
    print(f"{name}: n {len(milliseconds)}, p50 {p50:.0f} ms, p95 {p95:.0f} ms, wanted {limit:.0f} ms: {verdict}")


if __name__ == "__main__":
    main()
