"""Tests put together by optimisation: shadow tests, fixed and parallel forms, panels of multistage tests."""
