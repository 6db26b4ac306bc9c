"""Publish the OpenAPI document."""

from pathlib import Path

from dreamseed.function import function
from dreamseed.http.reply import RawReply
from dreamseed.needs import PUBLIC, Http, Needs

DOCUMENT = Path(__file__).with_name("openapi.json")


@function(Needs(Http("GET", "/openapi.json", PUBLIC), memory_mb=256))
def read_openapi() -> RawReply:
    """The OpenAPI 3.1 document, as it was derived from the catalogue when this version was built."""
    return RawReply(DOCUMENT.read_bytes(), "application/json", {"cache-control": "public, max-age=300"})
