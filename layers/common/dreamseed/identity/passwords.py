"""Passwords: Argon2id with the parameters that OWASP names as a minimum (19 MiB, two passes)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _decoy_hash() -> str:
    """What is checked when there is no such account, so that it takes as long as when there is one."""
    return _hasher().hash("no account has this password")


def hash_password(password: str) -> str:
    """The password's Argon2id hash, salted, as a PHC string."""
    return _hasher().hash(_one_form(password))


def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one that was hashed; takes the same time without a hash, and is then False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash or _decoy_hash(), _one_form(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _one_form(password: str) -> str:
    """Letters as every keyboard may write them (NIST SP 800-63B, 3.1.1.2): an accent may be a character of its own."""
    return normalize("NFKC", password)
