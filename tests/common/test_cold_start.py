"""What a function loads before its first call, counted in modules: time depends on the machine, this does not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict

import pytest

from dreamseed.catalogue import load_catalogue
from dreamseed.function import Function
from dreamseed.needs import Http

WITHOUT_DATABASE, WITH_DATABASE_AND_NUMPY = 450, 700
HEAVY = {"scipy", "statsmodels", "pandas", "openai", "stripe", "boto3", "botocore", "aws_xray_sdk", "matplotlib"}

PROBE = """
import importlib, json, os, sys
for module in sys.argv[1].split():
    importlib.import_module(module)
for module in sys.argv[2].split():
    if os.fork() == 0:
        name = module.rsplit(".", 1)[-1]
        function = getattr(importlib.import_module(module), name)
        function.handler
        print(json.dumps([name, sorted(sys.modules)]), flush=True)
        os._exit(0)
    if os.wait()[1] != 0:
        sys.exit(f"{module} could not be loaded")
"""
"""Imports what the functions have in common and then, in a fork each, one function as it is loaded before its first
call: a fork has loaded what a process of its own would have, and at most more than that."""

FUNCTIONS = [
    function for function in load_catalogue() if function.name != "simulate_population"
]  # a process, no handler


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """The modules of each function."""
    alike: dict[str, list[str]] = defaultdict(list)
    for function in FUNCTIONS:
        alike[_in_common(function)].append(function.module)
    lines = [line for common, modules in alike.items() for line in _probe(common, modules)]
    return {name: set(modules) for name, modules in map(json.loads, lines)}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_loads_little_before_its_first_call(function: Function, loaded: dict[str, set[str]]) -> None:
    modules = loaded[function.name]

    is_light = isinstance(function.needs.trigger, Http) and function.grant("database") is None
    assert len(modules) <= (WITHOUT_DATABASE if is_light else WITH_DATABASE_AND_NUMPY)
    assert not HEAVY & {module.split(".")[0] for module in modules}


def _in_common(function: Function) -> str:
    """The modules that every function of this trigger and these grants loads."""
    trigger = function.needs.trigger
    common = [f"dreamseed.triggers.{type(trigger).__name__.lower()}"]
    common += ["dreamseed.http.app"] if isinstance(trigger, Http) else []
    common += ["sqlalchemy"] if function.grant("database") else []
    return " ".join(common)


def _probe(common: str, modules: list[str]) -> list[str]:
    command = [sys.executable, "-c", PROBE, common, " ".join(modules)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": ""}).stdout.splitlines()
