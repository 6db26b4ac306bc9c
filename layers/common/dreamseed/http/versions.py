"""Editing without losing somebody else's edit: what can be edited has a version, and the version is its ETag.

GET    → 200, ETag: "3"
PATCH, If-Match: "3"   → 200, ETag: "4"
PATCH, If-Match: "2"   → 412 precondition_failed: read it again, then decide
PATCH without          → 428 precondition_required
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from dreamseed.errors import PreconditionFailed, PreconditionRequired

IfMatch = Annotated[str | None, Header(max_length=255, description="The ETag that the resource had when it was read")]
"""The type of a PATCH function's parameter `if_match`."""


def etag(version: int) -> dict[str, str]:
    """The ETag header of a resource at that version."""
    return {"etag": f'"{version}"'}


def require_version(if_match: str | None, version: int) -> None:
    """Raise unless the caller names the version that the resource has, as it stands under the caller's lock.

    Weak tags count as well: a proxy that compresses a reply makes its ETag weak, and ours name versions, not bytes.
    """
    if if_match is None:
        raise PreconditionRequired("Send the ETag of what you have read: If-Match.")
    named = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
    if not named & {"*", f'"{version}"'}:
        raise PreconditionFailed("It was changed in the meantime; read it again.")
