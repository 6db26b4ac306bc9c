"""Take the pictures of the learner's pages that the documentation shows.

    ./dreamseed up
    .venv/bin/python web/scripts/take_screenshots.py http://127.0.0.1:8460

Signs in as a learner of the demo school who gets right whatever is easier than 0.7 logits, takes a test, begins to
practise, and writes docs/images/learner-{home,player,player-phone,feedback,result}.png.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, ViewportSize, expect, sync_playwright

from host.demo.bank import build_bank

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ABILITY = 0.7
PICTURED_POSITION = 6
SETTLING_MS = 12_000
"""How well each skill is known is worked out behind the scenes after the test."""


def main(url: str) -> None:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = browser.new_page(viewport=DESKTOP, color_scheme="light", locale="en-GB", reduced_motion="reduce")
        learner = Learner(page)
        learner.sign_in(url)
        learner.take_a_test()
        learner.practise()
        learner.go_home()
        browser.close()


class Learner:
    """Somebody of a certain ability, at the keyboard."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._item: dict[str, Any] | None = None
        self._bank = {item.stem: item for item in build_bank()}
        page.on("requestfinished", lambda request: self._see(request.response()))

    def sign_in(self, url: str) -> None:
        """As the first learner of the demo."""
        self._page.goto(url)
        self._page.locator(".demo-person", has_text="Learner").first.click()
        expect(self._page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    def take_a_test(self) -> None:
        """From the first item to the result, with pictures of the player and the result."""
        self._open("Test")
        while not self._page.locator(".score").is_visible():
            position = self._choose()
            if position == PICTURED_POSITION:
                self._picture("learner-player")
                self._picture_on_phone("learner-player-phone")
            self._page.keyboard.press("Enter")
            next_item = self._page.locator(".player-position").get_by_text(f"Question {position + 1}", exact=True)
            expect(next_item.or_(self._page.locator(".score"))).to_be_visible()
        self._page.wait_for_timeout(SETTLING_MS)
        self._picture("learner-result", full_page=True)
        self._page.get_by_role("link", name="Take another test").click()

    def practise(self) -> None:
        """One item wrong, with a picture of the feedback."""
        self._open("Practice")
        self._choose(is_right=False)
        self._page.keyboard.press("Enter")
        expect(self._page.get_by_role("button", name="Next question")).to_be_visible()
        self._picture("learner-feedback", full_page=True)

    def go_home(self) -> None:
        """Where the practice waits to be finished."""
        self._page.get_by_role("link", name="DreamSeed").click()
        expect(self._page.get_by_role("link", name="See result").first).to_be_visible()
        self._picture("learner-home")

    def _open(self, kind: str) -> None:
        """Start the test of that kind, or go on with it."""
        card = self._page.locator(".test-card", has=self._page.locator(".tag").get_by_text(kind, exact=True)).first
        way_in = re.compile("Start|Carry on")
        card.get_by_role("button", name=way_in).or_(card.get_by_role("link", name=way_in)).click()
        expect(self._page.get_by_role("radio")).to_have_count(4)

    def _choose(self, is_right: bool | None = None) -> int:
        """Choose an option of the item on the screen, by default according to the ability; returns its position."""
        expect(self._page.get_by_role("radio")).to_have_count(4)
        if self._item is None:
            raise RuntimeError("no item has come from the server")
        known = self._bank[self._item["stem"]]
        right_text = next(option.text for option in known.options if option.id == known.key)
        if is_right is None:
            is_right = known.difficulty < ABILITY
        suitable = [each["id"] for each in self._item["options"] if (each["text"] == right_text) == is_right]
        self._page.keyboard.press(suitable[0])
        return int(self._item["position"])

    def _see(self, response: Response | None) -> None:
        if response is None or "/api/v1/sessions" not in response.url or response.status >= 300:
            return
        body = response.json()
        session = body.get("session", body)
        self._item = session.get("item") or self._item

    def _picture(self, name: str, *, full_page: bool = False) -> None:
        self._page.evaluate("document.fonts.ready")
        self._page.evaluate("document.activeElement.blur()")
        self._page.screenshot(path=IMAGES / f"{name}.png", full_page=full_page)

    def _picture_on_phone(self, name: str) -> None:
        self._page.set_viewport_size(PHONE)
        self._page.emulate_media(color_scheme="dark")
        self._picture(name)
        self._page.emulate_media(color_scheme="light")
        self._page.set_viewport_size(DESKTOP)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1].rstrip("/"))
