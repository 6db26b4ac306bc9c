"""What would let one organisation see or change another's data, found in the live catalogue of PostgreSQL.

`audit` returns one Finding for each defect; a sound schema has none. Each rule is one query that returns the objects
which break it, over three views of the catalogue. Sources: PostgreSQL's manual, chapters "Row Security Policies" and
"Rules and Privileges", and the leaks that were reproduced before the schema was designed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import Connection

VIEWS = """
    create or replace temporary view application_roles as
    select oid, rolname from pg_roles
    where rolname in ('dreamseed_read', 'dreamseed_write', 'dreamseed_erase', 'dreamseed_system', 'dreamseed_lookup',
                      'dreamseed_audit');

    -- Tables of tenants' rows, with the column that says whose, and the one right policy as PostgreSQL prints it.
    create or replace temporary view tenant_tables as
    select c.*, tenant,
        format('(%s = ( SELECT (NULLIF(current_setting(''app.org_id''::text, true), ''''::text))::uuid AS "nullif"))',
               tenant) as expression
    from pg_class c, lateral (select case relname when 'organisations' then 'id' else 'org_id' end as tenant) as named
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname <> 'alembic_version';

    -- Where our own tables may be, and where PostgreSQL has its own.
    create or replace temporary view usual_schemas as
    select oid from pg_namespace where nspname in ('public', 'information_schema') or starts_with(nspname, 'pg_');

    -- What anyone but its owner may do with a table, view or sequence.
    create or replace temporary view granted as
    select c.oid, c.relname, c.relkind, c.relispartition, c.relrowsecurity and c.relforcerowsecurity as is_secured,
        a.grantee, a.grantee = 0 or a.grantee in (select oid from application_roles) as is_reachable,
        a.privilege_type as privilege
    from pg_class c cross join aclexplode(c.relacl) a
    where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner;
"""

RULES: dict[str, str] = {
    "table without a tenant key": """
        select relname from tenant_tables t where not exists (
            select from pg_attribute
            where attrelid = t.oid and attname = tenant and attnotnull and atttypid = 'uuid'::regtype)""",
    "row-level security is off": "select relname from tenant_tables where not relrowsecurity",
    "row-level security is not forced on the owner": "select relname from tenant_tables where not relforcerowsecurity",
    "no policy": """
        select relname from tenant_tables t where not exists (select from pg_policy where polrelid = t.oid)""",
    "policy without a check on what is written": """
        select relname, polname from tenant_tables t join pg_policy on polrelid = t.oid
        where polcmd not in ('r', 'd') and polwithcheck is null""",
    "policy that is not the tenant's, for an ordinary role": """
        select relname, polname from tenant_tables t join pg_policy on polrelid = t.oid
        where not polroles <@ array['dreamseed_system'::regrole::oid, 'dreamseed_lookup'::regrole]
          and (pg_get_expr(polqual, polrelid) is distinct from expression
               or pg_get_expr(polwithcheck, polrelid) is distinct from expression)""",
    "primary key does not begin with the tenant": """
        select relname from tenant_tables t where not exists (
            select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
            where indrelid = t.oid and indisprimary and attname = tenant)""",
    "unique across tenants": """
        select relname, indexrelid::regclass::text from tenant_tables t join pg_index on indrelid = t.oid
        where indisunique and indexrelid::regclass::text <> all (%(public_names)s) and not exists (
            select from pg_attribute
            where attrelid = t.oid and attname = tenant and attnum = any (indkey[: indnkeyatts - 1]))""",
    "foreign key that can point to another tenant": """
        select t.relname, conname from tenant_tables t join pg_constraint on conrelid = t.oid and contype = 'f'
        join tenant_tables target on target.oid = confrelid where not exists (
            select from unnest(conkey, confkey) as pair (own, theirs)
            join pg_attribute a on a.attrelid = conrelid and a.attnum = own and a.attname = t.tenant
            join pg_attribute b on b.attrelid = confrelid and b.attnum = theirs and b.attname = target.tenant)""",
    "view that reads as its owner": """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'
          and not coalesce('security_invoker=true' = any (reloptions), false)""",
    "materialised view within reach": "select distinct relname from granted where is_reachable and relkind = 'm'",
    "partition within reach past its parent's policies": """
        select distinct relname from granted where is_reachable and relispartition and not is_secured""",
    "foreign table within reach": "select distinct relname from granted where is_reachable and relkind = 'f'",
    "granted to everybody": "select distinct relname from granted where grantee = 0",
    "privilege to which row-level security does not apply": """
        select distinct relname, privilege from granted
        where privilege in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')""",
    "granted on single columns": """
        select attrelid::regclass::text, attname from pg_attribute join pg_class on pg_class.oid = attrelid
        where relnamespace = 'public'::regnamespace and attacl is not null""",
    "granted to what is made in future": "select defaclrole::regrole::text from pg_default_acl",
    "not the owner's": """
        select relname from pg_class where relnamespace = 'public'::regnamespace
          and relkind in ('r', 'p', 'v', 'm', 'f') and relowner <> 'dreamseed_owner'::regrole""",
    "table outside the schema that is no partition of one inside": """
        select relnamespace::regnamespace::text, relname from pg_class c
        where relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't'
          and relnamespace not in (select oid from usual_schemas) and not exists (
            select from pg_inherits join pg_class parent on parent.oid = inhparent
            where inhrelid = c.oid and parent.relnamespace = 'public'::regnamespace and c.relispartition)""",
    "another schema within reach": """
        select nspname, grantee::regrole::text from pg_namespace cross join aclexplode(nspacl)
        where pg_namespace.oid not in (select oid from usual_schemas) and grantee <> nspowner""",
    "part of the audit log within reach by itself": """
        select relname, grantee::regrole::text from pg_class cross join aclexplode(relacl)
        join pg_inherits on inhrelid = pg_class.oid
        where inhparent = 'audit_logs'::regclass and grantee <> relowner""",
    "the audit log can be written past its function": """
        select relname, grantee::regrole::text, privilege from granted
        where relname in ('audit_logs', 'audit_heads', 'audit_anchors') and privilege <> 'SELECT'
          and (grantee <> 'dreamseed_audit'::regrole
               or (relname, privilege) not in (('audit_logs', 'INSERT'), ('audit_logs', 'DELETE'),
                   ('audit_heads', 'INSERT'), ('audit_heads', 'UPDATE'), ('audit_anchors', 'INSERT')))""",
    "the audit log's role reaches more than it": """
        select relname, privilege from granted where grantee = 'dreamseed_audit'::regrole
          and relname not in ('audit_logs', 'audit_heads', 'audit_anchors')
          and (relname, privilege) not in (('outbox', 'INSERT'), ('organisations', 'SELECT'))""",
    "disclosures can be changed": """
        select grantee::regrole::text, privilege from granted
        where relname = 'disclosures' and privilege not in ('SELECT', 'INSERT')
          and (grantee, privilege) <> ('dreamseed_erase'::regrole, 'DELETE')""",
    "runs with its maker's rights": """
        select proname from pg_proc where pronamespace = 'public'::regnamespace
          and prosecdef and proowner <> 'dreamseed_lookup'::regrole
          and (proowner <> 'dreamseed_audit'::regrole
               or proname not in ('append_audit_log', 'release_audit_month'))""",
    "role for functions that can sign in": """
        select rolname from pg_roles where rolname in ('dreamseed_lookup', 'dreamseed_audit') and rolcanlogin""",
    "runs with other rights on a path that callers choose": """
        select proname from pg_proc where pronamespace = 'public'::regnamespace
          and prosecdef and not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)""",
    "runs with other rights for everybody": """
        select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
          and (proacl is null or exists (select from aclexplode(proacl) where grantee = 0))""",
    "role above row-level security": """
        select rolname from pg_roles
        where starts_with(rolname, 'dreamseed_') and (rolsuper or rolbypassrls or rolreplication)""",
    "role that can become another": """
        select member::regrole::text, roleid::regrole::text from pg_auth_members
        where member in (select oid from application_roles)""",
    "may create in the schema": """
        select grantee::regrole::text from pg_namespace cross join aclexplode(nspacl)
        where nspname = 'public' and privilege_type = 'CREATE'
          and (grantee = 0 or grantee in (select oid from application_roles))""",
    "copied out by a publication": "select pubname from pg_publication",
}


@dataclass(frozen=True, order=True)
class Finding:
    """An object that breaks a rule."""

    rule: str
    subject: str


def audit(connection: Connection, public_names: Iterable[str] = ()) -> list[Finding]:
    """All findings. `public_names` are the unique indexes that reach across tenants on purpose."""
    connection.execute(VIEWS)
    found = []
    for rule, query in RULES.items():
        parameters = {"public_names": list(public_names)} if "%(public_names)s" in query else None
        rows = connection.execute(query.encode(), parameters).fetchall()
        found += [Finding(rule, ".".join(map(str, row))) for row in rows]
    return sorted(found)
