"""The demo school in a running host, as the journeys find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from host.testing import HostUnderTest, running_host, wait_until

__all__ = ["RunningSchool", "running_school"]

SIGN_INS_SECONDS = 30.0
REPLY_SECONDS = 30.0


@dataclass(frozen=True)
class RunningSchool:
    """A demo school that is being served. `sign_ins` has email, password, role and name of everybody in it."""

    host: HostUnderTest
    url: str
    sign_ins: list[dict[str, str]]

    @contextmanager
    def signed_in(self, email: str) -> Iterator[httpx.Client]:
        """The API as that person may use it."""
        person = next(each for each in self.sign_ins if each["email"] == email)
        with httpx.Client(base_url=f"{self.url}/api/v1", trust_env=False, timeout=REPLY_SECONDS) as api:
            grant = {"grant_type": "password", "email": email, "password": person["password"]}
            tokens = api.post("/auth/token", json=grant).raise_for_status().json()
            api.headers["authorization"] = f"Bearer {tokens['access_token']}"
            yield api


@pytest.fixture(scope="package")
def running_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSchool]:
    """One host with everything that belongs to it, for all journeys of this process. Mark its tests with `host`."""
    with running_host(tmp_path_factory.mktemp("school"), with_localstack=True) as host:
        wait_until(lambda: host.status()["sign_ins"], SIGN_INS_SECONDS, lambda: "nobody can sign in")
        yield RunningSchool(host, host.url, host.status()["sign_ins"])
