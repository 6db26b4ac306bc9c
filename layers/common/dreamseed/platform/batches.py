"""Work on many rows, some at a time: no statement runs into its time limit, and what is done stays done."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from dreamseed.database.transaction import in_system

MAX_BATCHES = 200
"""A function ends before its time is up; the next call goes on."""


def in_batches(work: Callable[[Connection, int], int], batch_size: int) -> int:
    """Call `work(db, batch_size)` in one system transaction after the other until it does less than a whole batch.

    Returns how much it did. `work` returns how much it did of at most `batch_size`, and never does the same twice.
    """
    total = 0
    for _ in range(MAX_BATCHES):
        done = in_system(lambda db: work(db, batch_size))
        total += done
        if done < batch_size:
            break
    return total
