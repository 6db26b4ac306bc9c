"""Blobs in files and on S3: the same behaviour, each organisation in its own place."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import boto3
import pytest

from dreamseed.errors import MissingGrant, NotFound, TooLarge
from dreamseed.function import Function
from dreamseed.local.signatures import is_signed, sign
from dreamseed.needs import bucket, secret
from dreamseed.ports import blobs as port
from dreamseed.ports.blobs import InvalidKey, connect

Granted = Callable[..., Function]
ORG, OTHER_ORG = UUID(int=1), UUID(int=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a bucket"


@pytest.fixture(params=["file", "s3"])
def address(request: pytest.FixtureRequest, folder: Path) -> str:
    """A bucket of either kind."""
    if request.param == "file":
        return folder.as_uri()
    request.getfixturevalue("aws")
    boto3.client("s3").create_bucket(
        Bucket="results", CreateBucketConfiguration={"LocationConstraint": boto3.session.Session().region_name}
    )
    return "s3://results"


@pytest.fixture
def writer(granted: Granted, address: str) -> Function:
    return granted({bucket("results", "write"): address})


def test_what_is_put_can_be_read_and_replaced(writer: Function) -> None:
    blobs = connect(writer, ORG)

    blobs.put("results", "plots/a.svg", b"<svg/>", "image/svg+xml")
    blobs.put("results", "plots/a.svg", b"<svg></svg>", "image/svg+xml")

    assert blobs.get("results", "plots/a.svg") == b"<svg></svg>"
    with pytest.raises(NotFound):
        blobs.get("results", "plots/b.svg")


def test_organisations_do_not_see_each_others_blobs(writer: Function) -> None:
    connect(writer, ORG).put("results", "a", b"ours")

    theirs = connect(writer, OTHER_ORG)

    with pytest.raises(NotFound):
        theirs.get("results", "a")


LEADING_ELSEWHERE = ("/", "a/", "/a", "../a", f"../{OTHER_ORG}/a", "a/../../b", "a//b", "a/./b", "..", "%2e%2e/a")
STRANGE = ("", ".hidden", "a\\b", "a\nb", "a\x00b", "ä", "a b", "a" * 129, "a/" * 300 + "a")


@pytest.mark.parametrize("name", [*LEADING_ELSEWHERE, *STRANGE])
def test_a_name_that_could_lead_elsewhere_is_refused(name: str, granted: Granted, folder: Path) -> None:
    blobs = connect(granted({bucket("results", "write"): folder.as_uri()}), ORG)

    for reach in (blobs.get, blobs.signed_url):
        with pytest.raises(InvalidKey):
            reach("results", name)
    with pytest.raises(InvalidKey):
        blobs.put("results", name, b"")


def test_a_call_without_an_organisation_reaches_nothing(writer: Function) -> None:
    with pytest.raises(InvalidKey, match="organisation"):
        connect(writer, None).get("results", "a")


def test_a_link_does_not_lead_out_of_a_folder(granted: Granted, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (folder / "org" / str(ORG)).mkdir(parents=True)
    (folder / "org" / str(ORG) / "link").symlink_to(tmp_path / "secret")

    with pytest.raises(ValueError, match="out of its bucket"):
        connect(granted({bucket("results", "read"): folder.as_uri()}), ORG).get("results", "link")


def test_a_blob_has_a_largest_size(writer: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = connect(writer, ORG)
    blobs.put("results", "large", b"12345")
    monkeypatch.setattr(port, "MAX_BYTES", 4)

    with pytest.raises(TooLarge):
        blobs.put("results", "larger", b"12345")
    with pytest.raises(TooLarge):
        blobs.get("results", "large")
    blobs.put("results", "small", b"1234")


def test_a_function_may_do_with_a_bucket_what_it_declared(granted: Granted, folder: Path) -> None:
    blobs = connect(granted({bucket("results", "read"): folder.as_uri()}), ORG)

    with pytest.raises(MissingGrant, match=r'bucket\("results", "write"\)'):
        blobs.put("results", "a", b"")
    with pytest.raises(MissingGrant, match=r'bucket\("uploads", "read"\)'):
        blobs.get("uploads", "a")


@pytest.mark.usefixtures("aws")
def test_a_blob_on_s3_gets_an_address_that_expires(granted: Granted) -> None:
    blobs = connect(granted({bucket("results", "read"): "s3://results"}), ORG)

    url = urlsplit(blobs.signed_url("results", "a.svg", expires_in_seconds=10**9))

    assert url.path.endswith(f"/org/{ORG}/a.svg")
    assert parse_qs(url.query)["X-Amz-Expires"] == [str(port.MAX_EXPIRY_SECONDS)]


def test_a_blob_in_a_file_gets_an_address_signed_with_our_secret(
    granted: Granted, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("a secret\n")
    monkeypatch.setenv("DREAMSEED_PUBLIC_URL", "http://localhost:8460")
    key_address = (tmp_path / "key").as_uri()
    function = granted({bucket("results", "read"): folder.as_uri(), secret("blob_signing"): key_address})

    url = urlsplit(connect(function, ORG).signed_url("results", "a.svg", expires_in_seconds=60))

    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.netloc, url.path) == ("localhost:8460", f"/blobs/results/org/{ORG}/a.svg")
    assert 50 < int(query["expires_at"]) - time.time() <= 60
    key, expires_at = f"org/{ORG}/a.svg", int(query["expires_at"])
    assert is_signed("a secret", "results", key, expires_at, query["signature"])


def test_a_signature_holds_for_exactly_what_was_signed() -> None:
    signature = sign("secret", "results", "org/1/a", 1_000)

    assert is_signed("secret", "results", "org/1/a", 1_000, signature)
    assert not is_signed("another", "results", "org/1/a", 1_000, signature)
    assert not is_signed("secret", "uploads", "org/1/a", 1_000, signature)
    assert not is_signed("secret", "results", "org/2/a", 1_000, signature)
    assert not is_signed("secret", "results", "org/1/a", 1_001, signature)
    assert not is_signed("secret", "results", "org/1/a", 1_000, "é" * 64)


def test_a_reader_sees_a_whole_blob_while_it_is_replaced(granted: Granted, folder: Path) -> None:
    blobs = connect(granted({bucket("results", "write"): folder.as_uri()}), ORG)
    blobs.put("results", "a", b"old")
    opened = (folder / "org" / str(ORG) / "a").open("rb")

    blobs.put("results", "a", b"new")

    with opened:
        assert opened.read() == b"old"
    assert blobs.get("results", "a") == b"new"
    assert [path.name for path in (folder / "org" / str(ORG)).iterdir()] == ["a"]


def test_an_address_of_another_kind_is_refused(granted: Granted) -> None:
    with pytest.raises(ValueError, match="s3://"):
        connect(granted({bucket("results", "read"): "ftp://somewhere"}), UUID(int=1)).get("results", "a")
