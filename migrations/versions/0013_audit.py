"""The audit log, a hash chain for each organisation in partitions by month, and disclosures of learners' records."""

import sqlalchemy as sa
from alembic import op

from dreamseed.database.migration import create_tenant_table, drop_tenant_table, secure_table
from dreamseed.database.roles import APPLICATION, AUDIT, OWNER
from dreamseed.database.schema import CURRENT_ORG, Rights, tenant_key

revision = "0013"
down_revision = "0012"

APPEND = "append_audit_log(text, uuid, uuid, text, uuid, uuid, text, bytea, bytea, bytea, boolean, text, text)"
MONTHS_AHEAD = 6

MAKE_PARTITIONS = """
create function make_audit_partitions(months_ahead integer) returns table (made integer, moved bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $make$
declare
    present timestamp := date_trunc('month', now() at time zone 'UTC');
    first timestamp;
    month timestamp;
    partition text;
    begins timestamptz;
    ends timestamptz;
    taken bigint;
begin
    made := 0;
    moved := 0;
    lock table audit_partitions.audit_logs_default in access exclusive mode;
    select least(present, date_trunc('month', min(at) at time zone 'UTC')) into first
    from audit_partitions.audit_logs_default;
    create temporary table late (like public.audit_logs) on commit drop;
    for month in select generate_series(first, present + months_ahead * interval '1 month', interval '1 month') loop
        partition := 'audit_logs_' || to_char(month, 'YYYY_MM');
        continue when to_regclass('audit_partitions.' || partition) is not null;
        begins := month || '+00';
        ends := month + interval '1 month' || '+00';
        with gone as (delete from audit_partitions.audit_logs_default where at >= begins and at < ends returning *)
        insert into pg_temp.late select * from gone;
        get diagnostics taken = row_count;
        execute format(
            'create table audit_partitions.%I partition of public.audit_logs for values from (%L) to (%L)',
            partition, begins, ends);
        execute format('insert into audit_partitions.%I select * from pg_temp.late', partition);
        delete from pg_temp.late;
        made := made + 1;
        moved := moved + taken;
    end loop;
    drop table pg_temp.late;
    return next;
end $make$
"""
"""Whatever month has no partition yet gets one, and what waited for it in the default partition moves there."""

APPEND_FUNCTION = """
create function append_audit_log(
    action text, actor_id uuid, session_id uuid, resource text, resource_id uuid, subject_id uuid,
    changes text, sealed_changes bytea, client_address bytea, user_agent bytea,
    success boolean, reason text, request_id text
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $append$
declare
    tenant uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    last record;
    moment timestamptz;
    digest bytea;
begin
    if tenant is null then
        raise exception 'the audit log of which organisation?' using errcode = 'insufficient_privilege';
    end if;
    select h.seq, h.hash into last from public.audit_heads h where h.org_id = tenant for update;
    if not found then
        insert into public.audit_heads (org_id, seq, hash) values (tenant, 0, decode(repeat('00', 32), 'hex'))
        on conflict do nothing;
        select h.seq, h.hash into last from public.audit_heads h where h.org_id = tenant for update;
    end if;
    moment := clock_timestamp();
    select sha256(string_agg(
        case when field is null then '-,'::bytea
        else convert_to(octet_length(field) || ':', 'UTF8') || field || ','::bytea end, ''::bytea order by position))
    into digest
    from unnest(array[
        convert_to('dreamseed.audit.1', 'UTF8'), last.hash, convert_to(tenant::text, 'UTF8'),
        convert_to((last.seq + 1)::text, 'UTF8'),
        convert_to((extract(epoch from moment) * 1000000)::bigint::text, 'UTF8'),
        convert_to(action, 'UTF8'), convert_to(actor_id::text, 'UTF8'), convert_to(session_id::text, 'UTF8'),
        convert_to(resource, 'UTF8'), convert_to(resource_id::text, 'UTF8'), convert_to(subject_id::text, 'UTF8'),
        convert_to(changes, 'UTF8'), sealed_changes, client_address, user_agent,
        convert_to(success::text, 'UTF8'), convert_to(reason, 'UTF8'), convert_to(request_id, 'UTF8')
    ]) with ordinality as fields (field, position);
    insert into public.audit_logs values (
        tenant, last.seq + 1, moment, action, actor_id, session_id, resource, resource_id, subject_id,
        changes, sealed_changes, client_address, user_agent, success, reason, request_id, last.hash, digest);
    update public.audit_heads h set seq = last.seq + 1, hash = digest where h.org_id = tenant;
    insert into public.outbox (org_id, id, topic, payload) values (
        tenant, gen_random_uuid(), 'audit_log.appended', jsonb_build_object('seq', last.seq + 1, 'at', moment));
    return last.seq + 1;
end $append$
"""
"""One chain without gaps, however many append at once: the head's row is locked until the transaction ends."""


def upgrade() -> None:
    op.execute("create schema audit_partitions")
    create_audit_logs()
    create_audit_heads()
    create_append_function()
    create_disclosures()


def create_audit_logs() -> None:
    op.create_table(
        "audit_logs",
        sa.Column("org_id", sa.Uuid, nullable=False, server_default=sa.text(f"({CURRENT_ORG})")),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Uuid),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("changes", sa.Text),
        sa.Column("sealed_changes", sa.LargeBinary),
        sa.Column("client_address", sa.LargeBinary),
        sa.Column("user_agent", sa.LargeBinary),
        sa.Column("success", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("org_id", "seq", "at"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"]),
        sa.CheckConstraint("changes is null or sealed_changes is null", name="changes"),
        sa.CheckConstraint("octet_length(prev_hash) = 32 and octet_length(hash) = 32", name="hash"),
        postgresql_partition_by="RANGE (at)",
    )
    secure_table("audit_logs", Rights(write=(), system=("select",)))
    op.execute(f"grant insert on audit_logs to {AUDIT}")
    for column in ("actor_id", "subject_id", "resource_id"):
        condition = sa.text(f"{column} is not null")
        op.create_index(f"audit_logs_{column}_idx", "audit_logs", ["org_id", column, "seq"], postgresql_where=condition)
    op.create_index("audit_logs_action_idx", "audit_logs", ["org_id", "action", "seq"])
    op.execute("create table audit_partitions.audit_logs_default partition of audit_logs default")
    op.execute(MAKE_PARTITIONS)
    op.execute("revoke all on function make_audit_partitions(integer) from public")
    op.execute(f"select make_audit_partitions({MONTHS_AHEAD})")


def create_audit_heads() -> None:
    create_tenant_table(
        "audit_heads",
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        key=(),
        write=(),
        system=("select",),
    )
    op.execute(f"grant select, insert, update on audit_heads to {AUDIT}")
    op.execute(f"grant insert on outbox to {AUDIT}")


def create_append_function() -> None:
    op.execute(APPEND_FUNCTION)
    op.execute(f"revoke all on function {APPEND} from public")
    op.execute(f"grant execute on function {APPEND} to {', '.join(APPLICATION)}")
    op.execute(f"grant usage on schema public to {AUDIT}")
    op.execute(f"grant create on schema public to {AUDIT}")  # PostgreSQL asks this of a function's new owner, once
    op.execute(f"alter function {APPEND} owner to {AUDIT}")
    op.execute(f"revoke create on schema public from {AUDIT}")


def create_disclosures() -> None:
    create_tenant_table(
        "disclosures",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, server_default="stated"),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("party", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.LargeBinary, nullable=False),
        sa.Column("records", sa.LargeBinary, nullable=False),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Uuid),
        sa.Column("api_key_id", sa.Uuid),
        sa.CheckConstraint("kind in ('stated', 'program', 'export')", name="kind"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        write=("insert",),
    )
    op.execute("grant insert on disclosures to dreamseed_read")  # a program that reads a record leaves an entry
    op.create_index("disclosures_learner_idx", "disclosures", ["org_id", "learner_id", "disclosed_at", "id"])


def downgrade() -> None:
    drop_tenant_table("disclosures")
    op.execute(f"set local role {AUDIT}")
    op.execute(f"drop function {APPEND}")
    op.execute(f"set local role {OWNER}")
    op.execute("drop function make_audit_partitions(integer)")
    op.execute(f"revoke insert on outbox from {AUDIT}")
    op.execute(f"revoke usage on schema public from {AUDIT}")
    drop_tenant_table("audit_heads")
    drop_tenant_table("audit_logs")
    op.execute("drop schema audit_partitions")
