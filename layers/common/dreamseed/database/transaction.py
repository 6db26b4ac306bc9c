"""Transactions: every one belongs to a tenant, or to the system and its few tables.

    in_tenant(org_id, work)      run `work(connection)` and commit; once more if the connection broke before the commit
    tenant_transaction(org_id)   the same as a context manager, which cannot run its body twice
    in_system, system_transaction   across tenants, for the role dreamseed_system

A transaction costs two round trips beside its own statements: BEGIN travels together with its settings, which end with
it (`set_config(..., true)`), so that no tenant is left behind on a pooled connection, however the transaction ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError

from dreamseed.database.engine import driver_of, link
from dreamseed.errors import OutcomeUnknown, Unavailable

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

STATEMENT_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 15_000
"""A function that died in mid-transaction holds its locks no longer than this."""

_DEADLOCK, _SERIALIZATION_FAILURE = "40P01", "40001"
_OUT_OF_TIME = {"57014", "55P03", "25P03"}
"""query_canceled (by statement_timeout), lock_not_available, idle_in_transaction_session_timeout."""


def in_tenant(org_id: UUID, work: Callable[[Connection], T], url: str | None = None) -> T:
    """Run `work` in one transaction of that tenant and return its result once committed.

    `work` runs a second time if the connection broke, or PostgreSQL chose it as a deadlock's victim, before COMMIT was
    sent; so it must have no effect outside the transaction that may not happen twice. Raises Unavailable when the
    database does not answer, and its OutcomeUnknown when the connection broke during COMMIT.
    """
    return _run(_opening(_checked(org_id)), work, url)


def in_system(work: Callable[[Connection], T], url: str | None = None) -> T:
    """Run `work` in one transaction without a tenant. See `in_tenant` for the rest."""
    return _run(_opening(None), work, url)


@contextmanager
def tenant_transaction(org_id: UUID, url: str | None = None) -> Iterator[Connection]:
    """A transaction of that tenant: commits at the end, rolls back on an exception. Raises TypeError without tenant."""
    with _transaction(_opening(_checked(org_id)), url) as connection:
        yield connection


@contextmanager
def system_transaction(url: str | None = None) -> Iterator[Connection]:
    """A transaction without a tenant, in which only tables open to the role dreamseed_system show any row."""
    with _transaction(_opening(None), url) as connection:
        yield connection


def _run(opening: str, work: Callable[[Connection], T], url: str | None) -> T:
    try:
        return _attempt(opening, work, url)
    except _NothingCommitted as first:
        failure = first
    if failure.is_worth_retrying:
        try:
            return _attempt(opening, work, url)
        except _NothingCommitted as second:
            failure = second
    raise failure.as_error()


def _attempt(opening: str, work: Callable[[Connection], T], url: str | None) -> T:
    try:
        with _transaction(opening, url) as connection:
            return work(connection)
    except DBAPIError as error:
        raise _NothingCommitted(error) from error


@contextmanager
def _transaction(opening: str, url: str | None) -> Iterator[Connection]:
    """From BEGIN to COMMIT, which the driver sends: SQLAlchemy would do no more about them, at three times the cost."""
    database = link(url)
    connection = database.take()
    try:
        driver = driver_of(connection)
        driver.execute(opening)
        yield connection
        _refuse_aborted(driver)
        _commit(driver, database.driver_error)
    except database.driver_error as error:
        raise _translated(connection, error, database.driver_error) from error
    finally:
        database.give_back(connection)


def _checked(org_id: UUID) -> UUID:
    """The tenant itself; raises TypeError for anything that is not a UUID, because it goes into SQL as text."""
    if not isinstance(org_id, UUID):
        raise TypeError(f"a tenant transaction needs the organisation's UUID, not {org_id!r}")
    return org_id


def _opening(org_id: UUID | None) -> str:
    """BEGIN and the transaction's settings as one simple query. A UUID prints as hexadecimal digits and dashes only."""
    return (
        "begin; select"
        f" set_config('app.org_id', '{org_id or ''}', true),"
        f" set_config('statement_timeout', '{STATEMENT_TIMEOUT_MS}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{IDLE_TIMEOUT_MS}', true)"
    )


def _refuse_aborted(driver: psycopg.Connection[Any]) -> None:
    """Raise if a statement failed and the error was caught: PostgreSQL would answer COMMIT with a silent rollback."""
    if driver.info.transaction_status.name == "INERROR":
        raise InvalidRequestError("a statement failed in this transaction, so it cannot be committed")


def _commit(driver: psycopg.Connection[Any], driver_error: type[psycopg.Error]) -> None:
    try:
        driver.commit()
    except driver_error as error:
        if error.diag.severity_nonlocalized == "ERROR":
            raise  # PostgreSQL says that it was not committed; anything else leaves that open
        detail = "The database went away while this was being saved: send it again with the same Idempotency-Key."
        raise OutcomeUnknown(detail, retry_after_seconds=1) from error


def _translated(connection: Connection, error: psycopg.Error, driver_error: type[psycopg.Error]) -> BaseException:
    """An error of the driver as `db.execute` would have raised it."""
    is_broken = driver_of(connection).closed or error.diag.severity_nonlocalized in ("FATAL", "PANIC")
    dialect = connection.dialect
    return DBAPIError.instance(None, None, error, driver_error, connection_invalidated=is_broken, dialect=dialect)


class _NothingCommitted(Exception):
    """A database error before COMMIT was sent."""

    def __init__(self, cause: DBAPIError) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self._sqlstate = getattr(cause.orig, "sqlstate", None)

    @property
    def is_worth_retrying(self) -> bool:
        return self.cause.connection_invalidated or self._sqlstate in (_DEADLOCK, _SERIALIZATION_FAILURE)

    def as_error(self) -> Exception:
        """What the caller sees: Unavailable if the database could not answer, else the database's own error."""
        if self.is_worth_retrying or self._sqlstate in _OUT_OF_TIME or self._could_not_connect:
            error = Unavailable("The database does not answer.", code="database_unavailable", retry_after_seconds=1)
            error.__cause__ = self.cause
            return error
        return self.cause

    @property
    def _could_not_connect(self) -> bool:
        """PostgreSQL's own errors have a code; the driver's, when there is no PostgreSQL to answer, have none."""
        return self._sqlstate is None and isinstance(self.cause, OperationalError)
