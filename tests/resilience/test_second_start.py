"""Stopped and started again on the same folder, a host has lost nothing and is soon there."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from host.testing import HostUnderTest, wait_until
from tests.resilience.learner import Learner
from tests.resilience.ledger import Ledger

pytestmark = [pytest.mark.host, pytest.mark.resilience]

FIRST_PAGE_SECONDS = 15.0
"""Generous: on a machine that does nothing else it takes less than 5."""
STARTS = 3
"""How often it may be tried: other programs may keep the machine busy, and none of them makes a slow start quick."""

TABLES = ("users", "item_versions", "test_sessions", "responses", "knowledge_states", "exposure_counts", "jobs")


def test_a_second_start_is_quick_and_has_lost_nothing(
    host: HostUnderTest, ledger: Ledger, learners: list[Learner]
) -> None:
    learner = learners[0]
    session = learner.start()
    learner.give(session["id"], learner.choose(session))
    ledger.wait_until_heard()
    before = seen_by(learner, ledger)

    assert host.stop() == 0
    seconds = [seconds_to_first_page(host, learner.url)]

    assert seen_by(learner, ledger) == before
    while min(seconds) >= FIRST_PAGE_SECONDS and len(seconds) < STARTS:
        assert host.stop() == 0
        seconds.append(seconds_to_first_page(host, learner.url))
    print(f"Seconds until the first page was there: {seconds}")
    assert min(seconds) < FIRST_PAGE_SECONDS


def seen_by(learner: Learner, ledger: Ledger) -> dict[str, Any]:
    """All that is stored, and what the learner sees of it; only the time of day may have changed."""
    session = learner.start()
    del session["server_time"]
    stored = {table: ledger.digest(table) for table in TABLES}
    return {**stored, "session": session, "state": learner.send("GET", "/learners/me/state")}


def seconds_to_first_page(host: HostUnderTest, url: str) -> float:
    """Start the host; returns how long it took until the page could be seen."""
    began_at = time.monotonic()
    with ThreadPoolExecutor(1) as threads, httpx.Client(trust_env=False) as browser:
        starting = threads.submit(host.start)
        wait_until(lambda: is_shown(browser, url), 60, lambda: "there is no page")
        seconds = time.monotonic() - began_at
        starting.result()
    return seconds


def is_shown(browser: httpx.Client, url: str) -> bool:
    """Whether the page is there, and the API behind it ready."""
    try:
        return browser.get(url).is_success and browser.get(f"{url}/ready").is_success
    except httpx.TransportError:
        return False
