"""Refresh tokens do not pile up."""

from __future__ import annotations

from sqlalchemy import func, select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import refresh_tokens
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
