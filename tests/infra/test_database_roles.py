"""The statement that prepares an Aurora cluster, run on a real PostgreSQL by an administrator who is no superuser.

Aurora runs PostgreSQL 17. The versions before and after it are at hand, and what runs on both is taken to run between.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection, sql

from dreamseed.database import key_store
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.database.roles import APPLICATION, OWNER, ROLES
from host import postgres, postmaster
from host.postgres import Database, Postgres
from infra.cdk.database_roles import key_store_preparation, preparation

NAME = "prepared"


@pytest.fixture(scope="module", params=[16, 18], ids=lambda version: f"PostgreSQL {version}")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database like a new Aurora cluster's: none of our roles, and `rds_iam` to be given away."""
    programs = _programs(request.param)
    with pytest.MonkeyPatch.context() as patch:
        for module in (postgres, postmaster):
            patch.setattr(module, "binaries", lambda: programs)
        if request.param < 18:
            options = tuple(option for option in postgres.INITDB_OPTIONS if "builtin" not in option)
            settings = {name: value for name, value in postgres.SETTINGS.items() if name != "io_method"}
            patch.setattr(postgres, "INITDB_OPTIONS", options)
            patch.setattr(postgres, "SETTINGS", settings)
        server = Postgres(tmp_path_factory.mktemp("aurora") / "postgres", durable=False)
        database = server.start()
    with _connect(database, "postgres") as superuser:
        for name in (database.name, database.key_store.name):
            superuser.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
        for role in (*reversed(ROLES), *key_store.ROLE_OF_ACTION.values()):
            superuser.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))
        superuser.execute("create role rds_iam nologin")
        superuser.execute("create role administrator login createrole createdb")
        superuser.execute("grant rds_iam to administrator with admin option")
        for name in (NAME, f"{NAME}_keys"):
            superuser.execute(sql.SQL("create database {} owner administrator").format(sql.Identifier(name)))
    with _connect(database, NAME) as superuser:
        superuser.execute("create extension vector")  # Aurora's administrator may; a plain PostgreSQL's may not
    yield Database(database.socket_dir, NAME)
    server.stop()


def test_the_administrator_prepares_the_cluster_and_may_do_so_again(cluster: Database) -> None:
    for _ in range(2):
        with psycopg.connect(cluster.conninfo("administrator"), autocommit=True) as administrator:
            administrator.execute(preparation(NAME))

    with _connect(cluster, NAME) as superuser:
        made = superuser.execute("select rolname, rolcanlogin, rolsuper, rolbypassrls from pg_roles").fetchall()
        ours = {name: flags for name, *flags in made if name in ROLES}
        assert ours.keys() == set(ROLES)
        assert all(not is_super and not bypasses for _, is_super, bypasses in ours.values())
        assert {name for name, (can_sign_in, *_) in ours.items() if can_sign_in} == {OWNER, *APPLICATION}
        assert _members_of(superuser, "rds_iam") == {OWNER, *APPLICATION, "administrator"}


def test_the_owner_can_migrate_a_prepared_cluster(cluster: Database) -> None:
    with psycopg.connect(cluster.conninfo("administrator"), autocommit=True) as administrator:
        administrator.execute(preparation(NAME))

    version = migrate(cluster.url("owner"))

    assert version != "base"


def test_the_application_cannot_change_the_schema_of_a_prepared_cluster(cluster: Database) -> None:
    with psycopg.connect(cluster.conninfo("administrator"), autocommit=True) as administrator:
        administrator.execute(preparation(NAME))

    for role in APPLICATION:
        with (
            psycopg.connect(cluster.conninfo(role), autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("create table mine (id int)")


def test_the_owner_prepares_the_key_store_after_its_administrator(cluster: Database) -> None:
    roles = set(key_store.ROLE_OF_ACTION.values())
    for _ in range(2):
        with psycopg.connect(cluster.key_store.conninfo("administrator"), autocommit=True) as administrator:
            administrator.execute(key_store_preparation(cluster.key_store.name))

    with _connect(cluster, NAME) as superuser:
        assert _members_of(superuser, "rds_iam") >= roles
    assert prepare_key_store(cluster.keys_url("owner")) == len(key_store.VERSIONS)
    for role in roles - {key_store.OWNER}:
        with (
            psycopg.connect(cluster.key_store.conninfo(role), autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("create table mine (id int)")


def _programs(version: int) -> Path:
    """The programs of that version, which the same wheel brings."""
    newest = postmaster.binaries()
    return newest if version == 18 else newest.parents[1] / "pginstall" / "bin"


def _connect(database: Database, name: str) -> Connection:
    return psycopg.connect(Database(database.socket_dir, name).conninfo(), autocommit=True)


def _members_of(connection: Connection, role: str) -> set[str]:
    query = """
        select member.rolname from pg_auth_members
        join pg_roles as member on member.oid = pg_auth_members.member
        join pg_roles as granted on granted.oid = roleid
        where granted.rolname = %s
    """
    return {name for (name,) in connection.execute(query, [role])}
