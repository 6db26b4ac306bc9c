"""What the audit log says of a call: made by the endpoint, refined by the function, appended last of all.

    def update_user(id: UUID, ..., trail: Trail) -> Reply[Person]:
        ...
        trail.note(id, "users", id, before=shown(row), after=shown(changed))

A function that says nothing leaves who called it, on what, from where. A read is worth an entry only when the function
notes that it showed what is another person's. A function that opens its own transactions calls `record` as the last
statement of the one that counts; where it does not, the endpoint does so in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from dreamseed.audit.entries import Entry, append, difference
from dreamseed.function import Function
from dreamseed.http.caller import Caller
from dreamseed.http.exchange import Client
from dreamseed.needs import Http

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dreamseed.ports.subject_keys import SubjectKeys

_PEOPLE = ("users", "learners")
_PERSON_INPUTS = ("learner_id", "user_id", "guardian_id")


class Trail:
    """The entry that one call will leave."""

    def __init__(self, function: Function, caller: Caller, entry: Entry) -> None:
        self._function, self._caller = function, caller
        self._is_read = cast(Http, function.needs.trigger).method == "GET"
        self._entry = entry
        self._is_noted = self._is_recorded = False

    def note(
        self,
        subject_id: UUID | None,
        resource: str,
        resource_id: UUID | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Say about whom and what the call was, and how the thing was and is now; what is the same is left out.

        `subject_id` is the person whose data it is, with whose key the change is sealed; None when it is nobody's.
        """
        changes = None if before is None and after is None else difference(before or {}, after or {})
        self._entry = replace(
            self._entry, subject_id=subject_id, resource=resource, resource_id=resource_id, changes=changes
        )
        self._is_noted = True

    def record(self, db: Connection | None) -> None:
        """Append the entry, at most once, and for a program that read a learner's record the disclosure too.

        Without `db`, in a transaction of its own.
        """
        if self._is_recorded or (self._is_read and not self._is_about_another):
            return
        if db is None:
            from dreamseed.database.transaction import in_tenant

            in_tenant(self._caller.org_id, self._append)
        else:
            self._append(db)
        self._is_recorded = True

    def refuse(self, reason: str) -> None:
        """Append, in a transaction of its own, that the caller may not do this. `reason` is the problem's code."""
        from dreamseed.database.transaction import in_tenant

        refused = replace(self._entry, success=False, reason=reason)
        in_tenant(self._caller.org_id, lambda db: append(db, refused, self._keys))

    @property
    def _is_about_another(self) -> bool:
        return self._is_noted and self._entry.subject_id not in (None, self._caller.user_id)

    @cached_property
    def _keys(self) -> SubjectKeys:
        port = import_module("dreamseed.ports.subject_keys")
        return cast("SubjectKeys", port.connect(self._function, self._caller.org_id))

    def _append(self, db: Connection) -> None:
        subject_id = self._entry.subject_id
        if self._is_read and self._caller.limited_to is not None and subject_id is not None:
            from dreamseed.audit.disclosures import record_read

            record_read(db, self._keys, self._caller, subject_id, self._entry.action)
        append(db, self._entry, self._keys)


def trail_of(function: Function, caller: Caller, client: Client, inputs: Mapping[str, Any], request_id: str) -> Trail:
    """The trail of a call before the function has said anything: its path says what it is about."""
    resource, resource_id = _resource(cast(Http, function.needs.trigger).path, caller, inputs)
    subject_id = resource_id if resource in _PEOPLE else None
    for name in _PERSON_INPUTS:
        if subject_id is None and isinstance(inputs.get(name), UUID):
            subject_id = inputs[name]
    entry = Entry(
        function.name,
        actor_id=caller.user_id,
        session_id=caller.session_id,
        resource=resource,
        resource_id=resource_id,
        subject_id=subject_id,
        client=client,
        request_id=request_id,
    )
    return Trail(function, caller, entry)


def _resource(path: str, caller: Caller, inputs: Mapping[str, Any]) -> tuple[str, UUID | None]:
    """The collection that a path begins with, and which of it; `/me` is the caller among the users."""
    collection = path.removeprefix("/api/v1/").split("/")[0]
    if collection == "me":
        return "users", caller.user_id
    id_ = inputs.get("id")
    return collection, caller.user_id if id_ == "me" else id_ if isinstance(id_, UUID) else None
