"""Cookies of a few endpoints: read from the header, and written so that only this site gets them back."""

from __future__ import annotations


def read_cookie(cookies: str, name: str) -> str:
    """The value of the cookie of that name in a `Cookie` header; empty if there is none."""
    for each in cookies.split(";"):
        own_name, _, value = each.strip().partition("=")
        if own_name == name:
            return value
    return ""


def is_https(origin: str) -> bool:
    """Whether cookies for that origin may demand a secure connection."""
    return origin.startswith("https://")
