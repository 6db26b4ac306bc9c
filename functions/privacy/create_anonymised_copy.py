"""Ask for responses without people."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database
from dreamseed.platform.jobs import create_job
from dreamseed.privacy import queries, requests
from dreamseed.privacy.models import AnonymisedCopy, NewAnonymisedCopy
from dreamseed.privacy.tables import anonymised_copies


@function(
    Needs(
        Http("POST", "/api/v1/privacy/anonymised_copies", "privacy:anonymise", status=202, is_sensitive=True),
        grants=(database("write"),),
    )
)
def create_anonymised_copy(body: NewAnonymisedCopy, caller: Caller, db: Connection) -> Reply[AnonymisedCopy]:
    """Make a copy of all responses in which nobody can be told from at least k - 1 others. A job makes it."""
    wanted = body.model_dump(include={"k", "include_simulated"})
    job_id = create_job(db, requests.ANONYMISE, wanted, created_by=caller.user_id)
    row = queries.add(db, anonymised_copies, {**wanted, "job_id": job_id, "created_by": caller.user_id})
    location = f"/api/v1/privacy/anonymised_copies/{row.id}"
    return Reply(requests.shown_copy(db, row), headers={"location": location})
