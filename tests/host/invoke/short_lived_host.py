"""A process with a template and a busy worker, to be killed: prints their process ids."""

import asyncio
import sys
from pathlib import Path

import uvloop

from host.invoke.forking import TemplateStarter
from host.invoke.launch import Launch
from host.invoke.pools import Pools
from host.settings import ROOT


async def main(folder: Path) -> None:
    starter = TemplateStarter(folder / "template.log", preload=("simplejson",))
    await starter.open()
    handler = "tests.host.fixture_functions.misbehave.misbehave"
    pools = Pools([Launch("misbehave", handler, {}, 60, 256, ROOT, folder / "misbehave.log")], starter)
    sleeping = asyncio.create_task(pools.invoke("misbehave", b'{"how": "sleep", "seconds": 50}'))
    while not pools.pids:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    print(starter.pid, *pools.pids["misbehave"], flush=True)
    await sleeping


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
