"""What a container keeps of values that never change, so that the next request need not read them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

Value = TypeVar("Value")
Key = tuple[UUID, UUID]
"""(organisation, id): an id from one organisation finds nothing of another's."""


class Kept(Generic[Value]):
    """The `limit` values that were used last."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, if it is kept."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> Value:
        """Keep a value, and forget the one that was not used for longest if there are too many."""
        self._values[key] = value
        if len(self._values) > self._limit:
            self._values.popitem(last=False)
        return value

    def get_or_read(self, key: Key, read: Callable[[], Value]) -> Value:
        """The kept value, or else the one that `read` brings."""
        kept = self.get(key)
        return self.put(key, read()) if kept is None else kept
