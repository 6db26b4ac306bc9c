"""List the roles of an organisation."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import roles
from dreamseed.identity.role_models import RoleOut
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/roles", "role:read"), grants=(database("read"),)))
def list_roles(page: Paging, db: Connection) -> Page[RoleOut]:
    """The roles that every organisation has and the organisation's own, by name, with all that they allow."""
    after = page.after_key(str)
    rows = [role for role in roles.list_roles(db) if after is None or role.name > after[0]]
    return page_of(rows[: page.limit + 1], page.limit, lambda role: role, lambda role: role.name)
