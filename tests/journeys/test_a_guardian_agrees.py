"""A child registers and waits; a guardian agrees by two mails or signed in, or the school does; all can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.account import accept, id_of, invite, mailed_link, sign_in, somebody_new
from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.resilience.ledger import Ledger
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]

NOT_YET = "First, a grown-up has to agree"
NEEDED = ("An account", "Answers and results")
OPTIONAL = ("Making the tests better", "A tutor that is a computer")

A_DAY_LATER = """
    update consent_requests set answered_at = answered_at - interval '25 hours'
    where id = (select id from consent_requests order by id desc limit 1)
"""
"""For the guardian who was asked last."""


@dataclass(frozen=True)
class Child:
    """A child who has registered, confirmed their address and signed in."""

    tab: LearnerPage
    name: str
    email: str
    guardian: str


@pytest.fixture
def child(open_tab: OpenTab, running_school: RunningSchool) -> Child:
    """Somebody of ten years who registers at a school that lets everybody register, and names a guardian."""
    with running_school.signed_in(ADMIN) as api:
        version = api.get("/organisation").raise_for_status().headers["etag"]
        changes = {"registration": "open"}
        api.patch("/organisation", json=changes, headers={"if-match": version}).raise_for_status()
    (email, password), (guardian, _), tab = somebody_new(), somebody_new(), open_tab()
    page, name = tab.page, f"Juno {email[:6]}"
    page.goto(f"{running_school.url}/register")
    page.get_by_label("Short name").fill("hillside")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Date of birth").fill(f"{datetime.now(UTC).year - 10}-01-02")
    page.get_by_role("button", name="Register").click()
    page.get_by_label("parent or guardian").fill(guardian)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text(f"A mail to {email} is on its way.")).to_be_visible()
    page.goto(mailed_link(running_school, email, "/verify"))
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, email, password)
    expect(page.get_by_role("heading", name=NOT_YET)).to_be_visible()
    return Child(tab, name, email, guardian)


def expect_tests(child: Child) -> None:
    """The child looks again, and may take tests."""
    child.tab.page.get_by_role("button", name="They have agreed: look again").click()
    expect(child.tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()


def choose(page: Page, title: str, answer: str) -> None:
    """Choose an answer to one of the purposes."""
    page.get_by_role("group", name=title).get_by_label(answer, exact=True).check()


def agree(page: Page) -> None:
    """Agree to what is needed and to nothing else."""
    for title in NEEDED:
        choose(page, title, "I agree")
    for title in OPTIONAL:
        choose(page, title, "I don’t agree")
    page.get_by_label("Your name").fill("Lea Holm")
    page.get_by_label("I am of age").check()
    page.get_by_role("button", name="Send my answer").click()


def second_mail(school: RunningSchool, guardian: str) -> str:
    """A day passes; the link in the second mail."""
    Ledger(school.host).run(A_DAY_LATER)
    school.host.invoke("find_due_confirmations", {})
    return mailed_link(school, guardian, "/guardian/confirm")


def test_a_guardian_agrees_by_two_mails_and_takes_it_back(
    open_tab: OpenTab, running_school: RunningSchool, child: Child
) -> None:
    assert axe_faults(child.tab) == []
    tab = open_tab()
    page = tab.page
    page.goto(mailed_link(running_school, child.guardian, "/guardian"))
    expect(page.get_by_text(f"{child.name} would like to learn with DreamSeed at Hillside School.")).to_be_visible()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Choose one of the two.")).to_have_count(len(NEEDED + OPTIONAL))
    expect(page.get_by_text("Give your name.")).to_be_visible()
    assert axe_faults(tab) == []
    agree(page)
    expect(page.get_by_text(f"your answer for {child.name} is noted")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(list(NEEDED))

    page.goto(second_mail(running_school, child.guardian))
    expect(page.get_by_text("Was it you?")).to_be_visible()
    page.get_by_role("button", name="Yes, I agree").click()
    expect(page.get_by_text(f"What you have agreed to for {child.name} counts now.")).to_be_visible()
    assert axe_faults(tab) == []
    expect_tests(child)

    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is taken back.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It is taken back.")).to_be_visible()
    child.tab.test_card("Test").get_by_role("button", name="Start").click()
    expect(child.tab.page.get_by_role("heading", name=NOT_YET)).to_be_visible()


def test_a_guardian_may_decline_and_think_again(open_tab: OpenTab, running_school: RunningSchool, child: Child) -> None:
    page = open_tab().page
    page.goto(mailed_link(running_school, child.guardian, "/guardian"))
    for title in NEEDED + OPTIONAL:
        choose(page, title, "I don’t agree")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Your answer is noted: you agree to nothing")).to_be_visible()

    page.get_by_role("button", name="Answer again").click()
    agree(page)
    expect(page.get_by_text("is noted")).to_be_visible()
    page.goto(second_mail(running_school, child.guardian))
    page.get_by_role("button", name="No, that does not hold").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is taken back.")).to_be_visible()
    child.tab.page.get_by_role("button", name="They have agreed: look again").click()
    expect(child.tab.page.get_by_text("Not yet.")).to_be_visible()


def test_a_child_asks_another_guardian_and_sees_what_is_missing(running_school: RunningSchool, child: Child) -> None:
    page, (other, _) = child.tab.page, somebody_new()
    page.get_by_label("parent or guardian").fill(other)
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text(f"A mail to {other} is on its way.")).to_be_visible()
    assert mailed_link(running_school, other, "/guardian")

    page.get_by_role("link", name="What they agree to").click()
    expect(page.get_by_text("You can take tests once a parent or guardian")).to_be_visible()
    expect(page.get_by_text("Not agreed", exact=True)).to_have_count(len(NEEDED + OPTIONAL))
    expect(page.get_by_role("button", name="Agree:")).to_have_count(0)
    assert axe_faults(child.tab) == []


def test_the_school_agrees_in_the_parents_place(open_tab: OpenTab, running_school: RunningSchool, child: Child) -> None:
    name = _own_class(running_school, child.email)
    page = staff_page(open_tab, running_school, ADMIN)
    page.get_by_role("link", name="Consents").click()
    expect(page.get_by_role("button", name=f"Ask a guardian of {child.name}")).to_be_visible()
    page.get_by_role("button", name="Agree for the school").click()
    expect(page.get_by_text("The school may agree only if this is so.")).to_be_visible()
    page.get_by_label("For whom").select_option(name)
    page.get_by_label("We use this for teaching only").check()
    page.get_by_role("button", name="Agree for the school").click()

    expect(page.get_by_text("The school has agreed for 1 child.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Ask a guardian of {child.name}")).to_have_count(0)
    expect_tests(child)


def test_a_guardian_with_an_account_agrees_for_their_ward(
    open_tab: OpenTab, running_school: RunningSchool, child: Child
) -> None:
    (email, password), tab = somebody_new(), open_tab()
    page = tab.page
    accept(page, invite(running_school, ADMIN, email, "guardian"), "Lea Holm", password)
    _make_guardian(running_school, email, child.email)
    page.goto(f"{running_school.url}/settings/privacy")
    page.get_by_label("Whose data?").select_option(child.name)
    for title in NEEDED:
        page.get_by_role("button", name=f"Agree: {title}").click()
        expect(page.get_by_role("button", name=f"Take back: {title}")).to_be_visible()
    assert axe_faults(tab) == []
    expect_tests(child)

    page.get_by_role("button", name="Take back: Answers and results").click()
    expect(page.get_by_text(f"{child.name} can take tests once you or the school agree.")).to_be_visible()


def _own_class(school: RunningSchool, learner: str) -> str:
    """The name of a class in which only that learner is."""
    name, learner_id = f"Class of {learner}", id_of(school, ADMIN, learner)
    with school.signed_in(ADMIN) as api:
        made = api.post("/classes", json={"name": name, "subject": ""}).raise_for_status().json()
        api.put(f"/classes/{made['id']}/enrolments/{learner_id}", json={"role": "learner"}).raise_for_status()
    return name


def _make_guardian(school: RunningSchool, guardian: str, learner: str) -> None:
    guardian_id, learner_id = id_of(school, ADMIN, guardian), id_of(school, ADMIN, learner)
    with school.signed_in(ADMIN) as api:
        path = f"/users/{learner_id}/guardians/{guardian_id}"
        api.put(path, json={"relation": "parent"}).raise_for_status()
