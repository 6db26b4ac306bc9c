"""The teacher's pages as a teacher meets them, and what a class has done before she looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Locator, expect

from host.testing import wait_until
from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.school import TEACHER

EXAM, PRACTICE = "Where do I stand?", "Practise"
CLASS = "7A"
KNOWN_SECONDS = 60.0


@dataclass(frozen=True)
class Classroom:
    """A class of the running school by the API: what its learner and its teacher do elsewhere."""

    school: RunningSchool
    learner: Learner

    def teacher(self, method: str, path: str, **options: Any) -> Any:
        """What the teacher is answered."""
        with self.school.signed_in(TEACHER) as api:
            return api.request(method, path, **options).raise_for_status().json()

    @property
    def class_id(self) -> str:
        """The class that the learner learns in."""
        return str(next(each["id"] for each in self.teacher("GET", "/classes")["items"] if each["name"] == CLASS))

    @property
    def learner_id(self) -> str:
        """The learner's id."""
        with self.school.signed_in(self.learner["email"]) as api:
            return str(api.get("/me").raise_for_status().json()["id"])

    def assign(self) -> Any:
        """An assignment of the exam to the class, open now."""
        now = datetime.now(UTC)
        body = {
            "class_id": self.class_id,
            "test_design_id": self._design(EXAM),
            "opens_at": (now - timedelta(hours=1)).isoformat(),
            "closes_at": (now + timedelta(days=1)).isoformat(),
        }
        return self.teacher("POST", "/assignments", json=body)

    def start(self, name: str, assignment: Any = None) -> Any:
        """A session that the learner has started."""
        body = {"test_design_id": self._design(name), **({"assignment_id": assignment["id"]} if assignment else {})}
        with self.school.signed_in(self.learner["email"]) as api:
            return api.post("/sessions", json=body).raise_for_status().json()

    def take(self, name: str, answers: int = 4) -> Any:
        """A session that the learner has finished after so many answers, and of which everybody knows."""
        session = self.start(name)
        with self.school.signed_in(self.learner["email"]) as api:
            for option in "abcd" * answers:
                if session["answered"] < answers and session["item"]:
                    session = _answer(api, session, option)
            finished = api.post(f"/sessions/{session['id']}/finish").raise_for_status().json()
            wait_until(
                lambda: bool(api.get("/learners/me/state").raise_for_status().json()["skills"]),
                KNOWN_SECONDS,
                lambda: "nothing became known of the learner",
            )
        return finished

    def _design(self, name: str) -> str:
        designs = self.teacher("GET", "/test_designs")["items"]
        return str(next(design["id"] for design in designs if design["name"] == name))


def _answer(api: httpx.Client, session: Any, option: str) -> Any:
    body = {
        "item_id": session["item"]["id"],
        "position": session["item"]["position"],
        "answer": {"option": option},
        "response_ms": 4000,
    }
    return api.post(f"/sessions/{session['id']}/responses", json=body).raise_for_status().json()["session"]


def open_teachers_tab(open_tab: OpenTab, school: RunningSchool, **options: Any) -> LearnerPage:
    """A tab in which the teacher is signed in and sees her classes."""
    tab = open_tab(**options)
    person = next(each for each in school.sign_ins if each["email"] == TEACHER)
    tab.page.goto(f"{tab.url}/sign-in")
    tab.page.locator("input[type=email]").fill(person["email"])
    tab.page.locator("input[type=password]").fill(person["password"])
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("link", name=CLASS, exact=True)).to_be_visible()
    return tab


def visit(tab: LearnerPage, path: str) -> None:
    """Go to a page of the teacher's and wait until it shows what it is about."""
    tab.page.goto(f"{tab.url}/teach{path}")
    expect(tab.page.locator("main h1")).to_be_visible()


def row_of(tab: LearnerPage, name: str) -> Locator:
    """The row of a table that begins with that name."""
    return tab.page.get_by_role("row").filter(has=tab.page.get_by_role("rowheader", name=name))


def choose_action(tab: LearnerPage, named: str, action: str) -> Locator:
    """Open the menu of that row or test and choose an action; returns the dialogue that it opens."""
    tab.page.get_by_role("button", name=f"More: {named}").first.click()
    tab.page.get_by_role("menuitem", name=action).click()
    return tab.page.get_by_role("dialog")
