"""EventBridge schedule expressions as cron has them."""

from __future__ import annotations

import re

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_UNITS = {"minute": 60, "hour": 24, "day": 1}
"""How many of a unit there are in the next larger one; a rate of days must be one a day."""


def cron_expression(expression: str) -> str:
    """Five fields that run at the same times. Raises ValueError where there are none that do.

    A rate must divide the hour or the day, a year must be open, and EventBridge's `L`, `W` and `#` have no equivalent.
    """
    if rate := _RATE.fullmatch(expression):
        return _from_rate(expression, int(rate[1]), rate[2])
    if cron := _CRON.fullmatch(expression):
        return _from_fields(expression, list(cron.groups()))
    raise ValueError(f"{expression} is not a rate and not a cron expression")


def _from_rate(expression: str, count: int, unit: str) -> str:
    if count == 0 or _UNITS[unit] % count:
        raise ValueError(f"{expression} cannot be kept by a clock that starts afresh every hour or day")
    step = "*" if count == 1 else f"*/{count}"
    return {"minute": f"{step} * * * *", "hour": f"0 {step} * * *", "day": "0 0 * * *"}[unit]


def _from_fields(expression: str, fields: list[str]) -> str:
    *five, year = fields
    if year != "*" or any(character in field for field in five for character in "L#") or "W" in five[2]:
        raise ValueError(f"{expression} has no equivalent in cron")
    minute, hour, day, month, weekday = ("*" if field == "?" else field for field in five)
    return " ".join((minute, hour, day, month, _weekdays(weekday)))


def _weekdays(field: str) -> str:
    """EventBridge counts Sunday as 1, cron as 0; names are the same."""
    return re.sub(r"(?<![/\d])[1-7](?!\d)", lambda number: str(int(number[0]) - 1), field)
