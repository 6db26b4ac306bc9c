"""Stopped and started again on the same folder, a host has lost nothing. How soon it is there: benchmarks/starts.py."""

from __future__ import annotations

from typing import Any

import pytest

from host.testing import HostUnderTest
from tests.resilience.learner import Learner
from tests.resilience.ledger import Ledger

pytestmark = [pytest.mark.host, pytest.mark.resilience]

TABLES = ("users", "item_versions", "test_sessions", "responses", "knowledge_states", "exposure_counts", "jobs")


def test_a_second_start_has_lost_nothing(host: HostUnderTest, ledger: Ledger, learners: list[Learner]) -> None:
    learner = learners[0]
    session = learner.start()
    learner.give(session["id"], learner.choose(session))
    ledger.wait_until_heard()
    before = seen_by(learner, ledger)

    assert host.stop() == 0
    host.start()

    assert seen_by(learner, ledger) == before


def seen_by(learner: Learner, ledger: Ledger) -> dict[str, Any]:
    """All that is stored, and what the learner sees of it; only the time of day may have changed."""
    session = learner.start()
    del session["server_time"]
    stored = {table: ledger.digest(table) for table in TABLES}
    return {**stored, "session": session, "state": learner.send("GET", "/learners/me/state")}
