"""A request repeated with the same Idempotency-Key is done once and answered alike.

    claim the key (insert) → do the work → keep the reply beside the claim → commit all three together

Nothing remains of a request that failed, so its repetition is tried afresh. While the first is still at work, a second
with the same key does not queue behind it but is told so: the claim is taken under an advisory lock that the
transaction either gets at once or not at all.

Replies say much about people. So they are kept encrypted under the Idempotency-Key itself, of which the row holds a
digest only: whoever repeats the request brings it along, and nobody else can read what is kept, or try on the
fingerprint what was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import Conflict, Invalid
from dreamseed.http.reply import RawReply
from dreamseed.platform.tables import idempotency_keys

KEPT_FOR = timedelta(hours=24)


def once(db: Connection, scope: str, key: str, fingerprint: str, work: Callable[[], RawReply]) -> RawReply:
    """The reply to this request: `work`'s, or the stored one if it was done within the last 24 hours.

    `scope` says who does what, so that two callers' keys never meet; `fingerprint` is a digest of the request.
    Raises Conflict `request_in_progress` while the same request is being served, and Invalid
    `idempotency_key_reused` if the key came with another request before.
    """
    from dreamseed.sealing import seal

    name, secret = _digest("name", key), _digest("content", key)
    keyed = _digest(f"fingerprint {fingerprint}", key)
    if not _claim(db, scope, name, keyed):
        return _stored_reply(db, scope, name, secret, (keyed, fingerprint))
    reply = work()
    content = seal(secret, reply.content, scope.encode())
    db.execute(
        update(idempotency_keys)
        .where(idempotency_keys.c.scope == scope, idempotency_keys.c.key == name)
        .values(status=reply.status, media_type=reply.media_type, headers=reply.headers, content=content)
    )
    return reply


def _digest(purpose: str, key: str) -> str:
    return hashlib.sha256(f"{purpose} {key}".encode()).hexdigest()


def _claim(db: Connection, scope: str, key: str, fingerprint: str) -> bool:
    """Whether the key is ours: nobody holds its lock, and it is new or its row has expired."""
    values: dict[str, Any] = {
        "scope": scope,
        "key": key,
        "fingerprint": fingerprint,
        "expires_at": func.now() + KEPT_FOR,
    }
    lock_name = func.current_setting("app.org_id").concat(f" {scope} {key}")
    unlocked = func.pg_try_advisory_xact_lock(func.hashtextextended(lock_name, 0))
    candidate = select(*(literal(value) if isinstance(value, str) else value for value in values.values()))
    statement = insert(idempotency_keys).from_select(list(values), candidate.where(unlocked))
    statement = statement.on_conflict_do_update(
        index_elements=["org_id", "scope", "key"],
        set_={"fingerprint": fingerprint, "expires_at": values["expires_at"], "created_at": func.now()},
        where=idempotency_keys.c.expires_at < func.now(),
    )
    return db.execute(statement.returning(text("1"))).first() is not None


def _stored_reply(db: Connection, scope: str, key: str, secret: str, fingerprints: tuple[str, ...]) -> RawReply:
    """What is kept. Rows from before fingerprints were keyed hold them as they are."""
    from dreamseed.sealing import unseal

    statement = select(idempotency_keys).where(idempotency_keys.c.scope == scope, idempotency_keys.c.key == key)
    row = db.execute(statement).mappings().first()
    if row is None:
        raise Conflict(
            "The first request with this Idempotency-Key is still being served.",
            code="request_in_progress",
            retry_after_seconds=1,
        )
    if row["fingerprint"] not in fingerprints:
        raise Invalid("This Idempotency-Key came with another request before.", code="idempotency_key_reused")
    content = unseal(secret, bytes(row["content"]), scope.encode())
    return RawReply(content, row["media_type"], row["headers"], row["status"])
