"""An author has a test design simulated, watches it over a WebSocket, and gets figures and a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from playwright.sync_api import expect
from websockets.sync.client import ClientConnection, connect

from host.testing import wait_until
from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.school import AUTHOR, FOREIGN_LEARNER

pytestmark = pytest.mark.host

SIMULATION_SECONDS = 60.0
POINTS = [-1.0, 0.0, 1.0]
TOKEN_PREFIX = "Bearer "

Json = dict[str, Any]


@pytest.fixture
def author(running_school: RunningSchool) -> Iterator[httpx.Client]:
    """The author, signed in."""
    running_school.host.wait_until_background_is_ready()
    with running_school.signed_in(AUTHOR) as api:
        yield api


def test_a_simulation_is_watched_and_its_picture_fetched(running_school: RunningSchool, author: httpx.Client) -> None:
    with listening(running_school, author) as socket:
        simulation = simulate(author, examinees=300)
        say(socket, {"action": "subscribe", "job_id": simulation["job_id"]})
        heard = events_until(socket, "succeeded")

    told = events_of(author, simulation)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert {event["seq"]: event["stage"] for event in heard}.items() <= {
        event["seq"]: event["stage"] for event in told
    }.items()
    assert {"points", "population", "succeeded"} <= {event["stage"] for event in heard}
    finished = state_of(author, simulation)
    assert [point["theta"] for point in finished["result"]["conditional"]] == POINTS
    assert finished["result"]["examinees"] == 300
    assert_is_picture(finished["plot_url"])


def test_a_changed_picture_address_is_refused(author: httpx.Client) -> None:
    simulation = simulate(author, examinees=100)
    wait_until(lambda: is_over(author, simulation), SIMULATION_SECONDS, lambda: str(state_of(author, simulation)))
    address = httpx.URL(state_of(author, simulation)["plot_url"])

    expires_at = int(address.params["expires_at"])
    later = address.copy_set_param("expires_at", str(expires_at + 3600))
    elsewhere = address.copy_with(path=address.path.replace(simulation["job_id"], "0" * 36))

    assert_is_picture(str(address))
    for changed in (later, elsewhere):
        refusal = httpx.get(changed, trust_env=False)
        assert (refusal.status_code, refusal.json()["code"]) == (403, "link_invalid")


def test_whoever_listens_hears_that_a_simulation_was_cancelled(
    running_school: RunningSchool, author: httpx.Client
) -> None:
    with listening(running_school, author) as socket:
        simulation = simulate(author, examinees=20_000)
        say(socket, {"action": "subscribe", "job_id": simulation["job_id"]})
        author.post(f"/jobs/{simulation['job_id']}/cancel").raise_for_status()
        heard = events_until(socket, "cancelled")

    assert heard[-1]["stage"] == "cancelled"
    assert state_of(author, simulation)["status"] == "cancelled"
    assert state_of(author, simulation)["result"] is None


def test_nobody_listens_to_another_schools_simulation(running_school: RunningSchool, author: httpx.Client) -> None:
    simulation = simulate(author, examinees=100)

    with running_school.signed_in(FOREIGN_LEARNER) as stranger, listening(running_school, stranger) as socket:
        answer = say(socket, {"action": "subscribe", "job_id": simulation["job_id"]})

    assert (answer["type"], answer["code"]) == ("error", "job_not_found")


def simulate(author: httpx.Client, examinees: int) -> Json:
    """Ask for a simulation of the practice test."""
    designs = author.get("/test_designs").raise_for_status().json()["items"]
    design_id = next(design["id"] for design in designs if design["name"] == "Practise")
    body = {"test_design_id": design_id, "examinees": examinees, "theta_points": POINTS, "seed": 7}
    reply = author.post("/simulations", json=body)
    assert reply.status_code == 202, reply.text
    simulation: Json = reply.json()
    assert reply.headers["location"] == f"/api/v1/simulations/{simulation['id']}"
    return simulation


def state_of(author: httpx.Client, simulation: Json) -> Json:
    """The simulation as it stands."""
    state: Json = author.get(f"/simulations/{simulation['id']}").raise_for_status().json()
    return state


def is_over(author: httpx.Client, simulation: Json) -> bool:
    """Whether it has succeeded; fails when it ended otherwise."""
    status = state_of(author, simulation)["status"]
    assert status in ("queued", "running", "succeeded")
    return bool(status == "succeeded")


def events_of(author: httpx.Client, simulation: Json) -> list[Json]:
    """What the API tells of its progress."""
    path = f"/jobs/{simulation['job_id']}/events"
    events: list[Json] = author.get(path, params={"limit": 200}).raise_for_status().json()["items"]
    return events


@contextmanager
def listening(running_school: RunningSchool, api: httpx.Client) -> Iterator[ClientConnection]:
    """A WebSocket of the person who is signed in to the API."""
    token = api.headers["authorization"].removeprefix(TOKEN_PREFIX)
    with connect(f"{running_school.url.replace('http', 'ws', 1)}/ws", proxy=None) as socket:
        assert say(socket, {"action": "authenticate", "access_token": token}) == {"type": "authenticated"}
        yield socket


def say(socket: ClientConnection, message: Json) -> Json:
    """Send a message; returns the first answer to it."""
    socket.send(json.dumps(message))
    answer: Json = json.loads(socket.recv(timeout=20))
    return answer


def events_until(socket: ClientConnection, stage: str) -> list[Json]:
    """The events that arrive, without a gap up to the one of that stage. Queues may bring them in another order."""
    events: dict[int, Json] = {}
    while not any(event["stage"] == stage for event in events.values()) or len(events) <= max(events) - min(events):
        event = json.loads(socket.recv(timeout=SIMULATION_SECONDS))
        assert event["type"] == "job_event"
        events[event["seq"]] = event
    return [events[seq] for seq in sorted(events)]


def assert_is_picture(address: str) -> None:
    """There is an SVG at that address, for everybody who has it."""
    picture = httpx.get(address, trust_env=False).raise_for_status()
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert ElementTree.fromstring(picture.content).tag.endswith("svg")  # noqa: S314 - our own picture


@pytest.mark.browser
def test_a_simulation_is_started_and_followed_in_the_browser(
    open_tab: OpenTab, running_school: RunningSchool, author: httpx.Client
) -> None:
    page = staff_page(open_tab, running_school, AUTHOR)
    page.get_by_role("link", name="Simulations").click()
    page.get_by_label("Test", exact=True).select_option("Practise")
    page.get_by_label("Simulated examinees").fill("50")
    page.get_by_role("button", name="Start the simulation").click()
    expect(page.get_by_text("Enter a whole number from 100 to 20,000.")).to_be_visible()

    page.get_by_label("Simulated examinees").fill("200")
    page.get_by_role("button", name="Start the simulation").click()

    expect(page.get_by_role("heading", name="Simulation: Practise")).to_be_visible()
    expect(page.get_by_role("heading", name="For a whole population")).to_be_visible(timeout=SIMULATION_SECONDS * 1000)
    picture = page.get_by_role("img", name="Four charts over ability")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.get_by_role("link", name="All simulations").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Done")
