"""Check an export of the audit log, anywhere: it needs Python and nothing else.

    python -m dreamseed.audit.verify FOLDER [--head SEQ:HASH]

FOLDER holds the files of an export. Their digests are compared with the manifest, and the chain is followed from the
first entry to the last; where it begins after months that were let go, an entry must say so. `--head` is the last entry
as noted elsewhere, such as in a stream or a log; without it the manifest's own is taken, which says nothing of entries
that were cut off before the export was made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamseed.audit.anchors import Anchor
from dreamseed.audit.records import from_line
from dreamseed.audit.rules import Chain, Link

MANIFEST = "manifest.json"


def check(folder: Path, head: Link | None = None) -> str | None:
    """What is wrong with the export, as a sentence; None when it holds. Raises OSError when a file cannot be read."""
    manifest = json.loads((folder / MANIFEST).read_text())
    files = [folder / each["name"] for each in manifest["files"]]
    for path, each in zip(files, manifest["files"], strict=True):
        if hashlib.sha256(path.read_bytes()).hexdigest() != each["sha256"]:
            return f"{path.name} is not the file that the manifest names"
    anchors = _anchors(manifest)
    start = _start(manifest, anchors)
    is_empty = not manifest["last_hash"]
    end = head or (start if is_empty else Link(manifest["last_seq"], bytes.fromhex(manifest["last_hash"])))
    chain = Chain(start, end, [anchor for anchor in anchors if anchor.noted_seq <= end.seq])
    chain.follow(_entries(files))
    broken = chain.end()
    return None if broken is None else f"entry {broken.seq} is {broken.fault}"


def told(folder: Path) -> str:
    """What an export that holds says, and what it cannot say, of the entries before its first."""
    manifest = json.loads((folder / MANIFEST).read_text())
    first, anchors = manifest["first_seq"], _anchors(manifest)
    if first == 1:
        return "The export holds."
    if not anchors or anchors[-1].seq != first - 1:
        return f"The export holds. It begins with entry {first} and says nothing of those before."
    newest = anchors[-1]
    if newest.noted_seq > manifest["last_seq"]:
        return (
            f"The export holds. That entries up to {newest.seq} were let go, entry {newest.noted_seq} says: not in it."
        )
    return f"The export holds. Entry {newest.noted_seq} says that those up to {newest.seq} were let go."


def _anchors(manifest: dict[str, Any]) -> list[Anchor]:
    return [Anchor(**each) for each in manifest.get("anchors", ())]


def _start(manifest: dict[str, Any], anchors: list[Anchor]) -> Link:
    """The link before the first entry: that of an anchor where the log itself begins there."""
    before = manifest["first_seq"] - 1
    if anchors and anchors[-1].seq == before:
        return Link(before, bytes.fromhex(anchors[-1].hash))
    return Link(before, bytes.fromhex(manifest["first_prev_hash"])) if before else Link()


def _entries(files: list[Path]) -> Iterator[dict[str, Any]]:
    for path in files:
        with path.open("rb") as lines:
            yield from map(from_line, lines)


def main(arguments: list[str]) -> int:
    """Say whether the export holds; 1 if it does not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder with the files of the export")
    parser.add_argument("--head", help="number and hash of the last entry, as noted elsewhere")
    given = parser.parse_args(arguments)
    head = None
    if given.head:
        seq, _, digest = given.head.partition(":")
        head = Link(int(seq), bytes.fromhex(digest))
    fault = check(given.folder, head)
    print(fault or told(given.folder))
    return 0 if fault is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
