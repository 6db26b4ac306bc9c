"""`status` and `stop`: what the running host wrote about itself into `<data-dir>/host.json`, and whether it is true.

The host writes `{"pid", "url", "processes": {name: pid}, ...}`. It holds `<data-dir>/postgres.lock` for as long as it
lives, so a file that a killed host left behind deceives nobody.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

from host.setup.checkout import SetupError

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 30
HEALTH_SECONDS = 3
NOT_RUNNING = 3
"""Exit status of `status` when nothing runs, as `systemctl status` has it."""


def show_status(data_dir: Path, *, as_json: bool) -> int:
    """Print what runs; the exit status is 0 when it is well, 1 when it is not, 3 when nothing runs."""
    state = read_status(data_dir)
    if as_json:
        print(json.dumps(state, indent=2))
    elif not state["running"]:
        print(f"DreamSeed is not running in {data_dir}. Start it: ./dreamseed up")
    else:
        _print_status(state)
    if not state["running"]:
        return NOT_RUNNING
    return 0 if all(state["health"].values()) else 1


def read_status(data_dir: Path) -> dict[str, Any]:
    """`host.json` with `running` and `health` ({part: is it well}) added."""
    if not is_running(data_dir):
        return {"running": False, "data_dir": str(data_dir)}
    try:
        state: dict[str, Any] = json.loads((data_dir / "host.json").read_text())
    except FileNotFoundError:
        return {"running": True, "data_dir": str(data_dir), "health": {"started": False}}
    processes = {name: _is_alive(pid) for name, pid in state.get("processes", {}).items()}
    return state | {"running": True, "health": {"gateway": _answers(state["url"]), **processes}}


def is_running(data_dir: Path) -> bool:
    """Whether a host holds this data folder."""
    try:
        with (data_dir / "postgres.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def refuse_if_running(data_dir: Path) -> None:
    """Raise SetupError when a host already runs on this data folder."""
    if is_running(data_dir):
        url = read_status(data_dir).get("url", "")
        raise SetupError(
            f"DreamSeed is already running in {data_dir} {url}\n"
            "Stop it with ./dreamseed stop, or choose another --data-dir and --port."
        )


def refuse_if_taken(port: int) -> None:
    """Raise SetupError when another program listens on the port: before set-up, not after it."""
    if why := why_taken(port):
        raise SetupError(f"Port {port} cannot be used ({why}). Choose another: ./dreamseed up --port {port + 1}")


def why_taken(port: int) -> str:
    """Why this machine's port cannot be listened on; empty if it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return str(error.strerror)
    return ""


def stop(data_dir: Path) -> int:
    """Ask the host to stop and wait until it has."""
    if not is_running(data_dir):
        print(f"DreamSeed is not running in {data_dir}.")
        return 0
    pid = read_status(data_dir).get("pid")
    if pid is None:
        raise SetupError("DreamSeed is just starting; try again in a moment.")
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_running(data_dir) or _is_alive(pid):
        if time.monotonic() > deadline:
            raise SetupError(f"DreamSeed (process {pid}) has not stopped within {STOP_SECONDS} s.")
        time.sleep(0.05)
    print("Stopped.")
    return 0


def _print_status(state: dict[str, Any]) -> None:
    print(f"DreamSeed runs at {state.get('url', '(starting)')}")
    for part, is_well in state["health"].items():
        print(f"  {part:14} {'well' if is_well else 'NOT WELL'}")
    for sign_in in state.get("sign_ins", []):
        print(f"  sign in as     {sign_in['email']:28} password: {sign_in['password']}")


def _answers(url: str) -> bool:
    import urllib.request  # takes as long as the rest of the script, and is rarely needed

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/health", timeout=HEALTH_SECONDS) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
