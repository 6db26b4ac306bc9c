"""Show what an erasure did."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import RawReply, Reply
from dreamseed.needs import Http, Needs, database
from dreamseed.privacy import certificates, requests
from dreamseed.privacy.models import Certificate
from dreamseed.privacy.tables import erasures


@function(
    Needs(Http("GET", "/api/v1/privacy/erasures/{id}/certificate", "privacy:erase:own"), grants=(database("read"),))
)
def read_erasure_certificate(
    id: UUID, caller: Caller, db: Connection, format: Annotated[Literal["json", "text"], Query()] = "json"
) -> Reply[Certificate] | RawReply:
    """The signed certificate, or the same as a text to print. 409 `erasure_not_done` before there is one."""
    row = requests.found(db, caller, erasures, id, "privacy:erase")
    shown = certificates.shown(row)
    if format == "text":
        headers = {"content-disposition": 'attachment; filename="certificate.txt"'}
        return RawReply(shown.text.encode(), "text/plain; charset=utf-8", headers)
    return Reply(shown)
