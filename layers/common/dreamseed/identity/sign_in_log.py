"""Signing in and out, as the audit log tells it: what succeeded, and what failed for an account that there is.

Who fails learns nothing of which accounts there are, not even from the time that it takes: a failure publishes one
event, whether or not anybody has that address, and its consumer writes the entries. Where it came from travels sealed,
with a key of the day that is destroyed when no event of that day can be open any more.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection

from dreamseed.audit.entries import Entry, append
from dreamseed.database.sealed import Sealed
from dreamseed.database.transaction import in_tenant
from dreamseed.http.exchange import Client
from dreamseed.models import Input
from dreamseed.platform.inbox import first_delivery
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys

TOPIC = "sign_in.failed"
_PLACE = "outbox.payload"
_DAYS_OPEN = 8
"""Events are kept for seven days."""


class Account(Input):
    """An account that somebody tried to sign in to."""

    org_id: UUID
    user_id: UUID


class FailedSignIn(Input):
    """`sign_in.failed`: a password was wrong, for these accounts or for none. `client` is sealed, in Base64."""

    accounts: list[Account]
    client: str


def note_sign_in(
    db: Connection, keys: SubjectKeys, user_id: UUID, session_id: UUID, client: Client, said: dict[str, Any]
) -> None:
    """Append that somebody has signed in, by which method, and whether with a second factor."""
    changes = {"after": said}
    append(
        db, _entry("sign_in", user_id, actor_id=user_id, session_id=session_id, client=client, changes=changes), keys
    )


def note_sign_out(db: Connection, keys: SubjectKeys, user_id: UUID, session_id: UUID, client: Client) -> None:
    """Append that somebody has signed out."""
    append(db, _entry("sign_out", user_id, actor_id=user_id, session_id=session_id, client=client), keys)


def note_refused(
    db: Connection,
    keys: SubjectKeys,
    action: str,
    user_id: UUID,
    client: Client,
    reason: str,
    session_id: UUID | None = None,
) -> None:
    """Append that somebody, who need not be the one whose account it is, was refused."""
    refused = {"session_id": session_id, "client": client, "success": False, "reason": reason}
    append(db, _entry(action, user_id, **refused), keys)


def _entry(action: str, user_id: UUID, **more: Any) -> Entry:
    return Entry(action, resource="users", resource_id=user_id, subject_id=user_id, **more)


def publish_failure(accounts: Iterable[tuple[UUID, UUID]], client: Client, keys: SubjectKeys) -> None:
    """Publish that a password was wrong for these accounts (organisation, user), of which there may be none."""
    text = json.dumps({"address": client.address, "agent": client.agent})
    sealed = keys.of(PLATFORM_ID).seal(_key_of(datetime.now(UTC).date()), text, _PLACE)
    named = [{"org_id": str(org_id), "user_id": str(user_id)} for org_id, user_id in accounts]
    data = {"accounts": named, "client": base64.b64encode(sealed.value).decode()}
    in_tenant(PLATFORM_ID, lambda db: publish(db, TOPIC, data))


def destroy_old_keys(keys: SubjectKeys, today: date) -> None:
    """Where failures of former days came from is to be read nowhere any more. Does no harm again and again."""
    for days in range(_DAYS_OPEN, _DAYS_OPEN + 3):  # a day is enough, unless the clean-up was away for long
        keys.of(PLATFORM_ID).destroy(_key_of(today - timedelta(days=days)))


def _key_of(day: date) -> UUID:
    return uuid5(PLATFORM_ID, f"{TOPIC} {day}")


def note_failure(failed: FailedSignIn, message_id: UUID, keys: SubjectKeys) -> None:
    """Append the failure to the log of each account's organisation, once however often the message comes."""
    if not failed.accounts:
        return
    sealed = Sealed(base64.b64decode(failed.client), _PLACE)
    client = Client(**json.loads(keys.of(PLATFORM_ID).open(sealed, _PLACE) or "{}"))
    for account in failed.accounts:
        in_tenant(account.org_id, partial(_note_once, account=account, message_id=message_id, client=client, keys=keys))


def _note_once(db: Connection, account: Account, message_id: UUID, client: Client, keys: SubjectKeys) -> None:
    if first_delivery(db, message_id, "note_failed_sign_in"):
        note_refused(db, keys.of(account.org_id), "sign_in", account.user_id, client, "invalid_credentials")
