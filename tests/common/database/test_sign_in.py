"""Signing in to Aurora without a password, against a listener that speaks the start of PostgreSQL's protocol."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import botocore.session
import pytest

from dreamseed.aws.rds import sign_in_token
from dreamseed.database.transaction import in_system
from dreamseed.errors import Unavailable

HOST = "dreamseed.proxy-abc.eu-central-1.rds.amazonaws.com"
CLEARTEXT_PASSWORD_WANTED = struct.pack("!cII", b"R", 8, 3)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")


class Listener:
    """Takes one connection, asks for the password, and keeps it."""

    def __init__(self) -> None:
        self.password = ""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with self._server, self._server.accept()[0] as connection, connection.makefile("rb") as received:
            (length,) = struct.unpack("!I", received.read(4))
            received.read(length - 4)
            connection.sendall(CLEARTEXT_PASSWORD_WANTED)
            _, length = struct.unpack("!cI", received.read(5))
            self.password = received.read(length - 4).rstrip(b"\0").decode()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.thread.join(10)


def url_of(listener: Listener, host: str, user: str = "dreamseed_read") -> str:
    address = f"{host}:{listener.port}/dreamseed"
    return f"postgresql+psycopg://{user}@{address}?hostaddr=127.0.0.1&sslmode=disable&gssencmode=disable"


def connect(url: str) -> None:
    with pytest.raises(Unavailable):
        in_system(lambda db: None, url)


def test_the_password_is_a_token_for_the_role_and_host(listener: Listener) -> None:
    connect(url_of(listener, HOST))
    listener.thread.join(10)

    token = urlsplit(f"https://{listener.password}")
    query = parse_qs(token.query)
    assert (token.hostname, token.port) == (HOST, listener.port)
    assert (query["Action"], query["DBUser"]) == (["connect"], ["dreamseed_read"])
    assert query["X-Amz-Credential"][0].endswith("/eu-central-1/rds-db/aws4_request")
    assert query["X-Amz-Security-Token"] == ["session"]


def test_the_token_is_the_one_that_boto3_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)

    expected = botocore.session.get_session().create_client("rds", region_name="eu-central-1")

    assert sign_in_token(HOST, 5432, "dreamseed_write") == expected.generate_db_auth_token(
        HOST, 5432, "dreamseed_write"
    )


def test_without_credentials_there_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(LookupError, match="credentials"):
        sign_in_token(HOST, 5432, "dreamseed_write")


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both signatures are made in the same second."""
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    stopped: Callable[..., datetime] = lambda *_: noon.replace(tzinfo=None)  # noqa: E731
    monkeypatch.setattr(botocore.auth, "get_current_datetime", stopped)
