"""Measures one row for one engine in a process of its own, and prints the facts as one line of JSON.

    python -m benchmarks.irt_suite.child ROW ENGINE [SAMPLE_FOLDER]

ENGINE is `irt_core` or a peer's name. The parent has set the number of threads in the environment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.irt_suite.accuracy import judged
from benchmarks.irt_suite.data import load_sample
from benchmarks.irt_suite.measure import Work, measure


def main(row: str, engine: str, sample_folder: str | None = None) -> None:
    """Measure and print."""
    if sample_folder is None:
        facts = measure(_maker(row, engine)())
    else:
        sample = load_sample(Path(sample_folder))
        facts = judged(measure(_maker(row, engine)(sample)), sample)
    print(json.dumps(facts))


def _maker(row: str, engine: str) -> Callable[..., Work]:
    if engine == "irt_core":
        from benchmarks.irt_suite import ours

        maker: Callable[..., Work] = getattr(ours, row)
        return maker
    from benchmarks.irt_suite.peers import PEERS

    return PEERS[row][engine]


if __name__ == "__main__":
    main(*sys.argv[1:])
