"""Fixtures of the journeys: a running school, and a browser and a learner in it."""

from tests.journeys.browser import chromium, learner, open_context, open_tab, tab
from tests.journeys.running_school import running_school

__all__ = ["chromium", "learner", "open_context", "open_tab", "running_school", "tab"]
