"""Months of the audit log that are older than an organisation keeps it go whole, and an anchor stays of each."""

import sqlalchemy as sa
from alembic import op

from dreamseed.database.migration import (
    create_lookup_function,
    create_tenant_table,
    drop_lookup_function,
    drop_tenant_table,
)
from dreamseed.database.roles import APPLICATION, AUDIT, ERASE, OWNER

revision = "0020"
down_revision = "0019"

ARGUMENTS = "text, uuid, uuid, text, uuid, uuid, text, bytea, bytea, bytea, boolean, text, text"

DIGEST = """
    select sha256(string_agg(
        case when field is null then '-,'::bytea
        else convert_to(octet_length(field) || ':', 'UTF8') || field || ','::bytea end, ''::bytea order by position))
    from unnest(array[
        convert_to('dreamseed.audit.1', 'UTF8'), entry.prev_hash, convert_to(entry.org_id::text, 'UTF8'),
        convert_to(entry.seq::text, 'UTF8'),
        convert_to((extract(epoch from entry.at) * 1000000)::bigint::text, 'UTF8'),
        convert_to(entry.action, 'UTF8'), convert_to(entry.actor_id::text, 'UTF8'),
        convert_to(entry.session_id::text, 'UTF8'), convert_to(entry.resource, 'UTF8'),
        convert_to(entry.resource_id::text, 'UTF8'), convert_to(entry.subject_id::text, 'UTF8'),
        convert_to(entry.changes, 'UTF8'), entry.sealed_changes, entry.client_address, entry.user_agent,
        convert_to(entry.success::text, 'UTF8'), convert_to(entry.reason, 'UTF8'),
        convert_to(entry.request_id, 'UTF8')
    ]) with ordinality as fields (field, position)
"""
"""The hash of an entry, whatever stands in its column `hash`."""

DIGEST_FUNCTION = f"""
create function audit_digest(entry audit_logs) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $digest${DIGEST}$digest$
"""

ENTRY_FUNCTION = """
create function append_audit_entry(
    action text, actor_id uuid, session_id uuid, resource text, resource_id uuid, subject_id uuid,
    changes text, sealed_changes bytea, client_address bytea, user_agent bytea,
    success boolean, reason text, request_id text
) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $entry$
declare
    tenant uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    last record;
    entry public.audit_logs;
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
    entry := (
        tenant, last.seq + 1, clock_timestamp(), action, actor_id, session_id, resource, resource_id, subject_id,
        changes, sealed_changes, client_address, user_agent, success, reason, request_id, last.hash, null);
    entry.hash := public.audit_digest(entry);
    insert into public.audit_logs values (entry.*);
    update public.audit_heads h set seq = entry.seq, hash = entry.hash where h.org_id = tenant;
    insert into public.outbox (org_id, id, topic, payload) values (
        tenant, gen_random_uuid(), 'audit_log.appended', jsonb_build_object('seq', entry.seq, 'at', entry.at));
    return entry.seq;
end $entry$
"""
"""What `append_audit_log` did in migration 0013. Whoever calls it needs the rights of the role that appends."""

APPEND_FUNCTION = """
create function append_audit_log(
    action text, actor_id uuid, session_id uuid, resource text, resource_id uuid, subject_id uuid,
    changes text, sealed_changes bytea, client_address bytea, user_agent bytea,
    success boolean, reason text, request_id text
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $append$
begin
    if action = 'release_audit_month' then
        raise exception 'only a month that is let go says so' using errcode = 'insufficient_privilege';
    end if;
    return public.append_audit_entry(
        action, actor_id, session_id, resource, resource_id, subject_id, changes, sealed_changes, client_address,
        user_agent, success, reason, request_id);
end $append$
"""

RELEASE_FUNCTION = """
create function release_audit_month() returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $release$
declare
    tenant uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    years integer;
    before record;
    first_at timestamptz;
    month timestamp;
    ends timestamptz;
    following record;
    last_seq bigint;
    is_whole boolean;
    said jsonb;
    noted bigint;
    anchor_hash bytea;
begin
    if tenant is null then
        raise exception 'the audit log of which organisation?' using errcode = 'insufficient_privilege';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('release_audit_month ' || tenant, 0));
    select o.audit_retention_years into years from public.organisations o where o.id = tenant;
    select a.seq, a.hash into before from public.audit_anchors a where a.org_id = tenant order by a.seq desc limit 1;
    if not found then
        select 0::bigint as seq, decode(repeat('00', 32), 'hex') as hash into before;
    end if;
    select e.at into first_at from public.audit_logs e where e.org_id = tenant order by e.seq, e.at limit 1;
    month := date_trunc('month', first_at at time zone 'UTC');
    ends := (month + interval '1 month') at time zone 'UTC';
    if ((month + interval '1 month' + make_interval(years => years)) at time zone 'UTC' <= now()) is not true then
        return null;  -- also when nobody has said how long, or when there is no entry
    end if;
    select e.seq, e.prev_hash as hash into following from public.audit_logs e
    where e.org_id = tenant and e.at >= ends order by e.seq, e.at limit 1;
    if not found then
        select h.seq + 1 as seq, h.hash into following from public.audit_heads h where h.org_id = tenant;
    end if;
    last_seq := following.seq - 1;
    if exists (
        select from public.audit_logs e join public.held_accounts(tenant) as held (id)
        on held.id in (e.actor_id, e.subject_id) where e.org_id = tenant and e.seq <= last_seq) then
        return jsonb_build_object('refused', 'held', 'month', to_char(month, 'YYYY-MM'));
    end if;
    select count(*) = last_seq - before.seq and bool_and(is_sound) into is_whole
    from (
        select e.hash = public.audit_digest(e)
            and e.prev_hash = lag(e.hash, 1, before.hash) over (order by e.seq, e.at) as is_sound
        from public.audit_logs e where e.org_id = tenant and e.seq <= last_seq
    ) as entries;
    select e.hash into anchor_hash from public.audit_logs e where e.org_id = tenant and e.seq = last_seq;
    if (is_whole and anchor_hash = following.hash) is not true then
        return jsonb_build_object('refused', 'broken', 'month', to_char(month, 'YYYY-MM'));
    end if;
    delete from public.audit_logs e where e.org_id = tenant and e.seq <= last_seq;
    said := jsonb_build_object(
        'month', to_char(month, 'YYYY-MM'), 'entries', last_seq - before.seq, 'seq', last_seq,
        'hash', encode(anchor_hash, 'hex'), 'kept_years', years);
    noted := public.append_audit_entry(
        'release_audit_month', null, null, 'audit_logs', null, null,
        jsonb_build_object('before', '{}'::jsonb, 'after', said)::text, null, null, null, true, null, null);
    if (select o.audit_retention_years from public.organisations o where o.id = tenant) is distinct from years then
        raise exception 'how long the log is kept has just changed' using errcode = 'serialization_failure';
    end if;
    insert into public.audit_anchors (org_id, seq, hash, month, entries, kept_years, noted_seq)
    values (tenant, last_seq, anchor_hash, month::date, last_seq - before.seq, years, noted);
    return said;
end $release$
"""
"""The oldest month of an organisation's log goes, if each of its entries is older than the organisation keeps them.

Null when there is none. A month in which somebody acts, or is acted upon, who is under a legal hold stays, and with it
all later ones; so does one that is not what was written, which is evidence. Once its note has the head of the chain,
nobody can have changed meanwhile how long entries are kept.
"""

HELD = """
    with recursive
        held as (select subject_id as id from public.legal_holds where org_id = $1 and released_at is null),
        wholes as (
            select u.id, u.merged_into from public.users u join held on u.id = held.id where u.org_id = $1
            union select u.id, u.merged_into from public.users u join wholes on u.id = wholes.merged_into
            where u.org_id = $1),
        parts as (
            select id from wholes
            union select u.id from public.users u join parts on u.merged_into = parts.id where u.org_id = $1)
    select id from parts"""
"""All accounts of everybody of an organisation on whom a legal hold stands."""

DROP_EMPTY = """
create function drop_empty_audit_partitions() returns integer
language plpgsql set search_path = pg_catalog, pg_temp as $drop$
declare
    partition text;
    is_empty boolean;
    dropped integer := 0;
begin
    for partition in
        select relname from pg_inherits join pg_class on oid = inhrelid
        where inhparent = 'public.audit_logs'::regclass and relname <> 'audit_logs_default'
          and relname < 'audit_logs_' || to_char(now() at time zone 'UTC', 'YYYY_MM')
        order by relname
    loop
        execute format('select not exists (select from audit_partitions.%I)', partition) into is_empty;
        continue when not is_empty;
        execute format('lock table audit_partitions.%I in access exclusive mode', partition);
        execute format('select not exists (select from audit_partitions.%I)', partition) into is_empty;
        continue when not is_empty;
        execute format('drop table audit_partitions.%I', partition);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $drop$
"""
"""A month of which every organisation has let its entries go needs no table any more."""


def upgrade() -> None:
    op.add_column("organisations", sa.Column("audit_retention_years", sa.SmallInteger))
    op.create_check_constraint("audit_retention_years", "organisations", "audit_retention_years between 3 and 100")
    op.execute("create policy lookup on legal_holds to dreamseed_lookup using (true) with check (true)")
    op.execute("grant select on legal_holds to dreamseed_lookup")
    create_lookup_function("held_accounts(uuid)", "setof uuid", HELD, to=[AUDIT])
    create_anchors()
    for statement in (DIGEST_FUNCTION, ENTRY_FUNCTION):
        op.execute(statement)
    for name in ("audit_digest(audit_logs)", f"append_audit_entry({ARGUMENTS})"):
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to {AUDIT}")
    drop_function_of_audit(f"append_audit_log({ARGUMENTS})")
    create_function_of_audit(APPEND_FUNCTION, f"append_audit_log({ARGUMENTS})", ", ".join((*APPLICATION, OWNER)))
    create_function_of_audit(RELEASE_FUNCTION, "release_audit_month()", ERASE)
    op.execute(DROP_EMPTY)
    op.execute("revoke all on function drop_empty_audit_partitions() from public")


def create_anchors() -> None:
    create_tenant_table(
        "audit_anchors",
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("kept_years", sa.SmallInteger, nullable=False),
        sa.Column("noted_seq", sa.BigInteger, nullable=False),
        key=("seq",),
        write=(),
    )
    op.execute(f"grant select, insert on audit_anchors to {AUDIT}")
    op.execute(f"grant select, delete on audit_logs to {AUDIT}")
    op.execute(f"grant select on organisations to {AUDIT}")


def create_function_of_audit(statement: str, signature: str, to: str) -> None:
    """A function that runs with the rights of the role that appends, for those roles."""
    op.execute(statement)
    op.execute(f"revoke all on function {signature} from public")
    op.execute(f"grant create on schema public to {AUDIT}")  # PostgreSQL asks this of a function's new owner, once
    op.execute(f"alter function {signature} owner to {AUDIT}")
    op.execute(f"revoke create on schema public from {AUDIT}")
    op.execute(f"set local role {AUDIT}")  # before, the owner's own grant would have gone to the new owner
    op.execute(f"grant execute on function {signature} to {to}")
    op.execute(f"set local role {OWNER}")


def drop_function_of_audit(signature: str) -> None:
    op.execute(f"set local role {AUDIT}")
    op.execute(f"drop function {signature}")
    op.execute(f"set local role {OWNER}")


def downgrade() -> None:
    op.execute("drop function drop_empty_audit_partitions()")
    drop_function_of_audit("release_audit_month()")
    drop_function_of_audit(f"append_audit_log({ARGUMENTS})")
    as_it_was = (("append_audit_entry", "append_audit_log"), ("plpgsql set", "plpgsql security definer set"))
    definer = ENTRY_FUNCTION.replace("public.audit_digest(entry)", f"({DIGEST})")
    for new, old in as_it_was:
        definer = definer.replace(new, old)
    create_function_of_audit(definer, f"append_audit_log({ARGUMENTS})", ", ".join(APPLICATION))
    op.execute(f"drop function append_audit_entry({ARGUMENTS})")
    op.execute("drop function audit_digest(audit_logs)")
    op.execute("revoke select on organisations from dreamseed_audit")
    op.execute("revoke select, delete on audit_logs from dreamseed_audit")
    drop_tenant_table("audit_anchors")
    drop_lookup_function("held_accounts(uuid)")
    op.execute("revoke select on legal_holds from dreamseed_lookup")
    op.execute("drop policy lookup on legal_holds")
    op.drop_constraint("organisations_audit_retention_years_check", "organisations")
    op.drop_column("organisations", "audit_retention_years")
