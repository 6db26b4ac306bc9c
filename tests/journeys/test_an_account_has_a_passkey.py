"""Somebody adds a passkey and signs in with it, in a browser that has an authenticator of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from host.testing import running_host
from tests.journeys.account import sign_in
from tests.journeys.running_school import RunningSchool

pytestmark = [pytest.mark.browser, pytest.mark.host]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""What a laptop with a fingerprint reader has, and somebody who always touches it."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[RunningSchool]:
    """A school of its own, at an address with a name: browsers make no passkeys for addresses of numbers."""
    with running_host(tmp_path, name="localhost") as host:
        yield RunningSchool(host, host.url, host.status()["sign_ins"])


class Authenticator:
    """The virtual authenticator of a page."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._which = {"authenticatorId": added["authenticatorId"]}

    def passkeys(self) -> list[dict[str, Any]]:
        """What it has made and keeps."""
        kept: list[dict[str, Any]] = self._session.send("WebAuthn.getCredentials", self._which)["credentials"]
        return kept

    def forget(self) -> None:
        """Lose every passkey, as a device that was reset has."""
        self._session.send("WebAuthn.clearCredentials", self._which)

    def keep(self, passkey: dict[str, Any]) -> None:
        """Have that passkey, as a device to which it was copied."""
        self._session.send("WebAuthn.addCredential", {**self._which, "credential": passkey})


def test_a_passkey_is_added_and_completes_a_sign_in(
    school: RunningSchool, open_context: Callable[..., BrowserContext]
) -> None:
    page, person = open_context().new_page(), school.person("teacher@hillside.example")
    authenticator = Authenticator(page)
    page.goto(f"{school.url}/settings/security")
    sign_in(page, person["email"], person["password"])
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("cell", name="Passkey")).to_be_visible()
    (made,) = authenticator.passkeys()
    assert made["rpId"] == "localhost"

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, person["email"], person["password"])
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_focused()
    authenticator.forget()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey came back. Try again, or choose another way.")
    authenticator.keep(made)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    (used,) = authenticator.passkeys()
    assert used["signCount"] > made["signCount"]
