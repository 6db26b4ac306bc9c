"""Every function of the product, found by importing `functions/<area>/<verb_noun>.py`.

CDK, the Kubernetes manifests, the local host, the OpenAPI document and the authorisation matrix all start here.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dreamseed.function import Function

ROOT = Path(__file__).resolve().parents[3]


def load_catalogue(root: Path | None = None) -> tuple[Function, ...]:
    """All functions below `root`/functions, sorted by name.

    Raises ValueError when a file does not hold exactly the one function that it is named after, or when two functions
    share a name: the name is the identity everywhere (Lambda, route id, test, sample event).
    """
    folder = (root or ROOT) / "functions"
    found: dict[str, Function] = {}
    for path in sorted(folder.glob("*/*.py")):
        if path.stem == "__init__":
            continue
        declared = _function_in(".".join(path.relative_to(folder.parent).with_suffix("").parts))
        if declared.name in found:
            raise ValueError(f"{declared.module} and {found[declared.name].module} are both named {declared.name}")
        found[declared.name] = declared
    return tuple(found[name] for name in sorted(found))


def find_function(module: str) -> Function:
    """The function in a module such as `functions.assessment.submit_response`."""
    return _function_in(module)


def _function_in(module: str) -> Function:
    expected = module.rsplit(".", 1)[-1]
    declared = [
        value
        for value in vars(import_module(module)).values()
        if isinstance(value, Function) and value.module == module
    ]
    if [item.name for item in declared] != [expected]:
        raise ValueError(f"{module} must declare exactly one function, named {expected}")
    return declared[0]
