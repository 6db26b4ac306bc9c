"""The project's virtual environment, made by a pinned uv from `uv.lock`."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence

from host.setup.checkout import PYTHON, ROOT, SETUP_FOLDER, VENV, SetupError, fingerprint, read_stamp, write_stamp
from host.setup.command import Command, Commands, is_home_writable, system_certificates
from host.setup.stage import Stage

UV_VERSION = "0.13.9"
UV_FOLDER = SETUP_FOLDER / f"uv-{UV_VERSION}"
UV = UV_FOLDER / "bin" / "uv"

RUN_GROUPS = ("layer-common", "layer-irt-core", "host")
DEVELOPMENT_GROUPS = ("dev",)


def python_version() -> str:
    """What an environment depends on, e.g. 3.11: fixes of the same version need no new one."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def uv_environment() -> dict[str, str]:
    """What uv must know: this Python and no other, this environment, and a cache that can be written."""
    settings = {
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_NO_PROGRESS": "1",
        "UV_HTTP_TIMEOUT": "120",
    }
    if system_certificates():
        settings["UV_SYSTEM_CERTS"] = "1"
    if not is_home_writable():
        settings["UV_CACHE_DIR"] = str(SETUP_FOLDER / "uv-cache")
    return settings


class Uv(Stage):
    """uv itself, by pip: Python's own installer is the only one that everybody has."""

    title = "Installer (uv)"

    def is_done(self) -> bool:
        return UV.exists()

    def make(self, commands: Commands) -> None:
        fresh = UV_FOLDER.with_name(f"{UV_FOLDER.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        install: Command = ["install", "--quiet", "--disable-pip-version-check", "--target", fresh, f"uv=={UV_VERSION}"]
        commands.run([*self._pip(commands), *install], log="uv", extra={"PIP_USER": "0"})
        shutil.rmtree(UV_FOLDER, ignore_errors=True)
        fresh.rename(UV_FOLDER)

    def _pip(self, commands: Commands) -> Command:
        """This Python's pip, or else one in a small environment of its own."""
        if importlib.util.find_spec("pip"):
            return [sys.executable, "-m", "pip"]
        if not importlib.util.find_spec("ensurepip"):
            raise SetupError(
                f"{sys.executable} has neither pip nor the venv module, which Debian and Ubuntu keep in a package of\n"
                "their own: sudo apt install python3-venv"
            )
        bootstrap = SETUP_FOLDER / "pip"
        commands.run([sys.executable, "-m", "venv", "--clear", bootstrap], log="uv")
        return [bootstrap / "bin" / "python", "-m", "pip"]


class PythonPackages(Stage):
    """`.venv` with the groups asked for; groups that are already there stay."""

    def __init__(self, groups: Sequence[str]) -> None:
        self._groups = groups
        self.title = "Python packages" if "dev" not in groups else "Python packages with those for tests"

    def is_done(self) -> bool:
        made_from, groups = self._stamp()
        is_enough = "dev" in groups or set(self._groups) <= set(groups)
        return is_enough and made_from == self._fingerprint() and PYTHON.exists()

    def make(self, commands: Commands) -> None:
        groups = sorted({*self._groups, *self._stamp()[1]})
        options = [f"--group={group}" for group in groups]
        # An environment that somebody else made is completed; of our own we know what belongs into it.
        keep = [] if self._stamp()[0] or not PYTHON.exists() else ["--inexact"]
        sync: Command = [UV, "sync", "--frozen", "--no-default-groups", *keep, *options]
        commands.run(sync, log="python-packages", extra=uv_environment())
        write_stamp(VENV, "\n".join([self._fingerprint(), *groups]))

    def _stamp(self) -> tuple[str, list[str]]:
        """The fingerprint and the groups of the environment that is there."""
        made_from, *groups = read_stamp(VENV).splitlines() or [""]
        return made_from, groups

    def _fingerprint(self) -> str:
        """The place counts too: a virtual environment does not survive being moved."""
        return fingerprint(str(ROOT), python_version(), UV_VERSION, ROOT / "pyproject.toml", ROOT / "uv.lock")
