"""Functions with grants, and an AWS in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from dreamseed.aws.clients import _client
from dreamseed.function import Function
from dreamseed.needs import Grant, Needs, Schedule

REGION = "eu-central-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's AWS: it checks requests against the services' models and keeps their state."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    _client.cache_clear()
    with mock_aws():
        yield
    _client.cache_clear()


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Function]:
    """A function with the given grants, and the address of each in the environment as a platform sets it."""

    def make(addresses: dict[Grant, str]) -> Function:
        def tidy_up() -> None:
            """Does nothing."""

        for grant, address in addresses.items():
            monkeypatch.setenv(grant.variable, address)
        return Function(tidy_up, Needs(Schedule("rate(1 day)"), grants=tuple(addresses)))

    return make
