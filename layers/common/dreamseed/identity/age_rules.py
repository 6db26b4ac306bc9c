"""How old somebody is, as far as it matters. Pure.

A birth date is asked for and not kept: only the band that it falls into, and the month in which the next one begins,
rounded up to the first of a month. So nobody's birthday can be read from what is stored, and nobody counts as older
than they are; for up to a month some count as younger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dreamseed.standing import AgeBand

BANDS: tuple[tuple[int, AgeBand], ...] = ((0, "under_13"), (13, "13_to_15"), (16, "16_to_17"), (18, "adult"))
"""From which age on somebody belongs to which band: 13 is COPPA's line, 16 the GDPR's, 18 the end of guardianship."""

OLDEST = 120


@dataclass(frozen=True)
class Age:
    """A band, and the first day of the next one; None for the last."""

    band: AgeBand
    until: date | None


def age_of(birth_date: date, today: date) -> Age:
    """The age of somebody who was born on that day."""
    for (_, band), (years, _) in pairwise(BANDS):
        next_begins = _month_on_or_after(birth_date, years)
        if today < next_begins:
            return Age(band, next_begins)
    return Age("adult", None)


def age_on(age: Age, today: date) -> Age:
    """What has become of an age until that day."""
    while age.until is not None and age.until <= today:
        age = next_age(age)
    return age


def next_age(age: Age) -> Age:
    """The age that follows."""
    if age.until is None:
        return age
    starts = {band: years for years, band in BANDS}
    names = [band for _, band in BANDS]
    follower = names[names.index(age.band) + 1]
    if follower == names[-1]:
        return Age(follower, None)
    following = names[names.index(follower) + 1]
    return Age(follower, age.until.replace(year=age.until.year + starts[following] - starts[follower]))


def is_plausible(birth_date: date, today: date) -> bool:
    """Whether somebody alive may have been born then."""
    return birth_date <= today and today.year - birth_date.year <= OLDEST


def _month_on_or_after(birth_date: date, years: int) -> date:
    """The first of the month in which that birthday has been celebrated on every day."""
    year, month = birth_date.year + years, birth_date.month
    if birth_date.day == 1:
        return date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1)
