"""What the functions declare, read in a process of its own.

Reading the catalogue imports every function and so most libraries, which would cost the host two seconds and 90 MB. The
host needs the declarations only, so it lets a short-lived process print them:

    python -m host.declarations <root>      {"name": …, "area": …, "module": …, "needs": {…}} a line
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dreamseed import needs as vocabulary
from dreamseed.needs import Grant, Needs


class CatalogueError(RuntimeError):
    """The functions could not be read; the message is what Python said."""


@dataclass(frozen=True)
class Declaration:
    """A function without its code."""

    name: str
    area: str
    module: str
    needs: Needs

    @property
    def handler(self) -> str:
        """The handler as Lambda's configuration names it."""
        return f"{self.module}.{self.name}"

    def to_json(self) -> str:
        """One line of JSON, the trigger with its kind."""
        trigger = {"kind": type(self.needs.trigger).__name__, **asdict(self.needs.trigger)}
        return json.dumps({**asdict(self), "needs": {**asdict(self.needs), "trigger": trigger}})

    @classmethod
    def from_json(cls, line: str) -> Declaration:
        """The reverse of `to_json`."""
        raw: dict[str, Any] = json.loads(line)
        needs = raw["needs"]
        kind = getattr(vocabulary, needs["trigger"].pop("kind"))
        return cls(
            name=raw["name"],
            area=raw["area"],
            module=raw["module"],
            needs=Needs(
                trigger=kind(**needs["trigger"]),
                grants=tuple(Grant(**grant) for grant in needs["grants"]),
                layers=tuple(needs["layers"]),
                memory_mb=needs["memory_mb"],
                timeout_seconds=needs["timeout_seconds"],
            ),
        )


async def read_declarations(root: Path) -> tuple[Declaration, ...]:
    """The functions below `root`/functions. Raises CatalogueError when one of them cannot be read."""
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "host.declarations", str(root)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=root,
    )
    output, errors = await reader.communicate()
    if reader.returncode != 0:
        raise CatalogueError(f"The functions below {root} cannot be read:\n{errors.decode(errors='replace')}")
    return tuple(Declaration.from_json(line) for line in output.decode().splitlines())


def main() -> None:
    """Print the declarations of the functions below the folder that is named."""
    from dreamseed.catalogue import load_catalogue  # imports everything

    root = Path(sys.argv[1])
    sys.path.insert(0, str(root))
    for function in load_catalogue(root):
        print(Declaration(function.name, function.area, function.module, function.needs).to_json())


if __name__ == "__main__":
    main()
