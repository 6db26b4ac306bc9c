"""The arithmetic of rate limits: windows, waits, headers, and who falls under what."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamseed.http.caller import Caller
from dreamseed.http.rates import (
    ADDRESS,
    HOUR,
    PERSON,
    PLANS,
    TEST_TAKING,
    Count,
    Due,
    Rate,
    dues_of,
    headers,
    load,
    wait,
)
from dreamseed.needs import PUBLIC, Http

HUNDRED = Rate(100, HOUR)
STANDARD, PROFESSIONAL = PLANS["standard"], PLANS["professional"]
START = 1_000 * HOUR
"""When window 1,000 begins."""


def a_caller(*, limited_to: frozenset[str] | None = None, rate: int | None = None) -> Caller:
    return Caller(
        uuid4(), uuid4(), frozenset(), frozenset("*"), limited_to, session_id=uuid4(), rate_limit_per_hour=rate
    )


def scopes(trigger: Http, caller: Caller | None) -> list[str]:
    return [due.scope for due in dues_of(trigger, caller, b"", STANDARD)]


def test_the_window_before_counts_as_far_as_it_reaches_into_the_last_hour() -> None:
    count = Count(1_000, used=10, used_before=80)

    assert load(count, HUNDRED, START) == 90
    assert load(count, HUNDRED, START + HOUR / 2) == 50
    assert load(count, HUNDRED, START + HOUR) == 10  # the next window, in which nothing has been used
    assert load(count, HUNDRED, START + 2 * HOUR) == 0


def test_the_last_request_fits_and_the_next_one_does_not() -> None:
    assert wait(Count(1_000, 99), HUNDRED, START + 60) == 0
    assert wait(Count(1_000, 100), HUNDRED, START + 60) > 0


def test_both_sides_of_a_windows_edge_together_take_no_more_than_the_quota() -> None:
    full = Count(1_000, 100)

    assert wait(full, HUNDRED, START + HOUR - 1) == 1 + HOUR // 100
    assert wait(full, HUNDRED, START + HOUR) == HOUR // 100


@given(
    quota=st.integers(1, 2_000),
    used=st.integers(0, 2_500),
    used_before=st.integers(0, 2_500),
    elapsed=st.integers(0, HOUR - 1),
)
def test_after_the_wait_there_is_room_and_a_second_earlier_there_was_none(
    quota: int, used: int, used_before: int, elapsed: int
) -> None:
    rate, count, now = Rate(quota, HOUR), Count(1_000, min(used, quota), min(used_before, quota)), START + elapsed
    seconds = wait(count, rate, now)

    assert load(count, rate, now + seconds) + 1 <= quota + 1e-6
    if seconds > 1:
        assert load(count, rate, now + seconds - 1.001) + 1 > quota


def test_headers_have_the_syntax_of_the_draft() -> None:
    due = Due("key", b"", HUNDRED, "exactly")

    assert headers(due, Count(1_000, 58), START + 1_800) == {
        "ratelimit-policy": '"key";q=100;w=3600',
        "ratelimit": '"key";r=42;t=1800',
    }
    assert headers(due, Count(1_000, 100), START, 3_636)["ratelimit"] == '"key";r=0;t=3636'


def test_a_key_takes_what_the_plan_gives_and_less_if_it_says_so() -> None:
    trigger, program = Http("GET", "/classes", "class:read"), frozenset({"class:read"})

    def quota(rate: int, plan: str) -> int:
        return dues_of(trigger, a_caller(limited_to=program, rate=rate), b"", PLANS[plan])[0].rate.quota

    assert (quota(5, "standard"), quota(1_000, "standard")) == (5, 100)
    assert (quota(500, "professional"), quota(100_000, "professional")) == (500, 1_000)


@pytest.mark.parametrize("permission", sorted(TEST_TAKING))
def test_a_learner_within_a_test_costs_no_round_trip(permission: str) -> None:
    dues = dues_of(Http("POST", "/sessions", permission, status=201), a_caller(), b"", STANDARD)

    assert [due.counted for due in dues] == ["alone"]


def test_each_kind_of_caller_falls_under_its_counts() -> None:
    read, begin = Http("GET", "/classes", "class:read"), Http("POST", "/simulations", "simulation:run", status=202)
    program = a_caller(limited_to=frozenset({"*"}))

    assert scopes(read, a_caller()) == ["organisation", "person"]
    assert scopes(begin, a_caller()) == ["work", "organisation", "person"]
    assert scopes(begin, program) == ["key", "programs", "work", "organisation"]
    assert scopes(Http("POST", "/api/v1/auth/token", PUBLIC), None) == ["address"]
    assert scopes(Http("GET", "/health", PUBLIC), None) == []


def test_no_person_can_use_up_an_organisation_and_no_plan_gives_less_than_a_smaller_one() -> None:
    assert PERSON.quota * 10 <= STANDARD.organisation.quota
    assert STANDARD.organisation.quota <= PROFESSIONAL.organisation.quota
    assert STANDARD.key.quota < PROFESSIONAL.key.quota <= PROFESSIONAL.programs.quota
    assert ADDRESS.step == 120
