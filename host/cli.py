"""The commands of the host. `./dreamseed` sets up what they need and then calls them."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import uvloop

from host.declarations import CatalogueError
from host.main import Host, HostError, running_host
from host.postmaster import PostgresError
from host.settings import DEFAULT_DATA_DIR, DEFAULT_PORT, ROOT, HostSettings
from infra.plan import PlanError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (CatalogueError, HostError, PlanError, PostgresError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m host", description="The local cloud that DreamSeed runs in.")
    commands = top.add_subparsers(title="commands", metavar="", required=True)

    up = commands.add_parser("up", help="start everything and stay until SIGINT or SIGTERM")
    _add_data_dir(up)
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="where pages and API are (%(default)s; 0: any free)")
    up.add_argument("--root", type=_folder, default=ROOT, help="the folder of functions/, statemachines/ and web/dist")
    up.add_argument("--no-demo", action="store_true", help="start without the demonstration school")
    up.add_argument("--no-localstack", action="store_true", help="start without queues, schedules and workflows")
    up.add_argument("--cold", action="store_true", help="start each function's process from nothing, as Lambda does")
    up.add_argument("--throw-away", action="store_true", help="a database that a crash of the machine may lose")
    up.add_argument("--open", action="store_true", help="open the page in the browser")
    up.set_defaults(run=run_up)

    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    _add_data_dir(migrate)
    migrate.set_defaults(run=run_migrate)
    return top


def run_up(options: argparse.Namespace) -> int:
    settings = HostSettings(
        data_dir=options.data_dir,
        root=options.root,
        port=options.port,
        with_demo=not options.no_demo,
        with_localstack=not options.no_localstack,
        is_cold=options.cold,
        is_durable=not options.throw_away,
    )
    uvloop.run(stay_up(settings, opens_browser=options.open))
    return 0


async def stay_up(settings: HostSettings, *, opens_browser: bool) -> None:
    """Run a host until it is told to stop."""
    began_at = time.monotonic()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    print("Starting DreamSeed …", flush=True)
    async with running_host(settings) as host:
        if settings.with_demo:
            await host.seed_demo()
        _welcome(host, time.monotonic() - began_at)
        if opens_browser:
            webbrowser.open(host.url)
        await told_to_stop.wait()
        print("\nStopping …", flush=True)
    print("Stopped.", flush=True)


def run_migrate(options: argparse.Namespace) -> int:
    raise NotImplementedError


def _welcome(host: Host, seconds: float) -> None:
    print(f"\nDreamSeed is ready after {seconds:.1f} s:  {host.url}\n")
    for sign_in in host.sign_ins:
        print(f"  {sign_in['role']:10} {sign_in['email']:28} password: {sign_in['password']}")
    print("\nStop it with Ctrl-C.", flush=True)


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _add_data_dir(command: argparse.ArgumentParser) -> None:
    help_text = "where its database and files are kept (.dreamseed)"
    command.add_argument("--data-dir", type=_folder, default=DEFAULT_DATA_DIR, help=help_text)
