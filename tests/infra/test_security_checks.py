"""Checks that others wrote: cdk-nag's AwsSolutions rules, CDK's own validation, and cfn-lint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.templates import Json, Templates

pytestmark = pytest.mark.synth

WILDCARD = "AwsSolutions-IAM5[Resource::"
"""Wildcards in policies have a stricter test of their own: tests/infra/test_permissions.py."""

LINT_IGNORED = {
    "W3005": "CDK names every role that a function depends on, which the function's reference to it implies",
    "W3045": "S3 and CloudFront deliver access logs by access control list",
}


def test_the_security_checks_find_nothing_that_is_not_acknowledged_with_a_reason(validation_report: Json) -> None:
    findings = [
        f"{violation['ruleName']}: {construct['constructPath']}"
        for report in validation_report["pluginReports"]
        for violation in report["violations"]
        if not violation["ruleName"].startswith(WILDCARD)
        for construct in violation["violatingConstructs"]
    ]

    assert "AwsSolutions" in {report["pluginName"] for report in validation_report["pluginReports"]}
    assert findings == []


def test_cfn_lint_finds_nothing_in_any_template(templates: Templates, assembly: Path) -> None:
    cfn_lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [cfn_lint, "--format", "json", "--ignore-checks", *LINT_IGNORED, "--template"]
    paths = [str(path) for path in sorted(assembly.glob("*.template.json"))]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)

    assert len(paths) == len(templates.by_stack)
    assert (done.returncode, _summary(done.stdout)) == (0, []), done.stderr


def _summary(output: str) -> list[str]:
    return [
        f"{finding['Rule']['Id']} {finding['Location']['Path']['Path']}: {finding['Message']}"
        for finding in json.loads(output or "[]")
    ]
