"""What a decision of the policies costs: evaluated anew, remembered, and loading them.

    python -m benchmarks.policy

CPU time in one process, the median of interleaved rounds. The limit is 0.1 ms for a decision.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from dreamseed.catalogue import ROOT
from dreamseed.policy.embedded import EmbeddedPolicy, engine_for
from dreamseed.ports.policy import Question

ROUNDS, CALLS = 15, 400
LIMIT_MS = 0.1
POLICIES = ROOT / "policies"


def milliseconds(work: Callable[[], object], calls: int = CALLS) -> float:
    """CPU time a call."""
    began_at = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - began_at) * 1000 / calls


def main() -> None:
    """Print the table."""
    policy = EmbeddedPolicy(POLICIES)
    held = policy.permissions_of(frozenset({"teacher"}))
    question = Question("history:read", held, None, is_own=False, is_taught=True)
    policies = {
        "evaluated anew": lambda: policy.decide.__wrapped__(question),
        "remembered": lambda: policy.decide(question),
    }
    measured: dict[str, list[float]] = {name: [] for name in policies}
    for _ in range(ROUNDS):
        for name, decide in policies.items():
            measured[name].append(milliseconds(decide))
    for name, figures in measured.items():
        print(f"{name:16} {statistics.median(figures):.4f} ms a decision")
    print(f"{'loading':16} {milliseconds(lambda: engine_for(POLICIES), 20):.2f} ms, once a process")
    print(f"The limit is {LIMIT_MS} ms a decision.")


if __name__ == "__main__":
    main()
