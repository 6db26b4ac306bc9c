"""What a local cloud keeps on disk is kept whole, and to itself."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from host.logs import shorten
from host.settings import HostError
from host.signing_keys import change_signing_keys
from host.storage import key_set_file, prepare_folders, prepare_storage, remove_status, write_status
from infra.resources import BUCKETS, SECRETS


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    prepare_folders(data_dir)
    prepare_storage(data_dir)
    first = {secret.name: (data_dir / "secrets" / secret.name).read_text() for secret in SECRETS}
    prepare_storage(data_dir)

    assert {secret.name: (data_dir / "secrets" / secret.name).read_text() for secret in SECRETS} == first
    assert all(len(value) == 64 for value in first.values())
    assert len(set(first.values())) == len(SECRETS)
    assert {mode(data_dir / "secrets" / secret.name) for secret in SECRETS} == {0o600}


def test_no_other_user_can_look_into_the_folders(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    prepare_folders(data_dir)

    assert {mode(folder) for folder in (data_dir, *data_dir.iterdir())} == {0o700}


def test_every_bucket_is_a_folder(tmp_path: Path) -> None:
    prepare_folders(tmp_path)
    prepare_storage(tmp_path)

    assert {folder.name for folder in (tmp_path / "blobs").iterdir()} == {bucket.name for bucket in BUCKETS}


def test_the_status_is_replaced_as_a_whole_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write_status(tmp_path, {"pid": 1})
    write_status(tmp_path, {"pid": 2})

    assert json.loads((tmp_path / "host.json").read_text()) == {"pid": 2}
    assert mode(tmp_path / "host.json") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["host.json"]
    remove_status(tmp_path)
    remove_status(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_long_log_is_moved_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "echo.log"
    with path.open("ab", buffering=0) as writer:
        writer.write(b"before\n")

        shorten(path)
        writer.write(b"after\n")

    assert path.read_text() == "after\n"
    assert (tmp_path / "echo.log.1").read_text() == "before\n"


def test_a_signing_key_is_rotated_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare_folders(tmp_path)
    prepare_storage(tmp_path)

    def step(name: str, kid: str | None = None) -> list[list[str]]:
        assert change_signing_keys(tmp_path, None, name, kid, "ES256") == 0
        return [line.split() for line in capsys.readouterr().out.splitlines()]

    ((old, _, _),) = step("list")
    new = step("add")[1][0]

    assert step("first", new) == [[new, "ES256", "signs"], [old, "EdDSA", "published"]]
    assert [key["kid"] for key in json.loads(key_set_file(tmp_path).read_text())["keys"]] == [new, old]
    with pytest.raises(HostError, match="is the key that signs"):
        step("drop", new)
    with pytest.raises(HostError, match="None of the keys"):
        step("drop", "x")
    assert step("drop", old) == [[new, "ES256", "signs"]]
    assert mode(tmp_path / "secrets" / "signing_keys") == 0o600


def test_another_platforms_secret_is_rotated_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys"
    file.write_text("0a" * 32)

    change_signing_keys(tmp_path / "none", file, "add", None, "EdDSA")

    assert len(file.read_text().split()) == len(capsys.readouterr().out.splitlines()) == 2
    with pytest.raises(HostError, match="There is no"):
        change_signing_keys(tmp_path / "none", None, "list", None, "EdDSA")
