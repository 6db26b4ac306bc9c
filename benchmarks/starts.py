"""How long the product takes to be there, and a function to answer its first call.

    python -m benchmarks.starts

`first page` is the time from the command until page and API answer: once with an empty data folder, then on the same
one, LocalStack starting behind; its CPU time says what that costs, whatever else the machine does. `first call` is a
function's first request through the gateway, while no process of it runs yet: forked from the template, or started from
nothing as `--cold` does. The median of several, with the slowest.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from benchmarks import processes
from host.ports import port_of, reserve_port
from host.testing import DIRECT, HostUnderTest, wait_until

STARTS = 5
PATIENCE_SECONDS = 120.0
FIRST_CALLS = ("/health", "/docs", "/openapi.json", "/.well-known/jwks.json", "/api/v1/me", "/api/v1/sessions")
"""Each is another function; those that need a sign-in refuse, which takes the whole function too."""


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory(prefix="dreamseed-starts-") as folder:
        (first, *again), forked = measure(Path(folder), [], STARTS)
        _, cold = measure(Path(folder), ["--cold"], 1)
    tell("first page, first start", [first[0]])
    tell("first page, later starts", [seconds for seconds, _ in again])
    tell("... CPU of all processes until then", [cpu for _, cpu in again])
    tell("first call, forked from the template", forked)
    tell("first call, --cold", cold)


def measure(folder: Path, options: list[str], starts: int) -> tuple[list[tuple[float, float]], list[float]]:
    """Seconds and CPU seconds to the first page of each start, and seconds of all first calls."""
    pages, calls = [], []
    with closing(reserve_port()) as port:
        host = HostUnderTest(folder / "data", [f"--port={port_of(port)}", *options])
        for _ in range(1 + starts):
            pages.append(seconds_to_first_page(host, f"http://127.0.0.1:{port_of(port)}"))
            host.wait_until_background_is_ready(PATIENCE_SECONDS)
            calls += [seconds_of(host.url + path) for path in FIRST_CALLS]
            host.stop()
    return pages, calls


def seconds_to_first_page(host: HostUnderTest, url: str) -> tuple[float, float]:
    """Start the host; how long it took until the page was there and the API behind it ready, and all processes' CPU."""
    began_at = time.monotonic()
    with ThreadPoolExecutor(1) as threads:
        starting = threads.submit(host.start)
        wait_until(lambda: answers(url) and answers(f"{url}/ready"), PATIENCE_SECONDS, lambda: "there is no page")
        seconds = time.monotonic() - began_at
        cpu = processes.cpu_seconds(processes.descendants(host.pid))
        starting.result()
    return seconds, cpu


def answers(url: str) -> bool:
    """Whether there is a page at that address."""
    try:
        DIRECT.open(url, timeout=PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True


def seconds_of(url: str) -> float:
    """How long a reply takes, whatever it says."""
    began_at = time.monotonic()
    try:
        DIRECT.open(url, timeout=PATIENCE_SECONDS).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
    return time.monotonic() - began_at


def tell(what: str, seconds: list[float]) -> None:
    """One row of the table."""
    print(f"{what:38} {statistics.median(seconds):6.3f} s   slowest of {len(seconds)}: {max(seconds):6.3f} s")


if __name__ == "__main__":
    main()
