"""How patience grows, and what counts as one address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from dreamseed.http.networks import network_of
from dreamseed.identity.limits import LIMITS, Limit, counted, domain_of, wait

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMIT = Limit(free=3, first_wait=2 * SECOND, longest_wait=60 * SECOND, memory=timedelta(hours=1))


def test_the_wait_doubles_from_the_first_attempt_too_many_up_to_the_longest() -> None:
    waits = [wait(attempts, NOW, NOW, LIMIT) / SECOND for attempts in range(11)]

    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


def test_waiting_helps_and_attempts_are_forgotten() -> None:
    assert wait(3, NOW - SECOND, NOW, LIMIT) == SECOND
    assert wait(3, NOW - 2 * SECOND, NOW, LIMIT) == timedelta()
    assert counted(100, NOW - LIMIT.memory, NOW, LIMIT) == 0
    assert counted(100, NOW - LIMIT.memory + SECOND, NOW, LIMIT) == 100


@given(integers(0, 10**9), integers(0, 10**6), sampled_from(sorted(LIMITS)))
def test_nobody_is_locked_out_for_good(attempts: int, seconds_ago: int, scope: str) -> None:
    limit = LIMITS[scope]  # type: ignore[index]

    assert timedelta() <= wait(attempts, NOW - seconds_ago * SECOND, NOW, limit) <= limit.longest_wait
    assert wait(attempts, NOW - limit.longest_wait, NOW, limit) == timedelta()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("somewhere", "somewhere"),
    ],
)
def test_an_ipv6_customer_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_an_organisation_is_counted_by_the_domain_of_its_addresses() -> None:
    assert domain_of("ada@hillside.example") == "hillside.example"
