"""One run of the synthesis for all tests of `infra.cdk`."""

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
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what `tests.infra.synthesise` makes. The first worker to come makes it, and the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "assemblies"
    done = folder / "done"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, "-m", "tests.infra.synthesise", str(folder)]
            run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stderr
            done.touch()
    return folder


@pytest.fixture(scope="session")
def assembly(assemblies: Path) -> Path:
    """The product in production."""
    return assemblies / "production"


@pytest.fixture(scope="session")
def templates(assembly: Path) -> Templates:
    """The templates of production."""
    return Templates(assembly)


@pytest.fixture(scope="session")
def dev_templates(assemblies: Path) -> Templates:
    """The templates of a product of one GPU job in the environment of a developer."""
    return Templates(assemblies / "dev")


@pytest.fixture(scope="session")
def validation_report(assembly: Path) -> Json:
    """What CDK's own validation and cdk-nag found in production."""
    return json.loads((assembly / "validation-report.json").read_text())
