"""`./dreamseed test` and `./dreamseed lint`: every check, arranged so that no processor waits for another.

    style                                     a second, so first
    tests that share the machine, WORKERS at a time  ║  types, then the web app's checks
    tests that start a whole local cloud or a browser, WORKERS at a time

Which tests stay together on one worker says tests/scheduling.py. What runs beside the first tests is told after them.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree  # our own reports  # nosec B405
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from host.setup import system_packages
from host.setup.checkout import PYTHON, ROOT, SETUP_FOLDER, WEB
from host.setup.command import Command, clean_environment
from host.setup.web import has_web_app, node_environment, npm

CLOUD = "host or browser or resilience"
"""Tests that start processes enough for two processors: the whole cloud, a browser."""

WORKERS = 2
TYPED_FOLDERS = ("layers", "functions", "host", "infra")
NO_TESTS_COLLECTED = 5

STYLE = (("ruff", "check", ".", "dreamseed"), ("ruff", "format", "--check", ".", "dreamseed"))
TYPES = ("mypy", "--strict", *TYPED_FOLDERS)


@dataclass(frozen=True)
class Check:
    """A program that finds fault by its exit status."""

    name: str
    command: Command
    cwd: Path = ROOT

    def run(self) -> int:
        """Run in the foreground, as if typed. Returns the exit status."""
        return subprocess.run(self.command, cwd=self.cwd, env=_environment(), check=False).returncode


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
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own file  # nosec B314
            outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
            word = {"failure": "failed", "error": "error"}.get(outcome, outcome)
            self.counts[word] += 1
            if word in ("failed", "error"):
                self.failed.append(f"{case.get('classname', '')}.{case.get('name', '')}")


class Beside:
    """Checks that run one after the other while something else has the terminal, which goes first where they compete.

    At the end of the `with` block they are waited for and tell what they found, unless the block was interrupted.
    """

    def __init__(self, checks: Sequence[Check], result: Result) -> None:
        self._checks = checks
        self._result = result
        self._done: list[tuple[Check, int, str]] = []
        self._is_given_up = False
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_given_up = kind is not None  # what runs now is ended by the terminal's Ctrl-C
        self._thread.join()
        for check, status, output in self._done if kind is None else ():
            _announce(check.name)
            print(output, end="", flush=True)
            if status != 0:
                self._result.failed.append(check.name)

    def _run(self) -> None:
        for check in self._checks:
            if self._is_given_up:
                return
            done = subprocess.run(
                ["nice", "-n", "5", *check.command],
                cwd=check.cwd,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
            self._done.append((check, done.returncode, done.stdout))


def lint() -> int:
    """Style, types, and what bandit finds."""
    return max(check.run() for check in (*_style(), _types(), _bandit()))


def test(pytest_options: Sequence[str]) -> int:
    """Everything; or, given pytest's options, what they choose."""
    if pytest_options:
        return Check("tests", [PYTHON, "-m", "pytest", *pytest_options]).run()
    begin = time.monotonic()
    result = Result()
    _tell_what_is_missing()
    for check in _style():
        _announce(check.name)
        if check.run() != 0:
            result.failed.append(check.name)
    with Beside([_types(), *_web()], result):
        _announce(f"tests, {WORKERS} at a time, and beside them types and the web app")
        _run_pytest(result, "tests", f"not ({CLOUD})")
    _announce(f"tests that start the whole local cloud or a browser, {WORKERS} at a time")
    _run_pytest(result, "tests-of-the-cloud", CLOUD)
    _print_summary(result, time.monotonic() - begin)
    return result.status


def _announce(name: str) -> None:
    print(f"\n--- {name}", flush=True)


def _style() -> list[Check]:
    return [Check(" ".join(tool[:2]), _tool(tool)) for tool in STYLE]


def _types() -> Check:
    return Check(" ".join(TYPES[:2]), _tool(TYPES))


def _bandit() -> Check:
    """What `test` runs among all others."""
    return Check("bandit", [PYTHON, "-m", "pytest", "-q", "tests/security/test_source_code.py"])


def _web() -> list[Check]:
    """The web app's own checks, in the order in which failing is cheapest."""
    if not has_web_app():
        return []
    scripts = json.loads((WEB / "package.json").read_text()).get("scripts", {})
    wanted = [name for name in ("test", "typecheck", "lint") if name in scripts]
    return [Check(f"web {name}", [*npm(), "run", "--silent", name], WEB) for name in wanted]


def _tool(words: Sequence[str]) -> Command:
    """The command line of a tool of the virtual environment."""
    return [PYTHON.parent / words[0], *words[1:]]


def _run_pytest(result: Result, name: str, marks: str) -> None:
    """Run the tests with these marks; `name` is that of the report beside the logs of set-up."""
    failed_before = len(result.failed)
    report = SETUP_FOLDER / f"{name}.xml"
    report.unlink(missing_ok=True)
    options = ["-n", str(WORKERS), "-m", marks, f"--junitxml={report}"]
    status = Check(name, [PYTHON, "-m", "pytest", *options]).run()
    if report.exists():
        result.add_report(report)
    if status not in (0, NO_TESTS_COLLECTED) and len(result.failed) == failed_before:
        result.failed.append(f"pytest ended with code {status}")


def _environment() -> dict[str, str]:
    return clean_environment() | node_environment()


def _tell_what_is_missing() -> None:
    if system_packages.find_chromium() is None:
        print(f"Tests in a browser are skipped: there is no Chromium. What they need: {system_packages.advice()}")


def _print_summary(result: Result, seconds: float) -> None:
    """The last words, as pytest has them."""
    print()
    for name in result.failed:
        print(f"FAILED {name}")
    _tell_what_is_missing()
    counts = result.counts + Counter(failed=len(result.failed) - result.counts["failed"] - result.counts["error"])
    words = [f"{counts[word]} {word}" for word in ("failed", "error", "passed", "skipped") if counts[word]]
    line = f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s "
    print(line.center(min(os.get_terminal_size().columns if os.isatty(1) else 80, 120), "="))
