"""The engine's speed, memory and accuracy, beside what is to be reached and beside its peers.

    python -m benchmarks.irt [ROW ...] [--peers PYTHON] [--slow-peers] [--large] [--check] [--json FILE]

Every row runs in a process of its own, with one thread; the figure is CPU time (user and system, of all threads), the
best of several runs within some seconds. Memory is the most that the whole process had in RAM, interpreter and
responses included. ROW is part of a row's name. `--peers` is a Python that has the dependency group `bench`:

    UV_PROJECT_ENVIRONMENT=/tmp/irt-peers uv sync --frozen --only-group bench
    python -m benchmarks.irt --peers /tmp/irt-peers/bin/python

With `--check` the exit code is 1 when a limit is missed. Simulated responses are kept in a folder of the system's
temporary files, to be used again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.irt_suite.data import keep_sample
from benchmarks.irt_suite.measure import Facts
from benchmarks.irt_suite.peers import PEERS, SLOW
from benchmarks.irt_suite.report import Outcome, accuracy_table, speed_table
from benchmarks.irt_suite.rows import ROWS, Row

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(tempfile.gettempdir()) / "irt-benchmark-samples"
_THREAD_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_MOST_SECONDS = 1800


def main() -> int:
    """Measure the rows that were asked for and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help="parts of names of rows; all unless given")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python with mirt, girth and catsim")
    parser.add_argument("--slow-peers", action="store_true", help="also those that take a quarter of a minute or more")
    parser.add_argument("--large", action="store_true", help="also the rows that need gigabytes and minutes")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a limit is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all facts there")
    asked = parser.parse_args()
    rows = [row for row in ROWS if (asked.large or not row.large) and _is_wanted(row, asked.rows)]
    outcomes = [_measured(row, asked.peers, asked.slow_peers) for row in rows]
    print(speed_table(outcomes), accuracy_table(outcomes), sep="\n\n")
    if asked.json:
        asked.json.write_text(json.dumps({found.row.name: [found.facts, found.peers] for found in outcomes}, indent=1))
    missed = [sentence for outcome in outcomes for sentence in outcome.missed]
    print("", *missed, sep="\n")
    return 1 if asked.check and missed else 0


def _is_wanted(row: Row, parts: list[str]) -> bool:
    return not parts or any(part in row.name for part in parts)


def _measured(row: Row, peers: str | None, with_slow: bool) -> Outcome:
    """The row by the engine, and by its peers if there is a Python that has them."""
    kept = keep_sample(SAMPLES, *row.sample) if row.sample else None
    outcome = Outcome(row, _run(sys.executable, row, "irt_core", kept))
    for name in PEERS.get(row.name, {}) if peers else ():
        if with_slow or (row.name, name) not in SLOW:
            outcome.peers[name] = _run(str(peers), row, name, kept)
    return outcome


def _run(python: str, row: Row, engine: str, kept: Path | None) -> Facts:
    """What a process of its own found, or the last line of its complaint."""
    print(f"{row.name}: {engine}", file=sys.stderr, flush=True)
    command = [python, "-m", "benchmarks.irt_suite.child", row.name, engine, *([str(kept)] if kept else [])]
    environment = os.environ | {name: str(row.threads) for name in _THREAD_VARIABLES}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return {"error": f"no result after {_MOST_SECONDS} seconds"}
    if done.returncode != 0:
        error = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        print(f"  failed: {error}", file=sys.stderr, flush=True)
        return {"error": error}
    facts: Facts = json.loads(done.stdout.strip().splitlines()[-1])
    return facts


if __name__ == "__main__":
    sys.exit(main())
