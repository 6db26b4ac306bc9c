"""`./dreamseed test` and `./dreamseed lint`: every check in the order in which failing is cheapest."""

from __future__ import annotations

import json
import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from host.setup import system_packages
from host.setup.checkout import PYTHON, ROOT, SETUP_FOLDER, WEB
from host.setup.command import Command, clean_environment
from host.setup.web import has_web_app, node_environment, npm

SERIAL = "host or browser or resilience or synth"
"""Tests that fill the machine by themselves: they start the whole cloud, a browser or the CDK."""

WORKERS = 2
TYPED_FOLDERS = ("layers", "functions", "host", "infra")
NO_TESTS_COLLECTED = 5

LINT = (
    ("ruff", "check", ".", "dreamseed"),
    ("ruff", "format", "--check", ".", "dreamseed"),
    ("mypy", "--strict", *TYPED_FOLDERS),
)


@dataclass
class Result:
    """What the checks found, added up over several runs of pytest."""

    failed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def status(self) -> int:
        return 1 if self.failed else 0

    def add_report(self, report: Path) -> None:
        """Add one of pytest's JUnit reports."""
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own file
            outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
            word = {"failure": "failed", "error": "error"}.get(outcome, outcome)
            self.counts[word] += 1
            if word in ("failed", "error"):
                self.failed.append(f"{case.get('classname', '')}.{case.get('name', '')}")


def lint() -> int:
    """Style and types."""
    return max(_run(_tool(tool)) for tool in LINT)


def _announce(name: str) -> None:
    print(f"\n--- {name}", flush=True)


def _tool(words: Sequence[str]) -> Command:
    """The command line of a tool of the virtual environment."""
    return [PYTHON.parent / words[0], *words[1:]]


def test(pytest_options: Sequence[str]) -> int:
    """Everything; or, given pytest's options, what they choose."""
    if pytest_options:
        return _run([PYTHON, "-m", "pytest", *pytest_options])
    begin = time.monotonic()
    result = Result()
    for name, command, cwd in _other_checks():
        _announce(name)
        if _run(command, cwd) != 0:
            result.failed.append(name)
    browser = "" if not system_packages.missing_packages() else " and not browser"
    _announce(f"tests, {WORKERS} at a time")
    _run_pytest(result, ["-n", str(WORKERS), "-m", f"not ({SERIAL})"])
    _announce("tests that take the whole machine, one at a time")
    _run_pytest(result, ["-m", f"({SERIAL}){browser}"])
    _print_summary(result, time.monotonic() - begin)
    return result.status


def _other_checks() -> list[tuple[str, Command, Path]]:
    checks: list[tuple[str, Command, Path]] = []
    checks += [(" ".join(tool[:2]), _tool(tool), ROOT) for tool in LINT]
    if has_web_app():
        scripts = json.loads((WEB / "package.json").read_text()).get("scripts", {})
        wanted = [name for name in ("lint", "typecheck", "test") if name in scripts]
        checks += [(f"web {name}", [*npm(), "run", "--silent", name], WEB) for name in wanted]
    return checks


def _run_pytest(result: Result, options: Sequence[str]) -> None:
    failed_before = len(result.failed)
    report = SETUP_FOLDER / "pytest.xml"
    report.unlink(missing_ok=True)
    status = _run([PYTHON, "-m", "pytest", f"--junitxml={report}", *options])
    if report.exists():
        result.add_report(report)
    if status not in (0, NO_TESTS_COLLECTED) and len(result.failed) == failed_before:
        result.failed.append(f"pytest ended with code {status}")


def _run(command: Command, cwd: Path = ROOT) -> int:
    """Run in the foreground, as if typed. Returns the exit status."""
    environment = clean_environment() | node_environment()
    return subprocess.run(command, cwd=cwd, env=environment, check=False).returncode


def _print_summary(result: Result, seconds: float) -> None:
    """The last words, as pytest has them."""
    print()
    for name in result.failed:
        print(f"FAILED {name}")
    if system_packages.missing_packages():
        print(f"Tests in a browser were left out. What they need: {system_packages.advice()}")
    counts = result.counts + Counter(failed=len(result.failed) - result.counts["failed"] - result.counts["error"])
    words = [f"{counts[word]} {word}" for word in ("failed", "error", "passed", "skipped") if counts[word]]
    line = f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s "
    print(line.center(min(os.get_terminal_size().columns if os.isatty(1) else 80, 120), "="))
