"""Under pytest-xdist, tests that share a host or a synthesis run on one worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduling import APART, TOGETHER, scope_of

ROOT = Path(__file__).resolve().parents[1]


def test_the_tests_of_a_module_stay_together() -> None:
    one = scope_of("tests/host/test_host.py::test_a_taken_port_says_what_to_do")
    other = scope_of("tests/host/test_host.py::test_a_test[with a :: in it]")

    assert one == other != scope_of("tests/host/test_postgres.py::test_anything")


@pytest.mark.parametrize("folder", TOGETHER)
def test_the_tests_of_a_folder_with_fixtures_of_a_session_stay_together(folder: str) -> None:
    assert (ROOT / folder / "conftest.py").exists()
    assert scope_of(f"{folder}/test_one.py::test_it") == scope_of(f"{folder}/test_other.py::test_it") == folder


@pytest.mark.parametrize("module", APART)
def test_what_takes_longest_of_a_folder_has_a_worker_of_its_own(module: str) -> None:
    assert (ROOT / module).exists()
    assert scope_of(f"{module}::test_it") == module
