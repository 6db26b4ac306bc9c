"""What can be chosen about one local cloud."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from host.invoke.pool import Limits
from host.ports import LOOPBACK

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_PORT = 8460
DEFAULT_DATA_DIR = ROOT / ".dreamseed"


class HostError(RuntimeError):
    """The host could not start, or does not run; the message says why and what to do."""


@dataclass(frozen=True)
class HostSettings:
    """How one host runs. `root` holds `functions/`, `statemachines/` and `web/dist`; port 0 takes a free one."""

    data_dir: Path = DEFAULT_DATA_DIR
    root: Path = ROOT
    port: int = DEFAULT_PORT
    name: str = LOOPBACK
    """What this machine is called in the address of pages and API. Browsers make passkeys only where it is a name."""
    with_demo: bool = True
    with_localstack: bool = True
    is_cold: bool = False
    """Start every worker as Lambda does instead of forking it."""
    is_durable: bool = True
    """Whether the database survives a crash of the machine. Tests need not wait for that."""
    limits: Limits = field(default_factory=Limits)
    batch_slots: int = max(1, (os.cpu_count() or 2) - 1)
    """How many batch jobs run at once: one processor stays for whoever looks at a page."""
