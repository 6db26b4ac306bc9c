"""What bandit finds in the code that runs: nothing that is not explained.

A finding that is none is explained at its line: `# noqa: S310 - the address is configuration  # nosec B310`. Ruff's
rules of the same origin run with the style checks; bandit's own see more, and its new ones arrive sooner.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dreamseed.catalogue import ROOT

IMPORT_OF_SUBPROCESS = "B404"
"""Not the import is dangerous but what is called, and each call is looked at by rules of its own."""
STARTS_ITS_OWN_PROGRAMS = "B310,B603,B607"
"""The host starts programs and reads addresses that it made itself; nothing in it takes them from a caller."""

FOLDERS = {
    ("layers", "functions", "infra"): IMPORT_OF_SUBPROCESS,
    ("host", "dreamseed"): f"{IMPORT_OF_SUBPROCESS},{STARTS_ITS_OWN_PROGRAMS}",
}
"""What is looked through, and which rules do not apply there."""


def findings(*places: Path | str, skip: str) -> list[str]:
    """What bandit says about these files and folders, one line each. Fails if it could not read one of them."""
    bandit = str(Path(sys.executable).with_name("bandit"))
    command = [bandit, "--quiet", "--format", "json", "--skip", skip, "--recursive", *map(str, places)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["errors"] == []
    return [
        f"{each['filename']}:{each['line_number']} {each['test_id']} {each['issue_text']}" for each in report["results"]
    ]


@pytest.mark.parametrize("folders", FOLDERS, ids=" ".join)
def test_bandit_finds_nothing(folders: tuple[str, ...]) -> None:
    assert findings(*folders, skip=FOLDERS[folders]) == []


def test_bandit_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import subprocess\n\nsubprocess.run(input(), shell=True)\n")

    (found,) = findings(tmp_path, skip=IMPORT_OF_SUBPROCESS)
    assert "B602" in found


def test_every_exception_names_its_rule_and_its_reason() -> None:
    code = [path for folder in ("layers", "functions", "infra", "host") for path in (ROOT / folder).rglob("*.py")]
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in code
        for line in path.read_text().splitlines()
        if "# nosec" in line
    ]

    assert lines
    unexplained = [line for line in lines if not (" - " in line or line.count("  # ") > 1)]
    assert [line for line in lines if "# nosec B" not in line] + unexplained == []
