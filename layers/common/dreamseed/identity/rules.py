"""Roles that inherit, passwords that can be guessed, codes and refresh tokens that hold. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from hmac import compare_digest
from unicodedata import normalize

REFRESH_LIFETIME = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)
REGISTRATION_LIFETIME = timedelta(hours=24)
RESET_LIFETIME = timedelta(hours=1)
EMAIL_CHANGE_LIFETIME = timedelta(hours=24)
RECENT = timedelta(minutes=15)
"""How fresh a sign-in must be to change how somebody signs in."""

TOTP_STEP_SECONDS = 30
INVITATION_LIFETIME = timedelta(days=14)

MIN_PASSWORD_LENGTH = 10
MIN_DIFFERENT_CHARACTERS = 5
COMMON_PASSWORDS = frozenset(
    {
        "password",
        "passwort",
        "contrasena",
        "contraseña",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "asdfghjkl",
        "iloveyou",
        "welcome",
        "letmein",
        "administrator",
        "dreamseed",
        "football",
        "baseball",
        "princess",
        "sunshine",
        "superman",
        "changeme",
        "trustnoone",
        "teacher",
        "student",
        "school",
    }
)
"""Without the digits and signs that people put around them."""

API_KEY_PREFIX = "dsk_"
"""What tells an API key from an access token, for us and for whoever searches files for secrets."""

EVERYBODY = frozenset(
    {"privacy:erase:own", "privacy:export:own", "profile:read:own", "profile:secure:own", "profile:update:own"}
)
"""What whoever is signed in may do, whatever their roles: their own profile, password and sign-ins, and what
is kept of them."""

ASKED_ROLES = frozenset({"learner", "member"})
"""Whoever is invited to one of these may be a child, and is asked how old they are; staff and guardians are not."""

BUILT_IN_ROLES = {
    "author": "Writes and tries out content.",
    "guardian": "Follows the learners whose guardian they are.",
    "learner": "Takes tests and sees their own results.",
    "member": "What learners, teachers and authors have in common.",
    "operator": "Watches jobs and sends dead letters again.",
    "org_admin": "May do everything in the organisation.",
    "reviewer": "Reads content before it is published.",
    "teacher": "Teaches classes, sets tests for them and sees how they get on.",
}
"""The roles that every organisation has, with what they are for. What they may do stands in `policies/data.json`."""


class RefreshVerdict(Enum):
    """What a presented refresh token means."""

    ROTATE = "rotate"
    GRACE = "grace"
    REUSED = "reused"
    EXPIRED = "expired"


def expand_roles(held: Iterable[str], parents: Mapping[str, Iterable[str]]) -> list[str]:
    """The roles themselves and all that they inherit from, sorted. `parents` are those of an organisation's roles."""
    found: set[str] = set()
    waiting = list(held)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += parents.get(name, ())
    return sorted(found)


def inherits_itself(name: str, parents: Mapping[str, Iterable[str]]) -> bool:
    """Whether a role comes back to itself by what it inherits from."""
    return name in expand_roles(parents.get(name, ()), parents)


def plain_address(email: str) -> str:
    """An e-mail address as it is compared: without blanks around it, in small letters, each in one form (RFC 6532)."""
    return normalize("NFC", email.strip().lower())


def password_weakness(password: str, email: str) -> str | None:
    """Why a password is too easy to guess; None if it is not. Length counts most, as NIST SP 800-63B has it."""
    plain = password.casefold()
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"at least {MIN_PASSWORD_LENGTH} characters"
    if len(set(plain)) < MIN_DIFFERENT_CHARACTERS:
        return f"at least {MIN_DIFFERENT_CHARACTERS} different characters"
    if plain.strip("0123456789!?.-_ ") in COMMON_PASSWORDS:
        return "not one of the passwords that everybody tries first"
    if email.partition("@")[0].casefold() in plain:
        return "nothing of the e-mail address"
    return None


def matching_step(code: str, code_at: Callable[[int], str], present: int, last_step: int | None) -> int | None:
    """The time step whose code this is: the present one or a neighbour, and later than the last that was used.

    A clock may be half a minute off; a code that somebody saw over a shoulder works no second time.
    """
    steps = (step for step in (present - 1, present, present + 1) if last_step is None or step > last_step)
    return next((step for step in steps if compare_digest(code_at(step), code)), None)


def judge_refresh(
    used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> RefreshVerdict:
    """A refresh token works once. Shown again within seconds it is a parallel tab; later it is a thief or a victim."""
    if revoked_at is not None:
        return RefreshVerdict.REUSED
    if expires_at <= now:
        return RefreshVerdict.EXPIRED
    if used_at is None:
        return RefreshVerdict.ROTATE
    return RefreshVerdict.GRACE if now - used_at <= REFRESH_GRACE else RefreshVerdict.REUSED
