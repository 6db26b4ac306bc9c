"""The data map: which personal data lie where, why, how long, and what becomes of them. Written from declarations.

python -m infra.data_map        writes docs/data-map.md; a test fails when it is not up to date
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table

from dreamseed.database import privacy
from dreamseed.database.schema import Personal, StoredBlob
from dreamseed.database.sealed import SealedText
from infra.resources import BUCKETS, ENVIRONMENTS, QUEUES

DOCUMENT = Path(__file__).parents[1] / "docs" / "data-map.md"
DAY_SECONDS = 24 * 60 * 60

CATEGORIES = {
    "identity": "who somebody is, and what they are in the organisation",
    "contact": "how somebody is reached",
    "credential": "what somebody signs in with",
    "education record": "what somebody answered, knows and is set",
    "special": "what somebody needs in a test, which may say something of their health",
    "behaviour": "how somebody goes about it",
    "technical": "devices, messages on their way, work in progress",
    "reference": "who did something to what is another's",
}
RETENTIONS = {
    "account": "until the account is erased",
    "record": "as long as the record that it is part of",
    "education": "until the account is erased, or as many days as the organisation sets (`retention_days`)",
    "audit": "as long as the organisation, or as many whole years as it sets (`audit_retention_years`), month by month",
    "proof": "three years after the matter is closed",
    "days": "at most 30 days after its use",
    "for ever": "as long as the organisation",
}
ERASURES = {
    "delete": "the row is deleted",
    "clear": "the column is cleared",
    "redact": "the document loses what names them, and gets a new key",
    "key": "the key is destroyed",
    "keep": "kept",
}


def data_map() -> str:
    """The whole document, in Markdown."""
    tables = [table for table in privacy.all_tables() if privacy.rules_of(table)]
    parts = [_HEAD, *_summary(tables), _PICTURE, "## Tables", "", *_tables(tables), *_places(tables), ""]
    return "\n".join(parts)


_HEAD = """# Data map

Written by `python -m infra.data_map` from what every table declares beside its columns; do not edit it. A column that
declares nothing fails the tests, so nothing personal lies anywhere that does not stand here. How it is carried out:
[Privacy](handbook/privacy.md).

What is sealed can be read with a key only, which an erasure destroys ([keys](handbook/subject-keys.md)). Plain are
ids, numbers, times, and words of which the database knows a list; any other column that holds words says why.

## What there is, and why
"""

_PICTURE = """
```mermaid
flowchart LR
  person((Person)) -->|signs in, answers| main[(Main database)]
  main -->|names and addresses sealed with| keys[(Key store)]
  main -->|events, for days| queues[[Queues]]
  main -->|mail| post[/E-mail/]
  main -->|export, for 7 days| blobs[(Objects)]
  main -->|ids only| logs[/Logs/]
  main -.->|35 days| backups[(Backups)]
```
"""


def _summary(tables: Iterable[Table]) -> Iterator[str]:
    found: dict[str, list[tuple[Table, Personal]]] = defaultdict(list)
    for table in tables:
        for rule in privacy.rules_of(table):
            found[rule.category].append((table, rule))
    yield "| category | what it is | where | lawful basis | how long |"
    yield "|---|---|---|---|---|"
    for category, meaning in CATEGORIES.items():
        if category not in found:
            continue
        where = ", ".join(sorted({f"`{table.name}`" for table, _ in found[category]}))
        bases = ", ".join(dict.fromkeys(rule.basis for _, rule in found[category]))
        terms = "; ".join(dict.fromkeys(RETENTIONS[rule.retention] for _, rule in found[category]))
        yield f"| {category} | {meaning} | {where} | {bases} | {terms} |"


def _tables(tables: Iterable[Table]) -> Iterator[str]:
    for table in sorted(tables, key=lambda each: each.name):
        yield f"### {table.name}"
        yield ""
        yield "| columns | category | whose | basis | kept | stored | on erasure | in an export |"
        yield "|---|---|---|---|---|---|---|---|"
        for rule in privacy.rules_of(table):
            for is_sealed in (False, True):
                columns = [each for each in privacy.columns_with(table, rule) if _is_sealed(each) == is_sealed]
                if columns:
                    yield f"| {', '.join(f'`{each.name}`' for each in columns)} | {_row(rule, is_sealed)} |"
        for blob in privacy.blobs_of(table):
            yield f"| object `{blob.bucket}/{blob.name}` | {_row(blob.personal, blob.is_sealed)} |"
        yield ""


def _is_sealed(column: Column[Any]) -> bool:
    return isinstance(column.type, SealedText)


def _row(rule: Personal, is_sealed: bool) -> str:
    term, stored = RETENTIONS[rule.retention], "sealed" if is_sealed else _plain(rule)
    cells = (rule.category, _whose(rule.subject), rule.basis, term, stored, _erasure(rule), _export(rule))
    return " | ".join(cells)


def _plain(rule: Personal) -> str:
    return f"plain: {rule.plain_because}" if rule.plain_because else "plain"


def _whose(subject: str) -> str:
    if subject in _SUBJECTS:
        return _SUBJECTS[subject]
    if subject.endswith(" = address"):
        return "whose address it is"
    return " or ".join(f"`{way.strip()}`" for way in subject.split(","))


_SUBJECTS = {
    "this": "whose id it is",
    "mentions": "whom a text of the row names",
    "digest": "nobody can tell",
    "id": "the account's owner",
}


def _erasure(rule: Personal) -> str:
    return f"kept: {rule.kept_because}" if rule.erasure == "keep" else ERASURES[rule.erasure]


def _export(rule: Personal) -> str:
    if rule.export == "exclude":
        return f"no: {rule.excluded_because}"
    return "counted" if rule.export == "count" else "yes"


def _places(tables: Iterable[Table]) -> Iterator[str]:
    stored: dict[str, list[tuple[Table, StoredBlob]]] = defaultdict(list)
    for table in tables:
        for blob in privacy.blobs_of(table):
            stored[blob.bucket].append((table, blob))
    yield from ("## Objects", "", "| bucket | what for | whom it tells of | deleted after |", "|---|---|---|---|")
    for bucket in BUCKETS:
        if bucket.is_data:
            term = f"{bucket.expire_after_days} days" if bucket.expire_after_days else "never by itself"
            yield f"| {bucket.name} | {bucket.purpose} | {bucket.about} | {term}, then {bucket.noncurrent_days} more |"
    production = ENVIRONMENTS["production"]
    yield from ("", "## Other places", "", "| place | what of people it holds | how long |", "|---|---|---|")
    days = QUEUES.retention_seconds // DAY_SECONDS
    dead = QUEUES.dead_letter_retention_seconds // DAY_SECONDS
    yield f"| queues | ids of people and tests, sealed addresses of mails | {days} days; what failed {dead} days |"
    yield f"| logs | ids of people, never names, addresses or what they wrote | {production.log_days} days |"
    yield f"| backups of the main database | what the tables hold, sealed as there | {production.backup_days} days |"
    yield "| key store | a key for each person and document, sealed with the master key | until it is erased |"
    yield "| backups of the key store | the same | 7 days |"
    yield "| the mail service | mails on their way | as the service declares |"


if __name__ == "__main__":
    DOCUMENT.write_text(data_map())
