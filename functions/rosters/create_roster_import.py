"""Compare a roster with what is there, and take it."""

from typing import Any

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.ids import new_id
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, bucket, database, subject_keys
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import imports, keeping, queries
from dreamseed.rosters.importing import take
from dreamseed.rosters.models import MAX_BODY_BYTES, NewRosterImport, RosterImport
from dreamseed.rosters.reading import require_rows


@function(
    Needs(
        Http(
            "POST",
            "/api/v1/rosters",
            "roster:import",
            status=201,
            also=(202,),
            max_body_bytes=MAX_BODY_BYTES,
            is_sensitive=True,
        ),
        grants=(database("write"), bucket(keeping.BUCKET, "write"), subject_keys("write")),
        memory_mb=1024,
        timeout_seconds=30,
    )
)
def create_roster_import(
    body: NewRosterImport, caller: Caller, db: Connection, blobs: Blobs, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[RosterImport]:
    """Import people, classes and enrolments from CSV or OneRoster 1.1 or 1.2; a dry run only shows what would differ.

    Good rows are taken and the others reported with line and reason; importing the same again changes nothing. A small
    roster has its report at once (201), a large one becomes a job (202).
    """
    roster = imports.read_roster(body.format, body.content)
    require_rows(roster)
    import_id = new_id()
    row: dict[str, Any] = {"format": body.format, "name": body.name, "is_dry_run": body.is_dry_run}
    report = None
    if roster.size <= imports.AT_ONCE:
        queries.lock(db)
        report = take(roster, keys, body.is_dry_run, clock.now(), lambda part: part(db), lambda fraction: None)
        row["report"] = keeping.sealed_report(keys, report)
    else:
        keeping.put_file(blobs, keys, import_id, body.content)
        row |= {"job_id": imports.create_import_job(db, import_id, caller.user_id), "has_file": True}
    queries.add_import(db, {"id": import_id, **row, "created_by": caller.user_id})
    facts = body.model_dump(include={"format", "is_dry_run"})
    trail.note(None, "rosters", import_id, after={**facts, "rows": roster.size})
    shown = imports.shown_import(db, imports.find_import(db, import_id), report)
    return Reply(shown, 202 if shown.job_id else 201, {"location": f"/api/v1/rosters/{import_id}"})
