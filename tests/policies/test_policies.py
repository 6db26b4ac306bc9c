"""The policies' own unit tests, each by its name, and that together they reach every line of the policies."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dreamseed.catalogue import ROOT
from dreamseed.policy.embedded import engine_for

POLICIES = ROOT / "policies"
TESTS = [
    f"dreamseed.{path.stem}.{name}"
    for path in sorted(POLICIES.glob("*_test.rego"))
    for name in re.findall(r"^(test_\w+)", path.read_text(), re.MULTILINE)
]


def passes(engine: Any, test: str) -> bool:
    """Whether a unit test is true; one that is undefined has failed."""
    result = engine.eval_query(f"data.{test}")["result"]
    return bool(result) and result[0]["expressions"][0]["value"] is True


@pytest.mark.parametrize("test", TESTS)
def test_unit(test: str) -> None:
    engine = engine_for(POLICIES, with_tests=True)

    assert passes(engine, test)


def test_every_line_of_the_policies_is_reached() -> None:
    engine = engine_for(POLICIES, with_tests=True)
    engine.set_enable_coverage(True)
    for test in TESTS:
        passes(engine, test)

    report = json.loads(engine.get_coverage_report_as_json())

    missed = {each["path"]: each["not_covered"] for each in report["files"] if each["not_covered"]}
    assert {each["path"] for each in report["files"]} == {path.name for path in POLICIES.glob("*.rego")}
    assert missed == {}


def test_a_unit_test_that_does_not_hold_is_noticed() -> None:
    engine = engine_for(POLICIES, with_tests=True)
    false = "package dreamseed.false_test\n\nimport rego.v1\n\ntest_false if not data.dreamseed.authz.allow == false"
    engine.add_policy("false_test.rego", false)

    assert not passes(engine, "dreamseed.false_test.test_false")
    assert not passes(engine, "dreamseed.false_test.test_that_is_not_there")


def test_files_are_named_after_their_packages() -> None:
    for path in POLICIES.glob("*.rego"):
        assert f"package dreamseed.{path.stem}\n" in path.read_text()
