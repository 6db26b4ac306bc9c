"""A class as a spreadsheet: one row a learner, one column a skill.

Comma-separated values as RFC 4180 has them, in UTF-8 with the mark by which spreadsheet programs recognise it. Texts
that a spreadsheet would take for a formula are defused; numbers are numbers, also negative ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import quote

from dreamseed.assessment.scale import SCALE_SD
from dreamseed.school.models import ClassAnalytics, LearnerMastery, LearnerProgress
from dreamseed.school.rules import safe_cell

HEADINGS = ("Name", "Id", "Score", "Low", "High", "Growth", "Last seen", "Needs help", "Reasons")
Cell = str | int | float


def write_spreadsheet(report: ClassAnalytics) -> bytes:
    """The learners of a class, as a file."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in _rows(report):
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def download_headers(report: ClassAnalytics) -> dict[str, str]:
    """The headers by which a browser saves the file under the class's name and the day."""
    name = f"{report.class_.name} {report.as_of:%Y-%m-%d}.csv"
    return {"content-disposition": f"attachment; filename=\"class.csv\"; filename*=UTF-8''{quote(name, safe='')}"}


def _rows(report: ClassAnalytics) -> Iterator[list[Cell]]:
    yield [*HEADINGS, *(skill.name for skill in report.skills)]
    codes = [skill.code for skill in report.skills]
    for learner, mastery in zip(report.learners, report.mastery, strict=True):
        yield [*_figures(learner), *_mastery(mastery, codes)]


def _figures(learner: LearnerProgress) -> list[Cell]:
    scale, growth = learner.scale, learner.growth
    return [
        learner.full_name,
        str(learner.learner_id),
        *((scale.score, scale.low, scale.high) if scale else ("", "", "")),
        round(SCALE_SD * growth.change) if growth else "",
        learner.last_seen_at.date().isoformat() if learner.last_seen_at else "",
        "yes" if learner.needs_help.is_flagged else "no",
        "; ".join(reason.text for reason in learner.needs_help.reasons),
    ]


def _mastery(mastery: LearnerMastery, codes: list[str]) -> list[Cell]:
    return [round(mastery.by_skill[code].mastery, 2) if code in mastery.by_skill else "" for code in codes]
