"""CPU time, wall time and memory of one piece of work, measured in a process that does nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Facts = dict[str, Any]

_LEAST_SECONDS = 0.02  # of one timed batch of calls: a thousand ticks of the clock


class Work(NamedTuple):
    """What is measured: `call` does it once, for `units` of something; `facts` tells what came out.

    A work with `steps` is measured by single steps instead: it returns the CPU seconds of each, of which `percentile`
    counts.
    """

    call: Callable[[], Any] = lambda: None
    units: float = 1
    facts: Callable[[Any], Facts] | None = None
    steps: Callable[[], list[float]] | None = None
    percentile: float = 95.0


def measure(work: Work, budget_seconds: float = 3.0) -> Facts:
    """The best of several runs within the budget, at least one: CPU and wall seconds a unit, and the peak memory.

    The budget is of CPU time: where others have the processors, a first run alone would be measured, with all that it
    loads and compiles.
    """
    facts: Facts = {}
    if work.steps is not None:
        seconds = work.steps()
        facts |= {
            "cpu": float(np.percentile(seconds, work.percentile)),
            "median": float(np.median(seconds)),
            "runs": len(seconds),
        }
    else:
        cpu, wall, runs, outcome = _best_run(work.call, budget_seconds)
        facts |= {"cpu": cpu / work.units, "wall": wall / work.units, "runs": runs}
        facts |= work.facts(outcome) if work.facts is not None else {}
    return facts | {"peak_mb": peak_mb()}


def _best_run(call: Callable[[], Any], budget_seconds: float) -> tuple[float, float, int, Any]:
    """CPU and wall seconds of the best call, the number of timed batches, and what the first call returned."""
    outcome, cpu, wall = _timed(call, 1)
    runs = 1
    if cpu >= budget_seconds:
        return cpu, wall, runs, outcome
    calls = _calls_in_a_batch(call)
    if calls > 1:  # single calls are too short for the clock, and the first one has filled caches
        cpu = wall = float("inf")
    until = time.process_time() + budget_seconds
    while runs < 3 or time.process_time() < until:
        _, batch_cpu, batch_wall = _timed(call, calls)
        cpu, wall, runs = min(cpu, batch_cpu / calls), min(wall, batch_wall / calls), runs + 1
    return cpu, wall, runs, outcome


def _calls_in_a_batch(call: Callable[[], Any]) -> int:
    calls = 1
    while (spent := _timed(call, calls)[1]) < _LEAST_SECONDS:
        calls = max(2 * calls, int(calls * _LEAST_SECONDS / max(spent, 1e-6)))
    return calls


def _timed(call: Callable[[], Any], calls: int) -> tuple[Any, float, float]:
    """What the last of so many calls returned, and the CPU and wall seconds of all."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        outcome = call()
    return outcome, time.process_time() - cpu, time.perf_counter() - wall


def peak_mb() -> float:
    """The most memory that this process has had in RAM, in MB; what its parent had does not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return float("nan")
