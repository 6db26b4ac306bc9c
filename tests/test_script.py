"""`./dreamseed`: set-up that can be cut short and run twice, and commands that say plainly what is the matter."""

from __future__ import annotations

import fcntl
import importlib.machinery
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from host.setup import checks, command, python_environment, stage
from host.setup.checkout import fingerprint, write_stamp
from host.setup.command import CommandFailed
from host.setup.python_environment import PythonPackages
from host.setup.stage import set_up
from tests.shell_stage import ShellStage

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 20


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the script and of what it imports, in a folder whose name has spaces."""
    copy = tmp_path / "a checkout with spaces"
    shutil.copytree(ROOT / "host", copy / "host", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "dreamseed", copy)
    return copy


def dreamseed(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command_line = [sys.executable, checkout / "dreamseed", *arguments]
    return subprocess.run(command_line, capture_output=True, text=True, check=False, timeout=60)


def wait_until(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


# The script and the Python it runs under


def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("dreamseed_script", str(ROOT / "dreamseed"))
    specification = importlib.util.spec_from_loader(loader.name, loader)
    assert specification
    module = importlib.util.module_from_spec(specification)
    loader.exec_module(module)
    return module


def test_an_older_python_is_told_which_one_to_get(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12 or 3\.13, and this is Python 3\.9"):
        script().main()


def test_a_fitting_python_beside_an_older_one_takes_over(tmp_path: Path) -> None:
    fitting = tmp_path / "python3.12"
    fitting.write_text('#!/bin/sh\necho "3.12 runs $2"\n')
    fitting.chmod(0o755)
    as_older = (
        "import sys, runpy; sys.version_info = (3, 10); sys.argv = ['dreamseed', 'up'];"
        f"runpy.run_path({str(ROOT / 'dreamseed')!r}, run_name='__main__')"
    )

    done = subprocess.run([sys.executable, "-c", as_older], env={"PATH": str(tmp_path)}, capture_output=True, text=True)

    assert done.stdout == "3.12 runs up\n"


@pytest.mark.parametrize("word", ["up", "test", "lint", "status", "stop", "doctor", "migrate", "synth", "setup"])
def test_help_names_every_command(checkout: Path, word: str) -> None:
    assert f"\n    {word} " in dreamseed(checkout, "--help").stdout


def test_a_privileged_port_is_refused_before_anything_is_set_up(checkout: Path) -> None:
    done = dreamseed(checkout, "up", "--port", "80")

    assert done.returncode == 2
    assert "80 is not between 1024 and 65535" in done.stderr
    assert not (checkout / ".dreamseed").exists()


def test_the_doctor_says_what_is_to_be_set_up(checkout: Path) -> None:
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, checkout)

    done = dreamseed(checkout, "doctor")

    assert "to do: Installer (uv), Python packages, LocalStack" in done.stdout


# Set-up


@pytest.fixture
def setup_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "setup"
    monkeypatch.setattr(stage, "SETUP_FOLDER", folder)
    monkeypatch.setattr(command, "SETUP_FOLDER", folder)
    return folder


def test_what_is_done_is_not_done_again(tmp_path: Path, setup_folder: Path) -> None:
    once = ShellStage(tmp_path / "made", "echo made >> times")

    set_up([once], [])
    set_up([once], [])

    assert (tmp_path / "made" / "times").read_text() == "made\n"


def test_changed_inputs_are_made_again(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("one")
    before = fingerprint("3.11", lock)

    lock.write_text("two")

    assert fingerprint("3.11", lock) != before
    assert fingerprint("3.12", lock) != fingerprint("3.11", lock)


def test_a_failed_stage_stops_its_chain_but_keeps_what_others_made(tmp_path: Path, setup_folder: Path) -> None:
    fails = ShellStage(tmp_path / "fails", "echo 'write error: No space left on device' >&2; exit 3")
    never = ShellStage(tmp_path / "never", "true")
    works = ShellStage(tmp_path / "works", "true")

    with pytest.raises(CommandFailed) as failure:
        set_up([], [[fails, never], [works]])

    assert works.is_done()
    assert not never.is_done()
    assert "ended with code 3" in str(failure.value)
    assert "The disk is full" in str(failure.value)


def test_a_stage_that_is_not_required_only_says_why_it_failed(
    tmp_path: Path, setup_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fails = ShellStage(tmp_path / "fails", "echo 'Temporary failure in name resolution'; exit 1")
    fails.is_required = False
    next_one = ShellStage(tmp_path / "next", "true")

    set_up([fails, next_one], [])

    assert next_one.is_done()
    assert "The package index could not be reached" in capsys.readouterr().out


def start_set_up(folder: Path, shell: str) -> subprocess.Popen[str]:
    command_line = [sys.executable, "-m", "tests.shell_stage", str(folder), shell]
    return subprocess.Popen(command_line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ends_soon(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if not Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_set_up_leaves_no_process_and_can_go_on(tmp_path: Path, number: signal.Signals) -> None:
    interrupted = start_set_up(tmp_path, "echo $$ > pid; test -e again || sleep 300")
    wait_until(tmp_path / "made" / "pid")
    time.sleep(0.1)
    interrupted.send_signal(number)
    _, complaint = interrupted.communicate(timeout=PATIENCE_SECONDS)

    assert interrupted.returncode == 128 + number
    assert "goes on where this one stopped" in complaint
    assert ends_soon(int((tmp_path / "made" / "pid").read_text()))

    (tmp_path / "made" / "again").touch()
    again = start_set_up(tmp_path, "echo $$ > pid; test -e again || sleep 300")
    again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0


def test_two_set_ups_at_once_take_turns(tmp_path: Path) -> None:
    shell = "echo made >> times; until test -e go; do sleep 0.05; done"
    first = start_set_up(tmp_path, shell)
    wait_until(tmp_path / "made" / "times")

    second = start_set_up(tmp_path, shell)
    assert second.stdout
    assert "waiting for it" in second.stdout.readline()
    (tmp_path / "made" / "go").touch()
    first.communicate(timeout=PATIENCE_SECONDS)
    second.communicate(timeout=PATIENCE_SECONDS)

    assert (first.returncode, second.returncode) == (0, 0)
    assert (tmp_path / "made" / "times").read_text() == "made\n"


def test_the_next_set_up_waits_for_what_a_killed_one_left_running(tmp_path: Path) -> None:
    killed = start_set_up(tmp_path, "touch started; until test -e go; do sleep 0.05; done; touch ended")
    wait_until(tmp_path / "made" / "started")
    killed.kill()
    killed.communicate()

    following = start_set_up(tmp_path, "test -e ended")
    assert following.stdout
    assert "waiting for it" in following.stdout.readline()
    (tmp_path / "made" / "go").touch()
    following.communicate(timeout=PATIENCE_SECONDS)

    assert following.returncode == 0


def test_an_environment_with_everything_serves_those_who_need_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_environment, "VENV", tmp_path)
    monkeypatch.setattr(python_environment, "PYTHON", Path(sys.executable))
    everything, little = PythonPackages(["dev"]), PythonPackages(["host"])

    write_stamp(tmp_path, f"{everything._fingerprint()}\ndev")
    assert everything.is_done()
    assert little.is_done()

    write_stamp(tmp_path, f"{everything._fingerprint()}\nhost")
    assert little.is_done()
    assert not everything.is_done()

    write_stamp(tmp_path, "made from another lock\ndev\nhost")
    assert not little.is_done()


# Status and stop


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def gateway() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


HOST = """
import fcntl, json, os, signal, sys
lock = open(sys.argv[1] + "/postgres.lock", "ab")
fcntl.flock(lock, fcntl.LOCK_EX)
processes = {"postgres": os.getpid(), **json.loads(sys.argv[3])}
with open(sys.argv[1] + "/host.json", "w") as file:
    json.dump({"pid": os.getpid(), "url": sys.argv[2], "processes": processes}, file)
signal.sigwait([signal.SIGTERM])
"""
"""A host as far as `status` and `stop` know it."""


def start_host(data_dir: Path, url: str, processes: dict[str, int]) -> subprocess.Popen[bytes]:
    data_dir.mkdir()
    arguments = [str(data_dir), url, json.dumps(processes)]
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, *arguments], preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [15])
    )
    wait_until(data_dir / "host.json")
    time.sleep(0.1)
    return host


def test_status_of_nothing_says_so(checkout: Path) -> None:
    done = dreamseed(checkout, "status", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout) == {"running": False, "data_dir": str(checkout / ".dreamseed")}


def test_status_shows_what_the_host_wrote_and_that_it_is_well(checkout: Path, tmp_path: Path, gateway: str) -> None:
    host = start_host(tmp_path / "data", gateway, {})

    done = dreamseed(checkout, "status", "--json", "--data-dir", str(tmp_path / "data"))
    host.terminate()
    host.wait()

    assert done.returncode == 0
    state = json.loads(done.stdout)
    assert state["url"] == gateway
    assert state["health"] == {"gateway": True, "postgres": True}


def test_status_names_the_part_that_is_not_well(checkout: Path, tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    host = start_host(tmp_path / "data", "http://127.0.0.1:1", {"localstack": ended.pid})

    done = dreamseed(checkout, "status", "--json", "--data-dir", str(tmp_path / "data"))
    host.terminate()
    host.wait()

    assert done.returncode == 1
    assert json.loads(done.stdout)["health"] == {"gateway": False, "postgres": True, "localstack": False}


def test_what_a_killed_host_wrote_deceives_nobody(checkout: Path, tmp_path: Path, gateway: str) -> None:
    host = start_host(tmp_path / "data", gateway, {"localstack": os.getpid()})
    host.kill()
    host.wait()

    assert dreamseed(checkout, "status", "--data-dir", str(tmp_path / "data")).returncode == 3
    assert "is not running" in dreamseed(checkout, "stop", "--data-dir", str(tmp_path / "data")).stdout


def test_stop_ends_the_host_and_waits_for_it(checkout: Path, tmp_path: Path, gateway: str) -> None:
    host = start_host(tmp_path / "data", gateway, {})
    reaper = threading.Thread(target=host.wait)
    reaper.start()

    done = dreamseed(checkout, "stop", "--data-dir", str(tmp_path / "data"))

    assert done.stdout == "Stopped.\n"
    reaper.join()
    with (tmp_path / "data" / "postgres.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_second_up_on_the_same_data_is_refused(checkout: Path, tmp_path: Path, gateway: str) -> None:
    host = start_host(tmp_path / "data", gateway, {})

    done = dreamseed(checkout, "up", "--data-dir", str(tmp_path / "data"))
    host.terminate()
    host.wait()

    assert done.returncode == 1
    assert f"already running in {tmp_path / 'data'} {gateway}" in done.stderr


def test_a_taken_port_is_named_before_anything_is_set_up(checkout: Path, gateway: str) -> None:
    port = gateway.rsplit(":", 1)[1]

    done = dreamseed(checkout, "up", "--port", port)

    assert done.returncode == 1
    assert f"Port {port} cannot be used (Address already in use)" in done.stderr
    assert not (checkout / ".dreamseed").exists()


# Checks beside the tests, and the closing summary of `test`


def test_checks_beside_the_tests_tell_afterwards_what_they_found(capfd: pytest.CaptureFixture[str]) -> None:
    result = checks.Result()

    with checks.Beside([shell("right", "echo well"), shell("wrong", "echo broken >&2; exit 2")], result):
        print("the tests")

    assert capfd.readouterr().out == "the tests\n\n--- right\nwell\n\n--- wrong\nbroken\n"
    assert result.failed == ["wrong"]
    assert result.status == 1


def test_checks_beside_interrupted_tests_begin_no_more(tmp_path: Path) -> None:
    first = shell("first", f"touch '{tmp_path}/begun'; until test -e '{tmp_path}/interrupted'; do sleep 0.01; done")
    second = shell("second", f"touch '{tmp_path}/too-late'")

    with pytest.raises(KeyboardInterrupt):
        be_interrupted(tmp_path, checks.Beside([first, second], checks.Result()))

    assert not (tmp_path / "too-late").exists()


def be_interrupted(folder: Path, beside: checks.Beside) -> None:
    with beside:
        wait_until(folder / "begun")
        threading.Timer(0.5, (folder / "interrupted").touch).start()
        raise KeyboardInterrupt


def shell(name: str, script: str) -> checks.Check:
    return checks.Check(name, ["sh", "-c", script])


def test_byte_code_is_stored_even_where_containers_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in command.clean_environment()


@pytest.mark.parametrize(
    ("programs", "told"),
    [(["apt-get"], "sudo apt-get install --no-install-recommends chromium"), ([], "this system's package manager")],
)
def test_whoever_has_no_chromium_is_told_how_to_get_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    programs: list[str],
    told: str,
) -> None:
    for name in programs:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    checks._print_summary(checks.Result(), 1.0)

    said = capsys.readouterr().out
    assert "Tests in a browser are skipped: there is no Chromium." in said
    assert told in said


def test_the_summary_adds_up_several_runs_and_names_what_failed(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite><testcase classname='tests.a' name='test_right'/>"
        "<testcase classname='tests.a' name='test_wrong'><failure/></testcase>"
        "<testcase classname='tests.b' name='test_left_out'><skipped/></testcase></testsuite></testsuites>"
    )
    result = checks.Result()

    result.add_report(report)
    result.add_report(report)

    assert result.counts == {"passed": 2, "failed": 2, "skipped": 2}
    assert result.failed == ["tests.a.test_wrong"] * 2
    assert result.status == 1
