"""The learner's pages as a learner meets them: by what is written on buttons and headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, Response, Route, expect

from host.demo.model import DemoItem
from tests.journeys.answer_key import demo_item, right_option

Landmark = Literal["banner", "main", "contentinfo"]

RESPONSES = re.compile(r"/api/v1/sessions/[^/]+/responses$")
SESSION = re.compile(r"/api/v1/sessions/[^/]+$")
FAILED_LOAD = "Failed to load resource"
"""How Chromium reports an HTTP error on the console: expected where a test provokes one."""


@dataclass
class LearnerPage:
    """One browser tab of one learner, and what happened in it."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    answer_keys: list[str] = field(default_factory=list)
    replies: list[Response] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, url: str) -> LearnerPage:
        """A new tab that takes note of faults on the console, the keys of answers sent, and replies."""
        tab = cls(context.new_page(), url)
        tab.page.on("console", tab._note_console)
        tab.page.on("pageerror", lambda error: tab.faults.append(str(error)))
        tab.page.on("request", tab._note_answer)
        tab.page.on("response", tab._note_reply)
        return tab

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form and arrive at the list of tests."""
        self.page.goto(f"{self.url}/sign-in")
        self.fill_sign_in(email, password)
        expect(self.page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    def sign_in_as(self, person: dict[str, str]) -> None:
        """Sign in as anybody of the school, and arrive wherever they begin."""
        self.page.goto(f"{self.url}/sign-in")
        self.fill_sign_in(person["email"], person["password"])
        expect(self.page.get_by_role("button", name="Sign out")).to_be_attached()
        self.expect_page()

    def fill_sign_in(self, email: str, password: str) -> None:
        """Fill in the form and send it."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def start(self, kind: str = "Test") -> None:
        """Start the first test of that kind, «Test» or «Practice», and arrive at its first item."""
        self.test_card(kind).get_by_role("button", name="Start").click()
        self.expect_question(1)

    def test_card(self, kind: str) -> Locator:
        """The card of the first test of that kind that learners may take by themselves."""
        tag = self.page.locator(".tag").get_by_text(kind, exact=True)
        offered = self.page.get_by_role("region", name="Tests you can take")
        return offered.locator(".test-card", has=tag).first

    def options(self) -> Locator:
        """The radio buttons of the current item."""
        return self.page.get_by_role("radio")

    def choose(self, index: int) -> None:
        """Click that option, as large as it is drawn."""
        self.page.locator("label.option").nth(index).click()

    def submit(self) -> None:
        """Click the button that sends the answer."""
        self.page.get_by_role("button", name="Submit answer").click()

    def answer(self, index: int) -> None:
        """Choose that option and send it."""
        self.choose(index)
        self.submit()

    def expect_page(self) -> None:
        """Wait for a page that has all it asked for, and is no report of a failure."""
        expect(self.page.locator("h1")).to_have_count(1)
        for unwanted in (".loading", ".callout-alarm"):
            expect(self.page.locator(f"main .page:not(.design) {unwanted}")).to_have_count(0)
        self.page.evaluate("document.fonts.ready.then(() => true)")

    def speak(self, language: str) -> None:
        """Choose the language at the foot of the page, whatever is open above it."""
        self.page.locator(".footer select:has([value=ko])").select_option(language)
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def expect_question(self, position: int, patience_ms: float | None = None) -> None:
        """Wait for the item at that position; longer than usual where something has to start first."""
        heading = self.page.get_by_role("heading", level=1, name=f"Question {position}", exact=True)
        expect(heading).to_be_attached(timeout=patience_ms)
        expect(self.options()).to_have_count(4)

    def expect_status(self, text: str) -> None:
        """Wait until the page says that of the last answer."""
        expect(self.page.locator(".delivery")).to_contain_text(text)

    def expect_result(self) -> None:
        """Wait for the result page."""
        expect(self.page.get_by_role("heading", name="Your result")).to_be_visible()

    def stem(self) -> str:
        """What the current item asks."""
        return self.page.locator(".stem").inner_text()

    def heard(self, place: Locator) -> str:
        """What is said there: the words of a formula instead of the formula."""
        words = place.locator(".visually-hidden")
        return str((words if words.count() else place).first.text_content())

    def demo_item(self) -> DemoItem:
        """The current item as the demo school's bank has it."""
        options = self.page.locator(".option-text").all()
        return demo_item(self.heard(self.page.locator(".stem")), [self.heard(option) for option in options])

    def right_option(self) -> int:
        """The index of the current item's right option."""
        return right_option(self.demo_item())

    def wrong_option(self) -> int:
        """The index of an option of the current item that is not right."""
        return (self.right_option() + 1) % self.options().count()

    def finish_early(self) -> None:
        """End the test and arrive at its result."""
        self.page.get_by_role("button", name="Finish early").click()
        self.page.get_by_role("button", name="Finish now").click()
        self.expect_result()

    def answer_until_over(self, answer: Callable[[], None]) -> int:
        """Call `answer` for each item until the result is there; returns how many times."""
        position = 0
        while not self.page.locator(".score").is_visible():
            position += 1
            self.expect_question(position)
            answer()
            next_item = self.page.locator(".player-position").get_by_text(f"Question {position + 1}", exact=True)
            expect(self.page.locator(".score").or_(next_item)).to_be_visible()
        self.expect_result()
        return position

    @contextmanager
    def answers_intercepted(self, handle: Callable[[Route], None]) -> Iterator[None]:
        """Answers on their way to the server go through `handle` meanwhile."""
        self.page.route(RESPONSES, handle)
        yield
        self.page.unroute(RESPONSES)

    @contextmanager
    def hearing_nothing(self) -> Iterator[None]:
        """What the page asks about its session is answered afterwards: it knows of no other tab meanwhile."""
        held: list[Route] = []
        self.page.route(SESSION, lambda route: held.append(route))
        yield
        self.page.unroute(SESSION)
        for route in held:
            with suppress(Error):  # the page may have given it up
                route.continue_()

    def enlarge_text(self, size: str) -> None:
        """Show the page as to whoever has chosen that size of text in the settings."""
        self.page.evaluate("size => { document.documentElement.dataset.text = size }", size)

    def sideways_overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        needed, available = self.page.evaluate(widths)
        return int(needed - available)

    def landmarks(self) -> dict[str, int]:
        """How many there are of each landmark by which a screen reader's user finds the way, and of main headings."""
        roles: tuple[Landmark, ...] = ("banner", "main", "contentinfo")
        found = {str(role): self.page.get_by_role(role, include_hidden=True).count() for role in roles}
        return found | {"h1": self.page.locator("h1").count()}

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            (self.refusals if message.text.startswith(FAILED_LOAD) else self.faults).append(message.text)

    def _note_answer(self, request: Request) -> None:
        if request.method == "POST" and RESPONSES.search(request.url):
            self.answer_keys.append(request.headers["idempotency-key"])

    def _note_reply(self, response: Response) -> None:
        if "/api/" in response.url:
            self.replies.append(response)


def drop(route: Route) -> None:
    """What a lost connection does to a request."""
    route.abort("connectionfailed")
