"""The commands of `./dreamseed`: set up what a command needs, then hand over to it.

What only one command needs is imported by that command: `up` must be quick when there is nothing to set up.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from host.setup import running
from host.setup.checkout import PYTHON, ROOT, SetupError
from host.setup.command import clean_environment
from host.setup.localstack import LocalStackEnvironment
from host.setup.python_environment import DEVELOPMENT_GROUPS, RUN_GROUPS, PythonPackages, Uv
from host.setup.stage import Chain, Interrupted, set_up
from host.setup.system_packages import SystemPackages
from host.setup.web import WebApp, WebPackages, node_environment

DEFAULT_PORT = 8460
DEFAULT_DATA_DIR = ROOT / ".dreamseed"

EXAMPLES = """\
examples:
  ./dreamseed up                       set up what is missing, start everything, print the URL and sign-ins
  ./dreamseed up --port 9000 --data-dir /tmp/second    a second one beside it
  ./dreamseed test                     all checks and tests
  ./dreamseed test -- -k retried -x    some tests, with pytest's own options
  ./dreamseed status --json            where it runs, who can sign in, whether it is well
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    options = parser().parse_args(arguments)
    if not hasattr(options, "run"):
        parser().print_help()
        return 2
    return report(lambda: int(options.run(options)))


def report(command: Callable[[], int | None]) -> int:
    """Run the command and say what stopped it; returns the exit status."""
    try:
        return command() or 0
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        print("Interrupted. The same command goes on where this one stopped.", file=sys.stderr)
        return 128 + int(interrupted.args[0])
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="./dreamseed",
        description="Runs, checks and looks after DreamSeed on this machine. Sets up by itself what a command needs.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="command")

    up = commands.add_parser("up", help="start DreamSeed and stay until Ctrl-C")
    up.add_argument("--port", type=port, default=DEFAULT_PORT, help="where it listens on this machine (%(default)s)")
    up.add_argument("--name", default=running.LOOPBACK, help="this machine in the address: localhost for passkeys")
    _add_data_dir(up)
    up.add_argument("--no-demo", action="store_true", help="start without the demonstration school")
    up.add_argument("--open", action="store_true", help="open the page in the browser")
    up.add_argument("--cold", action="store_true", help="start each function's process from nothing, as Lambda does")
    up.set_defaults(run=run_up)

    test = commands.add_parser("test", help="run all checks and tests, or those that pytest's options choose")
    test.add_argument("pytest_options", nargs="*", metavar="-- pytest options", help="for example: -- -k retried -x")
    test.set_defaults(run=run_test)

    lint = commands.add_parser("lint", help="check style and types only")
    lint.set_defaults(run=run_lint)

    status = commands.add_parser("status", help="say where DreamSeed runs, who can sign in and whether it is well")
    status.add_argument("--json", action="store_true", help="as JSON")
    _add_data_dir(status)
    status.set_defaults(run=lambda options: running.show_status(options.data_dir, as_json=options.json))

    stop = commands.add_parser("stop", help="stop the DreamSeed that runs in the background or another terminal")
    _add_data_dir(stop)
    stop.set_defaults(run=lambda options: running.stop(options.data_dir))

    examine = commands.add_parser("doctor", help="look for what is missing on this machine and say how to get it")
    examine.add_argument("--port", type=port, default=DEFAULT_PORT, help="which port should be free (%(default)s)")
    _add_data_dir(examine)
    examine.set_defaults(run=run_doctor)

    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    _add_data_dir(migrate)
    migrate.set_defaults(run=lambda options: _run_host("migrate", options))

    letters = commands.add_parser("dead-letters", help="list the events that could not be handled")
    _add_data_dir(letters)
    letters.set_defaults(run=lambda options: _run_host("dead-letters", options))

    replay = commands.add_parser("replay", help="send dead letters again")
    _add_data_dir(replay)
    replay.add_argument("ids", nargs="*", type=UUID, metavar="id", help="which ones; none means all")
    replay.set_defaults(run=lambda options: _run_host("replay", options, *map(str, options.ids)))

    keys = commands.add_parser("signing-keys", help="list or rotate the keys that sign access tokens")
    _add_data_dir(keys)
    keys.add_argument("step", nargs="*", metavar="step", help="list, add, or first, drop or delete and a key")
    keys.add_argument("--algorithm", default="EdDSA", help="of the key to add: EdDSA or ES256 (%(default)s)")
    keys.add_argument("--file", type=folder, help="a file that holds the secret, in the place of the data folder's")
    keys.set_defaults(run=run_signing_keys)

    synth = commands.add_parser("synth", help="write the AWS templates and the Kubernetes manifests")
    synth.set_defaults(run=run_synth)

    setup = commands.add_parser("setup", help="only set up")
    setup.add_argument("--tests", action="store_true", help="also what the tests need")
    setup.set_defaults(run=run_setup)
    return top


def port(text: str) -> int:
    """A TCP port that an ordinary user may listen on."""
    number = int(text)
    if not 1024 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not between 1024 and 65535")
    return number


def folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _add_data_dir(command: argparse.ArgumentParser) -> None:
    help_text = "where its database and files are kept (.dreamseed)"
    command.add_argument("--data-dir", type=folder, default=DEFAULT_DATA_DIR, help=help_text)


def run_up(options: argparse.Namespace) -> int:
    running.refuse_if_running(options.data_dir)
    running.refuse_if_taken(options.port)
    _set_up_to_run()
    wanted = {"--no-demo": options.no_demo, "--open": options.open, "--cold": options.cold}
    flags = [flag for flag, is_wanted in wanted.items() if is_wanted]
    return _become(
        "host", "up", f"--data-dir={options.data_dir}", f"--port={options.port}", f"--name={options.name}", *flags
    )


def _run_host(command: str, options: argparse.Namespace, *arguments: str) -> int:
    """Hand over to a command of the function host."""
    _set_up_to_run()
    return _become("host", command, f"--data-dir={options.data_dir}", *arguments)


def run_signing_keys(options: argparse.Namespace) -> int:
    file = [f"--file={options.file}"] if options.file else []
    return _run_host("signing-keys", options, *options.step, f"--algorithm={options.algorithm}", *file)


def run_synth(options: argparse.Namespace) -> int:
    set_up([Uv(), PythonPackages(DEVELOPMENT_GROUPS)], [])
    return _become("host", "synth")


def run_test(options: argparse.Namespace) -> int:
    from host.setup import checks

    _set_up_to_test()
    return checks.test(options.pytest_options)


def run_lint(options: argparse.Namespace) -> int:
    from host.setup import checks

    set_up([Uv(), PythonPackages(DEVELOPMENT_GROUPS)], [])
    return checks.lint()


def run_doctor(options: argparse.Namespace) -> int:
    from host.setup import doctor

    return doctor.examine(options.port, options.data_dir)


def run_setup(options: argparse.Namespace) -> int:
    begin = time.monotonic()
    _set_up_to_test() if options.tests else _set_up_to_run()
    print(f"Set up. ({time.monotonic() - begin:.1f} s)")
    return 0


def _set_up_to_run() -> None:
    set_up([Uv()], [[PythonPackages(RUN_GROUPS), *_web()], [LocalStackEnvironment()]])


def _set_up_to_test() -> None:
    set_up([Uv()], [[PythonPackages(DEVELOPMENT_GROUPS), *_web()], [LocalStackEnvironment()], [SystemPackages()]])


def _web() -> Chain:
    return WebPackages(), WebApp()


def _become(module: str, *arguments: str) -> int:
    """Let this process go on as the project's Python, so that signals reach it directly."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), "-m", module, *arguments], clean_environment() | node_environment())  # noqa: S606 - no shell is wanted  # nosec B606
