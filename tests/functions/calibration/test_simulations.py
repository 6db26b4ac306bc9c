"""A simulation from the request to its result, whatever interrupts it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from xml.etree import ElementTree

import psycopg
import pytest
from sqlalchemy import func, select

from dreamseed.calibration.models import PopulationTask
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import JobCancelled, Unavailable
from dreamseed.platform.jobs import JobContext, fail_job, store_step
from dreamseed.platform.rules import BATCH_QUEUE_ALLOWANCE, LEASE
from dreamseed.platform.tables import job_steps, jobs, outbox
from functions.calibration.submit_population_simulation import submit_population_simulation as submit_population
from tests.functions.calibration.runs import TOKEN, Killed, Reports, Run
from tests.functions.platform.conftest import BatchRecorder, batch_recorder
from tests.school import AUTHOR, FOREIGN_TEACHER, HILLSIDE, LEARNER, TEACHER, School, school

__all__ = ["batch_recorder", "school"]

SETTINGS = {"examinees": 600, "theta_points": [-1.0, 0.0, 1.5], "seed": 42}


@pytest.fixture(autouse=True)
def _signed_in(school: School, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The functions' database; what still runs in the end makes room for the next test's jobs."""
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
    yield
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        for job_id in db.scalars(select(jobs.c.id).where(jobs.c.status == "running")):
            fail_job(db, job_id, {"code": "over"})


def request(school: School, by: str = AUTHOR, **changes: Any) -> Any:
    """The reply to a request for a simulation."""
    body = {"test_design_id": school.design_id(), **SETTINGS, **changes}
    headers = changes.pop("headers", None)
    return school.call("POST", "/api/v1/simulations", body, by=by, headers=headers)


def read(school: School, simulation_id: str, by: str = AUTHOR) -> Any:
    return school.call("GET", f"/api/v1/simulations/{simulation_id}", by=by)


def started(school: School, **changes: Any) -> tuple[str, Run]:
    """A new simulation, and the first attempt at its job."""
    created = request(school, **changes).json
    return created["id"], Run(school, UUID(created["job_id"])).start()


def stored_steps(school: School, run: Run) -> dict[tuple[str, str], Any]:
    """When each step of the job was stored."""
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        rows = db.execute(select(job_steps).where(job_steps.c.job_id == run.job_id))
        return {(row.step, row.item): row.created_at for row in rows}


def count_jobs(school: School) -> int:
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        return db.scalar(select(func.count()).select_from(jobs)) or 0


def test_a_request_is_accepted_with_a_job_to_follow(school: School) -> None:
    reply = request(school)

    assert reply.status == 202
    assert reply.headers["location"] == f"/api/v1/simulations/{reply.json['id']}"
    assert (reply.json["status"], reply.json["progress"], reply.json["result"]) == ("queued", 0.0, None)
    assert (reply.json["plot_url"], reply.json["report_url"]) == (None, None)
    assert {name: reply.json[name] for name in SETTINGS} == SETTINGS
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        asked = select(outbox.c.payload).where(outbox.c.topic == "job.requested")
        assert {"job_id": reply.json["job_id"], "attempt": 1} in db.scalars(asked).all()
    assert read(school, reply.json["id"]).json == reply.json
    assert school.call("GET", f"/api/v1/jobs/{reply.json['job_id']}", by=AUTHOR).json["kind"] == "simulate_design"


def test_what_is_left_open_is_decided_and_told(school: School) -> None:
    created = request(school, theta_points=None, seed=None).json

    assert created["theta_points"] == [point / 2 for point in range(-6, 7)]
    assert 0 <= created["seed"] < 2**53
    assert created["seed"] != request(school, seed=None).json["seed"]


def test_points_are_sorted(school: School) -> None:
    assert request(school, theta_points=[2, -1, 0.5]).json["theta_points"] == [-1, 0.5, 2]


def test_a_repeated_request_with_one_key_starts_one_simulation(school: School) -> None:
    before = count_jobs(school)
    body = {"test_design_id": school.design_id(), **SETTINGS}

    replies = [
        school.call("POST", "/api/v1/simulations", body, by=AUTHOR, headers={"idempotency-key": "one simulation"})
        for _ in range(2)
    ]

    assert replies[0].json == replies[1].json
    assert replies[1].headers["location"] == replies[0].headers["location"]
    assert count_jobs(school) == before + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"examinees": 99}, "body.examinees"),
        ({"examinees": 20_001}, "body.examinees"),
        ({"theta_points": []}, "body.theta_points"),
        ({"theta_points": [0.0, 0.0]}, "body.theta_points"),
        ({"theta_points": [6.5]}, "body.theta_points.0"),
        ({"theta_points": [n / 10 for n in range(42)]}, "body.theta_points"),
        ({"seed": -1}, "body.seed"),
        ({"seed": 2**53}, "body.seed"),
        ({"sed": 1}, "body.sed"),
    ],
)
def test_settings_that_cannot_be_simulated_are_refused(school: School, changes: dict[str, Any], field: str) -> None:
    before = count_jobs(school)

    reply = request(school, **changes)

    assert (reply.status, reply.code) == (422, "invalid_request")
    assert [error["field"] for error in reply.json["errors"]] == [field]
    assert count_jobs(school) == before


def test_an_unknown_design_is_not_found(school: School) -> None:
    reply = request(school, test_design_id=str(new_id()))

    assert (reply.status, reply.code) == (404, "test_design_not_found")


def test_another_schools_design_and_simulation_are_not_found(school: School) -> None:
    foreign = request(school, test_design_id=school.design_id(by=FOREIGN_TEACHER))
    unseen = read(school, request(school).json["id"], by=FOREIGN_TEACHER)

    assert (foreign.status, foreign.code) == (404, "test_design_not_found")
    assert (unseen.status, unseen.code) == (404, "simulation_not_found")


def test_teachers_see_simulations_and_cannot_start_them_learners_neither(school: School) -> None:
    simulation_id = request(school).json["id"]

    assert read(school, simulation_id, by=TEACHER).status == 200
    assert read(school, simulation_id, by=LEARNER).code == "permission_missing"
    assert request(school, by=TEACHER).code == "permission_missing"
    assert request(school, by=LEARNER).code == "permission_missing"


def test_a_finished_simulation_shows_figures_that_belong_together(school: School) -> None:
    simulation_id, run = started(school)

    run.complete()

    simulation = read(school, simulation_id, by=TEACHER).json
    result = simulation["result"]
    assert (simulation["status"], simulation["progress"], simulation["error"]) == ("succeeded", 1.0, None)
    assert result["examinees"] == 600
    assert [point["theta"] for point in result["conditional"]] == [-1.0, 0.0, 1.5]
    assert sum(result["stop_reasons"].values()) == pytest.approx(1)
    assert 10 <= result["mean_length"] <= 25
    assert result["exposure"]["mean"] == pytest.approx(result["mean_length"] / result["exposure"]["items"])
    assert abs(result["bias"]) < 5 * result["bias_se"]
    assert 0.2 < result["rmse"] < 0.6
    assert 0.8 < result["correlation"] < 1
    assert result["is_provisional"] is True


def test_simulations_are_listed_newest_first_with_how_far_they_are(school: School) -> None:
    finished, run = started(school)
    run.complete()
    waiting = request(school, test_design_id=school.design_id("Practise")).json

    listed = school.list_all("/api/v1/simulations", by=TEACHER, limit=3)
    of_design = school.list_all("/api/v1/simulations", by=TEACHER, test_design_id=school.design_id("Practise"))

    assert [each["id"] for each in listed[:2]] == [waiting["id"], finished]
    assert [each["status"] for each in listed[:2]] == ["queued", "succeeded"]
    assert listed[1]["result"] == read(school, finished).json["result"]
    assert listed[1]["plot_url"] is None
    assert {each["test_design_id"] for each in of_design} == {school.design_id("Practise")}
    assert school.call("GET", "/api/v1/simulations", by=LEARNER).code == "permission_missing"


def test_picture_and_report_are_served_at_signed_addresses(school: School) -> None:
    simulation_id, run = started(school)

    run.complete()

    simulation = read(school, simulation_id).json
    plot = download(school, simulation["plot_url"])
    report = download(school, simulation["report_url"])
    assert plot.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(plot.body).tag.endswith("svg")  # noqa: S314 - our own picture
    assert report.json["rmse"] == simulation["result"]["rmse"]
    assert len(report.json["item_exposures"]) == simulation["result"]["exposure"]["items"]
    exposed = sum(item["rate"] for item in report.json["item_exposures"])
    assert exposed == pytest.approx(simulation["result"]["mean_length"])


def download(school: School, url: str) -> Any:
    parts = urlsplit(url)
    reply = school.api.call("GET", parts.path, query=dict(parse_qsl(parts.query)))
    assert reply.status == 200
    return reply


def test_progress_is_told_from_the_first_part_to_the_last(school: School) -> None:
    created = request(school).json
    Run(school, UUID(created["job_id"])).start().complete()

    events = school.call("GET", f"/api/v1/jobs/{created['job_id']}/events", by=AUTHOR).json["items"]

    stages = [event["stage"] for event in events]
    assert stages == ["started", "prepared", *["points"] * 3, *["population"] * 3, "succeeded"]
    fractions = [event["fraction"] for event in events]
    assert fractions == sorted(fractions)
    assert events[-2]["message"] == "600 of 600 examinees"


def test_the_same_seed_gives_the_same_result_and_another_seed_another(school: School) -> None:
    results = []
    for seed in (7, 7, 8):
        simulation_id, run = started(school, seed=seed)
        run.complete()
        results.append(read(school, simulation_id).json["result"])

    assert results[0] == results[1]
    assert results[0] != results[2]


def test_an_interrupted_simulation_goes_on_where_it_was_and_ends_in_the_same_result(school: School) -> None:
    undisturbed_id, undisturbed = started(school)
    undisturbed.complete()
    simulation_id, first = started(school)
    points = first.prepare()
    first.simulate_point(points[2])
    first.simulate_point(points[0])

    def kill_at_second_chunk(count: int) -> None:
        if count == 2:
            raise Killed

    with pytest.raises(Killed):
        first.simulate_population(Reports(on_heartbeat=kill_at_second_chunk))
    before = stored_steps(school, first)
    second = Run(school, first.job_id, attempt=2).start()
    second.complete()

    assert {step: at for step, at in stored_steps(school, second).items() if step in before} == before
    assert read(school, simulation_id).json["result"] == read(school, undisturbed_id).json["result"]
    assert ("simulate_population", "1") in before
    assert ("simulate_population", "2") not in before


def test_a_bank_read_once_serves_the_whole_run(school: School) -> None:
    _, run = started(school)

    points = run.prepare()
    again = run.prepare()

    assert points == again == [{"item": "0", "theta": -1.0}, {"item": "1", "theta": 0.0}, {"item": "2", "theta": 1.5}]


def test_a_cancelled_simulation_stops_at_the_next_chunk_and_keeps_no_result(school: School) -> None:
    simulation_id, run = started(school)
    for point in run.prepare():
        run.simulate_point(point)
    reports = Reports(on_heartbeat=lambda count: run.cancel())

    with pytest.raises(JobCancelled):
        run.simulate_population(reports)
    with pytest.raises(JobCancelled):
        run.finish()

    simulation = read(school, simulation_id).json
    assert (reports.heartbeats, reports.failed, reports.succeeded) == (1, ["JobCancelled"], [])
    assert (simulation["status"], simulation["result"], simulation["plot_url"]) == ("cancelled", None, None)


def test_a_heartbeat_that_does_not_arrive_stops_nothing(school: School) -> None:
    _, run = started(school)
    run.prepare()

    def fail(count: int) -> None:
        raise Unavailable("reporting on a task: no answer")

    reports = run.simulate_population(Reports(on_heartbeat=fail))

    assert (len(reports.succeeded), reports.failed) == (1, [])


def test_a_population_whose_workflow_was_forgotten_asks_for_the_next_attempt_at_once(school: School) -> None:
    simulation_id, run = started(school)
    for point in run.prepare():
        run.simulate_point(point)

    run.simulate_population(Reports(is_awaited=False))

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        asked = select(outbox.c.payload).where(outbox.c.topic == "job.requested")
        assert {"job_id": str(run.job_id), "attempt": 2} in db.scalars(asked).all()
    Run(school, run.job_id, attempt=2).start().complete()
    assert read(school, simulation_id).json["status"] == "succeeded"


def test_a_population_survives_a_broken_connection(school: School) -> None:
    _, run = started(school)
    run.prepare()

    def break_connections(count: int) -> None:
        if count > 1:
            return
        with psycopg.connect(school.database.conninfo(), autocommit=True) as administrator:
            administrator.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    reports = run.simulate_population(Reports(on_heartbeat=break_connections))

    assert (len(reports.succeeded), reports.failed) == (1, [])


@pytest.fixture
def submit(school: School, batch_recorder: BatchRecorder) -> Callable[[Run, str], None]:
    """Submits the population for one try of the state machine, and stores that as the frame does."""

    def step(run: Run, item: str) -> None:
        job, batch = JobContext(HILLSIDE.id, run.job_id, run.attempt), batch_recorder.batch_of(submit_population)
        result = submit_population.call(PopulationTask(task_token=TOKEN), job, batch)
        with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
            store_step(db, run.job_id, submit_population.name, item, result)

    return step


def lease_seconds(school: School, run: Run) -> float:
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        left = func.extract("epoch", jobs.c.lease_expires_at - func.now())
        return float(db.scalars(select(left).where(jobs.c.id == run.job_id)).one())


def test_waiting_in_the_queue_does_not_count_as_being_dead(school: School, submit: Callable[[Run, str], None]) -> None:
    _, run = started(school)
    run.prepare()

    submit(run, "1.0")
    assert lease_seconds(school, run) > BATCH_QUEUE_ALLOWANCE.total_seconds()
    run.simulate_population()

    assert lease_seconds(school, run) <= LEASE.total_seconds()


def test_a_population_that_is_submitted_anew_stops_the_one_before(
    school: School, submit: Callable[[Run, str], None], batch_recorder: BatchRecorder
) -> None:
    _, run = started(school)

    submit(run, "1.0")
    assert batch_recorder.terminated == []
    submit(Run(school, run.job_id, attempt=2).start(), "2.0")

    assert batch_recorder.terminated == ["b-1"]
    assert [given["attempt"] for given in batch_recorder.submitted] == [1, 2]


def test_a_cancelled_population_is_not_submitted(
    school: School, submit: Callable[[Run, str], None], batch_recorder: BatchRecorder
) -> None:
    _, run = started(school)
    run.cancel()

    with pytest.raises(JobCancelled):
        submit(run, "1.0")

    assert batch_recorder.submitted == []


def test_steps_of_a_cancelled_simulation_are_refused(school: School) -> None:
    _, run = started(school)
    points = run.prepare()
    run.cancel()

    with pytest.raises(JobCancelled):
        run.simulate_point(points[0])


def test_an_overtaken_attempt_stops_at_its_next_report(school: School) -> None:
    _, first = started(school)
    first.prepare()
    Run(school, first.job_id, attempt=2).start()

    with pytest.raises(JobCancelled, match="overtaken"):
        first.simulate_population()


def test_a_simulation_cannot_be_finished_before_all_its_parts(school: School) -> None:
    simulation_id, run = started(school)
    for point in run.prepare():
        run.simulate_point(point)

    with pytest.raises(LookupError, match="simulate_population 0"):
        run.finish()

    assert read(school, simulation_id).json["status"] == "running"


def test_a_failing_batch_job_tells_its_workflow_why(school: School) -> None:
    _, run = started(school)
    reports = Reports()

    with pytest.raises(Exception, match="no such blob"):
        run.simulate_population(reports)

    assert reports.failed == ["NotFound"]
