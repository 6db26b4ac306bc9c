"""Sealing and opening what is known of a person, with a key of that person's own.

    keys.seal(user_id, "Ada Okafor", "users.full_name")     what a column of type SealedText takes
    keys.opened(db.execute(select(users.c.full_name)))      the rows as text, all their keys in one query

    master key (secret, rotated) ──wraps──▶ key of (organisation, subject) (key store) ──seals──▶ texts (main database)

A key that is destroyed takes every copy of those texts with it, in backups too. Keys are remembered for a minute at
most, so that a destroyed one is soon unknown in every process. A document that tells of many people has a key of its
own: its subject is an id that it was given for that. See docs/adr/0045-each-person-has-a-key.md.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from dreamseed.database.sealed import Sealed
from dreamseed.errors import Conflict, MissingGrant, Unavailable
from dreamseed.function import Function
from dreamseed.ports.grants import Grants

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from sqlalchemy import Connection, Row

__all__ = ["ERASED", "KeyAccess", "Sealed", "SubjectKeys", "connect", "forget_keys", "granted_keys"]

T = TypeVar("T")

TTL_SECONDS = 60.0
MAX_REMEMBERED = 20_000
KEY_BYTES, NONCE_BYTES = 32, 12
MASTER_KEY, INDEX_KEY = "subject_master_key", "email_index_key"

ERASED = "(erased)"
"""What stands in a row in place of a text whose key was destroyed."""


@dataclass(frozen=True)
class KeyAccess:
    """Where the keys are and what may be done with them. `secret` reads a secret by its name."""

    url: str
    action: str
    secret: Callable[[str], str]

    def require(self, *actions: str) -> None:
        """Raise MissingGrant unless the access is for one of the actions, or the owner's."""
        if self.action not in (*actions, "owner"):
            raise MissingGrant(f'this needs subject_keys("{actions[0]}"), not subject_keys("{self.action}")')


class SubjectKeys:
    """The keys of one organisation's subjects.

    Every method raises Unavailable (`keys_unavailable`) when the key store does not answer or lacks a key that it had:
    then nothing has been changed, and nothing is lost.
    """

    def __init__(self, access: KeyAccess, org_id: UUID | None) -> None:
        self._access, self._org_id = access, org_id

    def of(self, org_id: UUID) -> SubjectKeys:
        """The keys of another organisation's subjects: for work that begins before a tenant is known."""
        return SubjectKeys(self._access, org_id)

    def make(self, subjects: Collection[UUID]) -> None:
        """Make the keys of many subjects at once, as far as they are missing, before they are sealed one by one."""
        self._present(set(subjects))

    def seal(self, subject_id: UUID, text: str, place: str) -> Sealed:
        """The text sealed for the subject and the place (`table.column`). The subject's first one makes their key.

        Raises Conflict (`subject_erased`) when their key was destroyed.
        """
        return self.seal_file(subject_id, text.encode(), place)

    def seal_file(self, subject_id: UUID, content: bytes, place: str) -> Sealed:
        """The same with bytes, such as a file; `place` is its bucket then, and `value` what to keep there."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, nonce = self._present({subject_id})[subject_id], os.urandom(NONCE_BYTES)
        body = AESGCM(key).encrypt(nonce, content, self._context(subject_id.bytes, place))
        return Sealed.of(subject_id, nonce + body, place)

    def open(self, sealed: Sealed, place: str) -> str | None:
        """The text; None when the subject's key was destroyed. Raises ValueError for another place or changed bytes."""
        content = self.open_file(sealed, place)
        return None if content is None else content.decode()

    def open_file(self, sealed: Sealed, place: str) -> bytes | None:
        """The same with bytes."""
        return self._plain(sealed, place, _cipher(self._known({sealed.subject_id})[sealed.subject_id]))

    def opened(self, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Any]:
        """The rows with every sealed column as text, and ERASED where the subject's key was destroyed."""
        from sqlalchemy.engine import result_tuple

        found = list(rows)
        subjects = {value.subject for row in found for value in row if isinstance(value, Sealed)}
        if not subjects:
            return found
        known = self._known({UUID(bytes=subject) for subject in subjects})
        ciphers = {subject.bytes: _cipher(key) for subject, key in known.items()}
        row_of = result_tuple(found[0]._fields)

        def text_of(value: Any) -> Any:
            if not isinstance(value, Sealed):
                return value
            plain = self._plain(value, value.place, ciphers[value.subject])
            return ERASED if plain is None else plain.decode()

        return [row_of([text_of(value) for value in row]) for row in found]

    def opened_row(self, row: Row[*tuple[Any, ...]] | None) -> Any:
        """One row likewise; None for None."""
        return None if row is None else self.opened([row])[0]

    def destroy(self, subject_id: UUID) -> None:
        """Destroy the subject's key for ever. Doing it again changes nothing."""
        from dreamseed.database import key_store

        self._access.require("destroy")
        self._in_store(lambda db: key_store.destroy_key(db, subject_id))
        _remembered.add({self._name(subject_id): None})

    def destroyed(self, since: datetime) -> list[UUID]:
        """Whose keys were destroyed since then. A backup of the main database that is brought back changes nothing."""
        from dreamseed.database import key_store

        return self._in_store(lambda db: key_store.destroyed_keys(db, since))

    def is_reachable(self) -> bool:
        """Whether the key store answers. Whose keys are in it does not matter."""
        from dreamseed.database import key_store

        try:
            self._in_store(lambda db: key_store.read_keys(db, ()))
        except Unavailable:
            return False
        return True

    def digest(self, text: str, place: str) -> bytes:
        """What equal texts of a place have in common, in all organisations: for finding and for being unique."""
        from dreamseed.sealing import digests

        return digests(self._access.secret(INDEX_KEY), text, place.encode())[0]

    def _plain(self, sealed: Sealed, place: str, cipher: AESGCM | None) -> bytes | None:
        if cipher is None:
            return None
        body, context = sealed.body, self._context(sealed.subject, place)
        try:
            return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context)
        except _invalid_tag():
            raise ValueError(f"{place}: this text was not sealed for this subject and place") from None

    def _present(self, subjects: Set[UUID]) -> dict[UUID, bytes]:
        """The keys of the subjects, made where there are none."""
        from dreamseed.database import key_store

        self._access.require("write", "destroy")
        held = self._held(subjects)
        missing = subjects - held.keys()
        if missing:
            wrapped = {subject: self._wrapped(subject, os.urandom(KEY_BYTES)) for subject in sorted(missing)}
            held |= self._unwrapped(self._in_store(lambda db: key_store.add_keys(db, wrapped)))
        present = {subject: key for subject, key in held.items() if key is not None}
        if len(present) < len(subjects):
            raise Conflict(
                "What is known of this person was erased; nothing can be added to it.", code="subject_erased"
            )
        return present

    def _known(self, subjects: Set[UUID]) -> dict[UUID, bytes | None]:
        """The keys of the subjects, None for those that were destroyed."""
        from dreamseed.database import key_store

        held = self._held(subjects)
        missing = subjects - held.keys()
        if missing:
            held |= self._unwrapped(self._in_store(lambda db: key_store.read_keys(db, missing)))
        if len(held) < len(subjects):
            raise _unavailable()
        return held

    def _held(self, subjects: Set[UUID]) -> dict[UUID, bytes | None]:
        return _remembered.find({self._name(subject): subject for subject in subjects})

    def _unwrapped(self, rows: Iterable[Row[Any]]) -> dict[UUID, bytes | None]:
        """The keys in rows of the store, remembered."""
        from dreamseed.sealing import unseal

        master = self._access.secret(MASTER_KEY)
        try:
            keys = {
                row.subject_id: row.wrapped_key
                and unseal(master, row.wrapped_key, self._context(row.subject_id.bytes, "key"))
                for row in rows
            }
        except ValueError as error:
            raise _unavailable() from error
        _remembered.add({self._name(subject): key for subject, key in keys.items()})
        return keys

    def _wrapped(self, subject_id: UUID, key: bytes) -> bytes:
        from dreamseed.sealing import seal

        return seal(self._access.secret(MASTER_KEY), key, self._context(subject_id.bytes, "key"))

    def _in_store(self, work: Callable[[Connection], T]) -> T:
        from dreamseed.database.transaction import in_tenant

        try:
            return in_tenant(self._organisation, work, self._access.url)
        except Unavailable as error:
            raise _unavailable() from error

    @property
    def _organisation(self) -> UUID:
        if self._org_id is None:
            raise LookupError("whose keys? Before a tenant is known, say so by `keys.of(org_id)`")
        return self._org_id

    def _context(self, subject: bytes, place: str) -> bytes:
        """What is bound to a ciphertext: it is good for this organisation, subject and place only."""
        return self._organisation.bytes + subject + place.encode()

    def _name(self, subject_id: UUID) -> Name:
        return self._access.url, self._organisation, subject_id


def _cipher(key: bytes | None) -> AESGCM | None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return None if key is None else AESGCM(key)


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag


def _unavailable() -> Unavailable:
    detail = "Names and other personal details cannot be read just now. Nothing is lost: try again in a moment."
    return Unavailable(detail, code="keys_unavailable", retry_after_seconds=5)


Name = tuple[str, UUID, UUID]
"""Whose key: the store's address, the organisation, the subject."""


class _Memory:
    """The keys that this process used lately, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Name, tuple[float, bytes | None]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, subjects: Mapping[Name, UUID]) -> dict[UUID, bytes | None]:
        """Those keys that are remembered, by subject."""
        oldest, found = time.monotonic() - TTL_SECONDS, {}
        with self._lock:
            for name, subject in subjects.items():
                read_at, key = self._keys.get(name, (float("-inf"), None))
                if read_at > oldest:
                    self._keys.move_to_end(name)
                    found[subject] = key
        return found

    def add(self, keys: Mapping[Name, bytes | None]) -> None:
        """Remember keys from now on."""
        now = time.monotonic()
        with self._lock:
            for name, key in keys.items():
                self._keys[name] = now, key
                self._keys.move_to_end(name)
            while len(self._keys) > MAX_REMEMBERED:
                self._keys.popitem(last=False)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._keys.clear()


_remembered = _Memory()


def forget_keys() -> None:
    """Fetch every key anew at its next use."""
    _remembered.clear()


def connect(function: Function, org_id: UUID | None) -> SubjectKeys:
    """The keys that this function may use, of its caller's or message's organisation."""
    return granted_keys(Grants.of(function), org_id)


def granted_keys(grants: Grants, org_id: UUID | None = None) -> SubjectKeys:
    """The keys that these grants give access to."""
    from dreamseed.ports.secrets import Secrets

    url = grants.address("subject_keys", "main", "read", "write", "destroy", "owner")
    action = next(grant.action for grant in grants.declared if grant.kind == "subject_keys")
    return SubjectKeys(KeyAccess(url, action, Secrets(grants).read), org_id)
