"""Rosters as other systems export them."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from tests.api import ApiReply
from tests.school import ADMIN, School

USERS = "sourcedId,status,enabledUser,role,givenName,familyName,email"
USERS_1_2 = "sourcedId,status,enabledUser,givenName,familyName,email"
ROLES = "sourcedId,status,userSourcedId,roleType,role"
CLASSES = "sourcedId,status,title,classCode,subjects"
ENROLMENTS = "sourcedId,status,classSourcedId,userSourcedId,role"
MANIFEST = "propertyName,value"


def table(header: str, *rows: str) -> str:
    """A CSV file."""
    return "\r\n".join((header, *rows, ""))


def oneroster(version: str = "1.1", folder: str = "", packed: int = zipfile.ZIP_DEFLATED, **files: str) -> bytes:
    """A OneRoster zip of these files, named without `.csv`."""
    manifest = table(MANIFEST, "manifest.version,1.0", f"oneroster.version,{version}")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packed) as archive:
        for name, text in {"manifest": manifest, **files}.items():
            archive.writestr(f"{folder}{name}.csv", text)
    return content.getvalue()


def send(
    school: School,
    content: str | bytes,
    format: str = "csv",
    *,
    is_dry_run: bool = False,
    by: str | None = ADMIN,
    token: str | None = None,
) -> ApiReply:
    """Import a roster."""
    raw = content.encode() if isinstance(content, str) else content
    body = {"format": format, "content": base64.b64encode(raw).decode(), "is_dry_run": is_dry_run}
    if token is not None:
        return school.api.call("POST", "/api/v1/rosters", body, token=token)
    return school.call("POST", "/api/v1/rosters", body, by=by)


def taken(reply: ApiReply) -> dict[str, Any]:
    """The report of an import that was done at once."""
    assert reply.status == 201, reply.body
    report: dict[str, Any] = reply.json["report"]
    return report


def counts(report: Mapping[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """Added, changed, removed and unchanged, by kind."""
    fields = ("added", "changed", "removed", "unchanged")
    return {
        kind: (report[kind][fields[0]], report[kind][fields[1]], report[kind][fields[2]], report[kind][fields[3]])
        for kind in ("people", "classes", "enrolments")
    }


def problems(report: Mapping[str, Any]) -> Sequence[tuple[str, int, str]]:
    """File, line and field of each row that was not taken."""
    return [(each["file"], each["line"], each["field"]) for each in report["problems"]]
