"""A container serves the same function that Lambda calls, and it answers the same."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from dreamseed.catalogue import find_function
from host.ports import port_of, reserve_port
from tests.api import invoke

ENVIRONMENT = {"PATH": "", "DREAMSEED_PUBLIC_URL": "https://school.example"}
START_SECONDS = 60


@pytest.fixture(params=["functions.platform.read_openapi", "functions.identity.read_me"])
def module(request: pytest.FixtureRequest) -> str:
    """A public function, and one that asks who is calling."""
    return str(request.param)


@pytest.fixture
def served(module: str) -> Iterator[str]:
    """The origin at which uvicorn serves the function."""
    with closing(reserve_port()) as reserved:
        port = port_of(reserved)
        command = [sys.executable, "-m", "dreamseed.serve", module, "--port", str(port)]
        server = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        origin = f"http://127.0.0.1:{port}"
        try:
            _wait_for(origin)
            yield origin
        finally:
            server.terminate()
            server.wait(60)


def _wait_for(origin: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(origin, timeout=1, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing answers at {origin}")


def test_uvicorn_and_lambda_answer_alike(module: str, served: str) -> None:
    function = find_function(module)
    path = function.needs.trigger.path  # type: ignore[union-attr]
    event = {
        "version": "2.0",
        "routeKey": f"GET {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "school.example"},
        "requestContext": {"http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "::1"}},
        "isBase64Encoded": False,
    }

    direct = httpx.get(served + path, trust_env=False)
    through_lambda = invoke(function, event)

    assert direct.status_code == through_lambda["statusCode"]
    assert _without_request_id(direct.text) == _without_request_id(through_lambda["body"])
    kept = {"x-request-id", "date", "server", "connection"}
    assert {name: value for name, value in direct.headers.items() if name not in kept} == {
        name: value for name, value in through_lambda["headers"].items() if name not in kept
    }


def _without_request_id(body: str) -> object:
    document = json.loads(body)
    document.pop("request_id", None)
    return document
