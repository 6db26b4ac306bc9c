"""The rows in which all processes count requests together."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Executable, Integer, bindparam, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.hot import Hot
from dreamseed.http.rates import Count, Due, period_of
from dreamseed.platform.tables import organisations, rate_counts

__all__ = ["Connection", "add", "plan_of"]

_PLAN = select(organisations.c.plan)
_NONE: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)


def _adding() -> Executable:
    """Add to the row, which begins a new window when its time has come; a window that is over takes no more."""
    now = rate_counts.c
    statement = insert(rate_counts).values(
        scope=bindparam("scope"),
        subject=bindparam("subject"),
        period=bindparam("period"),
        used=bindparam("amount"),
        used_before=_NONE,
        expires_at=bindparam("expires_at"),
    )
    new = statement.excluded
    changed = {
        "used": case((now.period < new.period, new.used), else_=now.used + new.used),
        "used_before": case(
            (now.period >= new.period, now.used_before), (now.period == new.period - _ONE, now.used), else_=_NONE
        ),
        "period": func.greatest(now.period, new.period),
        "expires_at": func.greatest(now.expires_at, new.expires_at),
    }
    counted = statement.on_conflict_do_update(index_elements=["org_id", "scope", "subject"], set_=changed)
    return counted.returning(now.period, now.used, now.used_before, _PLAN.scalar_subquery())


_ADD = Hot(_adding)


def add(db: Connection, due: Due, amount: int, at: float) -> tuple[Count, str]:
    """Count so many requests at that moment (seconds since 1970): what stands there now, and the organisation's plan.

    The row stays locked until the transaction ends, so that of two requests one comes first.
    """
    period = period_of(due.rate, at)
    values = {
        "scope": due.scope,
        "subject": due.subject,
        "period": period,
        "amount": amount,
        "expires_at": datetime.fromtimestamp((period + 2) * due.rate.window_seconds, UTC),
    }
    row = _ADD.run(db, values).fetchone()
    if row is None:
        raise LookupError(f"nothing was counted for {due.scope}")
    return Count(*row[:3]), str(row[3])


def plan_of(db: Connection) -> str:
    """The plan of the transaction's organisation."""
    return str(db.execute(_PLAN).scalar_one())
