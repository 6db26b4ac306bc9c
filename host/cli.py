"""The commands of the host. `./dreamseed` sets up what they need and then calls them."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from dreamseed.identity.signing_keys import ALGORITHMS
from host import operations
from host.invoke.pool import Limits
from host.ports import LOOPBACK
from host.postmaster import PostgresError
from host.settings import DEFAULT_DATA_DIR, DEFAULT_PORT, ROOT, HostError, HostSettings
from host.setup import running
from host.setup.checkout import SetupError
from host.signing_keys import change_signing_keys
from infra.plan import PlanError

KEY_STEPS = ("list", "add", "first", "drop", "delete")
SYNTHESISERS = (("infra.cdk",), ("infra.kubernetes", "--output", "cdk.out/kubernetes.yaml"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (HostError, PlanError, PostgresError, SetupError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m host", description="The local cloud that DreamSeed runs in.")
    commands = top.add_subparsers(title="commands", metavar="", required=True)

    up = commands.add_parser("up", help="start everything and stay until SIGINT or SIGTERM")
    _add_data_dir(up)
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="where pages and API are (%(default)s; 0: any free)")
    up.add_argument("--name", type=_name, default=LOOPBACK, help="this machine in their address (%(default)s)")
    up.add_argument("--root", type=_folder, default=ROOT, help="the folder of functions/, statemachines/ and web/dist")
    up.add_argument("--no-demo", action="store_true", help="start without the demonstration school")
    up.add_argument("--no-localstack", action="store_true", help="start without queues, schedules and workflows")
    up.add_argument("--cold", action="store_true", help="start each function's process from nothing, as Lambda does")
    up.add_argument("--workers", type=int, default=Limits.workers_per_function, help="most processes of one function")
    up.add_argument("--throw-away", action="store_true", help="a database that a crash of the machine may lose")
    up.add_argument("--open", action="store_true", help="open the page in the browser")
    up.set_defaults(run=run_up)

    status = commands.add_parser("status", help="say what runs and whether it is well")
    _add_data_dir(status)
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(run=lambda options: running.show_status(options.data_dir, as_json=options.json))

    stop = commands.add_parser("stop", help="stop the host that runs on this data folder")
    _add_data_dir(stop)
    stop.set_defaults(run=lambda options: running.stop(options.data_dir))

    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    _add_data_dir(migrate)
    migrate.set_defaults(run=lambda options: operations.migrate(options.data_dir))

    letters = commands.add_parser("dead-letters", help="list the events that could not be handled")
    _add_data_dir(letters)
    letters.set_defaults(run=lambda options: operations.list_dead_letters(options.data_dir))

    replay = commands.add_parser("replay", help="send dead letters again")
    _add_data_dir(replay)
    replay.add_argument("ids", nargs="*", type=UUID, metavar="id", help="which ones; none means all")
    replay.set_defaults(run=lambda options: operations.replay(options.data_dir, options.ids))

    keys = commands.add_parser("signing-keys", help="list or rotate the keys that sign access tokens")
    _add_data_dir(keys)
    keys.add_argument("step", nargs="?", choices=KEY_STEPS, default="list", help="(%(default)s)")
    keys.add_argument("kid", nargs="?", help="which key, for first, drop and delete")
    keys.add_argument("--algorithm", choices=ALGORITHMS, default="EdDSA", help="of the key to add (%(default)s)")
    keys.add_argument("--file", type=_folder, help="a file that holds the secret, in the place of the data folder's")
    keys.set_defaults(run=run_signing_keys)

    synth = commands.add_parser("synth", help="write the AWS templates and the Kubernetes manifests")
    synth.set_defaults(run=run_synth)
    return top


def run_signing_keys(options: argparse.Namespace) -> int:
    """One step of a rotation."""
    return change_signing_keys(options.data_dir, options.file, options.step, options.kid, options.algorithm)


def run_synth(options: argparse.Namespace) -> int:
    """Let each platform write what it derives from the catalogue."""
    return max(subprocess.call([sys.executable, "-m", *command], cwd=ROOT) for command in SYNTHESISERS)


def run_up(options: argparse.Namespace) -> int:
    """Run a host in this process."""
    import uvloop  # only `up` needs it, and what it runs

    from host.up import stay_up

    settings = HostSettings(
        data_dir=options.data_dir,
        root=options.root,
        port=options.port,
        name=options.name,
        with_demo=not options.no_demo,
        with_localstack=not options.no_localstack,
        is_cold=options.cold,
        is_durable=not options.throw_away,
        limits=Limits(workers_per_function=options.workers),
    )
    uvloop.run(stay_up(settings, opens_browser=options.open))
    return 0


def _name(text: str) -> str:
    """A name that leads back to this machine, as nothing listens for others."""
    if text != LOOPBACK and text != "localhost" and not text.endswith(".localhost"):
        raise argparse.ArgumentTypeError(f"{text} is not {LOOPBACK}, localhost or a name under .localhost")
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _add_data_dir(command: argparse.ArgumentParser) -> None:
    help_text = "where its database and files are kept (.dreamseed)"
    command.add_argument("--data-dir", type=_folder, default=DEFAULT_DATA_DIR, help=help_text)
