"""Cursor paging: `?limit=&cursor=` in, `{"items": [...], "next_cursor": ...}` out.

A cursor is the sort key of the last row that was sent, so a list stays right while rows are added. It is opaque to
callers.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from dreamseed.errors import FieldError, Invalid
from dreamseed.models import Output

Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(Output, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True)
class PageRequest:
    """How many rows, and after which sort key (None = from the start)."""

    limit: int
    after: tuple[str, ...] | None

    def after_id(self) -> UUID | None:
        """The cursor of a list that is sorted by id. Raises Invalid when it is another list's."""
        key = self.after_key(UUID)
        return key[0] if key else None

    def after_key(self, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
        """The cursor's parts, each read by its kind (`str`, `UUID`, …). Raises Invalid when it is another list's."""
        if self.after is None:
            return None
        try:
            return tuple(kind(part) for kind, part in zip(kinds, self.after, strict=True))
        except ValueError as error:
            raise _not_a_cursor() from error


def _page_request(
    limit: Annotated[int, Query(ge=1, le=200, description="Rows a page")] = 50,
    cursor: Annotated[str | None, Query(max_length=512, description="next_cursor of the page before")] = None,
) -> PageRequest:
    return PageRequest(limit, decode_cursor(cursor) if cursor else None)


Paging = Annotated[PageRequest, Depends(_page_request)]


def encode_cursor(*key: object) -> str:
    """The sort key as an opaque, URL-safe string."""
    raw = json.dumps([str(part) for part in key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> tuple[str, ...]:
    """The sort key inside a cursor. Raises Invalid for anything that `encode_cursor` did not make."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(parts, list) and parts and all(isinstance(part, str) and "\0" not in part for part in parts):
            return tuple(parts)
    except (binascii.Error, ValueError):
        pass
    raise _not_a_cursor()


def _not_a_cursor() -> Invalid:
    return Invalid("The cursor is not one of this list.", errors=(FieldError("query.cursor", "not a cursor"),))


def page_of(rows: Sequence[Row], limit: int, item: Callable[[Row], Item], key: Callable[[Row], object]) -> Page[Item]:
    """A page from up to `limit + 1` rows: the extra row only says that there is a next page.

    `key` is the sort key of a row: one value, or a tuple of them.
    """
    shown = rows[:limit]
    next_cursor = None
    if len(rows) > limit:
        last = key(shown[-1])
        next_cursor = encode_cursor(*(last if isinstance(last, tuple) else (last,)))
    return Page(items=[item(row) for row in shown], next_cursor=next_cursor)


def first_after(rows: Iterable[Row], key: Callable[[Row], Any], after: Any, limit: int) -> list[Row]:
    """Up to `limit` of the rows whose key comes after `after`, or of all, in the key's order.

    For what the database cannot sort, because it is sealed.
    """
    later = [row for row in rows if after is None or key(row) > after]
    return sorted(later, key=key)[:limit]
