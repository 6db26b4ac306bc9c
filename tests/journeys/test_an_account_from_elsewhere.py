"""Somebody signs in at another provider, in a browser, against a real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from host.testing import running_host, wait_until
from tests.journeys.account import sign_in
from tests.journeys.browser import axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import SIGN_INS_SECONDS, RunningSchool
from tests.oidc.running import IS_INSTALLED, running_provider
from tests.school import ADMIN, TEACHER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.host,
    pytest.mark.skipif(not IS_INSTALLED, reason="the web app's packages are not installed"),
]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSchool]:
    """A school of its own, open to everybody, whose operator has listed the provider «Lake»."""
    tmp_path = tmp_path_factory.mktemp("school")
    with running_host(tmp_path) as host:
        wait_until(lambda: host.status()["sign_ins"], SIGN_INS_SECONDS, lambda: "nobody can sign in")
        school = RunningSchool(host, host.url, host.status()["sign_ins"])
        with running_provider(f"{school.url}/api/v1/auth/oidc/lake/callback") as issuer:
            lake = {"issuer": issuer, "name": "Lake", "trusts_email": True, "client_id": "dreamseed"}
            listed = {"lake": {**lake, "client_secret": "a secret between two programs"}}
            (tmp_path / "secrets" / "oidc_providers").write_text(json.dumps(listed))
            with school.signed_in(ADMIN) as api:
                _open_to_everybody(api)
            yield school


def test_somebody_new_names_the_school_and_later_comes_back_to_where_they_were_going(
    school: RunningSchool, open_context: Callable[..., BrowserContext]
) -> None:
    page = _page_on_this_machine(open_context())
    page.goto(f"{school.url}/sign-in")
    page.get_by_role("link", name="Sign in with Lake").click()
    _sign_in_there(page, "noa")
    expect(page.get_by_text("No account here belongs to that sign-in yet.")).to_be_visible()
    expect(page).to_have_url(f"{school.url}/sign-in")
    page.get_by_label("Short name of your school").fill("Hillside")
    page.get_by_role("link", name="Sign in with Lake").click()
    expect(page.get_by_role("heading", name="One question before your first test")).to_be_visible()
    assert axe_faults(LearnerPage(page, school.url)) == []
    page.get_by_label("When were you born?").fill("2009-04-23")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Tests you can take")).to_be_visible()
    expect(page.get_by_role("link", name="Signed in as Name of noa")).to_be_attached()

    page = _page_on_this_machine(open_context())
    page.goto(f"{school.url}/history")
    page.get_by_role("link", name="Sign in with Lake").click()
    _sign_in_there(page, "noa")
    expect(page).to_have_url(f"{school.url}/history")
    expect(page.get_by_role("link", name="Signed in as Name of noa")).to_be_attached()


def test_somebody_links_an_account_elsewhere_signs_in_with_it_and_unlinks_it(
    school: RunningSchool, open_context: Callable[..., BrowserContext]
) -> None:
    page = _page_on_this_machine(open_context())
    teacher = school.person(TEACHER)
    page.goto(f"{school.url}/sign-in?next=/settings/security")
    sign_in(page, teacher["email"], teacher["password"])
    page.get_by_role("button", name="Link your Lake account").click()
    _sign_in_there(page, "mika")
    expect(page.get_by_text("The account is linked.")).to_be_visible()
    expect(page).to_have_url(f"{school.url}/settings/security")
    expect(page.get_by_role("button", name="Unlink Lake")).to_be_visible()
    assert axe_faults(LearnerPage(page, school.url)) == []

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with Lake").click()
    expect(page.get_by_role("link", name=f"Signed in as {teacher['name']}")).to_be_attached()

    page.goto(f"{school.url}/settings/security")
    page.get_by_role("button", name="Unlink Lake").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("No account is linked")).to_be_visible()


def _page_on_this_machine(context: BrowserContext) -> Page:
    """A tab that asks for nothing elsewhere: the provider's own pages would like a typeface."""

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            route.abort()

    context.route("**/*", only_here)
    return context.new_page()


def _sign_in_there(page: Page, name: str) -> None:
    """Type a name at the provider and allow what is asked."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.locator("[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def _open_to_everybody(api: httpx.Client) -> None:
    version = api.get("/organisation").raise_for_status().headers["etag"]
    api.patch("/organisation", json={"registration": "open"}, headers={"if-match": version}).raise_for_status()
