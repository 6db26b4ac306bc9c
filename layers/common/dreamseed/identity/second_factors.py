"""Second factors: authenticator apps, passkeys, and recovery codes for when both are lost.

A factor counts once it is confirmed. From the first one on a password alone signs nobody in. What a stolen access token
must not be enough for asks for a sign-in of the last minutes (`require_recent`).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from dreamseed import sealing
from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from dreamseed.http.caller import Caller, require_person
from dreamseed.identity import sessions
from dreamseed.identity.factor_models import FactorAdded, SecondFactor, SecondFactors, TotpEnrolment
from dreamseed.identity.mails import Recipient, request_mail
from dreamseed.identity.rules import RECENT, TOTP_STEP_SECONDS, matching_step
from dreamseed.identity.tables import recovery_codes, second_factors, sign_ins
from dreamseed.ports.subject_keys import Sealed, SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
ISSUER = "DreamSeed"
MAX_FACTORS = 10
RECOVERY_CODES = 10
CHANGE = "mails.change"
"""The place that a device's name is sealed for in a mail about it."""

_FACTOR = second_factors.c


def require_recent(db: Connection, caller: Caller, now: datetime) -> None:
    """Raise Forbidden unless the caller is a person who signed in within the last minutes."""
    require_person(caller)
    started = db.scalar(select(sign_ins.c.created_at).where(sign_ins.c.id == caller.session_id))
    if started is None or now - started > RECENT:
        raise Forbidden("Sign in again to do this.", code="recent_sign_in_required")


def confirmed_factors(db: Connection, user_id: UUID) -> Sequence[AnyRow]:
    """The factors that count, the oldest first."""
    counts = _FACTOR.user_id == user_id, _FACTOR.confirmed_at.is_not(None)
    return db.execute(select(second_factors).where(*counts).order_by(_FACTOR.id)).all()


def shown_factors(db: Connection, keys: SubjectKeys, user_id: UUID) -> SecondFactors:
    """How somebody's sign-ins are secured."""
    unused = recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None)
    left = db.scalar(select(func.count()).select_from(recovery_codes).where(*unused))
    items = [_shown(row) for row in keys.opened(confirmed_factors(db, user_id))]
    return SecondFactors(items=items, recovery_codes_left=int(left or 0))


def enrol_totp(db: Connection, keys: SubjectKeys, user: AnyRow, credential_keys: str) -> TotpEnrolment:
    """A secret for an authenticator app, in the place of one that was never confirmed."""
    import pyotp

    unconfirmed = _FACTOR.user_id == user.id, _FACTOR.kind == "totp", _FACTOR.confirmed_at.is_(None)
    db.execute(delete(second_factors).where(*unconfirmed))
    _require_room(db, user.id)
    factor_id, secret = new_id(), secrets.token_bytes(20)
    row = {"id": factor_id, "user_id": user.id, "kind": "totp", "name": sealed_name(keys, user.id, "Authenticator app")}
    db.execute(insert(second_factors).values(**row, secret=sealing.seal(credential_keys, secret, factor_id.bytes)))
    text = base64.b32encode(secret).decode()
    return TotpEnrolment(secret=text, uri=pyotp.TOTP(text).provisioning_uri(name=user.email, issuer_name=ISSUER))


def sealed_name(keys: SubjectKeys, user_id: UUID, name: str) -> Sealed:
    """What somebody calls a device of theirs, as its column holds it."""
    return keys.seal(user_id, name, "second_factors.name")


def confirm_totp(
    db: Connection, keys: SubjectKeys, user: AnyRow, code: str, credential_keys: str, now: datetime
) -> FactorAdded:
    """Let the app count whose code this is. Raises Conflict without an enrolment, Invalid for a wrong code."""
    unconfirmed = _FACTOR.user_id == user.id, _FACTOR.kind == "totp", _FACTOR.confirmed_at.is_(None)
    row = db.execute(select(second_factors).where(*unconfirmed).with_for_update()).one_or_none()
    if row is None:
        raise Conflict("Begin with a new secret for the app.", code="not_enrolled")
    step = _totp_step(row, code, credential_keys, now)
    if step is None:
        errors = (FieldError("body.code", "is not the app's present code"),)
        raise Invalid("The code is wrong.", code="code_wrong", errors=errors)
    db.execute(update(second_factors).where(_FACTOR.id == row.id).values(last_step=step))
    return confirm_factor(db, keys, user, row.id, credential_keys, now)


def confirm_factor(
    db: Connection, keys: SubjectKeys, user: AnyRow, factor_id: UUID, credential_keys: str, now: datetime
) -> FactorAdded:
    """Let a factor count from now on; the first one comes with recovery codes. The person gets a mail."""
    is_first = not confirmed_factors(db, user.id)
    changed = update(second_factors).where(_FACTOR.id == factor_id).values(confirmed_at=now)
    row = keys.opened_row(db.execute(changed.returning(second_factors)).one())
    codes = new_recovery_codes(db, user.id, credential_keys) if is_first else []
    tell_of_change(db, user, keys.seal(user.id, f"+ {row.name}", CHANGE))
    return FactorAdded(factor=_shown(row), recovery_codes=codes)


def remove_factor(
    db: Connection, keys: SubjectKeys, user: AnyRow, factor_id: UUID, keep: UUID | None, now: datetime
) -> None:
    """Remove a factor, which may be lost, and end every sign-in but the one to `keep`; with the last go the codes.

    Raises NotFound.
    """
    one = _FACTOR.id == factor_id, _FACTOR.user_id == user.id
    row = keys.opened_row(db.execute(delete(second_factors).where(*one).returning(_FACTOR.name)).one_or_none())
    if row is None:
        raise NotFound("There is no such second factor.", code="second_factor_not_found")
    sessions.end_sign_ins(db, user.id, now, keep)
    if not confirmed_factors(db, user.id):
        _forget_proofs(db, user.id)
    tell_of_change(db, user, keys.seal(user.id, f"- {row.name}", CHANGE))


def remove_all_factors(db: Connection, keys: SubjectKeys, user: AnyRow, now: datetime) -> None:
    """Remove everything that is asked of somebody beside the password, and end all their sign-ins; again: no change."""
    deleted = delete(second_factors).where(_FACTOR.user_id == user.id).returning(_FACTOR.name)
    gone = sorted(row.name for row in keys.opened(db.execute(deleted)))
    _forget_proofs(db, user.id)
    sessions.end_sign_ins(db, user.id, now)
    if gone:
        tell_of_change(db, user, keys.seal(user.id, ", ".join(f"- {name}" for name in gone), CHANGE))


def new_recovery_codes(db: Connection, user_id: UUID, keys: str) -> list[str]:
    """Ten codes of 50 bits in the place of the old ones."""
    db.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    rows = [{"user_id": user_id, "digest": sealing.digests(keys, code, user_id.bytes)[0]} for code in codes]
    db.execute(insert(recovery_codes), rows)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_totp(db: Connection, user_id: UUID, code: str, keys: str, now: datetime) -> None:
    """Accept a code of one of the person's apps, each once. Raises Unauthenticated `code_wrong`."""
    counts = _FACTOR.user_id == user_id, _FACTOR.kind == "totp", _FACTOR.confirmed_at.is_not(None)
    for row in db.execute(select(second_factors).where(*counts).with_for_update()).all():
        step = _totp_step(row, code, keys, now)
        if step is not None:
            used = update(second_factors).where(_FACTOR.id == row.id)
            db.execute(used.values(last_step=step, last_used_at=now))
            return
    raise code_wrong()


def use_recovery_code(db: Connection, user_id: UUID, code: str, keys: str, now: datetime) -> None:
    """Accept a recovery code, once. Raises Unauthenticated `code_wrong`."""
    plain = code.replace("-", "").replace(" ", "").upper()
    matching = recovery_codes.c.digest.in_(sealing.digests(keys, plain, user_id.bytes))
    unused = recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None)
    used = update(recovery_codes).where(matching, *unused).values(used_at=now)
    if db.execute(used.returning(recovery_codes.c.digest)).first() is None:
        raise code_wrong()


def tell_of_change(db: Connection, user: AnyRow, change: str | Sealed) -> None:
    """Write to somebody what has changed in how they sign in, sealed for CHANGE if they have named it themselves."""
    to = Recipient("user", user.id)
    request_mail(db, "second_factor_changed", to, {"organisation": user.name, "change": change})


def code_wrong() -> Unauthenticated:
    """The second step was not right."""
    return Unauthenticated("That was not right; try again.", code="code_wrong")


def _totp_step(row: AnyRow, code: str, keys: str, now: datetime) -> int | None:
    import pyotp

    secret = base64.b32encode(sealing.unseal(keys, row.secret, row.id.bytes)).decode()
    present = int(now.timestamp()) // TOTP_STEP_SECONDS
    return matching_step(code, pyotp.TOTP(secret).generate_otp, present, row.last_step)


def _recovery_code() -> str:
    return base64.b32encode(secrets.token_bytes(7)).decode()[:10]


def _require_room(db: Connection, user_id: UUID) -> None:
    if len(confirmed_factors(db, user_id)) >= MAX_FACTORS:
        raise Conflict(f"An account may have {MAX_FACTORS} second factors.", code="too_many_factors")


def _forget_proofs(db: Connection, user_id: UUID) -> None:
    """Without a factor there are no codes for its loss, and no sign-in is as good as with one."""
    db.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    db.execute(update(sign_ins).where(sign_ins.c.user_id == user_id).values(has_second_factor=False))


def _shown(row: AnyRow) -> SecondFactor:
    return SecondFactor(
        id=row.id, kind=row.kind, name=row.name, confirmed_at=row.confirmed_at, last_used_at=row.last_used_at
    )
