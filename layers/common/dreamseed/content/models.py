"""Items and banks as the rest of the product sees them: immutable, so that a container may keep them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from irt_core import ItemBank


@dataclass(frozen=True)
class Item:
    """One version of an item. `body` is what may be shown, `key` what may not.

    body: `{"stem", "stem_spoken", "options": [{"id", "text", "spoken"}]}`
    key:  `{"option", "misconceptions": {option: code}, "solution", "solution_spoken", "hints": [{"text", "spoken"}]}`
    """

    id: UUID
    code: str
    type: str
    concept_code: str
    body: dict[str, Any]
    key: dict[str, Any]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of the options, in the order in which they are shown."""
        return tuple(option["id"] for option in self.body["options"])

    def score(self, option: str) -> int:
        """1 for the key, 0 for any other option."""
        return int(option == self.key["option"])


@dataclass(frozen=True)
class BankEntry:
    """An item's place in a bank: what a report needs beside the parameters."""

    item_version_id: UUID
    item_code: str
    concept_code: str
    concept_name: str


@dataclass(frozen=True)
class Bank:
    """One version of a bank: `entries[i]` is the item that `parameters` calls i."""

    id: UUID
    name: str
    version: int
    is_provisional: bool
    entries: tuple[BankEntry, ...]
    parameters: ItemBank

    @cached_property
    def concept_names(self) -> dict[str, str]:
        """The names of the concepts that the bank covers, by code."""
        return {entry.concept_code: entry.concept_name for entry in self.entries}

    @cached_property
    def index_of(self) -> dict[UUID, int]:
        """Where each item stands in `entries`."""
        return {entry.item_version_id: index for index, entry in enumerate(self.entries)}

    def entry(self, item_version_id: UUID) -> BankEntry:
        """The entry of an item of this bank."""
        return self.entries[self.index_of[item_version_id]]


@dataclass(frozen=True)
class BankSummary:
    """What a list says of a bank version."""

    id: UUID
    name: str
    is_provisional: bool
    item_count: int
