"""Decisions of a policy server: the same as in this process, and none at all when it does not answer.

A real `opa` is asked where there is one on the PATH; elsewhere a server that speaks its data API and evaluates the same
folder.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product

import pytest

from dreamseed.catalogue import ROOT
from dreamseed.errors import Unavailable
from dreamseed.policy.embedded import embedded_policy, engine_for
from dreamseed.policy.server import NOTHING_DECIDED, TRIES, PolicyServer
from dreamseed.ports import policy
from dreamseed.ports.policy import Question
from dreamseed.standing import Standing

POLICIES = ROOT / "policies"
ROLES = ("learner", "teacher", "guardian", "org_admin", "nobody")
ACTIONS = ("session:read", "session:answer:own", "item:read", "history:read", "user:manage")
START_SECONDS = 20.0
Answer = Callable[[str, bytes], tuple[int, bytes]]


def evaluated(path: str, body: bytes) -> tuple[int, bytes]:
    """What OPA answers: the rule's value, or an empty object where it is undefined."""
    engine = engine_for(POLICIES)
    engine.set_input(json.loads(body)["input"])
    rule = path.removeprefix("/v1/data/").replace("/", ".")
    found = json.loads(engine.eval_query_as_json(f"data.{rule}")).get("result")
    return 200, json.dumps({"result": found[0]["expressions"][0]["value"]} if found else {}).encode()


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a server that answers every POST so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, content = answer(self.path, self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def running_opa(program: str) -> Iterator[str]:
    """The address of Open Policy Agent with the folder as its bundle."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with subprocess.Popen([program, "run", "--server", "--addr", address, str(POLICIES)]) as process:
        deadline = time.monotonic() + START_SECONDS
        while not is_listening(address) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield f"http://{address}"
        process.terminate()


def is_listening(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def server() -> Iterator[PolicyServer]:
    """A policy server with the folder `policies/`."""
    program = shutil.which("opa")
    with running_opa(program) if program else serving(evaluated) as address:
        yield PolicyServer(address)


def test_a_server_decides_as_this_process_does(server: PolicyServer) -> None:
    here = embedded_policy()
    facts = list(product((None, True, False), repeat=3))
    for role, action in product(ROLES, ACTIONS):
        held = here.permissions_of(frozenset({role}))
        assert server.permissions_of(frozenset({role})) == held
        for limits in (None, frozenset({"item:*", "session:read"})):
            for is_own, is_taught, is_ward in facts:
                question = Question(action, held, limits, is_own, is_taught, is_ward)
                assert server.decide(question) == here.decide(question), question


def test_a_server_hears_what_else_is_known_of_the_caller(server: PolicyServer) -> None:
    here, everything = embedded_policy(), frozenset({"*"})
    child = Standing(age_band="under_13", lacks_consent=frozenset({"learning_record"}))
    asked = [
        Question("session:create", everything, standing=child),
        Question("api_key:create:own", everything, standing=child),
        Question("role:manage", everything, standing=Standing(requires_second_factor=True)),
        Question("knowledge_state:read", everything, in_exam=True),
    ]

    answers = [server.decide(question) for question in asked]

    assert answers == [here.decide(question) for question in asked]
    assert [answer.reasons for answer in answers] == [
        ("consent_missing",),
        ("too_young",),
        ("second_factor_missing",),
        ("in_exam",),
    ]


def test_what_the_server_leaves_undefined_is_denied() -> None:
    with serving(lambda path, body: (200, b"{}")) as address:
        assert PolicyServer(address).decide(Question("session:read", frozenset({"*"}))) == NOTHING_DECIDED
        assert PolicyServer(address).permissions_of(frozenset({"org_admin"})) == frozenset()


@pytest.mark.parametrize(
    "said",
    [
        "null",
        "[]",
        '"yes"',
        '{"result": true}',
        '{"result": {"allow": true}}',
        '{"result": {"allow": "true", "reasons": []}}',
        '{"result": {"allow": 1, "reasons": []}}',
        '{"result": {"allow": false, "reasons": []}}',
        '{"result": [true]}',
    ],
)
def test_an_answer_that_is_no_decision_allows_nothing(said: str) -> None:
    with serving(lambda path, body: (200, said.encode())) as address:
        assert PolicyServer(address).decide(Question("session:read", frozenset({"*"}))) == NOTHING_DECIDED
        assert PolicyServer(address).permissions_of(frozenset({"org_admin"})) <= {"True"}


def test_a_server_that_is_not_there_allows_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(Unavailable) as refused:
        PolicyServer(address).decide(Question("session:read", frozenset({"*"})))

    assert (refused.value.code, refused.value.retry_after_seconds) == ("policy_unavailable", 1)


def test_a_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamseed.policy.server.TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        PolicyServer(f"http://127.0.0.1:{silent.getsockname()[1]}").decide(Question("item:read", frozenset({"*"})))


@pytest.mark.parametrize("reply", [(500, b"{}"), (200, b"not json"), (404, b"")], ids=str)
def test_without_an_answer_nothing_is_allowed(reply: tuple[int, bytes]) -> None:
    asked: list[str] = []

    def answer(path: str, body: bytes) -> tuple[int, bytes]:
        asked.append(path)
        return reply

    with serving(answer) as address, pytest.raises(Unavailable) as refused:
        PolicyServer(address).decide(Question("session:read", frozenset({"*"})))

    assert refused.value.code == "policy_unavailable"
    assert len(asked) == TRIES


def test_the_address_in_the_environment_chooses_who_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPA_URL", raising=False)
    assert policy.connect() is embedded_policy()

    monkeypatch.setenv("OPA_URL", "http://127.0.0.1:8181/")
    assert isinstance(policy.connect(), PolicyServer)
