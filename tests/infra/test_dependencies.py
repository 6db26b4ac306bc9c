"""What a layer's code imports, its dependency group brings: an import that only works here would fail on Lambda."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = {"dreamseed", "irt_core", "functions", "migrations", "infra", "host"}


def test_the_common_layer_brings_what_its_code_imports() -> None:
    sources = [ROOT / "layers" / "common", ROOT / "functions", ROOT / "migrations"]

    assert _missing(sources, "layer-common", "layer-irt-core", allowed={"uvicorn"}) == {}


def test_the_engine_s_layer_brings_what_its_code_imports() -> None:
    assert _missing([ROOT / "layers" / "irt_core"], "layer-irt-core", allowed=set()) == {}


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
