"""One synthesis of the production environment, with the security checks on, for all tests of `infra.cdk`."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.plan import Plan, make_plan
from tests.infra.templates import Json, Templates

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of the product."""
    return make_plan(ROOT)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthesised assembly. The first worker of pytest-xdist to come makes it, and the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "assembly"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "validation-report.json").exists():
            command = [sys.executable, "-m", "tests.infra.synthesise", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def templates(assembly: Path) -> Templates:
    """The templates of the assembly."""
    return Templates(assembly)


@pytest.fixture(scope="session")
def validation_report(assembly: Path) -> Json:
    """What CDK's own validation and cdk-nag found."""
    return json.loads((assembly / "validation-report.json").read_text())
