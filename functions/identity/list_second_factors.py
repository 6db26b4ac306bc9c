"""Show how one's sign-ins are secured."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity.factor_models import SecondFactors
from dreamseed.identity.second_factors import shown_factors
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Http("GET", "/api/v1/me/second_factors", "profile:read:own"), grants=(database("read"), subject_keys("read")))
)
def list_second_factors(caller: Caller, db: Connection, keys: SubjectKeys) -> SecondFactors:
    """The caller's second factors (ten at most) and how many recovery codes are left."""
    return shown_factors(db, keys, caller.user_id)
