"""The headers of the app's pages, the same wherever they are served: by the local host, and by CloudFront."""

from __future__ import annotations

from collections.abc import Sequence

HSTS_SECONDS = 365 * 24 * 60 * 60
REFERRER_POLICY = "strict-origin-when-cross-origin"
OTHERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers for which CloudFront has no setting of its own."""


def content_security_policy(image_origins: Sequence[str] = ()) -> str:
    """What a page may load and who may frame it. `image_origins` are where stored pictures come from, besides us.

    Scripts come from our own files alone. Styles may stand in the page: KaTeX sets the places of its glyphs by style
    attributes, and a dialog keeps the page behind it still by a style element.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            " ".join(("img-src 'self' data: blob:", *image_origins)),
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def page_headers() -> dict[str, str]:
    """All of them, where pictures come from the pages' own origin. Browsers heed HSTS over HTTPS only."""
    return {
        "Content-Security-Policy": content_security_policy(),
        "Referrer-Policy": REFERRER_POLICY,
        "Strict-Transport-Security": f"max-age={HSTS_SECONDS}; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        **OTHERS,
    }
