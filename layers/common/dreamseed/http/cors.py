"""Cross-origin requests: from the origins in `DREAMSEED_WEB_ORIGINS` (comma-separated) and from no others.

Our own pages come from the API's origin and need none of this; it is for a web application that is served elsewhere.
On AWS the gateway answers preflights by the same list; in a container, and locally, the frame does.
"""

from __future__ import annotations

import os

ALLOWED_HEADERS = "authorization, content-type, idempotency-key, if-match, if-none-match"
EXPOSED_HEADERS = "etag, location, ratelimit, ratelimit-policy, retry-after, x-request-id"
PREFLIGHT_SECONDS = 3600


def headers_for(origin: str) -> dict[str, str]:
    """What to add to a reply to a page of that origin; only `vary` when it is not one of ours."""
    allowed = {each.strip() for each in os.environ.get("DREAMSEED_WEB_ORIGINS", "").split(",")} - {""}
    if not allowed:
        return {}
    if origin not in allowed:
        return {"vary": "origin"}
    return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": EXPOSED_HEADERS,
        "cross-origin-resource-policy": "cross-origin",
        "vary": "origin",
    }


def preflight_headers(origin: str, method: str) -> dict[str, str]:
    """The reply to a browser that asks whether a page of that origin may use the method."""
    headers = headers_for(origin)
    if "access-control-allow-origin" not in headers:
        return headers
    return headers | {
        "access-control-allow-methods": method,
        "access-control-allow-headers": ALLOWED_HEADERS,
        "access-control-max-age": str(PREFLIGHT_SECONDS),
    }
