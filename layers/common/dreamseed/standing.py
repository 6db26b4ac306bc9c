"""What is known of whoever calls beside their permissions: what the policies are told of a caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AgeBand = Literal["under_13", "13_to_15", "16_to_17", "adult"]
"""How old somebody is, as far as it matters."""


@dataclass(frozen=True)
class Standing:
    """How somebody signed in, how old they are, and for which purposes a consent is missing that they need.

    `requires_second_factor`: whether their organisation demands a second factor for what the policies name.
    `age_band` is None while nobody has said.
    """

    has_second_factor: bool = False
    requires_second_factor: bool = False
    age_band: AgeBand | None = None
    lacks_consent: frozenset[str] = frozenset()


NOTHING_SPECIAL = Standing()
