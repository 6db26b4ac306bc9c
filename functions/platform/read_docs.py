"""Publish the API's documentation for people."""

import json
from pathlib import Path

from dreamseed.function import function
from dreamseed.http.docs_page import CONTENT_SECURITY_POLICY, render
from dreamseed.http.reply import RawReply
from dreamseed.needs import PUBLIC, Http, Needs

DOCUMENT = Path(__file__).with_name("openapi.json")


@function(Needs(Http("GET", "/docs", PUBLIC, media_type="text/html"), memory_mb=256))
def read_docs() -> RawReply:
    """Every endpoint with its permission, fields and problems, as a page."""
    page = render(json.loads(DOCUMENT.read_bytes()))
    headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "public, max-age=300"}
    return RawReply(page.encode(), "text/html; charset=utf-8", headers)
