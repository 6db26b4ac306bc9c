"""Texts about a person as they stand in the database: encrypted with that person's own key.

    Column("full_name", SealedText("users.full_name"), nullable=False)

    version (1 byte) | subject's id (16) | nonce (12) | AES-256-GCM of the text in UTF-8, and its tag (16)

A column takes and gives `Sealed`, never text: what seals and opens them is `dreamseed.ports.subject_keys`. The place,
the organisation and the subject are bound to the ciphertext, so that one that was copied to another row cannot be
opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Dialect, LargeBinary, TypeDecorator

VERSION = 1
_HEAD_BYTES = 1 + 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted text: the bytes of its column, and the place (`table.column`) that it was sealed for."""

    value: bytes
    place: str

    @classmethod
    def of(cls, subject_id: UUID, body: bytes, place: str) -> Sealed:
        """Put together what a column holds. `body` is the nonce and the ciphertext."""
        return cls(bytes([VERSION]) + subject_id.bytes + body, place)

    @property
    def subject(self) -> bytes:
        """Whose key it is sealed with, as 16 bytes: thousands of them are told apart faster than UUIDs."""
        return self.value[1:_HEAD_BYTES]

    @property
    def subject_id(self) -> UUID:
        """Whose key it is sealed with."""
        return UUID(bytes=self.subject)

    @property
    def body(self) -> bytes:
        """The nonce and the ciphertext. Raises ValueError for a version that this code does not know."""
        if self.value[:1] != bytes([VERSION]):
            raise ValueError(f"{self.place}: these bytes are not a sealed text of version {VERSION}")
        return self.value[_HEAD_BYTES:]


class SealedText(TypeDecorator[Sealed]):
    """A column of sealed texts. Raises TypeError for plain text, ValueError for what was sealed for another place."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.place} takes a sealed text, not {type(value).__name__}")
        if value.place != self.place:
            raise ValueError(f"a text that was sealed for {value.place} cannot stand in {self.place}")
        return value.value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self.place)
