"""The demo school in a running host, as the journeys find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from host.testing import HostUnderTest, running_host, wait_until

__all__ = ["RunningSchool", "running_school", "serving"]

SIGN_INS_SECONDS = 30.0
REPLY_SECONDS = 30.0


@dataclass(frozen=True)
class RunningSchool:
    """A demo school that is being served. `sign_ins` has email, password, role and name of everybody in it."""

    host: HostUnderTest
    url: str
    sign_ins: list[dict[str, str]]

    def somebody(self, role: str) -> dict[str, str]:
        """The first person of that role."""
        return next(each for each in self.sign_ins if each["role"] == role)

    def person(self, email: str) -> dict[str, str]:
        """Whoever has that e-mail address."""
        return next(each for each in self.sign_ins if each["email"] == email)

    @contextmanager
    def signed_in(self, email: str) -> Iterator[httpx.Client]:
        """The API as that person may use it."""
        person = self.person(email)
        with httpx.Client(base_url=f"{self.url}/api/v1", trust_env=False, timeout=REPLY_SECONDS) as api:
            grant = {"grant_type": "password", "email": email, "password": person["password"]}
            tokens = api.post("/auth/token", json=grant).raise_for_status().json()
            api.headers["authorization"] = f"Bearer {tokens['access_token']}"
            yield api

    def free_learner(self) -> dict[str, str]:
        """The first learner, with whatever was under way finished."""
        learner = self.somebody("learner")
        with self.signed_in(learner["email"]) as api:
            for status in ("active", "paused"):
                query = {"status": status, "learner_id": "me"}
                for session in api.get("/sessions", params=query).raise_for_status().json()["items"]:
                    api.post(f"/sessions/{session['id']}/finish").raise_for_status()
        return learner


@contextmanager
def serving(folder: Path) -> Iterator[RunningSchool]:
    """A demo school on a host of its own, with everything that belongs to it."""
    with running_host(folder, with_localstack=True) as host:
        wait_until(lambda: host.status()["sign_ins"], SIGN_INS_SECONDS, lambda: "nobody can sign in")
        yield RunningSchool(host, host.url, host.status()["sign_ins"])


@pytest.fixture(scope="package")
def running_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSchool]:
    """One school for all journeys of this process. Mark its tests with `host`."""
    with serving(tmp_path_factory.mktemp("school")) as school:
        yield school
