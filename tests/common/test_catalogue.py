"""The catalogue finds every function and refuses what would be ambiguous."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.needs import PUBLIC, Http, Queue, bucket, database, secret

GOOD = """
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule

@function(Needs(Schedule("rate(1 hour)")))
def {name}() -> None:
    "Do nothing."
"""


def write(root: Path, area: str, file: str, text: str) -> None:
    """A function file in a catalogue of its own."""
    folder = root / "functions" / area
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file}.py").write_text(text)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty catalogue that Python imports instead of ours."""
    for module in [name for name in sys.modules if name.split(".")[0] == "functions"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "__init__.py").touch()
    return tmp_path


def test_the_product_has_one_function_a_file_named_alike() -> None:
    functions = load_catalogue()

    files = {path.stem for path in (ROOT / "functions").glob("*/*.py")} - {"__init__"}
    assert {function.name for function in functions} == files
    assert all(function.module == f"functions.{function.area}.{function.name}" for function in functions)


def test_every_function_says_in_one_sentence_what_it_does() -> None:
    assert [function.name for function in load_catalogue() if not function.summary.rstrip().endswith(".")] == []


def test_every_endpoint_names_its_permission_and_no_route_is_served_twice() -> None:
    triggers = [each.needs.trigger for each in load_catalogue() if isinstance(each.needs.trigger, Http)]

    routes = [(trigger.method, trigger.path) for trigger in triggers]
    assert len(set(routes)) == len(routes)
    assert all(trigger.permission == PUBLIC or ":" in trigger.permission for trigger in triggers)


def test_each_queue_has_one_consumer() -> None:
    queues = [each.needs.trigger.name for each in load_catalogue() if isinstance(each.needs.trigger, Queue)]

    assert len(set(queues)) == len(queues)


def test_two_functions_of_one_name_are_refused(root: Path) -> None:
    write(root, "one", "do_nothing", GOOD.format(name="do_nothing"))
    write(root, "two", "do_nothing", GOOD.format(name="do_nothing"))

    with pytest.raises(ValueError, match="both named do_nothing"):
        load_catalogue(root)


def test_a_file_that_does_not_hold_the_function_it_is_named_after_is_refused(root: Path) -> None:
    write(root, "one", "do_nothing", GOOD.format(name="do_something"))

    with pytest.raises(ValueError, match="exactly one function, named do_nothing"):
        load_catalogue(root)


def test_a_grant_becomes_one_variable() -> None:
    assert secret("signing-keys").variable == "DREAMSEED_SECRET_SIGNING_KEYS"
    assert bucket("results", "read").variable == bucket("results", "write").variable == "DREAMSEED_BUCKET_RESULTS"
    assert database("read").variable == "DREAMSEED_DATABASE_MAIN"
