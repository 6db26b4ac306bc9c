"""What holds organisations apart where no row-level security does: queues, workflows, sockets and memory."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from moto import mock_aws
from sqlalchemy import insert

from dreamseed.assessment.designs import load_design
from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.content.library import load_bank, load_items, summarise_bank
from dreamseed.database.transaction import in_system, in_tenant, tenant_transaction
from dreamseed.errors import DreamSeedError, NotFound
from dreamseed.function import Function
from dreamseed.kept import Kept
from dreamseed.message import Message
from dreamseed.needs import Queue, Step
from dreamseed.platform import sockets as connections
from dreamseed.platform.models import JobProgressed
from dreamseed.platform.tables import socket_connections
from dreamseed.policy.question import Question
from functions.platform.push_job_events import push_job_events
from host.demo.seed import demo_id
from tests.api import invoke
from tests.functions.platform.conftest import SocketRecorder, socket_recorder
from tests.school import HILLSIDE, RIVERBANK, School
from tests.security.digests import digests
from tests.security.world import World

__all__ = ["socket_recorder"]

CATALOGUE = load_catalogue()
BY_ADDRESS = {
    "repeat_registration_mail": "registrations belong to no organisation yet",
    "send_mail": "sends what it is told to whom it is told",
    "send_registration_mail": "registrations belong to no organisation yet",
    "send_reset_mails": "sends a link to every account with an address, wherever it is",
}
"""Consumers whose work is not about a thing of the message's organisation."""
NAMED = {"session_id": "session", "job_id": "job", "learner_id": "learner"}
SAME_EVERYWHERE = {"test_design_id": "Practise", "bank_version_id": "bank version"}

CACHES = {
    "aws/clients.py": "clients of AWS, which hold nothing",
    "assessment/designs.py": "Kept: by organisation and id",
    "calibration/snapshot.py": "Kept: by organisation and job",
    "content/library.py": "Kept: by organisation and id",
    "database/engine.py": "connections, by process and address",
    "http/meter.py": "counts and plans, by organisation",
    "identity/access.py": "callers by their whole token, and the public keys",
    "identity/oidc.py": "public documents of identity providers, by address",
    "identity/passwords.py": "the hasher, and the hash of a password that nobody has",
    "logs.py": "what the lines of the request that is being served say, until it is answered",
    "policy/embedded.py": "decisions about permissions, which name no organisation",
    "ports/subject_keys.py": "people's keys for a minute, by address of the key store, organisation and person",
    "ports/secrets.py": "secrets of the installation, by address",
}
"""Modules that keep something in memory from one request to the next, and why no organisation meets another there."""


@pytest.fixture(scope="module")
def world(school: School) -> World:
    return World(school)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS in this process in which nothing has been created: whatever is called there fails."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("DREAMSEED_SOCKETS_MAIN", "https://api.execute-api.eu-central-1.amazonaws.com/production")
    for name in ("IMPORT_ROSTER", "SIMULATE_DESIGN"):
        monkeypatch.setenv(f"DREAMSEED_WORKFLOW_{name}", "arn:aws:states:eu-central-1:000000000000:stateMachine:s")
    monkeypatch.setenv("DREAMSEED_JOB_QUEUE_SIMULATE_POPULATION", "{}")
    with mock_aws():
        yield


def sample(function: Function) -> Any:
    return json.loads((ROOT / "events" / function.area / f"{function.name}.json").read_text())


def run(school: School, function: Function, event: Any) -> Any:
    school.api._give_database(function)
    return invoke(function, event)


def about_hillside(world: World, data: dict[str, Any]) -> dict[str, Any]:
    """The data of an event with things that Hillside has."""
    things = {name: world.thing(kind, "apart", "admin") for name, kind in NAMED.items()}
    things |= {name: str(demo_id("hillside", what)) for name, what in SAME_EVERYWHERE.items()}
    return {name: things.get(name, value) for name, value in data.items()}


def functions_on(kind: type) -> Any:
    chosen = [function for function in CATALOGUE if isinstance(function.needs.trigger, kind)]
    return pytest.mark.parametrize("function", chosen, ids=lambda function: function.name)


@functions_on(Queue)
def test_a_message_of_another_organisation_changes_nothing_of_this_one(
    function: Function, school: School, world: World, cloud: None
) -> None:
    if function.name in BY_ADDRESS:
        return
    body = json.loads(sample(function)["Records"][0]["body"])
    body |= {"id": str(uuid4()), "orgid": str(RIVERBANK.id), "data": about_hillside(world, body["data"])}
    before = digests(school.database, HILLSIDE.id)

    run(school, function, {"Records": [{"messageId": body["id"], "body": json.dumps(body)}]})

    assert digests(school.database, HILLSIDE.id) == before


@functions_on(Queue)
def test_a_message_that_is_none_changes_nothing_and_stays(function: Function, school: School, cloud: None) -> None:
    good = json.loads(sample(function)["Records"][0]["body"])
    bodies = [
        "",
        "{",
        "[]",
        "null",
        json.dumps({name: value for name, value in good.items() if name != "orgid"}),
        json.dumps(good | {"orgid": ""}),
        json.dumps(good | {"orgid": "' or true --"}),
        json.dumps(good | {"orgid": None}),
        *([json.dumps(good | {"data": {}})] if good["data"] else []),
    ]
    before = digests(school.database)

    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    failed = run(school, function, {"Records": records})["batchItemFailures"]

    assert [each["itemIdentifier"] for each in failed] == [record["messageId"] for record in records]
    assert digests(school.database) == before


def test_the_consumers_that_work_by_address_are_known() -> None:
    consumers = {function.name for function in CATALOGUE if isinstance(function.needs.trigger, Queue)}

    assert BY_ADDRESS.keys() <= consumers


@functions_on(Step)
def test_a_step_for_another_organisations_job_does_nothing(
    function: Function, school: School, world: World, cloud: None
) -> None:
    event = {**sample(function), "org_id": str(RIVERBANK.id), "job_id": world.thing("job", "apart", "admin")}
    before = digests(school.database)

    with pytest.raises(DreamSeedError) as refused:
        run(school, function, event)

    assert refused.value.code == "job_not_found"
    assert digests(school.database) == before


@pytest.fixture
def listening(school: School) -> Iterator[Callable[[UUID, UUID], str]]:
    """Makes a connection of somebody of an organisation who may do everything there; it listens to a job if it can."""
    made: list[str] = []

    def listen(org_id: UUID, job_id: UUID) -> str:
        made.append(uuid4().hex)
        later = {"expires_at": "2031-01-01T00:00:00Z", "user_id": uuid4(), "permissions": ["*"]}
        row = {"org_id": org_id, "connection_id": made[-1], **later}

        def connect(db: Any) -> None:
            db.execute(insert(socket_connections).values(row))

        in_system(connect, school.database.url("system"))
        in_system(lambda db: connections.subscribe(db, made[-1], job_id), school.database.url("system"))
        return made[-1]

    yield listen
    in_system(lambda db: connections.forget(db, *made), school.database.url("system"))


def test_nobody_can_listen_to_another_organisations_job(
    school: School, world: World, listening: Callable[[UUID, UUID], str]
) -> None:
    job_id = UUID(world.thing("job", "apart", "admin"))
    listening(HILLSIDE.id, job_id)

    with pytest.raises(NotFound):
        listening(RIVERBANK.id, job_id)

    with tenant_transaction(RIVERBANK.id, school.database.url("read")) as db:
        assert connections.listeners(db, job_id) == []


def test_an_event_is_posted_to_its_own_organisations_listeners_only(
    school: School,
    world: World,
    listening: Callable[[UUID, UUID], str],
    socket_recorder: SocketRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
    job_id = UUID(world.thing("job", "apart", "admin"))
    own = listening(HILLSIDE.id, job_id)
    message = Message(uuid4(), "job.progressed", RIVERBANK.id, cast(Any, None), {})
    pushed = {"progressed": JobProgressed(job_id=job_id, seq=1), "sockets": socket_recorder.sockets_of(push_job_events)}

    push_job_events.call(**pushed, message=message)

    assert [connection for connection, _ in socket_recorder.posted if connection != own] == []
    assert socket_recorder.posted == []


def test_what_is_kept_for_one_organisation_is_not_there_for_another(school: School, world: World) -> None:
    url = school.database.url("read")
    bank_id, design_id = demo_id("hillside", "bank version"), demo_id("hillside", "Practise")
    version_id = UUID(world.thing("item_version", "apart", "admin"))
    loaders: dict[str, Callable[[Any, UUID], Any]] = {
        "bank": lambda db, org_id: load_bank(db, org_id, bank_id),
        "summary": lambda db, org_id: summarise_bank(db, org_id, bank_id),
        "design": lambda db, org_id: load_design(db, org_id, design_id),
    }

    for name, load in loaders.items():
        assert in_tenant(HILLSIDE.id, lambda db: load(db, HILLSIDE.id), url) is not None, name  # noqa: B023 - at once
        with pytest.raises(NotFound):
            in_tenant(RIVERBANK.id, lambda db: load(db, RIVERBANK.id), url)  # noqa: B023 - at once
    assert in_tenant(HILLSIDE.id, lambda db: load_items(db, HILLSIDE.id, [version_id]), url)
    assert in_tenant(RIVERBANK.id, lambda db: load_items(db, RIVERBANK.id, [version_id]), url) == {}


def test_a_value_is_kept_by_organisation_and_id() -> None:
    kept: Kept[str] = Kept(2)
    kept.put((HILLSIDE.id, UUID(int=1)), "hillside's")

    assert kept.get((HILLSIDE.id, UUID(int=1))) == "hillside's"
    assert kept.get((RIVERBANK.id, UUID(int=1))) is None


def keeping_modules(folder: Path) -> set[str]:
    """The modules that keep something from one request to the next: caches, and empty containers at their top."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if _keeps(path.read_text())}


def _keeps(source: str) -> bool:
    module = ast.parse(source)
    decorators = {
        ast.unparse(decorator)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    }
    made = [
        (ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target), ast.unparse(node.value))
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
    ]
    is_cached = any(re.search(r"\b(lru_)?cache\b", decorator) for decorator in decorators)
    return is_cached or "lru_cache(" in source or any(_is_container(name, value) for name, value in made)


def _is_container(name: str, value: str) -> bool:
    """Whether that is an empty container, or an object of a class that is no constant: something may be put there."""
    is_empty = re.fullmatch(r"\{\}|\[\]|(set|dict|list|deque|OrderedDict|defaultdict)\(.*\)", value)
    return bool(is_empty or (name.islower() and re.fullmatch(r"_?(?!MetaData|Table)[A-Z]\w*\(.*\)", value, re.DOTALL)))


def test_every_cache_is_known_and_keeps_organisations_apart() -> None:
    assert keeping_modules(ROOT / "layers" / "common" / "dreamseed") == CACHES.keys()
    assert keeping_modules(ROOT / "functions") == set()


@pytest.mark.parametrize(
    "planted",
    ["_seen: dict[str, str] = {}", "@cache\ndef read(): ...", "_kept = Kept(7)", "_remembered: Kept[str] = _Memory()"],
)
def test_a_new_cache_would_be_noticed(planted: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(planted)

    assert keeping_modules(tmp_path) == {"planted.py"}


def test_what_remembers_decisions_is_asked_nothing_that_names_an_organisation() -> None:
    assert set(Question.__dataclass_fields__) & {"org_id", "user_id", "owner_id", "id"} == set()
