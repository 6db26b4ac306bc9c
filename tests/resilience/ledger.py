"""What the database says in the end, and whether it is what must have come of the answers.

Everything that follows from answers is computed here once more, in SQL and from the answers alone, so whatever was lost
or counted twice on the way through outbox, queues and consumers shows as a difference.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from dreamseed.identity.queries import address_digest
from dreamseed.ports.subject_keys import SubjectKeys
from host.demo.seed import HILLSIDE
from host.postgres import Database
from host.testing import HostUnderTest, wait_until
from tests.keys import keys_of, secrets_in
from tests.resilience.learner import Given

CONSUMERS = 2
"""Who must hear of a finished session: exposure counts and knowledge states."""
SETTLE_SECONDS = 55.0
CONNECT_SECONDS = 20.0

PERSON = "select id from users where org_id = %(org_id)s and email_digest = %(digest)s"

ANSWERS = """
select position, item_version_id::text as item_id, answer ->> 'option' as option, idempotency_key as key
from responses where session_id = %(session_id)s order by position
"""

UNHEARD = """
select s.id::text from test_sessions s join organisations g on g.id = s.org_id and g.created_at <= s.created_at
left join outbox o on o.org_id = s.org_id and o.topic = 'session.finished' and o.payload ->> 'session_id' = s.id::text
left join inbox i on i.org_id = o.org_id and i.message_id = o.id
where s.org_id = %(org_id)s and s.status in ('finished', 'expired')
group by s.id having count(distinct o.id) <> 1 or count(i.consumer) <> %(consumers)s
"""

WRONG_SESSIONS = """
select s.id::text, s.answered, count(r.position) as stored from test_sessions s
left join responses r on r.org_id = s.org_id and r.session_id = s.id
where s.org_id = %(org_id)s
group by s.org_id, s.id
having s.answered <> count(r.position) or s.correct <> coalesce(sum(r.score), 0)
    or coalesce(max(r.position), 0) <> count(r.position)
"""

WRONG_EXPOSURES = """
with given as (
    select s.bank_version_id, r.item_version_id, count(*) as administered, sum(r.score) as correct
    from responses r join test_sessions s on s.org_id = r.org_id and s.id = r.session_id
    where s.org_id = %(org_id)s and s.status in ('finished', 'expired')
    group by s.bank_version_id, r.item_version_id
), counted as (
    select bank_version_id, item_version_id, administered, correct from exposure_counts where org_id = %(org_id)s
    and bank_version_id in (select bank_version_id from test_sessions)
)
select item_version_id::text, given.administered, counted.administered as counted
from given full join counted using (bank_version_id, item_version_id)
where (given.administered, given.correct) is distinct from (counted.administered, counted.correct)
"""

WRONG_STATES = """
with given as (
    select s.learner_id, c.code as concept_code, count(*) as responses
    from responses r join test_sessions s on s.org_id = r.org_id and s.id = r.session_id
    join item_versions v on v.org_id = r.org_id and v.id = r.item_version_id
    join items i on i.org_id = v.org_id and i.id = v.item_id
    join concepts c on c.org_id = i.org_id and c.id = i.concept_id
    where s.org_id = %(org_id)s and s.status in ('finished', 'expired')
    group by s.learner_id, c.code
), known as (
    select learner_id, concept_code, responses from knowledge_states where org_id = %(org_id)s
    and learner_id in (select learner_id from test_sessions)
)
select learner_id::text, concept_code, given.responses, known.responses as known
from given full join known using (learner_id, concept_code)
where given.responses is distinct from known.responses
"""

Rows = list[dict[str, Any]]


class Ledger:
    """The running host's database as its superuser sees it. Hillside's, where organisations matter."""

    def __init__(self, host: HostUnderTest) -> None:
        self._host = host

    def run(self, statement: LiteralString, **values: object) -> Rows:
        """The rows of a statement in a transaction of its own; none if it returns no rows."""
        parameters = {"org_id": HILLSIDE.id, **values}
        with self.connect() as db:
            cursor = db.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    @property
    def keys(self) -> SubjectKeys:
        """The keys of Hillside's people."""
        where = conninfo_to_dict(self._host.status()["database"])
        database = Database(Path(str(where["host"])), str(where["dbname"]))
        return keys_of(database, HILLSIDE.id, secret=secrets_in(self._host.data_dir / "secrets"))

    def person(self, email: str) -> UUID:
        """The id of who has that address."""
        (row,) = self.run(PERSON, digest=address_digest(self.keys, email))
        person: UUID = row["id"]
        return person

    def digest(self, table: str) -> str:
        """A digest of all that stands in a table."""
        statement = sql.SQL("select md5(string_agg(md5(t::text), '' order by t::text)) as digest from {} t")
        with self.connect() as db:
            row = db.execute(statement.format(sql.Identifier(table))).fetchone()
        return str(row and row["digest"])

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """A connection as the superuser, once there is a server to connect to."""
        deadline = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                return psycopg.connect(self._host.status()["database"], row_factory=dict_row)
            except psycopg.OperationalError:  # it is just starting again
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def answers(self, session_id: str) -> list[Given]:
        """A session's answers in order."""
        return [Given(**row) for row in self.run(ANSWERS, session_id=session_id)]

    def unheard(self) -> Rows:
        """The sessions that are over and do not have exactly one event, or that some consumer has not heard of.

        What an organisation brought along, from before it was here, needs none.
        """
        return self.run(UNHEARD, consumers=CONSUMERS)

    def wait_until_heard(self) -> None:
        """Return when every finished session has gone through outbox and queues to all its consumers."""
        wait_until(lambda: not self.unheard(), SETTLE_SECONDS, lambda: f"nobody has heard of {self.unheard()}")

    def differences(self) -> dict[str, Rows]:
        """Everything that does not follow from the answers."""
        checks = {"sessions": WRONG_SESSIONS, "exposure counts": WRONG_EXPOSURES, "knowledge states": WRONG_STATES}
        return {what: rows for what, check in checks.items() if (rows := self.run(check))}
