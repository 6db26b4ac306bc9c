"""The network is gone, and the app with the running item is still there: an answer given meanwhile is sent once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from host.testing import wait_until
from tests.journeys.browser import PATIENCE_MS, Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool

pytestmark = [pytest.mark.browser, pytest.mark.host]

RETRY_MS = 60_000
"""The page tries again after 15 seconds at the latest, and then the first functions have to start."""

WAITING = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("dreamseed", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("answers").objectStore("answers").count();
    counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
  };
})"""


@pytest.fixture
def tab(open_tab: OpenTab, learner: Learner) -> LearnerPage:
    """A tab with its service worker at work, in which the learner is signed in."""
    tab = open_tab(service_workers="allow")
    tab.sign_in(learner["email"], learner["password"])
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tab.page.wait_for_function("navigator.serviceWorker.controller !== null")
    return tab


def test_an_answer_given_offline_survives_a_reload_and_is_counted_once(
    tab: LearnerPage, running_school: RunningSchool, learner: Learner
) -> None:
    tab.start()
    stem = tab.stem()

    with offline(tab.page.context):
        tab.answer(1)
        tab.expect_status("Offline, 1 waiting")
        tab.page.reload()
        tab.expect_question(1)
        assert tab.stem() == stem
        expect(tab.options().nth(1)).to_be_checked()
        tab.expect_status("Offline, 1 waiting")
        assert tab.page.evaluate(WAITING) == 1

    tab.expect_question(2)
    tab.expect_status("Saved")
    assert tab.page.evaluate(WAITING) == 0
    assert answered(running_school, learner, tab) == 1


def test_an_answer_left_behind_by_a_closed_window_is_sent_from_any_page(
    tab: LearnerPage, open_tab: OpenTab, running_school: RunningSchool, learner: Learner
) -> None:
    tab.start()
    context, address = tab.page.context, tab.page.url
    with offline(context):
        tab.answer(0)
        tab.expect_status("Offline, 1 waiting")
        tab.page.close()

    again = open_tab(context)
    again.page.goto(again.url)
    expect(again.page.get_by_role("heading", name="Tests you can take")).to_be_visible()
    again.page.wait_for_function(f"() => ({WAITING})().then(count => count === 0)")
    again.page.goto(address)

    again.expect_question(2)
    assert answered(running_school, learner, again) == 1


def test_the_worker_sends_an_answer_after_the_last_page_was_closed(
    tab: LearnerPage, running_school: RunningSchool, learner: Learner
) -> None:
    tab.start()
    session_id, empty = tab.page.url.rsplit("/", 1)[-1], tab.page.context.new_page()
    with offline(tab.page.context):
        tab.answer(1)
        tab.expect_status("Offline, 1 waiting")
        tab.page.close()

    wake_worker(empty, tab.url)

    counted = partial(answered_in, running_school, learner, session_id)
    wait_until(lambda: counted() == 1, RETRY_MS / 1000, lambda: "the answer was not sent")
    empty.goto(tab.url)
    empty.wait_for_function(f"() => ({WAITING})().then(count => count === 0)")


def test_an_answer_given_while_the_server_is_dead_is_counted_once_when_it_is_back(
    tab: LearnerPage, running_school: RunningSchool, learner: Learner
) -> None:
    tab.start()
    tab.answer(0)
    tab.expect_question(2)

    running_school.host.kill()
    tab.answer(1)
    tab.expect_status("Offline, 1 waiting")
    tab.page.reload()
    tab.expect_question(2)
    expect(tab.options().nth(1)).to_be_checked()
    running_school.host.start()

    tab.expect_question(3, RETRY_MS)
    tab.expect_status("Saved")
    assert answered(running_school, learner, tab) == 2


def test_a_reload_offline_shows_the_running_item_and_says_so(tab: LearnerPage) -> None:
    tab.start()
    stem = tab.stem()

    with offline(tab.page.context):
        tab.page.reload()
        tab.expect_question(1)
        assert tab.stem() == stem
        expect(tab.page.get_by_text("You are offline")).to_be_visible()

    expect(tab.page.get_by_text("You are offline")).not_to_be_visible()


def test_nothing_that_was_shown_stays_on_the_device_after_signing_out(tab: LearnerPage) -> None:
    tab.start()

    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()

    count = WAITING.replace(
        'transaction("answers").objectStore("answers")', 'transaction("snapshots").objectStore("snapshots")'
    )
    assert tab.page.evaluate(count) == 0


@contextmanager
def offline(context: BrowserContext) -> Iterator[None]:
    """Everything of that browser profile is without a network meanwhile."""
    context.set_offline(True)
    yield
    context.set_offline(False)


def wake_worker(page: Page, origin: str) -> None:
    """Tell the app's worker that the network is back, as the browser does in its own time."""
    registered: list[str] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(each["registrationId"] for each in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    known = partial(page.evaluate, "1")  # which also lets the browser's news come in
    wait_until(lambda: known() and registered, PATIENCE_MS / 1000, lambda: "the browser knows of no worker")
    event = {"origin": origin, "registrationId": registered[0], "tag": "dreamseed.deliver", "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", event)


def answered(running_school: RunningSchool, learner: Learner, tab: LearnerPage) -> int:
    """How many answers the server counts in the test that the tab shows."""
    return answered_in(running_school, learner, tab.page.url.rstrip("/").split("/")[-1])


def answered_in(running_school: RunningSchool, learner: Learner, session_id: str) -> int:
    """How many answers the server counts in that session."""
    with running_school.signed_in(learner["email"]) as api:
        session: dict[str, Any] = json.loads(api.get(f"/sessions/{session_id}").raise_for_status().text)
    return int(session["answered"])
