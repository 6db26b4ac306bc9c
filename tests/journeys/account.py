"""What the journeys of accounts share: somebody new, mails as the local page shows them, and forms."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

from host.testing import wait_until
from tests.journeys.running_school import RunningSchool

MAIL_SECONDS = 60.0
_LINK = re.compile(r"https?://\S+[?]token=\S+")


def somebody_new() -> tuple[str, str]:
    """An address of the demo school and a password that nobody has yet."""
    return f"{uuid4().hex[:12]}@hillside.example", secrets.token_urlsafe(12)


def mailed_link(school: RunningSchool, to: str, path: str) -> str:
    """The link to that page in a mail to that address; waits until the mail has come."""
    return link_mailed_by(school.url, to, path)


def link_mailed_by(url: str, to: str, path: str) -> str:
    """The same of whatever is served at `url`."""

    def links() -> list[str]:
        with httpx.Client(base_url=url, trust_env=False) as client:
            mails = client.get("/mail.json", params={"to": to}).raise_for_status().json()["items"]
        found = [link for mail in mails for link in _LINK.findall(mail["text"])]
        return [link for link in found if urlsplit(link).path == path]

    wait_until(links, MAIL_SECONDS, lambda: f"no mail to {to} leads to {path}")
    return links()[0]


def id_of(school: RunningSchool, admin: str, email: str) -> str:
    """The id of whoever has that address, as an administrator finds it."""
    with school.signed_in(admin) as api:
        found = api.get("/users", params={"query": email}).raise_for_status().json()["items"]
    return str(found[0]["id"])


def invite(school: RunningSchool, admin: str, email: str, role: str = "teacher") -> str:
    """Invite that address in that role; returns the link in its mail."""
    with school.signed_in(admin) as api:
        api.post("/invitations", json={"email": email, "role": role}).raise_for_status()
    return mailed_link(school, email, "/invitation")


def accept(page: Page, link: str, name: str, password: str) -> None:
    """Accept an invitation, and arrive signed in."""
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("New password").fill(password)
    page.get_by_role("button", name="Accept and sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the form of the sign-in page and send it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
