"""A document about many people after one of them was erased: it says nothing of them, and no copy from before opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dreamseed.database.sealed import Sealed
from dreamseed.errors import NotFound
from dreamseed.identity.people import read_person
from dreamseed.identity.queries import address_digest
from dreamseed.identity.tables import invitations
from dreamseed.ports.subject_keys import SubjectKeys, forget_keys
from dreamseed.privacy.tables import outlived_keys
from dreamseed.rosters import keeping
from dreamseed.rosters.imports import AT_ONCE
from dreamseed.rosters.tables import roster_imports
from tests.functions.identity.accounts import Person, token_of
from tests.functions.privacy.requests import Lake
from tests.functions.rosters.files import send, table
from tests.school import School


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


class Imported:
    """Two people who came by a roster, of which one will leave, and what was kept of it."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.leaves, self.stays = lake, f"{uuid4().hex}@lake.example", f"{uuid4().hex}@lake.example"
        rows = f"{self.leaves},Zora Quillfeather,learner,7A", f"{self.stays},Ben Castillo,learner,7A"
        self.id = self.send(table("email,full_name,role,class", *rows))["id"]
        self.before: Sealed = self.row().report
        (who,) = self.people(self.leaves)
        self.person = Person(UUID(who["id"]), self.leaves, lake.org_id)

    def send(self, content: str, *, is_dry_run: bool = False) -> Any:
        reply = send(self.lake.school, content, is_dry_run=is_dry_run, token=self.token)
        assert reply.status in (201, 202), reply.body
        return reply.json

    @property
    def token(self) -> str:
        return token_of(self.lake.school, self.lake.admin)

    def people(self, query: str) -> Any:
        found = self.lake.school.api.call("GET", "/api/v1/users", token=self.token, query={"query": query})
        return found.json["items"]

    def row(self) -> Any:
        with self.lake.transaction() as db:
            return db.execute(select(roster_imports).where(roster_imports.c.id == UUID(self.id))).one()

    def labels(self) -> list[str]:
        """Of whom and what the report tells now."""
        token = token_of(self.lake.school, self.lake.admin)
        report = self.lake.school.api.call("GET", f"/api/v1/rosters/{self.id}", token=token).json["report"]
        return [each["label"] for each in report["changes"]]


@pytest.fixture
def imported(lake: Lake) -> Imported:
    return Imported(lake)


def opens(lake: Lake, sealed: Sealed) -> bool:
    """Whether a copy can still be read, by a process that remembers no key."""
    forget_keys()
    return lake.keys.open_file(sealed, sealed.place) is not None


def noted(lake: Lake) -> list[UUID]:
    with lake.transaction() as db:
        return list(db.scalars(select(outlived_keys.c.key_id)))


def test_who_stays_is_still_told_of_and_who_left_in_no_copy(lake: Lake, imported: Imported) -> None:
    assert imported.labels() == [
        "Zora Quillfeather",
        "Ben Castillo",
        "7A",
        "Zora Quillfeather in 7A",
        "Ben Castillo in 7A",
    ]

    assert lake.erase(imported.person)["status"] == "done"

    assert imported.labels() == ["Ben Castillo", "7A", "Ben Castillo in 7A"]
    assert imported.row().report.subject != imported.before.subject
    assert not opens(lake, imported.before)
    assert noted(lake) == []


def test_reports_that_do_not_name_them_stay_as_they_are(lake: Lake, imported: Imported) -> None:
    imported.id = imported.send(table("email,full_name,role", f"{imported.stays},Ben Castillo-Ruiz,learner"))["id"]
    unnamed = imported.row()

    lake.erase(imported.person)

    assert imported.row() == unnamed
    assert opens(lake, unnamed.report)
    assert not opens(lake, imported.before)


def test_who_was_only_compared_leaves_the_report_of_a_dry_run_too(lake: Lake, imported: Imported) -> None:
    content = table("email,full_name,role", f"{imported.leaves},Zora Quillfeather-Moss,learner")
    imported.id = imported.send(content, is_dry_run=True)["id"]
    before = imported.row().report
    assert imported.labels() == ["Zora Quillfeather"]

    lake.erase(imported.person)

    assert imported.labels() == []
    assert not opens(lake, before)


def test_an_erasure_that_is_interrupted_before_the_old_key_went_destroys_it_when_it_goes_on(
    lake: Lake, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(lake, imported.person)
    with monkeypatch.context() as outage:
        outage.setattr(SubjectKeys, "destroy", interrupted)
        with pytest.raises(ConnectionError):
            lake.run_job(job_id)
    assert opens(lake, imported.before)
    assert noted(lake) == [imported.before.subject_id]

    lake.run_job(job_id)

    assert not opens(lake, imported.before)
    assert noted(lake) == []
    assert imported.labels() == ["Ben Castillo", "7A", "Ben Castillo in 7A"]
    with lake.transaction() as db:
        person = read_person(db, imported.person.id)
    assert person is not None
    assert not opens(lake, person.full_name)


def test_the_daily_run_destroys_what_an_interrupted_erasure_noted(
    lake: Lake, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(lake, imported.person)
    with monkeypatch.context() as outage:
        outage.setattr(SubjectKeys, "destroy", interrupted)
        with pytest.raises(ConnectionError):
            lake.run_job(job_id)

    lake.deliver("apply_retention", "retention.due", {})

    assert not opens(lake, imported.before)
    assert noted(lake) == []


def test_a_file_that_waits_and_names_them_goes_with_its_key(lake: Lake, imported: Imported) -> None:
    others = (f"{uuid4().hex}@lake.example,Somebody,learner,7A" for _ in range(AT_ONCE))
    content = table("email,full_name,role,class", f"{imported.leaves},Zora Quillfeather,learner,7A", *others)
    waiting = imported.send(content)
    unnamed = imported.send(content.replace(imported.leaves, f"{uuid4().hex}@lake.example"))
    names = {each["id"]: keeping.blob_name(UUID(each["id"])) for each in (waiting, unnamed)}
    file = Sealed(lake.blobs.get("rosters", names[waiting["id"]]), "rosters")

    lake.erase(imported.person)

    with pytest.raises(NotFound):
        lake.blobs.get("rosters", names[waiting["id"]])
    assert not opens(lake, file)
    assert opens(lake, Sealed(lake.blobs.get("rosters", names[unnamed["id"]]), "rosters"))


def test_an_invitation_that_led_to_another_s_account_leaves_that_one_its_key(lake: Lake) -> None:
    """Whoever was invited has another address now, and somebody else has theirs."""
    invited, leaves = lake.person(), lake.person()
    row = {"email": lake.keys.seal(invited.id, leaves.email, "invitations.email")}
    row |= {"email_digest": address_digest(lake.keys, leaves.email), "role": "learner", "language": "en"}
    lake.add(invitations, id=invited.id, expires_at=datetime(2027, 1, 1, tzinfo=UTC), **row)

    lake.erase(leaves)

    assert lake.count(invitations, lambda c: c.id == invited.id) == 0
    assert opens(lake, lake.keys.seal(invited.id, "still here", "users.full_name"))


def test_an_invitation_that_nobody_took_goes_with_its_key(lake: Lake) -> None:
    leaves, invitation_id = lake.person(), uuid4()
    sealed = lake.keys.seal(invitation_id, leaves.email, "invitations.email")
    row = {"email_digest": address_digest(lake.keys, leaves.email), "role": "learner", "language": "en"}
    lake.add(invitations, id=invitation_id, email=sealed, expires_at=datetime(2027, 1, 1, tzinfo=UTC), **row)

    lake.erase(leaves)

    assert not opens(lake, sealed)


def begin(lake: Lake, person: Person) -> str:
    """The job of an erasure whose time has come."""
    asked = lake.ask("POST", "/erasures", {"subject_id": str(person.id)}).json
    lake.let_begin(asked["id"])
    return str(lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"])


def interrupted(*_: Any) -> None:
    raise ConnectionError("the power went out")
