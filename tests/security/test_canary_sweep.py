"""A person of whom every column and object tells something: all of it is in the export, and none is left afterwards."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.database.schema import metadata
from dreamseed.identity import passwords
from dreamseed.identity.queries import add_user, address_digest
from dreamseed.logs import JsonHandler, configure
from dreamseed.ports.subject_keys import forget_keys
from tests.functions.privacy.requests import Lake
from tests.school import School
from tests.security.planted_person import (
    MARK,
    Planted,
    drop_checks,
    holds_words,
    is_exported,
    sealed_columns,
    sweep,
    sweep_files,
)

EMAIL = f"{MARK}.person@lake.example"
NAME = f"{MARK.title()} Person"


@pytest.fixture(scope="module")
def lake(school: School) -> Lake:
    return Lake(school)


@pytest.fixture(scope="module")
def folder(school: School) -> Path:
    """Where objects, mails and secrets lie as files."""
    return school.mail_folder.parent


@pytest.fixture(scope="module")
def connection(school: School) -> Iterator[psycopg.Connection]:
    """As the cluster's administrator, who sees every row."""
    with psycopg.connect(school.database.conninfo(), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def planted(lake: Lake, connection: psycopg.Connection) -> Planted:
    drop_checks(connection)
    with lake.transaction() as db:
        person = {"email": EMAIL, "full_name": NAME, "password_hash": passwords.hash_password("a calm blue lake")}
        user_id = add_user(db, lake.keys, person, ["learner"])
    who = Who(user_id, EMAIL, NAME, address_digest(lake.keys, EMAIL))
    planted = Planted(who, lake.org_id, lake.keys)
    planted.plant(connection, lake.blobs)
    return planted


@pytest.fixture(scope="module")
def exported(lake: Lake, planted: Planted) -> dict[str, bytes]:
    """The files of a copy of what is kept of them."""
    asked = lake.ask("POST", "/exports", {"subject_id": str(planted.who.id)}).json
    lake.run_job(asked["job_id"])
    return lake.files(f"exports/{asked['id']}.zip")


@pytest.fixture(scope="module")
def erased(lake: Lake, planted: Planted, exported: dict[str, bytes]) -> tuple[Any, str]:
    """The certificate of their erasure, and all that was logged while it was carried out."""
    logged = io.StringIO()
    configure()
    handler = next(each for each in logging.getLogger("dreamseed").handlers if isinstance(each, JsonHandler))
    before = handler.setStream(logged)
    try:
        asked = lake.ask("POST", "/erasures", {"subject_id": str(planted.who.id)}).json
        lake.let_begin(asked["id"])
        lake.run_job(lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"])
    finally:
        handler.setStream(before)
    return lake.ask("GET", f"/erasures/{asked['id']}/certificate").json, logged.getvalue()


def test_there_is_a_canary_in_every_column_that_may_hold_words_about_somebody(
    planted: Planted, connection: psycopg.Connection
) -> None:
    wanted = {
        f"{table.name}.{column.name}"
        for table in privacy.all_tables()
        for column in table.columns
        if (rule := privacy.personal_of(column)) is not None
        and rule.category not in ("none", "reference")
        and rule.subject != "digest"
        and not rule.is_term
        and holds_words(column)
    }

    assert wanted - set(sweep(connection, MARK)) == set()


def test_all_of_it_is_in_the_export_but_what_declares_not_to_be(planted: Planted, exported: dict[str, bytes]) -> None:
    everything = b"\n".join(exported.values()).decode()
    for (table, column), canary in planted.columns.items():
        rule = privacy.personal_of(metadata.tables[table].c[column])
        assert (canary in everything) == is_exported(rule), (table, column)


def test_each_column_is_in_its_table_s_file_as_json_and_csv(planted: Planted, exported: dict[str, bytes]) -> None:
    for (table, column), canary in planted.columns.items():
        if is_exported(privacy.personal_of(metadata.tables[table].c[column])):
            assert canary in exported[f"data/{table}.json"].decode()
            assert canary in exported[f"data/{table}.csv"].decode()
            assert f'"{column}"' in exported[f"schema/{table}.json"].decode()


def test_nothing_is_left_in_the_database(erased: Any, connection: psycopg.Connection) -> None:
    assert sweep(connection, MARK) == []


def test_nothing_is_left_in_objects_and_mails_but_the_one_that_told_them(erased: Any, folder: Path) -> None:
    (told,) = sweep_files(folder, MARK)
    mail = json.loads((folder / told).read_text())

    assert mail["to"] == EMAIL
    assert MARK not in (mail["subject"] + mail["text"]).lower()


def test_nothing_of_it_was_logged(erased: Any) -> None:
    _, logged = erased

    assert "POST /api/v1/privacy/erasures" in logged
    assert MARK not in logged.lower()


def test_their_id_stands_only_where_a_declaration_keeps_it(
    erased: Any, planted: Planted, connection: psycopg.Connection
) -> None:
    kept = {
        f"{place.table}.{place.column}"
        for place in privacy.places()
        if place.personal is not None and place.personal.erasure == "keep"
    }

    assert set(sweep(connection, str(planted.who.id))) - kept - {"users.email"} == set()


def test_the_certificate_counts_every_table(erased: Any, planted: Planted) -> None:
    counted = {entry["place"] for entry in erased[0]["certificate"]["done"]}

    sealed = {table.name for table in privacy.all_tables() if sealed_columns(table)}
    assert {table for table, _ in planted.columns} - sealed - counted == set()


def test_what_is_sealed_cannot_be_opened_any_more(lake: Lake, erased: Any, planted: Planted) -> None:
    forget_keys()
    keys, opened = lake.keys, []
    with lake.transaction() as db:
        for table in privacy.all_tables():
            for column in sealed_columns(table):
                for sealed in db.scalars(select(column).where(column.is_not(None))):
                    if sealed.subject_id == planted.who.id:
                        opened.append(keys.open(sealed, sealed.place))

    assert len(opened) >= 3
    assert set(opened) == {None}


def test_the_sweep_finds_a_column_that_somebody_forgot(lake: Lake, connection: psycopg.Connection, erased: Any) -> None:
    connection.execute("alter table users add column nickname text, add column picture bytea")
    try:
        connection.execute("update users set nickname = %s, picture = %s", [f"{MARK}-1", f"{MARK}-2".encode()])

        assert sweep(connection, MARK) == ["users.nickname", "users.picture"]
    finally:
        connection.execute("alter table users drop column nickname, drop column picture")
