"""One host for all resilience tests of a process, six learners in it, and what must be true when a test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dreamseed.database.ids import new_id
from dreamseed.database.sealed import Sealed
from dreamseed.identity.queries import sealed_values
from host.demo.seed import HILLSIDE, demo_id
from host.testing import HostUnderTest, running_host
from tests.resilience.learner import Learner, TakenTest
from tests.resilience.ledger import Ledger
from tests.school import ADMIN, LEARNER

LEARNERS = 6

ENROL = """
with enrolled as (
    insert into users (org_id, id, email, email_digest, full_name, password_hash, is_simulated)
    select org_id, %(id)s, %(email)s, %(email_digest)s, %(full_name)s, password_hash, true from users
    where id = %(like)s
    returning org_id, id
)
insert into memberships (org_id, user_id, role) select org_id, id, 'learner' from enrolled
"""

CheckTests = Callable[[list[TakenTest]], None]


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostUnderTest]:
    """A host with everything that belongs to it."""
    with running_host(tmp_path_factory.mktemp("host"), with_localstack=True) as host:
        host.wait_until_background_is_ready()
        yield host


@pytest.fixture(scope="session")
def ledger(host: HostUnderTest) -> Ledger:
    """What the host's database says."""
    return Ledger(host)


@pytest.fixture(scope="session")
def emails(ledger: Ledger) -> list[str]:
    """Six learners of Hillside who have not taken a test yet."""
    emails = [f"learner-{number}@hillside.example" for number in range(LEARNERS)]
    for email in emails:
        user_id = new_id()
        sealed = sealed_values(ledger.keys, user_id, {"email": email, "full_name": email})
        bytes_of = {name: value.value if isinstance(value, Sealed) else value for name, value in sealed.items()}
        ledger.run(ENROL, id=user_id, like=demo_id(LEARNER), **bytes_of)
    return emails


@pytest.fixture
def learners(host: HostUnderTest, emails: list[str]) -> Iterator[list[Learner]]:
    """The six, signed in to practise, ten questions each; none of them has begun."""
    design_id = str(demo_id(HILLSIDE.slug, "Practise"))
    learners = [Learner(host.url, email, design_id) for email in emails]
    for learner in learners:
        learner.sign_in()
        learner.leave()
    yield learners
    for learner in learners:
        learner.close()


@pytest.fixture
def check(host: HostUnderTest, ledger: Ledger) -> Iterator[CheckTests]:
    """Checks that nothing of these tests was lost, nothing doubled, and everything has followed from them once."""
    overseer = Learner(host.url, ADMIN, "")
    overseer.sign_in()

    def check(tests: list[TakenTest]) -> None:
        for test in tests:
            assert ledger.answers(test.session_id) == test.answers
            assert [given.position for given in test.answers] == list(range(1, len(test.answers) + 1))
            trace = overseer.send("GET", f"/sessions/{test.session_id}/trace")
            assert trace["replay"] == {"matches": True, "first_difference": None}
        host.wait_until_background_is_ready()
        ledger.wait_until_heard()
        assert ledger.differences() == {}

    yield check
    overseer.close()
