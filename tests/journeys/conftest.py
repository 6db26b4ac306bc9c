"""Fixtures of the journeys: a running school, and a browser and a learner in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from host.setup import system_packages
from tests.journeys.browser import chromium, learner, open_context, open_tab, tab
from tests.journeys.running_school import running_school

__all__ = ["chromium", "learner", "open_context", "open_tab", "running_school", "tab"]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Without a browser, skip what needs one before it starts a host."""
    if system_packages.find_chromium() is None:
        missing = pytest.mark.skip(reason=f"there is no Chromium; what is missing: {system_packages.advice()}")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(missing)
