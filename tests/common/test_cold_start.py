"""What a function loads before its first call, counted in modules: time depends on the machine, this does not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dreamseed.catalogue import load_catalogue
from dreamseed.function import Function
from dreamseed.needs import Http

WITHOUT_DATABASE, WITH_DATABASE_AND_NUMPY = 450, 700
HEAVY = {"scipy", "statsmodels", "pandas", "openai", "stripe", "boto3", "botocore", "aws_xray_sdk", "matplotlib"}

PROBE = """
import importlib, json, sys
function = getattr(importlib.import_module(sys.argv[1]), sys.argv[1].rsplit(".", 1)[-1])
function.handler
print(json.dumps(sorted(sys.modules)))
"""

FUNCTIONS = [
    function for function in load_catalogue() if function.name != "simulate_population"
]  # a process, no handler


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_loads_little_before_its_first_call(function: Function) -> None:
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, function.module], capture_output=True, text=True, check=True, env={"PATH": ""}
    )
    modules = json.loads(probe.stdout)

    is_light = isinstance(function.needs.trigger, Http) and function.grant("database") is None
    assert len(modules) <= (WITHOUT_DATABASE if is_light else WITH_DATABASE_AND_NUMPY)
    assert not HEAVY & {module.split(".")[0] for module in modules}
