"""The log is checked and exported by jobs; an export can be checked by anybody, anywhere."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from dreamseed.audit import exports
from dreamseed.audit.entries import Entry, append
from dreamseed.audit.retention import release_months
from dreamseed.audit.verify import check, main
from dreamseed.catalogue import ROOT
from dreamseed.database.transaction import tenant_transaction
from dreamseed.platform.tables import outbox
from functions.audit.check_audit_log import check_audit_log
from functions.audit.export_audit_log import export_audit_log
from functions.audit.request_audit_checks import request_audit_checks
from functions.audit.verify_audit_log import verify_audit_log
from infra.resources import AUDIT_BREAKS_FIELD, AUDIT_CHECKS
from tests.common.audit.old_log import date_back, keep_for
from tests.functions.audit.logbook import run_step, stored
from tests.functions.identity.accounts import new_organisation, new_person, token_of
from tests.school import School

LONG_AGO = datetime(2019, 3, 5, tzinfo=UTC)


class Office:
    """An organisation of the test's own with an administrator and some entries."""

    def __init__(self, school: School, count: int = 6) -> None:
        self.school = school
        self.org_id, _ = new_organisation(school)
        self.append(count)
        self.token = token_of(school, new_person(school, "org_admin", self.org_id))

    def append(self, count: int) -> None:
        for _ in range(count):
            with tenant_transaction(self.org_id, self.school.database.url("write")) as db:
                append(db, Entry("sign_in", changes={"after": {"name": "Änne"}}))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.school.api.call(method, f"/api/v1/audit_logs{path}", body, token=self.token)

    def as_superuser(self, statement: str) -> None:
        with psycopg.connect(self.school.database.conninfo()) as db:
            db.execute(statement.encode(), {"org": self.org_id})

    def verified(self) -> Any:
        """The outcome of a check that runs as a job."""
        job = self.call("POST", "/verifications").json
        run_step(self.school, verify_audit_log, job["id"], self.org_id)
        return self.call("GET", f"/verifications/{job['id']}").json

    def exported(self, from_at: str | None = None, to_at: str | None = None) -> Any:
        """An export that runs as a job."""
        job = self.call("POST", "/exports", {"from_at": from_at, "to_at": to_at}).json
        run_step(self.school, export_audit_log, job["id"], self.org_id)
        return self.call("GET", f"/exports/{job['id']}").json

    def download(self, export: Any, folder: Path) -> Path:
        """The files of an export, by the addresses that it names."""
        folder.mkdir(exist_ok=True)
        for file in export["files"]:
            path, _, query = file["url"].partition("?")
            parameters = dict(pair.split("=") for pair in query.split("&"))
            reply = self.school.api.call("GET", path[path.index("/blobs/") :], query=parameters)
            assert reply.status == 200
            (folder / file["name"]).write_bytes(reply.body)
        return folder


@pytest.fixture
def office(school: School) -> Office:
    return Office(school)


def test_a_check_is_a_job_that_says_what_it_found(office: Office) -> None:
    started = office.call("POST", "/verifications")

    assert (started.status, started.json["status"], started.json["outcome"]) == (202, "queued", None)
    assert started.headers["location"].endswith(started.json["id"])
    done = office.verified()
    assert done["status"] == "succeeded"
    assert done["outcome"]["is_intact"] is True
    assert done["outcome"]["checked"] == done["outcome"]["head_seq"] >= 6
    assert done["outcome"]["first_break"] is None


def test_a_check_names_the_first_entry_that_is_not_what_was_written(office: Office) -> None:
    office.as_superuser("update audit_logs set action = 'nothing' where org_id = %(org)s and seq = 3")
    office.as_superuser("delete from audit_logs where org_id = %(org)s and seq = 5")

    assert office.verified()["outcome"]["first_break"] == {"seq": 3, "fault": "changed"}


def test_an_export_holds_every_entry_and_can_be_checked_elsewhere(office: Office, tmp_path: Path) -> None:
    export = office.exported()

    folder = office.download(export, tmp_path / "export")

    lines = [json.loads(line) for line in (folder / "part-0001.ndjson").read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, export["last_seq"] + 1))
    assert json.loads(lines[0]["changes"]) == {"after": {"name": "Änne"}}
    assert check(folder) is None
    outside = [sys.executable, "-m", "dreamseed.audit.verify", str(folder)]
    ran = subprocess.run(outside, capture_output=True, text=True, cwd=ROOT / "layers" / "common", check=False)
    assert (ran.returncode, ran.stdout) == (0, "The export holds.\n")


def test_an_export_in_several_files_is_one_chain(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCHES_A_FILE", 2)
    monkeypatch.setattr("dreamseed.audit.verification.BATCH", 2)

    export = office.exported()

    assert [file["name"] for file in export["files"]][:2] == ["part-0001.ndjson", "part-0002.ndjson"]
    assert export["files"][-1]["name"] == "manifest.json"
    assert check(office.download(export, tmp_path / "export")) is None


def test_a_part_of_the_log_can_be_exported(office: Office, tmp_path: Path) -> None:
    before = office.verified()["outcome"]["head_seq"]
    middle = datetime.now(UTC)
    office.append(3)
    end = datetime.now(UTC)
    office.append(2)

    export = office.exported(middle.isoformat(), end.isoformat())

    assert export["first_seq"] > before
    assert export["last_seq"] - export["first_seq"] == 2
    assert check(office.download(export, tmp_path / "export")) is None


def test_a_part_in_which_nothing_happened_is_empty(office: Office, tmp_path: Path) -> None:
    export = office.exported("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")

    assert [file["name"] for file in export["files"]] == ["manifest.json"]
    assert check(office.download(export, tmp_path / "export")) is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"seq":3', '"seq":33', "part-0001.ndjson is not the file that the manifest names"),
        ("Änne", "Anne", "part-0001.ndjson is not the file that the manifest names"),
    ],
)
def test_a_file_that_was_changed_is_found(old: str, new: str, fault: str, office: Office, tmp_path: Path) -> None:
    folder = office.download(office.exported(), tmp_path / "export")
    part = folder / "part-0001.ndjson"

    part.write_text(part.read_text().replace(old, new, 1))

    assert check(folder) == fault


def test_a_file_that_was_changed_together_with_the_manifest_is_found_at_its_entry(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = office.download(office.exported(), tmp_path / "export")
    part, manifest = folder / "part-0001.ndjson", folder / "manifest.json"
    lines = part.read_text().splitlines(keepends=True)
    told = json.loads(manifest.read_text())

    part.write_text("".join([*lines[:2], *lines[3:]]))
    told["files"][0]["sha256"] = hashlib.sha256(part.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told))

    assert main([str(folder)]) == 1
    assert capsys.readouterr().out == "entry 3 is missing\n"


def test_an_export_that_ends_too_early_is_found_by_an_end_that_was_noted_elsewhere(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = office.download(office.exported(), tmp_path / "export")
    last = json.loads((folder / "manifest.json").read_text())

    assert main([str(folder), "--head", f"{last['last_seq']}:{last['last_hash']}"]) == 0
    assert main([str(folder), "--head", f"{last['last_seq'] + 1}:{'0' * 64}"]) == 1
    assert capsys.readouterr().out.endswith(f"entry {last['last_seq'] + 1} is truncated\n")


def test_an_export_that_is_begun_anew_writes_the_same_files(office: Office) -> None:
    job = office.call("POST", "/exports", {"from_at": None, "to_at": None}).json
    run_step(office.school, export_audit_log, job["id"], office.org_id)
    first = office.call("GET", f"/exports/{job['id']}").json
    office.append(2)

    again = exports.write_export(office.org_id, UUID(job["id"]), blobs_of(office), lambda fraction: None)

    assert [file["sha256"] for file in again["files"]] == [file["sha256"] for file in first["files"]]


@pytest.fixture
def aged(office: Office) -> Office:
    """The office after its first four entries have outlived the five years that it keeps its log."""
    date_back(office.school.database, office.org_id, [LONG_AGO] * 4)
    keep_for(office.school.database, office.org_id, 5)
    return office


def release(office: Office) -> int:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DREAMSEED_DATABASE_MAIN", office.school.database.url("erase"))
        return release_months(office.org_id)


def test_a_check_and_an_export_begin_after_what_was_let_go(
    aged: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release(aged) == 4

    checked = aged.verified()["outcome"]
    folder = aged.download(aged.exported(), tmp_path / "export")

    assert (checked["is_intact"], checked["first_seq"]) == (True, 5)
    assert main([str(folder)]) == 0
    note = next(row["seq"] for row in stored(aged.school, aged.org_id) if row["action"] == "release_audit_month")
    assert capsys.readouterr().out == f"The export holds. Entry {note} says that those up to 4 were let go.\n"


def test_an_export_in_which_no_entry_says_that_the_others_were_let_go_says_so(
    aged: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    middle = datetime.now(UTC).isoformat()
    release(aged)

    main([str(aged.download(aged.exported(to_at=middle), tmp_path / "export"))])
    later = aged.download(aged.exported(from_at=middle), tmp_path / "later")
    main([str(later)])

    begins = json.loads((later / "manifest.json").read_text())["first_seq"]
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("says: not in it.")
    assert second == f"The export holds. It begins with entry {begins} and says nothing of those before."


FORGED_MANIFESTS: dict[str, tuple[dict[str, Any], str]] = {
    "no anchor": ({"anchors": []}, "entry 4 is unreleased"),
    "another hash": ({"hash": "00" * 32}, "entry 4 is unreleased"),
    "more entries": ({"entries": 5, "seq": 5}, "entry 5 is unreleased"),
    "another month": ({"month": "2018-01"}, "entry 4 is unreleased"),
}


@pytest.mark.parametrize("forged", FORGED_MANIFESTS)
def test_an_export_with_a_forged_anchor_is_found(forged: str, aged: Office, tmp_path: Path) -> None:
    release(aged)
    folder = aged.download(aged.exported(), tmp_path / "export")
    manifest = json.loads((folder / "manifest.json").read_text())

    changes, expected = FORGED_MANIFESTS[forged]
    (anchor,) = manifest["anchors"]
    manifest["anchors"] = changes.get("anchors", [{**anchor, **changes}])
    (folder / "manifest.json").write_text(json.dumps(manifest))

    assert check(folder) == expected


def test_an_export_leaves_out_what_is_let_go_before_it_is_written(aged: Office, tmp_path: Path) -> None:
    job = aged.call("POST", "/exports", {"from_at": None, "to_at": None}).json
    release(aged)
    run_step(aged.school, export_audit_log, job["id"], aged.org_id)

    folder = aged.download(aged.call("GET", f"/exports/{job['id']}").json, tmp_path / "export")

    assert json.loads((folder / "manifest.json").read_text())["first_seq"] == 5
    assert check(folder) is None


def test_what_is_let_go_while_an_export_is_written_is_not_half_in_it(
    aged: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCHES_A_FILE", 1)
    monkeypatch.setattr("dreamseed.audit.verification.BATCH", 2)
    job = aged.call("POST", "/exports", {"from_at": None, "to_at": None}).json
    blobs, meanwhile = blobs_of(aged), [lambda: release(aged)]

    written = exports.write_export(
        aged.org_id, UUID(job["id"]), blobs, lambda fraction: meanwhile.pop()() if meanwhile else None
    )

    lines = b"".join(
        blobs.get("results", f"audit/exports/{job['id']}/{each['name']}") for each in written["files"][:-1]
    )
    assert json.loads(lines.splitlines()[0])["seq"] == 5


def blobs_of(office: Office) -> Any:
    from dreamseed.ports import blobs

    office.school.api._give_database(export_audit_log)
    return blobs.connect(export_audit_log, office.org_id)


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """What is logged about audit logs."""
    records: list[logging.LogRecord] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    collector, log = Collector(), logging.getLogger("dreamseed.audit")
    log.addHandler(collector)
    yield records
    log.removeHandler(collector)


def test_another_kind_of_job_is_no_export(office: Office) -> None:
    job = office.call("POST", "/verifications").json

    assert office.call("GET", f"/exports/{job['id']}").status == 404


def test_every_log_is_checked_at_night(school: School, office: Office) -> None:
    school.api._give_database(request_audit_checks)

    count = request_audit_checks({}, None)

    with tenant_transaction(office.org_id, school.database.url("write")) as db:
        due = select(outbox.c.payload).where(outbox.c.topic == "audit_log.verification_due")
        assert db.scalars(due).all() == [{}]
    assert count >= 1


@pytest.mark.parametrize("is_broken", [False, True])
def test_what_a_check_found_is_logged_for_the_alarm(
    is_broken: bool, office: Office, logged: list[logging.LogRecord]
) -> None:
    if is_broken:
        office.as_superuser("delete from audit_logs where org_id = %(org)s and seq = 2")
    message = json.loads((ROOT / "events" / "audit" / "check_audit_log.json").read_text())
    body = json.loads(message["Records"][0]["body"]) | {"orgid": str(office.org_id)}
    message["Records"][0]["body"] = json.dumps(body)
    office.school.api._give_database(check_audit_log)

    outcome = check_audit_log(message, None)

    assert outcome == {"batchItemFailures": []}
    (record,) = logged
    assert vars(record)[AUDIT_BREAKS_FIELD] == int(is_broken)
    assert vars(record)["audited_org_id"] == str(office.org_id)
    assert (record.levelname == "ERROR") is is_broken


def test_the_alarm_watches_what_checks() -> None:
    assert set(AUDIT_CHECKS) == {check_audit_log.name, verify_audit_log.name}
