"""Whoever is erased gets the link to the certificate in the last mail to their address, which then stands nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from dreamseed.errors import Unavailable
from dreamseed.local.mail import FileMail
from dreamseed.privacy.tables import erasures
from tests.api import ApiReply
from tests.functions.identity.accounts import Person
from tests.functions.privacy.requests import Lake
from tests.mail import link_token, mails_to
from tests.school import School


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def begin(lake: Lake, person: Person) -> tuple[str, str]:
    """The ids of an erasure that has begun, and of its job."""
    asked = lake.ask("POST", "/erasures", {}, by=person).json
    lake.let_begin(asked["id"])
    return asked["id"], lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"]


def show(lake: Lake, token: str) -> ApiReply:
    """What the link's page gets: nobody is signed in."""
    return lake.school.api.call("POST", "/api/v1/privacy/certificates/show", {"token": token})


def stop_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail service takes nothing."""

    def refuse(self: FileMail, mail: Any) -> None:
        raise Unavailable("the mail service does not answer")

    monkeypatch.setattr(FileMail, "send", refuse)


def test_the_link_of_the_last_mail_leads_to_the_signed_certificate(lake: Lake) -> None:
    person = lake.person()

    done = lake.erase(person, by=person)

    (mail,) = mails_to(lake.school, person.email)
    shown = show(lake, link_token(mail))
    by_staff = lake.ask("GET", f"/erasures/{done['id']}/certificate").json
    assert (shown.status, shown.json) == (200, by_staff)
    assert shown.json["text"].startswith("Certificate of erasure")
    assert "A Person" not in mail["subject"] + mail["text"]


def test_the_mail_comes_once_however_often_the_job_begins_anew(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    person = lake.person()
    _, job_id = begin(lake, person)

    def fail(*_: Any) -> None:
        raise ConnectionError("the power went out")

    with monkeypatch.context() as patch:
        patch.setattr("dreamseed.privacy.erasures.erase_tables", fail)
        for _ in range(2):
            with pytest.raises(ConnectionError):
                lake.run_job(job_id)
    (mail,) = mails_to(lake.school, person.email)
    early = show(lake, link_token(mail))
    lake.run_job(job_id)

    assert (early.status, early.code) == (409, "erasure_not_done")
    assert mails_to(lake.school, person.email) == [mail]
    assert show(lake, link_token(mail)).status == 200


def test_nothing_is_erased_before_they_are_told(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    person = lake.person()
    erasure_id, job_id = begin(lake, person)

    with monkeypatch.context() as patch:
        stop_mails(patch)
        with pytest.raises(Unavailable):
            lake.run_job(job_id)
    assert lake.ask("GET", f"/erasures/{erasure_id}").json["subject_name"] == "A Person"
    lake.run_job(job_id)

    assert len(mails_to(lake.school, person.email)) == 1
    assert lake.ask("GET", f"/erasures/{erasure_id}").json["status"] == "done"


def test_no_erasure_waits_longer_than_a_day_for_a_mail_service(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    person = lake.person()
    erasure_id, job_id = begin(lake, person)
    with lake.transaction() as db:
        long_ago = datetime.now(UTC) - timedelta(hours=25)
        db.execute(update(erasures).where(erasures.c.id == UUID(erasure_id)).values(due_at=long_ago))

    stop_mails(monkeypatch)
    lake.run_job(job_id)

    assert lake.ask("GET", f"/erasures/{erasure_id}").json["status"] == "done"
    assert mails_to(lake.school, person.email) == []


def test_no_other_link_leads_to_a_certificate(lake: Lake) -> None:
    person, other = lake.person(), Lake(lake.school)
    lake.erase(person)
    org, row, code = link_token(mails_to(lake.school, person.email)[0]).split(".")

    wrong = [f"{org}.{row}.{code[:-1]}", f"{other.org_id.hex}.{row}.{code}", f"{org}.{person.id.hex}.{code}", "x"]

    assert {show(lake, token).code for token in wrong} == {"link_invalid"}


def test_the_address_is_in_no_file_beside_the_mail_itself(lake: Lake) -> None:
    person = lake.person()

    lake.erase(person)

    folder: Path = lake.school.mail_folder.parent
    named = [path for path in folder.rglob("*") if path.is_file() and person.email.encode() in path.read_bytes()]
    assert len(named) == 1
    assert named[0].parent == lake.school.mail_folder
