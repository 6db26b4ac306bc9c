"""What a learner sees when the network, the server or a second tab gets in the way: no answer is lost, none doubled."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage, drop

pytestmark = [pytest.mark.browser, pytest.mark.host]


def test_an_answer_waits_for_the_network_and_is_delivered_once(tab: LearnerPage) -> None:
    tab.start()

    with tab.answers_intercepted(drop):
        tab.answer(0)
        tab.expect_status("Offline, 1 waiting")
    tab.expect_question(2)

    tab.expect_status("Saved")
    assert len(tab.answer_keys) >= 2
    assert len(set(tab.answer_keys)) == 1


def test_an_answer_whose_receipt_was_lost_is_counted_once(tab: LearnerPage) -> None:
    tab.start()
    lost: list[str] = []

    def lose_first_receipt(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return drop(route)

    with tab.answers_intercepted(lose_first_receipt):
        tab.answer(0)
        tab.expect_question(2)

    expect(tab.page.locator(".player-position")).to_have_text("Question 2")
    expect(tab.page.get_by_text("already been answered")).not_to_be_visible()


def test_an_answer_that_could_not_be_sent_survives_a_reload(tab: LearnerPage) -> None:
    tab.start()
    with tab.answers_intercepted(drop):
        tab.answer(2)
        tab.expect_status("Offline, 1 waiting")
        tab.page.reload()
        tab.expect_status("Offline, 1 waiting")
        expect(tab.options().nth(2)).to_be_checked()
    tab.expect_question(2)

    assert len(set(tab.answer_keys)) == 1


def test_a_busy_server_is_given_the_time_it_asks_for(tab: LearnerPage) -> None:
    tab.start()
    tried_at: list[float] = []

    def refuse_first(route: Route) -> None:
        tried_at.append(time.monotonic())
        if len(tried_at) > 1:
            return route.continue_()
        problem = '{"code": "unavailable", "status": 503, "title": "Busy", "detail": "Busy"}'
        headers = {"Retry-After": "2", "Content-Type": "application/problem+json"}
        return route.fulfill(status=503, headers=headers, body=problem)

    with tab.answers_intercepted(refuse_first):
        tab.answer(0)
        tab.expect_status("Server busy, 1 waiting")
        tab.expect_question(2)

    assert tried_at[1] - tried_at[0] >= 2


def test_an_item_answered_in_another_tab_is_explained_and_the_test_goes_on(tab: LearnerPage, open_tab: OpenTab) -> None:
    tab.start()
    other = open_tab(tab.page.context)
    other.page.goto(tab.page.url)
    other.expect_question(1)

    with tab.hearing_nothing():
        other.answer(0)
        other.expect_question(2)
        tab.answer(1)
    tab.expect_question(2)

    expect(tab.page.get_by_text("had already been answered")).to_be_visible()
    assert tab.stem() == other.stem()


def test_a_session_paused_in_another_tab_takes_no_answer(tab: LearnerPage, open_tab: OpenTab) -> None:
    tab.start()
    other = open_tab(tab.page.context)
    other.page.goto(tab.page.url)

    with tab.hearing_nothing():
        other.page.get_by_role("button", name="Pause").click()
        expect(other.page.get_by_role("heading", name="Test paused")).to_be_visible()
        tab.answer(0)

    expect(tab.page.get_by_role("heading", name="Test paused")).to_be_visible()
    expect(tab.page.get_by_text("was not counted")).to_be_visible()


def test_a_wrong_password_is_explained(open_tab: OpenTab, learner: Learner) -> None:
    tab = open_tab()
    tab.page.goto(tab.url)

    tab.fill_sign_in(learner["email"], "not the password")

    expect(tab.page.get_by_role("alert")).to_contain_text("don’t belong together")


def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    tab: LearnerPage, open_tab: OpenTab, learner: Learner
) -> None:
    tab.start()
    stranger = open_tab()
    stranger.page.goto(tab.page.url)

    stranger.fill_sign_in(learner["email"], learner["password"])

    stranger.expect_question(1)
    assert stranger.stem() == tab.stem()


def test_signing_in_never_leads_to_another_site(open_tab: OpenTab, learner: Learner) -> None:
    tab = open_tab()
    tab.page.goto(f"{tab.url}/sign-in?next=//elsewhere.example/")

    tab.fill_sign_in(learner["email"], learner["password"])

    expect(tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()
    assert tab.page.url == f"{tab.url}/"


def test_signing_out_closes_every_tab_of_the_sign_in(tab: LearnerPage, open_tab: OpenTab) -> None:
    tab.start()
    other = open_tab(tab.page.context)
    other.page.goto(tab.url)
    expect(other.page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    tab.page.get_by_role("button", name="Sign out").click()

    for each in (tab, other):
        expect(each.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert tab.page.evaluate("Object.keys(localStorage).filter(key => key.includes('token'))") == []


def test_an_access_token_that_ran_out_is_renewed_unnoticed(tab: LearnerPage) -> None:
    refused: list[Route] = []

    def refuse_first(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(route)
        return route.fulfill(status=401, json={"code": "unauthenticated", "status": 401, "detail": "Expired"})

    tab.page.route(re.compile(r"/api/v1/sessions$"), refuse_first)
    tab.start()

    assert len(refused) == 1
    signed_in, *renewed = [reply for reply in tab.replies if reply.url.endswith("/auth/token")]
    assert signed_in.ok
    assert [reply.status for reply in renewed] == [200]


def test_a_sign_in_that_the_server_has_ended_is_asked_for_again(tab: LearnerPage, learner: Learner) -> None:
    tab.start()
    stem = tab.stem()
    tab.page.evaluate("localStorage.setItem('dreamseed.refresh_token', 'worthless')")

    tab.page.reload()
    expect(tab.page.get_by_text("Your sign-in has run out")).to_be_visible()
    tab.fill_sign_in(learner["email"], learner["password"])

    tab.expect_question(1)
    assert tab.stem() == stem


def test_no_access_token_is_stored(tab: LearnerPage) -> None:
    used = {reply.request.headers.get("authorization", "").removeprefix("Bearer ") for reply in tab.replies}

    stored = tab.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")

    assert not any(token and token in stored for token in used)


def test_an_unknown_address_says_so_and_leads_home(tab: LearnerPage) -> None:
    tab.page.goto(f"{tab.url}/nowhere")

    expect(tab.page.get_by_role("heading", name="Page not found")).to_be_visible()
    tab.page.get_by_role("link", name="Go to the home page").click()
    expect(tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()
