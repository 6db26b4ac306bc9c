"""The files that functions, layers and the container image are made of, staged as AWS wants them.

    function    functions/<area>/<name>.py with the data files beside it: a change deploys one function and not all
    layer       python/<package>; in the common one the migrations, for whoever asks which version the database should
                have, and the policies; and the layer's dependency group when the assembly is to be deployed
    image       the layers, the functions and the lock, for batch jobs and for Kubernetes

Wheels are fetched for Lambda's arm64 from any machine: `uv` resolves for another platform, and only binary wheels are
taken, so nothing is compiled and no container is needed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dreamseed.function import Function
from dreamseed.needs import Layer
from host.setup.python_environment import UV, uv_environment

PLATFORM = "aarch64-manylinux_2_34"
"""Amazon Linux 2023, which Python 3.12 runs on there, has this version of the C library."""
PYTHON_VERSION = "3.12"
MAXIMUM_BYTES = 250 * 1024 * 1024
"""What a function and its layers may hold together, unzipped."""
PROJECT = Path(__file__).resolve().parents[2]

_SOURCES: dict[Layer, tuple[Path, ...]] = {
    "common": (Path("layers/common/dreamseed"), Path("migrations"), Path("policies")),
    "irt_core": (Path("layers/irt_core/irt_core"),),
}
_FOR_COMPILERS = {".a", ".c", ".h", ".pxd", ".pyi", ".pyx"}
_CLIENT = re.compile(r"""\bclient\("([a-z0-9-]+)\"""")
_IMAGE_CONTENT = (
    *("layers", "functions", "migrations", "policies", "pyproject.toml", "uv.lock"),
    *("infra/__init__.py", "infra/container"),
)


class PackagingError(RuntimeError):
    """A layer could not be built: no `uv`, no index, or no wheel for Lambda."""


@dataclass(frozen=True)
class Packaging:
    """Stages below `folder` what is below `root`. Without dependencies, layers hold our own sources only."""

    root: Path
    folder: Path
    with_dependencies: bool = False

    def function(self, function: Function) -> Path:
        """The folder that is the code of one function."""
        target = self.folder / "functions" / function.name
        source = Path(*function.module.split(".")).with_suffix(".py")
        data = [path for path in (self.root / source.parent).iterdir() if path.is_file() and path.suffix != ".py"]
        packages = [self.root / folder / "__init__.py" for folder in (source.parent, source.parent.parent)]
        for path in [self.root / source, *data, *packages]:
            _copy(path, target / path.relative_to(self.root))
        return target

    def layer(self, layer: Layer) -> Path:
        """The folder that is a layer. Raises PackagingError."""
        target = self.folder / "layers" / layer
        if self.with_dependencies:
            install_dependencies(f"layer-{layer.replace('_', '-')}", target / "python")
            drop_unused(target / "python")
        for source in _SOURCES[layer]:
            _copy(PROJECT / source, target / "python" / source.name)
        if self.with_dependencies:
            compile_sources(target / "python")
        return target

    def image(self) -> Path:
        """The folder that the container image is built from."""
        target = self.folder / "image"
        for name in _IMAGE_CONTENT:
            _copy(PROJECT / name, target / name)
        _copy(PROJECT / "infra" / "container" / "Dockerfile", target / "Dockerfile")
        return target


def install_dependencies(group: str, target: Path) -> None:
    """Install a dependency group of the lock into `target`, as Lambda's platform needs it. Raises PackagingError."""
    uv = _find_uv()
    target.mkdir(parents=True, exist_ok=True)
    requirements = target.parent / "requirements.txt"
    export = ["export", "--frozen", "--only-group", group, "--no-emit-project", "--output-file", str(requirements)]
    install = ["pip", "install", "--python-platform", PLATFORM, "--python-version", PYTHON_VERSION]
    install += ["--only-binary", ":all:", "--no-deps", "--require-hashes", "--target", str(target)]
    _run([uv, *export, "--quiet"])
    _run([uv, *install, "--requirement", str(requirements), "--quiet"])
    requirements.unlink()


def drop_unused(packages: Path) -> None:
    """Remove what nothing imports and what would take the layers over the limit: the packages' own tests, what others
    would compile against, and boto3's descriptions of the four hundred services that we do not call."""
    models = packages / "botocore" / "data"
    called = called_services()
    services = [folder for folder in models.glob("*") if folder.is_dir() and folder.name not in called]
    tests = [folder for folder in packages.rglob("tests") if folder.is_dir()]
    kits = [packages / name / "testing" for name in ("alembic", "mako", "sqlalchemy")]
    for folder in services + tests + kits:
        if folder.exists():  # it may have gone with the folder around it
            shutil.rmtree(folder)
    for path in packages.rglob("*"):
        if path.suffix in _FOR_COMPILERS:
            path.unlink()


def called_services() -> set[str]:
    """The AWS services that our code makes clients for, as boto3 names them."""
    sources = (PROJECT / "layers" / "common" / "dreamseed").rglob("*.py")
    return {name for source in sources for name in _CLIENT.findall(source.read_text(encoding="utf-8"))}


def compile_sources(folder: Path) -> None:
    """Store byte code beside the sources: Lambda cannot write it, and would compile at every cold start.

    Byte code belongs to one version of Python; without that version here the layer works, but starts more slowly.
    Its validity is not checked against time stamps, which archives do not keep. Left out is what only calibration and
    migrations import: it would take the layers over Lambda's limit.
    """
    interpreter = find_interpreter()
    if interpreter is None:
        print(f"There is no Python {PYTHON_VERSION} here: the layers hold no byte code, and cold starts are slower.")
        return
    compile_with(interpreter, folder)


def compile_with(interpreter: str, folder: Path) -> None:
    """Store that interpreter's byte code. Raises PackagingError."""
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-x", "/(scipy|alembic|mako)/"]
    _run([interpreter, "-m", "compileall", *options, str(folder)])


def find_interpreter() -> str | None:
    """The Python of Lambda's version on this machine, if there is one."""
    command = [_find_uv(), "python", "find", "--no-project", PYTHON_VERSION]
    found = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - commands of ours, without a shell  # nosec B603
    return found.stdout.strip() if found.returncode == 0 else None


def unzipped_bytes(folders: Iterable[Path]) -> int:
    """What the folders hold together."""
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def _find_uv() -> str:
    """The installer that `./dreamseed` has set up, or the one on PATH."""
    found = str(UV) if UV.exists() else shutil.which("uv")
    if found is None:
        raise PackagingError("layers are built with uv: run ./dreamseed doctor, or put uv on PATH")
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - commands of ours, without a shell  # nosec B603
        command, cwd=PROJECT, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PackagingError(f"{' '.join(command[1:3])} failed:\n{done.stderr.strip()}")


def _environment() -> dict[str, str]:
    return os.environ | uv_environment()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"), dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
