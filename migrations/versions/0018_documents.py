"""Reports of rosters are sealed with keys of their own, names of devices and API keys with their owner's.

Keys that nothing is sealed with any more are noted until they are destroyed.
"""

from base64 import b64encode
from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.sealing_migration import (
    TENANT,
    Table,
    add_columns,
    every_organisation,
    open_table,
    replace_columns,
    required_keys,
    seal_rows,
)

revision = "0018"
down_revision = "0017"

TABLES = (
    Table("second_factors", "user_id", ("name",)),
    Table("api_keys", "user_id", ("name",), {"name_digest": ("name", "api_keys.name of {subject}")}),
    Table("roster_imports", "gen_random_uuid()", ("report",), may_be_empty=True, are_documents=True),
)
NAME_DIGEST = "api_keys_org_id_user_id_name_digest_key"
MAILS = "from outbox where payload->>'template' = 'second_factor_changed'"
NO_REPORT = '{"people": {}, "classes": {}, "enrolments": {}, "changes": [], "problems": [], "problem_count": 0}'


def upgrade() -> None:
    op.drop_constraint("is_done_or_has_a_job", "roster_imports", type_="check")  # a report goes before its import
    for table in TABLES:
        add_columns(table)
        seal_rows(table)
        replace_columns(table)
    op.alter_column("api_keys", "name_digest", nullable=False)
    op.create_unique_constraint(NAME_DIGEST, "api_keys", ["org_id", "user_id", "name_digest"])
    op.add_column("roster_imports", sa.Column("has_file", sa.Boolean, nullable=False, server_default=sa.text("false")))
    for _ in tenants():
        op.execute("update roster_imports set has_file = true where job_id is not null")
        op.execute(f"delete {MAILS} and completed_at is not null")
    seal_changes()
    key_id = sa.Column("key_id", sa.Uuid, nullable=False)
    create_tenant_table("outlived_keys", key_id, key=("key_id",), write=("insert", "delete"))


def tenants() -> Iterator[UUID]:
    """Every organisation, with itself as the transaction's tenant."""
    for org_id in every_organisation():
        op.get_bind().execute(TENANT, {"org_id": str(org_id)})
        yield org_id
    op.get_bind().execute(TENANT, {"org_id": ""})


def seal_changes() -> None:
    """Mails that wait and name a device hold its name sealed."""
    db, place = op.get_bind(), "mails.change"
    change = sa.text("update outbox set payload = :payload where id = :id")
    change = change.bindparams(sa.bindparam("payload", type_=JSONB))
    for org_id in tenants():
        for row in db.execute(sa.text(f"select id, payload {MAILS}")).all():
            keys, values = required_keys(TABLES[0]).of(org_id), row.payload["values"]
            sealed = keys.seal(UUID(row.payload["to"]["id"]), values["change"], place)
            values["change"] = {"text": b64encode(sealed.value).decode(), "place": place}
            db.execute(change, {"id": row.id, "payload": row.payload})


def downgrade() -> None:
    drop_tenant_table("outlived_keys")
    op.drop_column("roster_imports", "has_file")
    for table in TABLES:
        open_table(table)
    no_report = "report is null and job_id is null or report ? 'erased'"
    for _ in tenants():
        op.execute(f"update roster_imports set report = '{NO_REPORT}' where {no_report}")  # noqa: S608
        op.execute(f"delete {MAILS}")
    op.create_unique_constraint("api_keys_org_id_user_id_name_key", "api_keys", ["org_id", "user_id", "name"])
    done = "job_id is not null or report is not null"
    op.create_check_constraint("is_done_or_has_a_job", "roster_imports", done)
