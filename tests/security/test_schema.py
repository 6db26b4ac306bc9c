"""The live schema keeps organisations apart, and the audit that says so finds every defect that is planted."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import CheckConstraint, Table, create_engine, inspect
from sqlalchemy.pool import NullPool

from dreamseed.database.ids import new_id
from dreamseed.database.roles import APPLICATION, AUDIT, LOOKUP, Privilege
from dreamseed.database.schema import Rights, metadata
from host.postgres import Database
from tests.security.schema_audit import RULES, audit

AREAS = Path(__file__).parents[2] / "layers" / "common" / "dreamseed"
MIGRATED_TABLE = "alembic_version"
TENANT_DEFAULT = "(NULLIF(current_setting('app.org_id'::text, true), ''::text))::uuid"
"""How PostgreSQL prints `dreamseed.database.schema.CURRENT_ORG`."""


@pytest.fixture(scope="session", autouse=True)
def all_areas() -> None:
    """Every area's tables are in the metadata."""
    for path in sorted(AREAS.glob("*/tables.py")):
        import_module(f"dreamseed.{path.parent.name}.tables")


@pytest.fixture(scope="module")
def public_names(all_areas: None) -> list[str]:
    """The unique indexes that tables declare as reaching across tenants on purpose."""
    return [name for table in metadata.tables.values() for name in table.info.get("unique_across_tenants", ())]


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection]:
    """As the cluster's administrator, undone at the end."""
    with psycopg.connect(database.conninfo()) as connection:
        yield connection
        connection.rollback()


def rights_of(table: Table) -> Rights:
    rights: Rights = table.info["rights"]
    return rights


def rights_by_role(table: Table) -> dict[str, tuple[Privilege, ...]]:
    """What each role may do, those included that own functions."""
    rights = rights_of(table)
    return {**rights.by_role(), LOOKUP: rights.lookup, AUDIT: rights.audit}


def test_the_live_schema_has_no_defect(connection: psycopg.Connection, public_names: list[str]) -> None:
    assert audit(connection, public_names) == []


SOUND = """
    create table planted (org_id uuid not null, id uuid not null, email text, primary key (org_id, id));
    alter table planted owner to dreamseed_owner;
    alter table planted enable row level security;
    alter table planted force row level security;
    create policy tenant on planted
        using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))
        with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
    grant select, insert on planted to dreamseed_write;
"""
PARTITIONED = """
    create table parted (org_id uuid not null, id uuid not null, primary key (org_id, id)) partition by hash (org_id);
    create table parted_0 partition of parted for values with (modulus 1, remainder 0);
    alter table parted owner to dreamseed_owner;
    alter table parted_0 owner to dreamseed_owner;
    alter table parted enable row level security;
    alter table parted force row level security;
    create policy tenant on parted
        using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))
        with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
"""
LENIENT = "create policy lenient on planted using (true) with check (true)"
UNCHECKED = (
    "drop policy tenant on planted;"
    " create policy tenant on planted using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))"
)
VIEW = "create view seen as select * from planted; alter view seen owner to dreamseed_owner;"
DEFINER = "create function leak() returns bigint language sql security definer as 'select count(*) from planted'"
AUDIT_FUNCTION = f"{DEFINER}; alter function leak owner to dreamseed_audit"
LOOKUP_FUNCTION = f"{DEFINER}; alter function leak owner to dreamseed_lookup"

DEFECTS = {
    "table without a tenant key": (
        "create table keyless (id uuid primary key); alter table keyless owner to dreamseed_owner"
    ),
    "row-level security is off": "alter table planted disable row level security",
    "row-level security is not forced on the owner": "alter table planted no force row level security",
    "no policy": "drop policy tenant on planted",
    "policy without a check on what is written": UNCHECKED,
    "policy that is not the tenant's, for an ordinary role": LENIENT,
    "primary key does not begin with the tenant": (
        "alter table planted drop constraint planted_pkey, add primary key (id, org_id)"
    ),
    "unique across tenants": "create unique index planted_email on planted (email)",
    "foreign key that can point to another tenant": (
        "create unique index planted_id on planted (id);"
        " alter table planted add foreign key (id) references planted (id)"
    ),
    "view that reads as its owner": VIEW,
    "materialised view within reach": (
        "create materialized view seen as select * from planted; grant select on seen to dreamseed_read"
    ),
    "partition within reach past its parent's policies": f"{PARTITIONED} grant select on parted_0 to dreamseed_read",
    "foreign table within reach": (
        "create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;"
        " create foreign table far (id uuid) server elsewhere; grant select on far to dreamseed_read"
    ),
    "granted to everybody": "grant select on planted to public",
    "privilege to which row-level security does not apply": "grant truncate on planted to dreamseed_write",
    "granted on single columns": "grant update (email) on planted to dreamseed_write",
    "granted to what is made in future": (
        "alter default privileges in schema public grant all on tables to dreamseed_write"
    ),
    "not the owner's": "alter table planted owner to dreamseed_system",
    "table outside the schema that is no partition of one inside": (
        "create schema aside; create table aside.copy (id int)"
    ),
    "another schema within reach": "grant usage on schema audit_partitions to dreamseed_read",
    "part of the audit log within reach by itself": (
        "grant insert on audit_partitions.audit_logs_default to dreamseed_audit"
    ),
    "the audit log can be written past its function": "grant update on audit_logs to dreamseed_write",
    "the audit log's role reaches more than it": "grant select on users to dreamseed_audit",
    "disclosures can be changed": "grant delete on disclosures to dreamseed_write",
    "runs with its maker's rights": DEFINER,
    "role for functions that can sign in": "alter role dreamseed_audit login",
    "runs with other rights on a path that callers choose": LOOKUP_FUNCTION,
    "runs with other rights for everybody": LOOKUP_FUNCTION,
    "role above row-level security": "alter role dreamseed_read bypassrls",
    "role that can become another": "grant dreamseed_owner to dreamseed_write",
    "may create in the schema": "grant create on schema public to dreamseed_write",
    "copied out by a publication": "create publication everything for table planted",
}


@pytest.mark.parametrize("rule", DEFECTS)
def test_the_audit_finds(rule: str, connection: psycopg.Connection, public_names: list[str]) -> None:
    connection.execute(SOUND)
    before = audit(connection, public_names)

    connection.execute(DEFECTS[rule].encode())

    assert before == []
    assert rule in {finding.rule for finding in audit(connection, public_names)}  # and what follows from it


def test_the_audit_log_has_one_function_and_no_second(connection: psycopg.Connection, public_names: list[str]) -> None:
    connection.execute(SOUND)
    connection.execute(AUDIT_FUNCTION.encode())

    assert "runs with its maker's rights" in {finding.rule for finding in audit(connection, public_names)}


def test_every_rule_of_the_audit_is_proved_by_a_planted_defect() -> None:
    assert DEFECTS.keys() == RULES.keys()


@pytest.mark.parametrize(
    "harmless",
    [
        f"{VIEW} alter view seen set (security_invoker = true); grant select on seen to dreamseed_read",
        PARTITIONED,
        "create unique index planted_email on planted (org_id, email)",
        "create policy system on planted to dreamseed_system using (true) with check (true)",
        "create materialized view unseen as select 1; alter materialized view unseen owner to dreamseed_owner",
    ],
)
def test_the_audit_accepts(harmless: str, connection: psycopg.Connection, public_names: list[str]) -> None:
    connection.execute(SOUND)

    connection.execute(harmless.encode())

    assert audit(connection, public_names) == []


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    def compare_default(context: Any, there: Any, column: Any, default: str, *declared: Any) -> bool | None:
        """Alembic evaluates both defaults, which cannot tell whether the tenant's, null here, are the same."""
        return default != TENANT_DEFAULT if column.name == "org_id" else None

    def means_something(item: Any, name: str | None, kind: str, *rest: Any) -> bool:
        """An index that is not unique only makes things faster: migrations make it, and no code needs to know."""
        return kind != "index" or bool(item.unique)

    options = {
        "compare_type": True,
        "compare_server_default": compare_default,
        "include_object": means_something,
        "target_metadata": metadata,
    }
    with create_engine(database.url("owner"), poolclass=NullPool).connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert [str(difference)[:120] for difference in differences] == []


def test_the_migrated_checks_and_keys_are_the_declared_ones(database: Database) -> None:
    """What Alembic does not compare: check constraints by name, primary keys, and what happens on delete."""
    inspector = inspect(create_engine(database.url("owner"), poolclass=NullPool))

    for table in metadata.sorted_tables:
        checks = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(table.name)} == checks
        key = inspector.get_pk_constraint(table.name)
        assert key["constrained_columns"] == [column.name for column in table.primary_key.columns], table.name
        declared = {str(c.name): c.ondelete for c in table.foreign_key_constraints}
        assert {c["name"]: c["options"].get("ondelete") for c in inspector.get_foreign_keys(table.name)} == declared


def test_deleting_a_row_finds_what_goes_with_it_by_an_index(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "select conname from pg_constraint where contype = 'f' and confdeltype in ('c', 'n') and not exists ("
        " select from pg_index where indrelid = conrelid and indpred is null"
        " and (indkey::int2[])[0 : cardinality(conkey) - 1] @> conkey)"
    ).fetchall()

    assert rows == []


def test_each_role_holds_exactly_what_its_tables_declare(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "select relname, grantee::regrole::text, lower(privilege_type) from pg_class cross join aclexplode(relacl)"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and grantee <> relowner"
    ).fetchall()

    declared = {
        (table.name, role, privilege)
        for table in metadata.tables.values()
        for role, privileges in rights_by_role(table).items()
        for privilege in privileges
    }
    assert set(rows) == declared | {(MIGRATED_TABLE, role, "select") for role in APPLICATION}


def test_policies_across_tenants_exist_only_where_a_table_declares_them(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "select tablename, policyname from pg_policies where schemaname = 'public' and policyname <> 'tenant'"
    ).fetchall()

    declared = {(table.name, "system") for table in metadata.tables.values() if rights_of(table).system}
    declared |= {(table.name, "lookup") for table in metadata.tables.values() if rights_of(table).lookup}
    assert set(rows) == declared


def test_no_role_can_write_a_row_of_another_organisation(database: Database) -> None:
    """On every table at once: the policy refuses the row before any other constraint looks at it."""
    with psycopg.connect(database.conninfo("dreamseed_write"), autocommit=True) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(new_id())])
        for table in metadata.sorted_tables:
            if "insert" not in rights_of(table).write:
                continue
            names = map(sql.Identifier, (table.name, table.info["tenant"]))
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(sql.SQL("insert into {} ({}) values (%s)").format(*names), [new_id()])


def test_without_a_tenant_no_role_but_system_sees_a_row(database: Database) -> None:
    for role in ("dreamseed_read", "dreamseed_write"):
        with psycopg.connect(database.conninfo(role), autocommit=True) as connection:
            for table in metadata.sorted_tables:
                count = sql.SQL("select count(*) from {}").format(sql.Identifier(table.name))
                assert connection.execute(count).fetchone() == (0,)
