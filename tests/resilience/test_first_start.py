"""A host that is killed in the middle of its first start, however far it had come, is whole after the next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from host.demo.seed import HILLSIDE, demo_id
from host.settings import HostError
from host.testing import HostUnderTest, wait_until
from tests.resilience.learner import Learner
from tests.resilience.ledger import Ledger
from tests.school import LEARNER

pytestmark = [pytest.mark.host, pytest.mark.resilience]

CONTENT = """
select (select count(*) from item_parameters) as items, (select count(*) from concept_relationships) as relationships,
    (select count(*) from misconceptions) as misconceptions, (select count(*) from test_designs) as designs,
    (select count(*) from enrolments) as enrolments, (select count(*) from assignments) as assignments
"""


@pytest.fixture
def new_host(tmp_path: Path) -> Iterator[HostUnderTest]:
    """A host that has never been started."""
    new_host = HostUnderTest(tmp_path / "data", ["--port=0", "--no-localstack", "--throw-away"])
    yield new_host
    if new_host.is_running:
        new_host.stop()


def test_a_first_start_that_was_cut_short_is_made_up_for(new_host: HostUnderTest, ledger: Ledger) -> None:
    for beginning_of in ("postgres.new-*", "postgres", "host.json"):  # making the cluster, migrating it, seeding it
        kill_while_starting(new_host, beginning_of)

    new_host.start()

    assert Ledger(new_host).run(CONTENT) == ledger.run(CONTENT)
    assert Ledger(new_host).differences() == {}
    learner = Learner(new_host.url, LEARNER, str(demo_id(HILLSIDE.slug, "Practise")))
    learner.sign_in()
    assert len(learner.take_test().answers) == 10
    learner.close()


def kill_while_starting(host: HostUnderTest, beginning_of: str) -> None:
    """Start the host, and kill it as soon as such a file is in its folder."""
    (host.data_dir / "host.json").unlink(missing_ok=True)
    with ThreadPoolExecutor(1) as threads:
        starting = threads.submit(host.start)

        def has_come_so_far() -> bool:
            return any(host.data_dir.glob(beginning_of))

        wait_until(lambda: has_come_so_far() or starting.done(), 60, lambda: f"there is no {beginning_of}")
        assert has_come_so_far(), starting.exception()
        host.kill()
        with pytest.raises(HostError, match="the host ended"):
            starting.result()
