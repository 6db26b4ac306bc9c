"""List API keys."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import api_keys
from dreamseed.identity.factor_models import ApiKey
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/api_keys", "api_key:read:own"), grants=(database("read"), subject_keys("read"))))
def list_api_keys(page: Paging, caller: Caller, db: Connection, keys: SubjectKeys) -> Page[ApiKey]:
    """The caller's keys, the newest first; all of the organisation's for who may read those."""
    owner = None if caller.may("api_key:read") else caller.user_id
    rows = api_keys.list_keys(db, keys, owner, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, api_keys.shown_key, lambda row: row.id)
