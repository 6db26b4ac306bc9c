"""What a layer's code imports, its dependency group brings: an import that only works here would fail on Lambda.

And what infra imports, the type checker reads.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = {"dreamseed", "irt_core", "functions", "migrations", "infra", "host"}


def test_the_common_layer_brings_what_its_code_imports() -> None:
    sources = [ROOT / "layers" / "common", ROOT / "functions", ROOT / "migrations"]

    assert _missing(sources, "layer-common", "layer-irt-core", allowed={"uvicorn"}) == {}


def test_the_engine_s_layer_brings_what_its_code_imports() -> None:
    assert _missing([ROOT / "layers" / "irt_core"], "layer-irt-core", allowed=set()) == {}


def test_the_type_checker_reads_every_part_of_the_cdk_that_our_types_come_from() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["overrides"]
    (read,) = (part["module"] for part in overrides if "aws_cdk" in part["module"])

    ours = {name for path in (ROOT / "infra").rglob("*.py") for name in _parts_of_the_cdk(path)}

    assert "aws_cdk.aws_lambda" in ours
    assert sorted(_with_their_types(ours)) == sorted(name for name in read if not name.endswith(".*"))


def _parts_of_the_cdk(path: Path) -> set[str]:
    """The modules that a file of ours imports from the CDK."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = {f"aws_cdk.{alias.name}" for node in nodes if node.module == "aws_cdk" for alias in node.names}
    assert not [node for node in nodes if (node.module or "").startswith("aws_cdk.")], "from aws_cdk import aws_..."
    return {name for name in names if _cdk_source(name).exists()}


def _with_their_types(modules: set[str]) -> set[str]:
    """The modules, `aws_cdk` itself, and what their signatures refer to. Interfaces and `_jsii` are always read."""
    waiting, found = ["aws_cdk", *modules], set()
    while waiting:
        name = waiting.pop()
        if name not in found and not name.startswith("aws_cdk.interfaces"):
            found.add(name)
            source = _cdk_source(name).read_text(encoding="utf-8")
            waiting += re.findall(r"^    import (aws_cdk[.\w]*) as _", source, re.MULTILINE)
    return found


def _cdk_source(module: str) -> Path:
    specification = find_spec("aws_cdk")
    assert specification
    assert specification.origin
    return Path(specification.origin).parent.joinpath(*module.split(".")[1:], "__init__.py")


def _missing(folders: list[Path], *groups: str, allowed: set[str]) -> dict[str, str]:
    """The imports that no package of the groups provides, each with a file that has it."""
    brought = _packages(groups)
    provided_by = packages_distributions()
    missing = {}
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for name in _imports(path) - OURS - allowed - sys.stdlib_module_names:
            distributions = {distribution.lower() for distribution in provided_by.get(name, [])}
            if not distributions & brought:
                missing[name] = path.relative_to(ROOT).as_posix()
    return missing


def _imports(path: Path) -> set[str]:
    """The top-level modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _packages(groups: tuple[str, ...]) -> set[str]:
    """The packages of the groups in the lock, with all that they depend on."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = {package["name"]: package for package in lock["package"]}
    project = packages["dreamseed"]["dev-dependencies"]
    waiting = [item for group in groups for item in project[group]]
    found: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        package = packages[wanted["name"]]
        extras = [item for extra in wanted.get("extra", ()) for item in package["optional-dependencies"][extra]]
        if wanted["name"] not in found or extras:
            found.add(wanted["name"])
            waiting += [item for item in package.get("dependencies", []) + extras if item["name"] not in found]
    return found
