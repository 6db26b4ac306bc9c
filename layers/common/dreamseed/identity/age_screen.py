"""The question of how old somebody is who registers alone, asked as COPPA wants it: neutrally.

Everybody is asked for their birth date, and nothing says what it is for. A child under 13 is asked for a guardian's
address, to whom we write once the account is confirmed. Whoever was asked for one is asked for a day, whatever birth
date they try next.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dreamseed.errors import FieldError, Forbidden, Invalid
from dreamseed.identity import throttle
from dreamseed.identity.account_models import MemberRegistration
from dreamseed.identity.ages import stated_age
from dreamseed.identity.throttle import Attempt


def age_columns(request: MemberRegistration, now: datetime) -> dict[str, Any]:
    """What a registration keeps of it. Raises Forbidden `guardian_needed`, or Invalid for what cannot be."""
    age = stated_age(request.birth_date, now.date())
    screened = Attempt("age_screen", request.email)
    is_child = age.band == "under_13"
    if request.guardian_email is None and (is_child or throttle.was_taken(screened, now)):
        throttle.take([screened], now)
        errors = (FieldError("body.guardian_email", "is missing"),)
        detail = "A parent or guardian has to agree first; name their e-mail address."
        raise Forbidden(detail, code="guardian_needed", errors=errors)
    if request.guardian_email == request.email:
        errors = (FieldError("body.guardian_email", "is your own address"),)
        raise Invalid("Name the address of your parent or guardian.", code="guardian_is_oneself", errors=errors)
    return {"age_band": age.band, "age_band_until": age.until}
