"""What is packed is what runs: the layers, each function's own file, and the image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dreamseed.catalogue import load_catalogue
from host.setup.python_environment import UV, UV_VERSION, uv_environment
from infra.cdk.packaging import (
    MAXIMUM_BYTES,
    Packaging,
    called_services,
    compile_with,
    drop_unused,
    unzipped_bytes,
)

ROOT = Path(__file__).resolve().parents[2]
AARCH64 = 0xB7
"""The machine in the header of an ELF file (System V ABI, e_machine)."""


def test_a_function_is_packed_alone_with_the_data_beside_it(tmp_path: Path) -> None:
    function = next(function for function in load_catalogue(ROOT) if function.name == "read_openapi")

    folder = Packaging(ROOT, tmp_path).function(function)

    packed = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert packed == {
        "functions/__init__.py",
        "functions/platform/__init__.py",
        "functions/platform/openapi.json",
        "functions/platform/read_openapi.py",
    }


def test_a_layer_lies_where_lambda_looks_for_python_and_holds_no_byte_code_of_ours(tmp_path: Path) -> None:
    folder = Packaging(ROOT, tmp_path).layer("common")

    assert (folder / "python" / "dreamseed" / "function.py").is_file()
    assert (folder / "python" / "migrations" / "env.py").is_file()
    assert not list(folder.rglob("*.pyc"))


def test_the_service_models_that_a_layer_keeps_are_those_that_our_code_calls(tmp_path: Path) -> None:
    models = tmp_path / "botocore" / "data"
    for name in ("sqs", "s3", "ec2"):
        (models / name).mkdir(parents=True)
    (tmp_path / "numpy" / "tests" / "tests").mkdir(parents=True)
    (models / "endpoints.json").touch()
    for name in ("numpy/arrays.pxd", "numpy/arrays.py", "sqlalchemy/testing/suite.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    drop_unused(tmp_path)

    assert {"sqs", "s3"} <= called_services()
    assert sorted(path.name for path in models.iterdir()) == ["endpoints.json", "s3", "sqs"]
    assert [path.name for path in (tmp_path / "numpy").iterdir()] == ["arrays.py"]
    assert not (tmp_path / "sqlalchemy" / "testing").exists()


def test_the_image_installs_with_the_same_installer_and_its_context_is_complete(tmp_path: Path) -> None:
    folder = Packaging(ROOT, tmp_path).image()

    dockerfile = (folder / "Dockerfile").read_text()
    assert f"uv=={UV_VERSION}" in dockerfile
    for source in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE):
        assert all((folder / name).exists() for name in source.split()), source


@pytest.mark.synth
def test_both_layers_and_a_function_fit_into_lambda(tmp_path: Path) -> None:
    if not (UV.exists() or shutil.which("uv")):
        pytest.skip("needs uv, which ./dreamseed sets up")
    if not _index_answers(tmp_path):
        pytest.skip("needs the package index")
    packaging = Packaging(ROOT, tmp_path / "packed", with_dependencies=True)

    layers = [packaging.layer("common"), packaging.layer("irt_core")]

    if not list(layers[0].rglob("*.pyc")):
        for layer in layers:
            compile_with(sys.executable, layer)  # that of a neighbouring version takes as much room
    function = packaging.function(load_catalogue(ROOT)[0])
    assert unzipped_bytes([*layers, function]) < MAXIMUM_BYTES
    libraries = [path for layer in layers for path in layer.rglob("*.so")]
    assert libraries
    assert {int.from_bytes(path.read_bytes()[18:20], "little") for path in libraries} == {AARCH64}


def _index_answers(folder: Path) -> bool:
    """Whether the package index can be asked for a package that no cache has, within a moment."""
    uv = str(UV) if UV.exists() else "uv"
    probe = [uv, "pip", "install", "--dry-run", "--no-deps", "--no-cache", "--quiet", "--target", str(folder), "six"]
    environment = os.environ | uv_environment()
    try:
        answer = subprocess.run(probe, cwd=folder, env=environment, capture_output=True, timeout=20, check=False)
        return answer.returncode == 0
    except subprocess.TimeoutExpired:
        return False
