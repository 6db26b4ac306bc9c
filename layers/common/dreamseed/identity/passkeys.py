"""Passkeys and security keys (WebAuthn level 2): made, and used as a second factor.

The web app's own address is the only origin that counts, and its host the relying party.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, Invalid
from dreamseed.identity.challenges import open_challenge, use_challenge, waiting_challenge
from dreamseed.identity.factor_models import FactorAdded, NewPasskey, PasskeyOptions
from dreamseed.identity.second_factors import ISSUER, code_wrong, confirm_factor, confirmed_factors, sealed_name
from dreamseed.identity.tables import second_factors
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def registration_options(db: Connection, user: AnyRow, origin: str, now: datetime) -> PasskeyOptions:
    """What the browser needs to make a passkey that the account does not have yet."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict

    challenge = open_challenge(db, "passkey", user.id, now)
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=ISSUER,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.full_name,
        challenge=challenge.value,
        exclude_credentials=_descriptors(db, user.id),
    )
    return PasskeyOptions(challenge_id=challenge.id, options=options_to_json_dict(options))


def register_passkey(
    db: Connection,
    keys: SubjectKeys,
    user: AnyRow,
    made: NewPasskey,
    origin: str,
    credential_keys: str,
    now: datetime,
) -> FactorAdded:
    """Let a passkey count that the browser has made. Raises Invalid `passkey_invalid`, or Conflict for a known one."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = waiting_challenge(db, "passkey", made.challenge_id, now)
    try:
        verified = verify_registration_response(
            credential=made.credential.model_dump(),
            expected_challenge=challenge.value,
            expected_rp_id=_host(origin),
            expected_origin=origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid("The browser's answer does not hold.", code="passkey_invalid") from error
    if challenge.user_id != user.id:
        raise Invalid("The browser's answer does not hold.", code="passkey_invalid")
    use_challenge(db, challenge, now)
    row = {"id": new_id(), "user_id": user.id, "kind": "passkey", "name": sealed_name(keys, user.id, made.name)}
    row |= {"credential_id": verified.credential_id, "public_key": verified.credential_public_key}
    try:
        with db.begin_nested():
            db.execute(insert(second_factors).values(**row, sign_count=verified.sign_count))
    except IntegrityError as error:
        raise Conflict("This passkey is registered already.", code="passkey_known") from error
    return confirm_factor(db, keys, user, row["id"], credential_keys, now)


def sign_in_options(db: Connection, challenge: AnyRow, origin: str) -> PasskeyOptions:
    """What the browser needs to sign the challenge of a second step with one of the person's passkeys."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict

    options = generate_authentication_options(
        rp_id=_host(origin), challenge=challenge.value, allow_credentials=_descriptors(db, challenge.user_id)
    )
    return PasskeyOptions(challenge_id=challenge.id, options=options_to_json_dict(options))


def use_passkey(db: Connection, challenge: AnyRow, credential: dict[str, Any], origin: str, now: datetime) -> None:
    """Accept a signature of one of the person's passkeys over the challenge. Raises Unauthenticated `code_wrong`."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential_id = base64url_to_bytes(str(credential["rawId"]))
        row = _locked_passkey(db, challenge.user_id, credential_id)
        if row is None:
            raise code_wrong()
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise code_wrong() from error
    used = update(second_factors).where(second_factors.c.id == row.id)
    db.execute(used.values(sign_count=verified.new_sign_count, last_used_at=now))


def _locked_passkey(db: Connection, user_id: UUID, credential_id: bytes) -> AnyRow | None:
    one = second_factors.c.user_id == user_id, second_factors.c.credential_id == credential_id
    statement = select(second_factors).where(*one, second_factors.c.confirmed_at.is_not(None))
    return db.execute(statement.with_for_update()).one_or_none()


def _descriptors(db: Connection, user_id: UUID) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    passkeys = [row for row in confirmed_factors(db, user_id) if row.kind == "passkey"]
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in passkeys]


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
