"""A test session between database and rules: opening it, moving it on, ending it, showing it.

Every change happens under the session's row lock, so two answers, or an answer and the clock, come one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries, rules
from dreamseed.assessment.designs import Design, load_design
from dreamseed.assessment.models import (
    PAUSED_LIFETIME,
    Accommodations,
    Session,
    SessionSummary,
    ShownItem,
    ShownOption,
)
from dreamseed.assessment.queries import StoredSession
from dreamseed.assessment.terms import Terms, shown_limit
from dreamseed.content.library import load_bank, load_items
from dreamseed.content.models import Bank, Item
from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, NotFound
from dreamseed.http.caller import Caller
from dreamseed.platform.outbox import publish
from dreamseed.school.access import may_reach


@dataclass(frozen=True)
class OpenSession:
    """A session's row with the design and the bank that it runs on."""

    row: StoredSession
    design: Design
    bank: Bank
    moved_to: rules.Standing | None = None

    @cached_property
    def standing(self) -> rules.Standing:
        """Where the session stands: known since it moved there, or replayed from what is stored."""
        return self.moved_to or rules.standing_of(self.bank.parameters, self.row.cat_state, self.row.next_choice)

    def is_over(self, now: datetime) -> bool:
        """Whether the session takes no more answers, even if nothing has written that down yet."""
        row = self.row
        if row.paused_at is not None:
            return now >= row.paused_at + PAUSED_LIFETIME
        return row.status in rules.OVER or now >= row.expires_at

    def changed(self, columns: dict[str, Any]) -> OpenSession:
        """The session once these columns are written."""
        return OpenSession(replace(self.row, **columns), self.design, self.bank)

    def current_item(self, db: Connection) -> Item | None:
        """The item to answer now."""
        if self.row.next_choice is None or self.row.status != "active":
            return None
        return self.item(db, self.bank.entries[self.row.next_choice["item"]].item_version_id)

    def item(self, db: Connection, item_version_id: UUID) -> Item:
        """An item of this session."""
        return load_items(db, self.row.org_id, [item_version_id])[item_version_id]


def require_present_consent(db: Connection, caller: Caller, permission: str, now: datetime) -> None:
    """Raise Forbidden `consent_missing` if a consent was withdrawn that the caller's token still knows of."""
    from dreamseed.identity.standing import read_standing  # an answer believes the token, and loads none of it

    replace(caller, standing=read_standing(db, caller.user_id, now.date())).require(permission)


def unfinished_session(
    db: Connection, caller: Caller, design: Design, assignment_id: UUID | None, now: datetime
) -> OpenSession | None:
    """The caller's session of that design and assignment that is not over yet.

    One whose time is up is ended here, so that the clock's next tick need not be waited for.
    """
    unfinished = queries.lock_unfinished_session(db, caller.user_id, design.id, assignment_id)
    if unfinished is None:
        return None
    session = with_design(db, unfinished)
    if not session.is_over(now):
        return session
    expire(db, session, now)
    return None


def open_session(
    db: Connection, caller: Caller, design: Design, terms: Terms, seed: int, now: datetime
) -> tuple[OpenSession, bool]:
    """A new session of that design; or, if a request at the same moment has opened one, that. And whether it is new."""
    session = _new_session(db, caller, design, terms, seed, now)
    if queries.add_session(db, _columns(session.row)):
        return session, True
    return _the_other_one(db, caller, design, terms.assignment_id), False


def _new_session(db: Connection, caller: Caller, design: Design, terms: Terms, seed: int, now: datetime) -> OpenSession:
    bank = load_bank(db, caller.org_id, design.bank_version_id)
    standing = rules.begin(design.cat, bank.parameters, seed)
    row = StoredSession(
        org_id=caller.org_id,
        id=new_id(),
        created_at=now,
        learner_id=caller.user_id,
        test_design_id=design.id,
        bank_version_id=bank.id,
        seed=seed,
        answered=0,
        correct=0,
        started_at=now,
        paused_at=None,
        **terms.columns(design.time_limit_seconds, now),
        **_standing_columns(standing, now),
    )
    return OpenSession(row, design, bank, standing)


def _columns(row: StoredSession) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row) if each.name not in ("org_id", "created_at")}


def _the_other_one(db: Connection, caller: Caller, design: Design, assignment_id: UUID | None) -> OpenSession:
    """The session that a request at the same moment has opened."""
    row = queries.lock_unfinished_session(db, caller.user_id, design.id, assignment_id)
    if row is None:
        raise Conflict("The test began and ended elsewhere just now; start it again.", code="session_not_active")
    return with_design(db, row)


def find_session(
    db: Connection,
    caller: Caller,
    session_id: UUID,
    read: Callable[[Connection, UUID], StoredSession | None],
    *,
    is_for_guardians: bool = False,
) -> OpenSession:
    """The session, if it is the caller's own or a learner's whom they teach. Raises NotFound otherwise.

    `read` is `queries.read_session`, or `queries.lock_session` for those who will change it. `is_for_guardians`: a
    ward's will do as well; guardians see what came of a test, and not its items.
    """
    row = read(db, session_id)
    if row is None or not may_reach(db, caller, row.learner_id, "session:read", is_for_guardians=is_for_guardians):
        raise no_session()
    return with_design(db, row)


def own_session(db: Connection, caller: Caller, session_id: UUID) -> OpenSession:
    """The caller's own session, locked. Raises NotFound for anybody else's."""
    row = queries.lock_session(db, session_id)
    if row is None or row.learner_id != caller.user_id:
        raise no_session()
    return with_design(db, row)


def no_session() -> NotFound:
    """There is no such session, as far as the caller is concerned."""
    return NotFound("There is no such test session.", code="session_not_found")


def with_design(db: Connection, row: StoredSession) -> OpenSession:
    """A session's row with its design and bank."""
    design = load_design(db, row.org_id, row.test_design_id)
    return OpenSession(row, design, load_bank(db, row.org_id, row.bank_version_id))


def pause(db: Connection, session: OpenSession, now: datetime) -> OpenSession:
    """Stop the clock of a locked session. Raises Conflict when it is over."""
    if session.row.status == "paused":
        return session
    rules.require_answerable(session.row.status, session.row.expires_at, now)
    return _write(db, session, {"status": "paused", "paused_at": now})


def resume(db: Connection, session: OpenSession, now: datetime) -> OpenSession:
    """Start the clock of a locked session again, with the time left that it had. Raises Conflict when it is over."""
    paused_at = session.row.paused_at
    if paused_at is None or session.is_over(now):
        status = "expired" if paused_at else session.row.status
        rules.require_answerable(status, session.row.expires_at, now)
        return session
    expires_at = session.row.expires_at + (now - paused_at)
    return _write(db, session, {"status": "active", "paused_at": None, "expires_at": expires_at})


def finish(db: Connection, session: OpenSession, now: datetime) -> OpenSession:
    """End a locked session because its learner wants to; one that is over stays over, for the reason it had."""
    if session.row.status in rules.OVER:
        return session
    if session.is_over(now):
        return expire(db, session, now)
    return _end(db, session, "finished", "learner_finished", now)


def expire(db: Connection, session: OpenSession, now: datetime) -> OpenSession:
    """End a locked session whose time is up; any other stays as it is."""
    if session.row.status in rules.OVER or not session.is_over(now):
        return session
    return _end(db, session, "expired", "time_limit", now)


def _write(db: Connection, session: OpenSession, columns: dict[str, Any]) -> OpenSession:
    queries.update_session(db, session.row.id, columns)
    return session.changed(columns)


def _end(db: Connection, session: OpenSession, status: str, stop_reason: str, now: datetime) -> OpenSession:
    """End a locked session that is not over yet, and tell the rest of the product."""
    values = {"status": status, "stop_reason": stop_reason, "finished_at": now, "paused_at": None, "next_choice": None}
    ended = _write(db, session, values)
    publish_finished(db, ended)
    return ended


def publish_finished(db: Connection, session: OpenSession) -> None:
    """Send `session.finished` with everything that its consumers need, so that none has to ask back."""
    publish_session(db, "session.finished", session)


def publish_session(db: Connection, topic: str, session: OpenSession) -> None:
    """Send an event about a session that is over, with all its answers."""
    row = session.row
    publish(
        db,
        topic,
        {
            "session_id": str(row.id),
            "learner_id": str(row.learner_id),
            "test_design_id": str(row.test_design_id),
            "bank_version_id": str(row.bank_version_id),
            "status": row.status,
            "stop_reason": row.stop_reason,
            "theta": row.theta,
            "se": row.se,
            "finished_at": row.finished_at.isoformat() if row.finished_at else None,
            "responses": [
                {
                    "position": response.position,
                    "item_version_id": str(response.item_version_id),
                    "item_code": session.bank.entry(response.item_version_id).item_code,
                    "concept_code": session.bank.entry(response.item_version_id).concept_code,
                    "score": response.score,
                    "response_ms": response.response_ms,
                }
                for response in queries.list_responses(db, row.id)
            ],
        },
    )


def record_answer(
    db: Connection, session: OpenSession, standing: rules.Standing, response: dict[str, Any], now: datetime
) -> OpenSession:
    """Write an answer to the current item of a locked session, and the standing that follows from it."""
    columns = {
        **_standing_columns(standing, now),
        "answered": session.row.answered + 1,
        "correct": session.row.correct + response["score"],
    }
    estimate = {"theta_after": standing.cat.theta, "se_after": standing.cat.se}
    queries.record_response(db, {"session_id": session.row.id, **response, **estimate}, columns)
    moved = replace(session.changed(columns), moved_to=standing)
    if standing.stop_reason is not None:
        publish_finished(db, moved)
    return moved


def shown_session(db: Connection, session: OpenSession, now: datetime) -> Session:
    """A session as its learner sees it: the item without its key."""
    row = session.row
    is_late = row.status not in rules.OVER and session.is_over(now)
    item = None if is_late else session.current_item(db)
    summary = _summary(row, session.design.name, session.design)
    remaining = rules.estimated_remaining(session.design.cat, session.standing.cat) if item else None
    return Session(
        **{**summary, "status": "expired" if is_late else row.status, "estimated_remaining": remaining},
        item=shown_item(item, row.answered + 1) if item else None,
        accommodations=Accommodations(**row.accommodations),
        server_time=now,
    )


def shown_summary(row: StoredSession, design: Design) -> SessionSummary:
    """A session in a list."""
    return SessionSummary(**_summary(row, design.name, design))


def _summary(row: StoredSession, name: str, design: Design) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "mode": design.mode,
        "test_design_id": row.test_design_id,
        "test_design_name": name,
        "answered": row.answered,
        "min_items": design.cat.stopping.min_items,
        "max_items": design.cat.stopping.max_items,
        "estimated_remaining": None,
        "started_at": row.started_at,
        "expires_at": row.expires_at,
        "paused_at": row.paused_at,
        "finished_at": row.finished_at,
        "stop_reason": row.stop_reason,
        "assignment_id": row.assignment_id,
        "extra_seconds": row.extra_seconds,
        "time_limit_seconds": shown_limit(design.time_limit_seconds, row.extra_seconds, row.accommodations),
    }


def _standing_columns(standing: rules.Standing, now: datetime) -> dict[str, Any]:
    is_over = standing.stop_reason is not None
    return {
        "cat_state": standing.cat.to_dict(),
        "next_choice": asdict(standing.choice) if standing.choice else None,
        "theta": standing.cat.theta,
        "se": standing.cat.se,
        "status": "finished" if is_over else "active",
        "stop_reason": standing.stop_reason,
        "finished_at": now if is_over else None,
    }


def shown_item(item: Item, position: int) -> ShownItem:
    """An item as its learner sees it, without its key."""
    options = [ShownOption(id=each["id"], text=each["text"], spoken=each["spoken"]) for each in item.body["options"]]
    body = item.body
    return ShownItem(
        id=item.id,
        position=position,
        type=item.type,
        stem=body["stem"],
        stem_spoken=body["stem_spoken"],
        options=options,
    )
