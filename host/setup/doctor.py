"""`./dreamseed doctor`: what this machine has, what it lacks, and how to get that."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from host.setup import running, system_packages
from host.setup.checkout import ROOT
from host.setup.localstack import LocalStackEnvironment
from host.setup.python_environment import RUN_GROUPS, PythonPackages, Uv
from host.setup.stage import NEEDED_BYTES
from host.setup.web import WebApp, WebPackages


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `remedy` is empty when it is well."""

    what: str
    state: str
    remedy: str = ""
    is_required: bool = True


def examine(port: int, data_dir: Path) -> int:
    """Print the findings; the exit status is 1 when something required is missing."""
    findings = list(_findings(port, data_dir))
    for finding in findings:
        mark = "ok  " if not finding.remedy else "MISS" if finding.is_required else "note"
        print(f"{mark}  {finding.what:20} {finding.state}")
        if finding.remedy:
            print(f"      {'':20} → {finding.remedy}")
    return 1 if any(finding.remedy and finding.is_required for finding in findings) else 0


def _findings(port: int, data_dir: Path) -> Iterator[Finding]:
    yield Finding("python", f"{platform.python_version()} at {sys.executable}")
    yield _pip()
    yield _disk()
    yield _folder()
    yield _set_up()
    yield _database_account()
    yield from _running(port, data_dir)
    yield _browser()


def _pip() -> Finding:
    if importlib.util.find_spec("pip") or importlib.util.find_spec("ensurepip") or Uv().is_done():
        return Finding("pip", "there")
    return Finding("pip", "missing", "sudo apt install python3-venv")


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free
    state = f"{free // 1024**3} GB free in {ROOT}"
    is_enough = free > NEEDED_BYTES or PythonPackages(RUN_GROUPS).is_done()
    return Finding("disk", state, "" if is_enough else f"free some space: set-up takes {NEEDED_BYTES // 1024**3} GB")


def _folder() -> Finding:
    if os.access(ROOT, os.W_OK):
        return Finding("this folder", "can be written to")
    return Finding("this folder", "cannot be written to", "clone the repository into a folder of yours")


def _set_up() -> Finding:
    stages = (Uv(), PythonPackages(RUN_GROUPS), LocalStackEnvironment(), WebPackages(), WebApp())
    missing = [stage.title for stage in stages if not stage.is_done()]
    if not missing:
        return Finding("set-up", "complete")
    return Finding("set-up", f"to do: {', '.join(missing)}", "./dreamseed up does it, or ./dreamseed setup", False)


def _database_account() -> Finding:
    """PostgreSQL does not run as root: see host/postmaster.py."""
    if os.geteuid() != 0:
        return Finding("PostgreSQL runs as", "you")
    if shutil.which("unshare") and subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode == 0:
        return Finding("PostgreSQL runs as", "root in a user namespace")
    outside = [str(place) for place in (ROOT, *ROOT.parents) if not place.stat().st_mode & 0o001]
    remedy = f"the user nobody must be able to enter {outside[-1]}: run as an ordinary user" if outside else ""
    return Finding("PostgreSQL runs as", "the user nobody (no user namespaces here)", remedy)


def _running(port: int, data_dir: Path) -> Iterator[Finding]:
    state = running.read_status(data_dir)
    if state["running"]:
        ill = [part for part, is_well in state["health"].items() if not is_well]
        remedy = f"see {data_dir / 'logs'}" if ill else ""
        yield Finding("DreamSeed", f"runs; {'not well: ' + ', '.join(ill) if ill else 'all parts are well'}", remedy)
        return
    yield Finding("DreamSeed", "does not run", "./dreamseed up", False)
    why = running.why_taken(port)
    yield Finding(f"port {port}", why or "free", f"./dreamseed up --port {port + 1}" if why else "", False)


def _browser() -> Finding:
    missing = system_packages.missing_packages()
    if not missing:
        return Finding("browser and fonts", f"{system_packages.find_chromium()}")
    return Finding("browser and fonts", f"missing: {', '.join(missing)} (tests only)", system_packages.advice(), False)
