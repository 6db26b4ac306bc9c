"""The randomness of a test: a stream of its own for each position, so that a trace replays from the seed alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from irt_core.errors import SelectionError

_WORD = 1 << 64


@cache
def _key_type() -> Any:
    """What a generator takes for its seed; made at the first choice, as a session is mostly read without making one.

    A generator asks its key for a seed, so it need not first gather, and drop, entropy of its own.
    """
    from numpy.random.bit_generator import ISeedSequence

    class Key(ISeedSequence):
        def __init__(self, seed: int, position: int) -> None:
            self._words = np.array([seed, position], dtype=np.uint64)

        def generate_state(self, n_words: int, dtype: Any = np.uint64) -> Any:
            return self._words

    return Key


def rng_for(seed: int, position: int) -> np.random.Generator:
    """The generator for the choice at `position` (0 is the first item) of the test with this `seed`.

    Both are integers from 0 to 2^64 − 1: together they are the key of a counter-based generator (Philox; Salmon et al.
    2011, SC '11), which costs nothing to start, and whose streams for different keys are independent.
    """
    if not (0 <= seed < _WORD and 0 <= position < _WORD):
        raise SelectionError("a seed and a position are integers from 0 to 2^64 - 1")
    return np.random.Generator(np.random.Philox(_key_type()(seed, position)))
