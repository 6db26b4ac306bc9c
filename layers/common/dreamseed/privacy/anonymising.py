"""A copy of all responses for research, in which nobody can be told from at least k - 1 others.

What is said of a person (language, age band, class size, tests taken, when they were last there) is made coarser until
it is the same for k of them who did not all do alike, and who still stands out is left out (`rules.anonymity`).
Simulated people, who would make a crowd of nobody, are in it only if that was asked for. People and tests get random
names that are drawn for this copy only, rows are in random order, and times are bands. Answers themselves are not
quasi-identifiers here: they are what the copy is for.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from dreamseed.assessment.research import ScoredResponse, list_scored_responses
from dreamseed.database.transaction import in_tenant
from dreamseed.identity.ages import bands_of
from dreamseed.identity.people import languages_of, simulated
from dreamseed.platform.jobs import JobContext, finish_job
from dreamseed.ports.blobs import Blobs
from dreamseed.privacy import queries
from dreamseed.privacy.requests import BUCKET
from dreamseed.privacy.rules import QUASI_IDENTIFIERS, Traits, anonymity, result_band, time_band, traits
from dreamseed.privacy.tables import anonymised_copies
from dreamseed.school.provisioning import class_sizes

PAGE = 5_000
COLUMNS = ("person", "test", "item_version", "position", "score", "time_seconds")


def make_copy(job: JobContext, blobs: Blobs, now: datetime) -> None:
    """Read everything, make the copy, keep it, and end the job; nothing if that was done."""
    row = in_tenant(job.org_id, lambda db: queries.of_job(db, anonymised_copies, job.job_id))
    if row is None or row.report is not None:
        return
    nobodies = set() if row.include_simulated else in_tenant(job.org_id, simulated)
    found = [each for each in _responses(job) if each.learner_id not in nobodies]
    people = _people(job, found, now)
    rows, report = anonymise(found, people, row.k)
    report["includes_simulated"] = row.include_simulated
    blobs.put(BUCKET, f"anonymised/{row.id}.zip", _zip(rows, report), "application/zip")

    def end(db: Any) -> None:
        queries.change(db, anonymised_copies, row.id, {"report": report})
        finish_job(db, job.job_id, {"rows": report["rows"]})

    in_tenant(job.org_id, end)


def anonymise(
    found: Sequence[ScoredResponse], people: dict[UUID, Traits], k: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The copy's rows in random order, and the report about them."""
    everybody = sorted({response.learner_id for response in found})
    bands = _result_bands(found)
    result = anonymity([people[each] for each in everybody], [bands[each] for each in everybody], k)
    shown = {everybody[index]: secrets.token_hex(8) for index in result.shown}
    tests: dict[UUID, str] = defaultdict(lambda: secrets.token_hex(8))
    names = [quasi.name for quasi in QUASI_IDENTIFIERS]
    rows = [
        {
            "person": shown[each.learner_id],
            "test": tests[each.session_id],
            "item_version": str(each.item_version_id),
            "position": each.position,
            "score": each.score,
            "time_seconds": time_band(each.response_ms),
            **dict(zip(names, people[each.learner_id].at(result.levels), strict=True)),
        }
        for each in found
        if each.learner_id in shown
    ]
    secrets.SystemRandom().shuffle(rows)
    report = {
        "k_wanted": k,
        "k_reached": result.k,
        "results_reached": result.results,
        "people": len(shown),
        "people_left_out": len(everybody) - len(shown),
        "rows": len(rows),
        "rows_left_out": len(found) - len(rows),
        "precision": [
            {"trait": quasi.name, "steps": level, "most_steps": len(quasi.says) - 1, "says": quasi.says[level]}
            for quasi, level in zip(QUASI_IDENTIFIERS, result.levels, strict=True)
        ],
    }
    return rows, report


def _result_bands(found: Sequence[ScoredResponse]) -> dict[UUID, int]:
    """How each did in all that they answered. An item is worth what the best got for it, and at least 1."""
    most: dict[UUID, int] = defaultdict(lambda: 1)
    theirs: dict[UUID, list[ScoredResponse]] = defaultdict(list)
    for each in found:
        most[each.item_version_id] = max(most[each.item_version_id], each.score)
        theirs[each.learner_id].append(each)
    return {
        learner_id: result_band([each.score for each in answers], [most[each.item_version_id] for each in answers])
        for learner_id, answers in theirs.items()
    }


def _responses(job: JobContext) -> Iterator[ScoredResponse]:
    after: tuple[UUID, int] | None = None
    while True:
        page = in_tenant(job.org_id, partial(list_scored_responses, after=after, limit=PAGE))
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].session_id, page[-1].position)
        job.progress("read", None)


def _people(job: JobContext, found: Sequence[ScoredResponse], now: datetime) -> dict[UUID, Traits]:
    """What could be said of each who answered."""
    languages = in_tenant(job.org_id, languages_of)
    sizes = in_tenant(job.org_id, class_sizes)
    tests: Counter[UUID] = Counter()
    last: dict[UUID, datetime] = {}
    ended = {each.session_id: (each.learner_id, each.finished_at) for each in found}
    for learner_id, finished_at in ended.values():
        tests[learner_id] += 1
        last[learner_id] = max(last.get(learner_id, finished_at), finished_at)
    bands = in_tenant(job.org_id, lambda db: bands_of(db, tests.keys(), now.date()))
    return {
        person: traits(
            languages.get(person, "en"), bands.get(person), sizes.get(person, 0), tests[person], last[person]
        )
        for person in tests
    }


def _zip(rows: Sequence[dict[str, Any]], report: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *(quasi.name for quasi in QUASI_IDENTIFIERS)])
    writer.writeheader()
    writer.writerows(rows)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("responses.csv", text.getvalue())
        archive.writestr("report.json", json.dumps(report, indent=1))
    return content.getvalue()
