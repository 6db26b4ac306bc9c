"""The proof of an erasure: a document that says what was done and what was kept, signed, without a word of whom.

It is a JWS (RFC 7515) under the first of the keys that sign access tokens; the JWKS publishes the public half. Its
type keeps it from being taken for a token, which moreover must say much that this does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dreamseed.database import privacy
from dreamseed.errors import Conflict
from dreamseed.identity.tokens import sign_document
from dreamseed.privacy.models import Certificate
from dreamseed.privacy.queries import AnyRow

TYPE = "erasure-certificate+jws"


def certificate_of(
    row: AnyRow, done: dict[str, dict[str, int]], kept: Sequence[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    """What an erasure did. The person is named by a digest of their id, which only who knows the id can check."""
    return {
        "erasure_id": str(row.id),
        "organisation_id": str(row.org_id),
        "subject_sha256": hashlib.sha256(str(row.subject_id).encode()).hexdigest(),
        "requested_at": row.created_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "finished_at": now.isoformat(),
        "done": [{"place": place, **counts} for place, counts in sorted(done.items())],
        "key_destroyed": True,
        "kept": list(kept),
        "expiring": EXPIRING,
        "declarations_sha256": declarations_digest(),
    }


EXPIRING = {
    "backups": "Copies of the database are overwritten after at most 35 days; none is restored without this erasure "
    "being done again.",
    "deleted objects": "A deleted object cannot be brought back after 30 days.",
    "queues": "Messages that could not be handled are deleted after 14 days.",
    "repeated requests": "Replies are kept for a day in case a request is repeated, sealed with a key that only its "
    "sender has.",
}


def sign(certificate: dict[str, Any], signing_keys: str) -> str:
    """The certificate as a compact JWS."""
    return sign_document(json.dumps(certificate, sort_keys=True).encode(), signing_keys, TYPE)


def content_of(signed: str) -> dict[str, Any]:
    """The certificate in a JWS of ours."""
    import base64

    part = signed.split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


def shown(row: AnyRow) -> Certificate:
    """The certificate of an erasure. Raises Conflict `erasure_not_done` while there is none."""
    if row.certificate is None:
        raise Conflict("The erasure is not done.", code="erasure_not_done")
    content = content_of(row.certificate)
    return Certificate(certificate=content, signed=row.certificate, text=as_text(content))


def as_text(certificate: dict[str, Any]) -> str:
    """A certificate for people to read."""
    done = [f"  {each['place']}: {_counts(each)}" for each in certificate["done"]]
    kept = [
        f"  {each['table']} ({', '.join(each['columns'])}), rows: {each['rows']}: {each['because']}"
        for each in certificate["kept"]
    ]
    expiring = [f"  {text}" for text in certificate["expiring"].values()]
    lines = [
        "Certificate of erasure",
        "",
        f"Erasure       {certificate['erasure_id']}",
        f"Organisation  {certificate['organisation_id']}",
        f"Person        {certificate['subject_sha256']} (SHA-256 of their id)",
        f"Requested     {certificate['requested_at']}",
        f"Finished      {certificate['finished_at']}",
        "",
        "What was erased",
        *(done or ["  nothing was there"]),
        "",
        "What was kept, and why",
        *(kept or ["  nothing"]),
        "",
        "The key with which personal details were sealed was destroyed: no copy of them can be read any more.",
        "",
        "What goes by itself",
        *expiring,
        "",
    ]
    return "\n".join(lines)


def declarations_digest() -> str:
    """Which declarations the erasure followed."""
    said = [(place.table, place.column, repr(place.personal)) for place in privacy.places()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _counts(entry: dict[str, Any]) -> str:
    return ", ".join(f"{count} {what}" for what, count in entry.items() if what != "place")
