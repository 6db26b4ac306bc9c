"""UUIDv7 as RFC 9562 lays it out."""

from __future__ import annotations

from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from dreamseed.database.ids import make_id, new_id

instants = st.integers(min_value=0, max_value=2**48 * 1_000_000 - 1)
randomness = st.binary(min_size=8, max_size=8)


def test_the_example_of_the_standard_is_reproduced() -> None:
    """RFC 9562, appendix A.6: 2022-02-22 14:22:22 -05:00 and its 62 random bits; the other 12 are our fraction, 0."""
    made = make_id(1_645_557_742_000 * 1_000_000, bytes.fromhex("18c4dc0c0c07398f"))

    assert str(made) == "017f22e2-79b0-7000-98c4-dc0c0c07398f"


@given(instants, randomness)
def test_version_and_variant_are_those_of_uuid_7(instant: int, random: bytes) -> None:
    made = make_id(instant, random)

    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == instant // 1_000_000


@given(instants, instants, randomness, randomness)
def test_ids_sort_by_time(first: int, second: int, some: bytes, other: bytes) -> None:
    """To the quarter of a microsecond that 12 bits can tell apart."""
    if second - first > 250:
        assert make_id(first, some) < make_id(second, other)


def test_new_ids_differ() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000
