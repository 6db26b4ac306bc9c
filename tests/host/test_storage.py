"""What a local cloud keeps on disk is kept whole, and to itself."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from host.logs import shorten
from host.storage import prepare_folders, prepare_storage, remove_status, write_status
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
