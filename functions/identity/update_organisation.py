"""Change one's organisation."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.identity import organisation
from dreamseed.identity.account_models import OrganisationChanges, OrganisationSettings
from dreamseed.needs import Http, Needs, database


@function(
    Needs(Http("PATCH", "/api/v1/organisation", "organisation:manage", is_sensitive=True), grants=(database("write"),))
)
def update_organisation(
    body: OrganisationChanges, db: Connection, if_match: IfMatch = None
) -> Reply[OrganisationSettings]:
    """Change an organisation's name, or whom it lets register."""
    row = organisation.read_organisation(db, is_locked=True)
    require_version(if_match, row.version)
    changed = organisation.change_organisation(db, body.values())
    return Reply(organisation.shown_organisation(changed), headers=etag(changed.version))
