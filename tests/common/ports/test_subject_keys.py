"""What is known of a person is sealed with that person's key, and gone with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from dreamseed.database import key_store
from dreamseed.database.engine import dispose_engines
from dreamseed.database.ids import new_id
from dreamseed.database.sealed import Sealed, SealedText
from dreamseed.database.transaction import in_tenant, tenant_transaction
from dreamseed.errors import Conflict, MissingGrant, Unavailable
from dreamseed.ports import subject_keys
from dreamseed.ports.subject_keys import ERASED, KeyAccess, SubjectKeys, forget_keys
from host.postgres import Database
from tests.keys import SECRETS, keys_of

NAME = "users.full_name"


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    forget_keys()
    yield
    forget_keys()


@pytest.fixture
def keys(database: Database, org_id: UUID) -> SubjectKeys:
    return keys_of(database, org_id)


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_sealed_is_opened(keys: SubjectKeys, text: str) -> None:
    sealed = keys.seal(UUID(int=1), text, NAME)

    assert keys.open(sealed, NAME) == text
    assert not text or text.encode() not in sealed.value or len(text) < 4


def test_the_same_text_is_never_sealed_to_the_same_bytes(keys: SubjectKeys) -> None:
    subject = new_id()

    assert keys.seal(subject, "Ada", NAME) != keys.seal(subject, "Ada", NAME)


def test_another_process_opens_what_one_has_sealed(keys: SubjectKeys) -> None:
    sealed = keys.seal(new_id(), "Ada", NAME)

    forget_keys()

    assert keys.open(sealed, NAME) == "Ada"


def test_a_sealed_text_is_good_for_its_place_its_subject_and_its_organisation_only(
    keys: SubjectKeys, database: Database, other_org_id: UUID
) -> None:
    subject, other = new_id(), new_id()
    sealed = keys.seal(subject, "Ada", NAME)
    keys.seal(other, "Ben", NAME)
    elsewhere = keys_of(database, other_org_id)
    elsewhere.make([subject])

    with pytest.raises(ValueError, match="not sealed for this"):
        keys.open(sealed, "users.email")
    with pytest.raises(ValueError, match="not sealed for this"):
        keys.open(Sealed.of(other, sealed.body, NAME), NAME)
    with pytest.raises(ValueError, match="not sealed for this"):
        elsewhere.open(sealed, NAME)
    with pytest.raises(ValueError, match="not sealed for this"):
        keys.open(replace(sealed, value=sealed.value[:-1] + bytes([sealed.value[-1] ^ 1])), NAME)
    with pytest.raises(ValueError, match="version"):
        keys.open(replace(sealed, value=b"\x07" + sealed.value[1:]), NAME)


def test_a_destroyed_key_takes_every_copy_with_it_and_is_never_made_anew(keys: SubjectKeys) -> None:
    subject = new_id()
    sealed = keys.seal(subject, "Ada", NAME)

    for _ in range(2):
        keys.destroy(subject)
        forget_keys()

    assert keys.open(sealed, NAME) is None
    with pytest.raises(Conflict) as refusal:
        keys.seal(subject, "Ada", NAME)
    assert refusal.value.code == "subject_erased"


def test_a_key_is_destroyed_in_this_process_at_once(keys: SubjectKeys) -> None:
    subject = new_id()
    sealed = keys.seal(subject, "Ada", NAME)

    keys.destroy(subject)

    assert keys.open(sealed, NAME) is None


def test_a_key_that_was_never_made_can_be_destroyed_beforehand(keys: SubjectKeys) -> None:
    subject = new_id()

    keys.destroy(subject)

    with pytest.raises(Conflict):
        keys.seal(subject, "Ada", NAME)


def test_what_is_remembered_of_a_destroyed_key_lasts_a_minute_only(
    keys: SubjectKeys, database: Database, org_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = new_id()
    sealed = keys.seal(subject, "Ada", NAME)
    in_tenant(org_id, lambda db: key_store.destroy_key(db, subject), database.keys_url("destroy"))
    assert keys.open(sealed, NAME) == "Ada"

    later = subject_keys.time.monotonic() + subject_keys.TTL_SECONDS
    monkeypatch.setattr(subject_keys.time, "monotonic", lambda: later)

    assert keys.open(sealed, NAME) is None


def test_only_so_many_keys_are_remembered(keys: SubjectKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_keys, "MAX_REMEMBERED", 3)
    subjects = [new_id() for _ in range(10)]

    sealed = [keys.seal(subject, str(number), NAME) for number, subject in enumerate(subjects)]

    assert len(subject_keys._remembered._keys) == 3
    assert [keys.open(each, NAME) for each in sealed] == [str(number) for number in range(10)]


def test_a_subject_that_many_seal_for_the_first_time_gets_one_key(
    database: Database, org_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = new_id()
    monkeypatch.setattr(subject_keys._remembered, "find", lambda subjects: {})

    def seal(number: int) -> Sealed:
        """As a process of its own does: with a connection of its own, and remembering nothing."""
        url = f"{database.keys_url('write')}&application_name=process{number}"
        return SubjectKeys(KeyAccess(url, "write", SECRETS.__getitem__), org_id).seal(subject, "Ada", NAME)

    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(seal, range(8)))

    assert {keys_of(database, org_id).open(each, NAME) for each in sealed} == {"Ada"}


def test_rows_are_opened_together_by_one_query(
    keys: SubjectKeys, database: Database, org_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(
        "opened", MetaData(), Column("id", Integer), Column("name", SealedText("opened.name")), prefixes=["temporary"]
    )
    subjects = [new_id() for _ in range(40)]
    queries: list[int] = []
    read = key_store.read_keys

    def counted(db: object, wanted: object) -> object:
        queries.append(1)
        return read(db, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(key_store, "read_keys", counted)
    keys.make(subjects)
    with tenant_transaction(org_id, database.url("owner")) as db:
        table.create(db)
        rows = [
            {"id": number, "name": keys.seal(each, f"Nr {number}", "opened.name")}
            for number, each in enumerate(subjects)
        ]
        db.execute(insert(table), [*rows, {"id": 40, "name": None}])
        keys.destroy(subjects[7])
        forget_keys()
        queries.clear()
        opened = keys.opened(db.execute(select(table).order_by(table.c.id)))

    names = [f"Nr {number}" for number in range(40)]
    names[7] = ERASED
    assert [(row.id, row._mapping["name"]) for row in opened] == list(enumerate([*names, None]))
    assert queries == [1]


def test_nothing_to_open_asks_nobody() -> None:
    nowhere = SubjectKeys(KeyAccess("postgresql+psycopg://nobody@127.0.0.1:1/x", "read", SECRETS.__getitem__), new_id())

    assert nowhere.opened([]) == []


@pytest.mark.parametrize(
    "work",
    [lambda keys: keys.seal(new_id(), "Ada", NAME), lambda keys: keys.destroy(new_id())],
    ids=["seal", "destroy"],
)
def test_who_may_only_read_can_change_nothing(
    database: Database, org_id: UUID, work: Callable[[SubjectKeys], object]
) -> None:
    with pytest.raises(MissingGrant, match="subject_keys"):
        work(keys_of(database, org_id, "read"))


def test_a_column_takes_no_plain_text_and_nothing_of_another_place(keys: SubjectKeys) -> None:
    column = SealedText("users.email")

    with pytest.raises(TypeError, match="sealed text"):
        column.process_bind_param("ada@school.example", None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot stand in"):
        column.process_bind_param(keys.seal(new_id(), "Ada", NAME), None)  # type: ignore[arg-type]


def test_a_store_that_does_not_answer_is_said_to_be_so(keys: SubjectKeys, org_id: UUID) -> None:
    sealed = keys.seal(new_id(), "Ada", NAME)
    nowhere = SubjectKeys(KeyAccess("postgresql+psycopg://nobody@127.0.0.1:1/x", "write", SECRETS.__getitem__), org_id)

    for work in (lambda: nowhere.open(sealed, NAME), lambda: nowhere.seal(new_id(), "Ben", NAME)):
        with pytest.raises(Unavailable) as refusal:
            work()
        assert refusal.value.code == "keys_unavailable"
    dispose_engines()


def test_a_key_that_the_store_has_lost_is_no_erased_one(keys: SubjectKeys, database: Database, org_id: UUID) -> None:
    sealed = keys.seal(new_id(), "Ada", NAME)
    lost = Sealed.of(new_id(), sealed.body, NAME)

    with pytest.raises(Unavailable) as refusal:
        keys.open(lost, NAME)

    assert refusal.value.code == "keys_unavailable"


def test_a_rotated_master_key_opens_what_the_old_one_wrapped(database: Database, org_id: UUID) -> None:
    old = SECRETS["subject_master_key"]
    sealed = keys_of(database, org_id).seal(new_id(), "Ada", NAME)
    rotated = keys_of(database, org_id, secret=(SECRETS | {"subject_master_key": f"{'77' * 32} {old}"}).__getitem__)
    another = keys_of(database, org_id, secret=(SECRETS | {"subject_master_key": "77" * 32}).__getitem__)
    forget_keys()

    newer = rotated.seal(new_id(), "Ben", NAME)
    assert rotated.open(sealed, NAME) == "Ada"
    forget_keys()

    assert another.open(newer, NAME) == "Ben"
    with pytest.raises(Unavailable):
        another.open(sealed, NAME)


def test_equal_texts_have_equal_digests_in_a_place_and_nowhere_else(keys: SubjectKeys, database: Database) -> None:
    digest = keys.digest("ada@school.example", "users.email")

    assert digest == keys_of(database, None).digest("ada@school.example", "users.email")
    assert digest != keys.digest("ada@school.example", "invitations.email")
    assert digest != keys.digest("ben@school.example", "users.email")
    assert len(digest) == 32
