"""Where things stand in this checkout, and stamps that say from which inputs a thing was made.

A stamp lies inside what it vouches for, so that whoever deletes the thing deletes the stamp, and is written last, so
that a set-up which was cut short is done again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP_FOLDER = ROOT / ".dreamseed" / "setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCALSTACK = ROOT / ".localstack"
WEB = ROOT / "web"
STAMP = ".dreamseed-stamp"


class SetupError(Exception):
    """Set-up cannot go on; the message says what is missing and how to get it."""


def fingerprint(*inputs: Path | str) -> str:
    """A hash over texts and files (their names and contents)."""
    digest = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) else b""
        name = os.path.relpath(item, ROOT) if isinstance(item, Path) else item
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def files_below(folder: Path, leaving_out: Iterable[str] = ()) -> list[Path]:
    """All files below the folder in a fixed order, without the folders of these names."""
    left_out = set(leaving_out)
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - left_out)
        found += [Path(place, name) for name in sorted(files)]
    return found


def read_stamp(folder: Path) -> str:
    """What the folder was made from; empty if it was not finished."""
    try:
        return (folder / STAMP).read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def write_stamp(folder: Path, content: str) -> None:
    (folder / STAMP).write_text(content)
