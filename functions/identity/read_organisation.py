"""Show one's organisation."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.identity import organisation
from dreamseed.identity.account_models import OrganisationSettings
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/organisation", "organisation:read"), grants=(database("read"),)))
def read_organisation(db: Connection) -> Reply[OrganisationSettings]:
    """The caller's organisation, and whom it lets register."""
    row = organisation.read_organisation(db)
    return Reply(organisation.shown_organisation(row), headers=etag(row.version))
