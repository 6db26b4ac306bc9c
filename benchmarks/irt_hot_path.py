"""What the engine costs where a learner waits, and where a designer does.

    python benchmarks/irt_hot_path.py [--repeat 7]

One thread, CPU time (not wall time), the best of several runs, random 3PL items from fixed seeds. Prints one line for
each piece of work.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import get_args

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported

import numpy as np

from irt_core import (
    CatDesign,
    CatState,
    ItemBank,
    estimate_ability,
    next_item,
    rng_for,
    simulate_cat,
)
from irt_core.estimation.ability import Method

AREAS = ("algebra", "fractions", "geometry", "numbers", "statistics")
BALANCED = {
    "stopping": {"max_items": 30, "min_items": 5, "se": 0.2},
    "exposure": {"kind": "randomesque", "n": 5},
    "blueprint": {name: {"target": 0.2, "minimum": 2} for name in AREAS},
}


def random_bank(n_items: int, seed: int = 1) -> ItemBank:
    """A bank of 3PL items in five content areas."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.lognormal(0.2, 0.3, n_items), rng.normal(0, 1, n_items), rng.beta(5, 17, n_items)
    return ItemBank.dichotomous(a, b, c).with_content([AREAS[item % len(AREAS)] for item in range(n_items)])


def cpu_seconds(work: Callable[[], object], repeat: int, least: float = 0.05) -> float:
    """CPU seconds of one call: the best of `repeat` runs of as many calls as take `least` seconds."""
    work()
    calls = 1
    while True:
        start = time.process_time()
        for _ in range(calls):
            work()
        spent = time.process_time() - start
        if spent >= least:
            break
        calls = max(2 * calls, int(calls * least / max(spent, 1e-9)))
    best = spent
    for _ in range(repeat - 1):
        start = time.process_time()
        for _ in range(calls):
            work()
        best = min(best, time.process_time() - start)
    return best / calls


def report(what: str, seconds: float, per: str = "") -> None:
    """Print one line, in the unit that reads best."""
    value, unit = (seconds * 1e6, "µs") if seconds < 1e-3 else (seconds * 1e3, "ms")
    print(f"{what:<58}{value:10.2f} {unit} {per}", flush=True)


def hot_path(n_items: int, repeat: int) -> None:
    """One answer of a live session in its middle, on a bank of that size."""
    bank = random_bank(n_items)
    state = CatState.begin().after_all(bank, range(0, 60, 4), [1, 0, 1] * 5)
    stored = state.to_dict()
    balanced = CatDesign.from_dict(BALANCED)
    title = f"{n_items:,} items: "
    report(title + "read a state of 15 answers", cpu_seconds(lambda: CatState.from_dict(stored, bank), repeat))
    report(title + "posterior, theta and SE after an answer", cpu_seconds(lambda: state.after(bank, 99, 1), repeat))
    report(title + "next item, maximum information", cpu_seconds(lambda: next_item(bank, state), repeat))
    report(title + "the same with content and exposure", cpu_seconds(lambda: _balanced(balanced, bank, state), repeat))
    report(title + "whether to stop", cpu_seconds(lambda: balanced.stop_reason(bank, state), repeat))


def _balanced(design: CatDesign, bank: ItemBank, state: CatState) -> object:
    return design.next_item(bank, state, rng_for(7, state.n_administered))


def rules(repeat: int) -> None:
    """One step of the rules that weigh the whole posterior."""
    bank = random_bank(1000)
    state = CatState.begin().after_all(bank, range(0, 60, 4), [1, 0, 1] * 5)
    for rule in ("mpwi", "mlwi", "kl", "klp", "mei", "mepv"):
        report(f"1,000 items: next item, {rule}", cpu_seconds(partial(next_item, bank, state, rule), repeat))


def estimation(repeat: int) -> None:
    """10,000 examinees on 40 items at once."""
    n_persons = 10_000
    bank, rng = random_bank(40), np.random.default_rng(2)
    responses = (rng.random((n_persons, 40)) < bank.probability(rng.normal(size=n_persons))).astype(np.int8)
    for method in get_args(Method):
        seconds = cpu_seconds(partial(estimate_ability, bank, responses, method), repeat)
        report(f"40 items: {method} with SE", seconds / n_persons, "an examinee")


def simulation(repeat: int) -> None:
    """1,000 examinees, 30 of 500 items."""
    bank, theta = random_bank(500), np.random.default_rng(3).normal(size=1000)
    plain = CatDesign.from_dict({"stopping": {"max_items": 30}})
    balanced = CatDesign.from_dict(BALANCED | {"stopping": {"max_items": 30}})
    report("1,000 examinees × 30 of 500, plain", cpu_seconds(lambda: simulate_cat(bank, theta, plain), repeat))
    report("the same with content and exposure", cpu_seconds(lambda: simulate_cat(bank, theta, balanced), repeat))


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=7, help="runs of which the best counts")
    repeat = parser.parse_args().repeat
    for n_items in (100, 1000, 50_000):
        hot_path(n_items, repeat)
    rules(repeat)
    estimation(repeat)
    simulation(repeat)


if __name__ == "__main__":
    main()
