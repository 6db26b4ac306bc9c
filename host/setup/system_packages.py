"""What tests in a browser need from the system: Chromium, and fonts for Latin, maths and Chinese, Japanese, Korean."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from host.setup.command import CommandFailed, Commands
from host.setup.stage import Stage

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
COMMANDS_OF_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SystemPackages(Stage):
    """Installed when root may; otherwise the tests that need them say which command installs them."""

    title = "Browser for tests"
    is_required = False

    def is_done(self) -> bool:
        return not missing_packages() or not can_install()

    def make(self, commands: Commands) -> None:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            commands.run([*INSTALL, *missing_packages()], log="system-packages", extra=quiet)
        except CommandFailed:  # the package lists may be missing or old
            commands.run(["apt-get", "update"], log="system-packages", extra=quiet)
            commands.run([*INSTALL, *missing_packages()], log="system-packages", extra=quiet)


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def missing_packages() -> list[str]:
    """The Debian packages whose contents are not there."""
    is_there = {
        "chromium": find_chromium() is not None,
        "fonts-dejavu-core": has_font("DejaVuSans.ttf"),
        "fonts-noto-cjk": has_font("NotoSansCJK-Regular.ttc"),
    }
    return [package for package, there in is_there.items() if not there]


def find_chromium() -> str | None:
    return next((path for name in COMMANDS_OF_CHROMIUM if (path := shutil.which(name))), None)


def has_font(file_name: str) -> bool:
    return any(next(folder.rglob(file_name), None) for folder in FONT_FOLDERS if folder.is_dir())


def advice() -> str:
    """The one command that installs what is missing, where we know it."""
    if shutil.which("apt-get") is None:
        return "Chromium or Google Chrome, and fonts (DejaVu, Noto Sans CJK), from this system's package manager"
    return f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(missing_packages())}"
