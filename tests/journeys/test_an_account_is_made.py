"""An account is made by an invitation or a registration, and a forgotten password is replaced."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.account import accept, invite, mailed_link, sign_in, somebody_new
from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.school import ADMIN

pytestmark = [pytest.mark.browser, pytest.mark.host]


def test_whoever_is_invited_gets_in_and_the_link_works_once(open_tab: OpenTab, running_school: RunningSchool) -> None:
    email, password = somebody_new()
    link = invite(running_school, ADMIN, email)
    page = open_tab().page

    page.goto(link)
    expect(page.get_by_text(f"Hillside School invites {email}. Role: Teacher.")).to_be_visible()
    accept(page, link, "Noa Berg", password)

    expect(page.get_by_role("link", name="Signed in as Noa Berg")).to_be_attached()
    other = open_tab().page
    other.goto(link)
    expect(other.get_by_text("This link does not work any more.")).to_be_visible()


def test_a_weak_password_is_refused_in_the_reader_s_language(open_tab: OpenTab, running_school: RunningSchool) -> None:
    email, _ = somebody_new()
    link = invite(running_school, ADMIN, email)
    page = open_tab(locale="es-ES").page

    page.goto(link)
    page.get_by_label("Tu nombre").fill("Noa Berg")
    page.get_by_label("Contraseña nueva").fill(f"{email.split('@')[0]}-x")
    page.get_by_role("button", name="Aceptar e iniciar sesión").click()

    expect(page.get_by_text("Esta contraseña es fácil de adivinar.")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_a_mail(open_tab: OpenTab, running_school: RunningSchool) -> None:
    email, password = somebody_new()
    page = open_tab().page
    accept(page, invite(running_school, ADMIN, email), "Noa Berg", password)
    page.get_by_role("button", name="Sign out").click()
    _, new = somebody_new()

    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_text("If there is an account with this address")).to_be_visible()
    page.goto(mailed_link(running_school, email, "/reset-password"))
    page.get_by_label("New password").fill(new)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_text("Your new password holds from now on")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()

    sign_in(page, email, password)
    expect(page.get_by_text("don’t belong together")).to_be_visible()
    sign_in(page, email, new)
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


def test_an_unknown_address_is_told_what_a_known_one_is(open_tab: OpenTab, running_school: RunningSchool) -> None:
    page = open_tab().page
    page.goto(f"{running_school.url}/reset-password")
    page.get_by_label("E-mail address").fill(f"{uuid4().hex}@nowhere.example")
    page.get_by_role("button", name="Send me the link").click()

    expect(page.get_by_text("If there is an account with this address")).to_be_visible()


def test_an_organisation_is_registered_and_its_founder_signs_in(
    open_tab: OpenTab, running_school: RunningSchool
) -> None:
    email, password = somebody_new()
    page = open_tab().page
    page.goto(f"{running_school.url}/sign-in")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("What would you like to do?").select_option("Set up a school or organisation")
    page.get_by_label("Name of the school or organisation").fill("Lakeside School")
    page.get_by_label("Short name").fill(f"lakeside-{uuid4().hex[:8]}")
    page.get_by_label("Your name").fill("Noa Berg")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text(f"A mail to {email} is on its way.")).to_be_visible()

    page.goto(mailed_link(running_school, email, "/verify"))
    expect(page.get_by_text(f"{email} is confirmed.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, email, password)

    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
