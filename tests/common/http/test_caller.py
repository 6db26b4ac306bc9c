"""Which held patterns cover which permissions."""

from __future__ import annotations

from uuid import uuid4

import pytest

from dreamseed.errors import Forbidden
from dreamseed.http.caller import Caller, covers


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("session:read", "session:read"),
        ("session:read", "session:read:own"),
        ("session:*", "session:read:own"),
        ("*", "anything:at:all"),
        ("session:read:own", "session:read:own"),
    ],
)
def test_a_wider_permission_covers_a_narrower_one(held: str, wanted: str) -> None:
    assert covers(held, wanted)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("session:read:own", "session:read"),
        ("session:read", "session:readall"),
        ("session:read", "session:write"),
        ("sess", "session:read"),
        ("", "session:read"),
        ("session:read:own", "session:read:class"),
    ],
)
def test_a_narrower_or_other_permission_does_not(held: str, wanted: str) -> None:
    assert not covers(held, wanted)


def test_nobody_may_anything_by_default() -> None:
    nobody = Caller(uuid4(), uuid4(), frozenset(), frozenset())

    with pytest.raises(Forbidden, match="session:read"):
        nobody.require("session:read")
