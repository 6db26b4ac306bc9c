"""A learner at a page that does not give up: every answer is sent with its key until the server has it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from host.demo.seed import PASSWORD

REQUEST_SECONDS = 20.0
"""How long the web page waits for a response."""
PATIENCE_SECONDS = 50.0
"""How long a learner waits here before the test fails."""
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 2.0
"""The web page's pauses grow up to 15 s, which is polite and would only make these tests slow."""
TRANSIENT = (429, 502, 503, 504)
"""After these statuses the web page sends the same request again. Any other refusal is final, also a 500."""


@dataclass(frozen=True)
class Given:
    """An answer that the server has said to have counted."""

    position: int
    item_id: str
    option: str
    key: str


@dataclass(frozen=True)
class TakenTest:
    """A test from its first item to its end, as the learner saw it. `failures` are the tries that failed on the way."""

    session_id: str
    answers: list[Given]
    failures: list[str]


class GaveUp(AssertionError):
    """The server would not serve a request in time."""


@dataclass
class Learner:
    """Somebody who is signed in, with a browser of their own. `on_answer` is called after each answer that counts."""

    url: str
    email: str
    design_id: str
    on_answer: Callable[[], None] = lambda: None
    failures: list[str] = field(default_factory=list)
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=f"{self.url}/api/v1", trust_env=False, timeout=REQUEST_SECONDS)

    def close(self) -> None:
        self._http.close()

    def sign_in(self) -> None:
        """Get an access token, which is good for ten minutes."""
        grant = {"grant_type": "password", "email": self.email, "password": PASSWORD}
        token = self.send("POST", "/auth/token", grant)["access_token"]
        self._http.headers["authorization"] = f"Bearer {token}"

    def take_test(self) -> TakenTest:
        """Start a test and answer, whatever comes, until it is over."""
        self.failures = []
        session = self.start()
        answers = []
        while session["item"] is not None:
            answers.append(given := self.choose(session))
            session = self.give(session["id"], given)["session"]
            self.on_answer()
        assert session["status"] == "finished"
        return TakenTest(session["id"], answers, self.failures)

    def start(self) -> dict[str, Any]:
        """A new session, or the unfinished one."""
        return self.send("POST", "/sessions", {"test_design_id": self.design_id})

    def leave(self) -> None:
        """End whatever test is under way."""
        for session in self.send("GET", "/sessions?status=active")["items"]:
            self.send("POST", f"/sessions/{session['id']}/finish")

    def choose(self, session: dict[str, Any]) -> Given:
        """An answer to the current item, with a key of its own."""
        option = random.choice(session["item"]["options"])["id"]
        return Given(session["item"]["position"], session["item"]["id"], option, uuid4().hex)

    def attempt(self, session_id: str, given: Given) -> httpx.Response:
        """Send an answer once."""
        body = {
            "item_id": given.item_id,
            "position": given.position,
            "answer": {"option": given.option},
            "response_ms": 2_000,
        }
        headers = {"idempotency-key": given.key}
        return self._http.post(f"/sessions/{session_id}/responses", json=body, headers=headers)

    def give(self, session_id: str, given: Given) -> dict[str, Any]:
        """Send an answer until it counts; returns what the server says then."""
        return self._insist(lambda: self.attempt(session_id, given))

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send any other request until it is served; returns the body of the response."""
        return self._insist(lambda: self._http.request(method, path, json=body))

    def _insist(self, attempt: Callable[[], httpx.Response]) -> dict[str, Any]:
        """Try again, with growing pauses, as long as the web page would."""
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            try:
                reply = attempt()
                if reply.is_success:
                    return dict(reply.json())
                failure = f"{reply.request.method} {reply.url.path}: {reply.status_code} {reply.text}"
                assert reply.status_code in TRANSIENT, failure
            except httpx.TransportError as error:
                failure = repr(error)
            self.failures.append(failure)
            if time.monotonic() > deadline:
                raise GaveUp("\n".join(self.failures))
            time.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
