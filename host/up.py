"""`up`: a host that runs until it is told to stop, and what its terminal shows."""

from __future__ import annotations

import asyncio
import signal
import time
import webbrowser

from host.main import Host, running_host
from host.settings import HostSettings


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


def _welcome(host: Host, seconds: float) -> None:
    print(f"\nDreamSeed is ready after {seconds:.1f} s:  {host.url}\n")
    for sign_in in host.sign_ins:
        print(f"  {sign_in['role']:10} {sign_in['email']:28} password: {sign_in['password']}")
    print("\nStop it with Ctrl-C.", flush=True)
