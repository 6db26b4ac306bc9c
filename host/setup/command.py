"""Running the programs that set-up is made of: their output goes to a log, their failure becomes advice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from host.setup.checkout import ROOT, SETUP_FOLDER, SetupError

LOG_TAIL_LINES, LOG_LINE_WIDTH = 12, 200

Command = Sequence[str | Path]

ADVICE = {
    r"No space left on device|ENOSPC": "The disk is full: free some space and run the same command again.",
    r"Permission denied|EACCES": (
        "Some files here belong to another user (was ./dreamseed run as root before?).\n"
        'Give them to yourself: sudo chown -R "$(id -un)" .'
    ),
    r"[Tt]emporary failure in name resolution|[Nn]ame or service not known|dns error|ENOTFOUND|EAI_AGAIN|"
    r"Connection refused|Network is unreachable|[Cc]onnection (error|reset|timed out)|error sending request|"
    r"ETIMEDOUT|ECONNRESET|No matching distribution|certificate verify failed|CERTIFICATE": (
        "The package index could not be reached. Check the network, and behind a proxy or a mirror its settings:\n"
        "HTTPS_PROXY, SSL_CERT_FILE, PIP_INDEX_URL, UV_DEFAULT_INDEX, npm_config_registry."
    ),
}
"""What the output of a failed program tells its user to do."""


CERTIFICATE_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


class CommandFailed(SetupError):
    """A program of set-up ended with an error."""


class Commands:
    """Runs programs and can end those that are running."""

    def __init__(self, lock_descriptor: int) -> None:
        """The programs hold the set-up lock too: it is not free while one outlives a killed ./dreamseed."""
        self._lock_descriptor = lock_descriptor
        self._running: set[subprocess.Popen[bytes]] = set()
        self._mutex = threading.Lock()
        self._interrupted = False

    def run(self, command: Command, *, log: str, cwd: Path = ROOT, extra: dict[str, str] | None = None) -> None:
        """Run to the end with the extra environment variables. Raises CommandFailed with the end of its output."""
        path = SETUP_FOLDER / f"{log}.log"
        with path.open("ab") as output:
            output.write(f"\n$ {' '.join(map(str, command))}\n".encode())
            output.flush()
            begin = output.tell()
            with self._mutex:
                if self._interrupted:
                    raise CommandFailed("interrupted")
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=clean_environment() | (extra or {}),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[self._lock_descriptor],
                )
                self._running.add(process)
            code = process.wait()
            self._running.discard(process)
        if code != 0:
            raise CommandFailed(_explain(command, code, path, begin))

    def interrupt(self) -> None:
        """End every running program with all that it started, and start no more."""
        with self._mutex:
            self._interrupted = True
            for process in self._running:
                try:
                    os.killpg(process.pid, signal.SIGTERM)
                except ProcessLookupError:
                    continue


def clean_environment() -> dict[str, str]:
    """The user's environment without what would point Python or uv at another project, or keep Python from storing
    byte code: images of containers say so, and then hundreds of processes compile the same libraries again."""
    misleading = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX"}
    slow = {"PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in misleading | slow}


def system_certificates() -> str | None:
    """The file with the certificate authorities that this machine trusts: a company's proxy may have its own."""
    bundles = (os.environ.get("SSL_CERT_FILE", ""), *CERTIFICATE_BUNDLES)
    return next((bundle for bundle in bundles if Path(bundle).is_file()), None)


def is_home_writable() -> bool:
    """Whether the user has a home folder for caches; service accounts have none."""
    return os.access(Path.home(), os.W_OK)


def _explain(command: Command, code: int, path: Path, begin: int) -> str:
    with path.open("rb") as log:
        log.seek(begin)
        output = log.read().decode(errors="replace").strip()
    tail = "\n".join(f"    {line[:LOG_LINE_WIDTH]}" for line in output.splitlines()[-LOG_TAIL_LINES:])
    advice = next((text for pattern, text in ADVICE.items() if re.search(pattern, output)), "")
    what = f"{Path(command[0]).name} ended with code {code}:\n{tail}\n(everything it said: {path})"
    return f"{what}\n{advice}" if advice else what
