"""Row identifiers: UUIDv7 (RFC 9562, section 5.7), made here so that an insert needs no reply to know its key.

    48 bits  milliseconds since 1970      12 bits  fraction of the millisecond (method 3)      62 bits  random

They sort by time, so new rows land at the end of every index that begins with the tenant.
"""

from __future__ import annotations

import os
import time
from uuid import UUID

_NS_PER_MS = 1_000_000
_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = (1 << 62) - 1


def new_id() -> UUID:
    """A new UUIDv7 from the clock and the operating system's randomness."""
    return make_id(time.time_ns(), os.urandom(8))


def make_id(nanoseconds: int, randomness: bytes) -> UUID:
    """The UUIDv7 of that instant (since 1970) with those eight random bytes, of which 62 bits are used."""
    milliseconds, rest = divmod(nanoseconds, _NS_PER_MS)
    fraction = rest * 4096 // _NS_PER_MS
    random = int.from_bytes(randomness) & _RANDOM_BITS
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | _VERSION | fraction << 64 | _VARIANT | random)
