"""Every column of the live schema says what it holds about whom, and the declarations do not contradict themselves."""

from __future__ import annotations

import json
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Table, Text

from dreamseed.catalogue import ROOT
from dreamseed.database import privacy
from dreamseed.database.schema import Personal, metadata
from host.postgres import Database
from infra.data_map import CATEGORIES, DOCUMENT, data_map
from infra.resources import BUCKETS

SOUND = Personal("identity", "learner_id", "contract", "account", "delete")


def live_columns(database: Database) -> list[tuple[str, str]]:
    """(table, column) of every table that is no partition of another, and of every view."""
    with psycopg.connect(database.conninfo()) as connection:
        return connection.execute(
            "select relname::text, attname::text from pg_class join pg_attribute on attrelid = pg_class.oid"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relispartition"
            " and attnum > 0 and not attisdropped and relname <> 'alembic_version' order by 1, 2"
        ).fetchall()


def test_every_column_of_the_live_schema_is_declared(database: Database) -> None:
    assert privacy.defects(privacy.places(), live_columns(database)) == []


def test_a_column_that_somebody_adds_and_forgets_is_named(database: Database) -> None:
    live = [*live_columns(database), ("users", "nickname")]

    assert privacy.defects(privacy.places(), live) == ["users.nickname: declares nothing"]


def limited_columns(database: Database) -> set[tuple[str, str]]:
    """(table, column) of those that a check of the live schema limits to some words."""
    with psycopg.connect(database.conninfo()) as connection:
        found = connection.execute(
            "select conrelid::regclass::text, attname::text from pg_constraint"
            " join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'c'"
            " and cardinality(conkey) = 1 and pg_get_constraintdef(pg_constraint.oid) like '%= ANY (ARRAY[%'"
        ).fetchall()
    return {(table, column) for table, column in found}


def test_what_may_hold_words_about_somebody_is_sealed_or_says_why_not(database: Database) -> None:
    assert privacy.unsealed(limited_columns(database)) == []


def test_a_plain_column_without_a_reason_is_named(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    privacy.all_tables()
    unsaid = {"personal": replace(SOUND, subject="user_id")}
    for table, column in (("identities", "issuer"), ("enrolments", "role")):
        monkeypatch.setattr(metadata.tables[table].c[column], "info", unsaid)

    assert privacy.unsealed(limited_columns(database)) == ["identities.issuer"]


@pytest.mark.parametrize(
    ("personal", "defect"),
    [
        (None, "declares nothing"),
        (replace(SOUND, subject=""), "is personal and says not whose it is"),
        (replace(SOUND, subject="nobody_id"), "nobody is found by 'nobody_id'"),
        (replace(SOUND, subject="learner_id > users.nobody"), "nobody is found by 'learner_id > users.nobody'"),
        (replace(SOUND, basis="none"), "is personal without a lawful basis"),
        (replace(SOUND, retention="for ever"), "is personal and kept for ever"),
        (replace(SOUND, erasure="keep", is_term=True), "survives erasure without a reason"),
        (replace(SOUND, export="exclude"), "is left out of the export without a reason"),
        (replace(SOUND, category="credential"), "is a credential and must not leave by an export"),
        (replace(SOUND, erasure="clear"), "cannot be cleared to null"),
        (replace(SOUND, erasure="keep", kept_because="x"), "keeps what somebody may have written"),
        (replace(SOUND, erasure="key"), "is not sealed, so no key takes it along"),
        (replace(SOUND, erasure="redact"), "is about many people and not sealed, so backups keep what is redacted"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_named(personal: Personal | None, defect: str) -> None:
    privacy.all_tables()
    place = privacy.Place("knowledge_states", "concept_code", personal)

    assert privacy.defects([place], []) == [f"knowledge_states.concept_code: {defect}"]


def test_a_sealed_column_does_not_say_why_it_is_plain() -> None:
    privacy.all_tables()
    place = privacy.Place("disclosures", "party", replace(SOUND, plain_because="somebody thought so"))

    assert privacy.defects([place], []) == ["disclosures.party: is sealed and says why it is not"]


def test_a_column_s_own_word_counts_before_its_table_s() -> None:
    table = Table("t", MetaData(), Column("a", Text), Column("b", Text, info=SOUND.but(subject="b")), info={})
    table.info["personal"] = SOUND

    assert [privacy.personal_of(column) for column in table.columns] == [SOUND, replace(SOUND, subject="b")]


def test_every_bucket_with_data_says_about_whom_it_is() -> None:
    stored = {blob.bucket for table in privacy.all_tables() for blob in privacy.blobs_of(table)}

    assert {bucket.name for bucket in BUCKETS if bucket.is_data and bucket.about != "nobody"} == stored


def test_the_data_map_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == data_map(), "renew it: python -m infra.data_map"


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_the_page_about_one_s_data_explains_every_category(language: str) -> None:
    texts = json.loads((ROOT / "web" / "src" / "i18n" / language / "privacy.json").read_text())

    assert set(texts["kept"]["categories"]) == set(CATEGORIES)


def test_the_data_map_names_every_table_and_bucket_that_tells_of_somebody() -> None:
    text = data_map()

    for table in privacy.all_tables():
        assert (f"### {table.name}\n" in text) == bool(privacy.rules_of(table)), table.name
    assert all(f"| {bucket.name} |" in text for bucket in BUCKETS if bucket.is_data)
