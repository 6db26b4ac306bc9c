"""Who may import whom. The rules of the house, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamseed.catalogue import ROOT

COMMON = ROOT / "layers" / "common"
ENGINE = ROOT / "layers" / "irt_core"
AREAS = {path.parent.name for path in (COMMON / "dreamseed").glob("*/tables.py")} - {"platform"}
"""`platform` is the floor that every area stands on: organisations, jobs, the outbox."""
INPUT_OUTPUT = {"sqlalchemy", "psycopg", "boto3", "fastapi", "starlette", "httpx", "requests", "urllib", "socket", "os"}


def sources(*folders: Path) -> list[Path]:
    """Every Python file below the folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, also `from package import module`, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(paths: list[Path], is_forbidden: object) -> list[str]:
    """`file: module` for every import that breaks a rule."""
    return [
        f"{path.relative_to(ROOT)}: {module}"
        for path in paths
        for module in sorted(set(imports(path)))
        if is_forbidden(module, path)  # type: ignore[operator]
    ]


def test_no_function_imports_a_function() -> None:
    assert offenders(sources(ROOT / "functions"), lambda module, _: module.startswith("functions.")) == []


def test_layers_know_no_functions_hosts_or_infrastructure() -> None:
    above = {"functions", "host", "infra", "tests"}

    assert offenders(sources(COMMON, ENGINE), lambda module, _: module.split(".")[0] in above) == []


def test_the_engine_imports_numpy_and_scipy_only() -> None:
    import sys

    allowed = {"irt_core", "numpy", "scipy"} | set(sys.stdlib_module_names)

    assert offenders(sources(ENGINE / "irt_core"), lambda module, _: module.split(".")[0] not in allowed) == []


def test_rules_do_no_input_or_output() -> None:
    rules = sorted((COMMON / "dreamseed").glob("*/rules.py"))

    assert rules
    assert offenders(rules, lambda module, _: module.split(".")[0] in INPUT_OUTPUT) == []


@pytest.mark.parametrize("inside", ["queries", "tables"])
def test_no_area_looks_into_anothers_tables(inside: str) -> None:
    def is_foreign(module: str, path: Path) -> bool:
        parts = module.split(".")
        if parts[0] != "dreamseed" or len(parts) < 3 or parts[1] not in AREAS or parts[2] != inside:
            return False
        own = path.relative_to(COMMON / "dreamseed").parts[0] if path.is_relative_to(COMMON) else path.parent.name
        return parts[1] != own

    assert offenders(sources(COMMON, ROOT / "functions"), is_foreign) == []


def test_only_the_aws_adapters_know_boto3() -> None:
    def is_outside(module: str, path: Path) -> bool:
        return module.split(".")[0] in ("boto3", "botocore") and "aws" not in path.parts

    assert offenders(sources(COMMON, ENGINE, ROOT / "functions"), is_outside) == []


def test_files_stay_small() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in sources(COMMON, ENGINE, ROOT / "functions", ROOT / "host", ROOT / "infra")
        if (lines := len(path.read_text().splitlines())) > 400
    ]

    assert long == []
