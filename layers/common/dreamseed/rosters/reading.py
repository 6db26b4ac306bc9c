"""Reading a roster's file: our own CSV, or a OneRoster zip of version 1.1 or 1.2.

Our CSV has a header and the columns `email`, `full_name`, `role`, and optionally `class`, `subject`, `external_id` and
`birth_date` (ISO 8601); somebody in several classes has several rows. OneRoster:
https://www.imsglobal.org/spec/oneroster/v1p2 (CSV binding). Of birth dates only the age band is kept.

Spreadsheets write commas, semicolons or tabs, and UTF-8 or UTF-16: all are read. Any other encoding is refused and not
guessed, for who guesses wrong gets people's names wrong.
"""

from __future__ import annotations

import codecs
import csv
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from pydantic import TypeAdapter, ValidationError

from dreamseed.errors import FieldError, Invalid
from dreamseed.identity.account_models import Email, PersonName
from dreamseed.rosters.collecting import Collected, RowProblem
from dreamseed.rosters.rules import MAX_NAME, ROLES, Place, Role, Roster, RosterClass, RosterEnrolment, RosterPerson

CSV_FILE = "roster.csv"
REQUIRED = ("email", "full_name", "role")
MAX_ROWS = 50_000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
SEPARATORS = ",;\t"
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)
"""What reading a zip raises that is none, is damaged or encrypted, or was packed in an unknown way."""

_EMAIL = TypeAdapter[str](Email)
_NAME = TypeAdapter[str](PersonName)


def read_csv(content: bytes) -> Roster:
    """Our own CSV. Raises Invalid for a file that is none, or that lacks a column."""
    found = Collected("external_id")
    for place, row in _rows(CSV_FILE, content, REQUIRED):
        try:
            person = _csv_person(place, row)
            found.add_person(person)
            _take_csv_class(found, place, row, person)
        except RowProblem as problem:
            found.refuse(place, problem)
    return found.roster()


def read_oneroster(content: bytes) -> Roster:
    """A OneRoster zip. Raises Invalid for a file that is none, or of another version."""
    files = _unpack(content)
    version = _version(files)
    roles = _roles_of_1_2(files) if version == "1.2" else {}
    found = Collected("sourcedId")
    add_person = partial(_add_person, roles=roles, birth_dates=_birth_dates(files, found))
    readers: tuple[tuple[str, tuple[str, ...], Callable[[Collected, Place, dict[str, str]], None]], ...] = (
        ("users.csv", ("sourcedId", "givenName", "familyName"), add_person),
        ("classes.csv", ("sourcedId", "title"), _add_class),
        ("enrollments.csv", ("classSourcedId", "userSourcedId", "role"), _add_enrolment),
    )
    for file, required, add in readers:
        for place, row in _rows(file, files.get(file, b""), required):
            try:
                add(found, place, row)
            except RowProblem as problem:
                found.refuse(place, problem)
    return found.roster()


def require_rows(roster: Roster) -> None:
    """Raise Invalid for a file without a single row, good or bad."""
    if not roster.size and not roster.problems:
        raise _unreadable("it has no rows")


def _csv_person(place: Place, row: dict[str, str]) -> RosterPerson:
    email = _email(row["email"])
    external_id = row.get("external_id") or email
    name, role = _name(row["full_name"], "full_name"), _role(row["role"])
    return RosterPerson(place, external_id, email, name, role, birth_date=_birth_date(row.get("birth_date", "")))


def _take_csv_class(found: Collected, place: Place, row: dict[str, str], person: RosterPerson) -> None:
    name = row.get("class", "")
    if not name:
        return
    if person.role == "guardian":
        raise RowProblem("class", "guardian_in_class")
    _name(name, "class")
    found.classes.setdefault(name, RosterClass(place, name, name, row.get("subject", "")[:MAX_NAME]))
    found.add_enrolment(RosterEnrolment(place, person.external_id, name, person.role))


def _add_person(
    found: Collected, place: Place, row: dict[str, str], roles: dict[str, str], birth_dates: dict[str, date]
) -> None:
    is_active = row.get("status") != "tobedeleted" and row.get("enabledUser", "true").lower() != "false"
    name = _name(f"{row['givenName']} {row['familyName']}".strip(), "givenName")
    role = _role(roles.get(row["sourcedId"]) or row.get("role", ""))
    email = _email(row.get("email", ""))
    id_ = _id(row["sourcedId"])
    found.add_person(RosterPerson(place, id_, email, name, role, is_active, birth_dates.get(id_)))


def _add_class(found: Collected, place: Place, row: dict[str, str]) -> None:
    if row.get("status") == "tobedeleted":
        return  # a class that ends keeps what it has; a person archives it
    subject = row.get("subjects", "").partition(",")[0][:MAX_NAME]
    name = _name(row["title"], "title")
    found.add_class(RosterClass(place, _id(row["sourcedId"]), name, subject, row.get("classCode", "")[:40]))


def _add_enrolment(found: Collected, place: Place, row: dict[str, str]) -> None:
    role = _role(row["role"])
    if role == "guardian":
        raise RowProblem("role", "guardian_in_class")
    is_active = row.get("status") != "tobedeleted"
    person, class_ = _id(row["userSourcedId"]), _id(row["classSourcedId"])
    found.add_enrolment(RosterEnrolment(place, person, class_, role, is_active))


def _roles_of_1_2(files: dict[str, bytes]) -> dict[str, str]:
    """Version 1.2 has roles in a file of their own; the primary one counts."""
    found: dict[str, str] = {}
    for _, row in _rows("roles.csv", files.get("roles.csv", b""), ("userSourcedId", "role")):
        person = row["userSourcedId"]
        if row.get("status") != "tobedeleted" and (row.get("roleType") == "primary" or person not in found):
            found[person] = row["role"]
    return found


def _birth_dates(files: dict[str, bytes], found: Collected) -> dict[str, date]:
    """Birth dates stand in a file of their own, if the other system tells them; a bad one is a problem of its row."""
    dates: dict[str, date] = {}
    for place, row in _rows("demographics.csv", files.get("demographics.csv", b""), ("sourcedId",)):
        try:
            birth_date = _birth_date(row.get("birthDate", ""), "birthDate")
        except RowProblem as problem:
            found.refuse(place, problem)
            continue
        if birth_date is not None and row.get("status") != "tobedeleted":
            dates[row["sourcedId"]] = birth_date
    return dates


def _rows(file: str, content: bytes, required: tuple[str, ...]) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of a CSV file with their lines. An empty file has none. Raises Invalid."""
    if not content:
        return
    text = _decoded(file, content)
    separator = next((each for each in SEPARATORS if not _missing(file, text, each, required)), ",")
    missing = _missing(file, text, separator, required)
    if missing:
        raise _unreadable(f"{file} lacks the column {', '.join(missing)}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        header = _header(file, next(reader))
        if len(set(header)) < len(header):
            raise _unreadable(f"{file} has two columns of the same name")
        count, end = 0, reader.line_num
        for values in reader:
            begin, end = end + 1, reader.line_num
            count += any(map(str.strip, values))
            if count > MAX_ROWS:
                raise _unreadable(f"{file} has more than {MAX_ROWS} rows")
            row = dict.fromkeys(header, "") | {name: value.strip() for name, value in zip(header, values, strict=False)}
            if any(row.values()):
                yield Place(file, begin), row
    except csv.Error as error:
        raise _unreadable(f"{file}, line {reader.line_num}: {error}") from error


def _missing(file: str, text: str, separator: str, required: tuple[str, ...]) -> list[str]:
    """The columns that a file has not, if that is what separates them."""
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    present = _header(file, first)
    return [name for name in required if name not in present]


def _header(file: str, names: list[str]) -> list[str]:
    """The columns' names; in our own CSV in whatever case."""
    return [name.strip().lower() if file == CSV_FILE else name.strip() for name in names]


def _decoded(file: str, content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise _unreadable(f"{file} is a workbook or a zip; in a spreadsheet, save it as “CSV UTF-8”")
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(f"{file} is not UTF-8 text; in a spreadsheet, save it as “CSV UTF-8”") from error
    if "\0" in text:
        raise _unreadable(f"{file} is not a CSV file")
    return text


def _unpack(content: bytes) -> dict[str, bytes]:
    """The CSV files of a zip by name, wherever in it they lie. Never more than MAX_UNPACKED_BYTES together."""
    files: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                name = entry.filename.rpartition("/")[2]
                if not name.endswith(".csv") or name in files:
                    continue
                with archive.open(entry) as unpacked:
                    files[name] = unpacked.read(left + 1)
                left -= len(files[name])
                if left < 0:
                    raise _unreadable("the zip unpacks to more than 64 MiB")
    except BROKEN_ZIP as error:
        raise _unreadable("the file is not a zip that can be read") from error
    return files


def _version(files: dict[str, bytes]) -> str:
    manifest = _rows("manifest.csv", files.get("manifest.csv", b""), ("propertyName", "value"))
    version = {row["propertyName"]: row["value"] for _, row in manifest}.get("oneroster.version", "")
    if version not in ("1.1", "1.2"):
        raise _unreadable("manifest.csv does not say that this is OneRoster 1.1 or 1.2")
    return version


def _email(text: str) -> str:
    if not text:
        raise RowProblem("email", "missing")
    try:
        return _EMAIL.validate_python(text)
    except ValidationError as error:
        raise RowProblem("email", "not_an_address") from error


def _name(text: str, field: str) -> str:
    try:
        return _NAME.validate_python(text)
    except ValidationError as error:
        raise RowProblem(field, "name_length") from error


def _role(text: str) -> Role:
    role = ROLES.get(text.lower())
    if role is None:
        raise RowProblem("role", "unknown_role")
    return role


def _birth_date(text: str, field: str = "birth_date") -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RowProblem(field, "not_a_day") from error


def _id(text: str) -> str:
    if not 1 <= len(text) <= 255:
        raise RowProblem("sourcedId", "id_length")
    return text


def _unreadable(reason: str) -> Invalid:
    detail = f"This roster cannot be read: {reason}."
    return Invalid(detail, code="roster_unreadable", errors=(FieldError("body.content", reason),))
