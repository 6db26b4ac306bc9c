"""Change one's organisation."""

from dataclasses import replace

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.identity import organisation
from dreamseed.identity.account_models import OrganisationChanges, OrganisationSettings
from dreamseed.needs import Http, Needs, database


@function(
    Needs(Http("PATCH", "/api/v1/organisation", "organisation:manage", is_sensitive=True), grants=(database("write"),))
)
def update_organisation(
    body: OrganisationChanges, caller: Caller, db: Connection, trail: Trail, if_match: IfMatch = None
) -> Reply[OrganisationSettings]:
    """Change an organisation's name, whom it lets register, or whether what matters needs a second factor.

    Whoever demands a second factor must have signed in with one (403 `second_factor_missing`), or could not undo it.
    """
    row = organisation.read_organisation(db, is_locked=True)
    require_version(if_match, row.version)
    if body.requires_second_factor:
        replace(caller, standing=replace(caller.standing, requires_second_factor=True)).require("organisation:manage")
    changed = organisation.change_organisation(db, body.values())
    before, after = organisation.shown_organisation(row), organisation.shown_organisation(changed)
    trail.note(None, "organisations", row.id, before.model_dump(), after.model_dump())
    return Reply(after, headers=etag(changed.version))
