"""Refresh tokens do not pile up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import refresh_tokens, registrations, sign_ins, throttles
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import forget_keys
from functions.identity.delete_expired_tokens import delete_expired_tokens
from tests.school import FOREIGN_LEARNER, HILLSIDE, LEARNER, RIVERBANK, School


def test_expired_refresh_tokens_of_all_organisations_are_deleted_and_no_others(school: School) -> None:
    for _ in range(2):
        school.sign_in(FOREIGN_LEARNER)
        school.sign_in(LEARNER)
    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        db.execute(update(refresh_tokens).values(expires_at=func.now()))
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        newest = db.scalars(select(refresh_tokens.c.id).order_by(refresh_tokens.c.id.desc())).first()
        db.execute(update(refresh_tokens).where(refresh_tokens.c.id != newest).values(expires_at=func.now()))

    school.api._give_database(delete_expired_tokens)

    assert delete_expired_tokens({}, None) == 3
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert db.scalars(select(refresh_tokens.c.id)).all() == [newest]


def test_what_signing_in_leaves_behind_does_not_pile_up(school: School) -> None:
    pair = school.sign_in(LEARNER)
    school.sign_in(LEARNER, "wrong")
    body = {"kind": "organisation", "slug": "piles", "organisation_name": "Piles", "full_name": "A Person"}
    body |= {"email": "someone@piles.example", "password": "a calm blue lake"}
    assert school.call("POST", "/api/v1/auth/register", body).status == 202
    long_ago = datetime.now(UTC) - timedelta(days=60)
    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        names = list(db.scalars(select(registrations.c.full_name)))
        db.execute(update(registrations).values(expires_at=long_ago))
        db.execute(update(throttles).values(last_at=long_ago))
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        session_id = db.scalar(select(refresh_tokens.c.session_id).where(refresh_tokens.c.id == token_id(pair)))
        db.execute(update(sign_ins).where(sign_ins.c.id == session_id).values(last_seen_at=long_ago))

    school.api._give_database(delete_expired_tokens)
    delete_expired_tokens({}, None)

    with tenant_transaction(PLATFORM_ID, school.database.url("read")) as db:
        assert [db.scalar(select(func.count()).select_from(table)) for table in (registrations, throttles)] == [0, 0]
    forget_keys()
    keys = school.keys(PLATFORM_ID)
    assert [keys.open(name, name.place) for name in names] == [None], "a backup could still be read"
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert db.execute(select(sign_ins).where(sign_ins.c.id == session_id)).first() is None
        assert db.execute(select(refresh_tokens).where(refresh_tokens.c.id == token_id(pair))).first() is None


def token_id(pair: dict[str, str]) -> UUID:
    """The id in a refresh token."""
    return UUID(pair["refresh_token"].split(".")[1])
