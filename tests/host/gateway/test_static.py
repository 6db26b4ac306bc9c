"""The web app's files: found, cached, compressed and secured; every address of the app is its one page."""

from __future__ import annotations

import os

import aiohttp
import pytest

from infra.page_headers import content_security_policy, page_headers
from tests.host.gateway.conftest import GatewayUnderTest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(gateway: GatewayUnderTest) -> GatewayUnderTest:
    """A gateway with a built web app."""
    (gateway.folder / "assets").mkdir()
    (gateway.folder / "index.html").write_text("<!doctype html><title>the page</title>")
    (gateway.folder / "favicon.svg").write_text("<svg/>")
    (gateway.folder / "assets" / "index-1a2b3c.js").write_text("let plain")
    (gateway.folder / "assets" / "index-1a2b3c.js.br").write_text("brotli")
    (gateway.folder / "assets" / "index-1a2b3c.js.gz").write_text("gzip")
    (gateway.folder.parent / "secret.txt").write_text("outside")
    return gateway


async def get(site: GatewayUnderTest, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, str]:
    from yarl import URL

    url = URL(site.url + path, encoded=True)
    async with site.client.get(url, headers={"Accept-Encoding": "identity"} | headers) as response:
        return response, await response.text()


@pytest.mark.parametrize("path", ["/", "/index.html", "/sessions/42", "/sign-in"])
async def test_every_address_of_the_app_is_its_page(site: GatewayUnderTest, path: str) -> None:
    response, text = await get(site, path)

    assert response.status == 200
    assert response.content_type == "text/html"
    assert "the page" in text
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/assets/gone-123.js", "/missing.png", "/api/v1/x", "/.well-known/x", "/blobs", "/blobs/x", "/api"]
)
async def test_what_is_no_address_of_the_app_is_not_found(site: GatewayUnderTest, path: str) -> None:
    response, _ = await get(site, path)

    assert response.status == 404


async def test_a_file_whose_name_has_its_hash_is_kept_for_ever(site: GatewayUnderTest) -> None:
    response, text = await get(site, "/assets/index-1a2b3c.js")

    assert text == "let plain"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("accepted", "sent"), [("br, gzip", "brotli"), ("gzip", "gzip"), ("identity", "let plain")])
async def test_a_file_is_sent_in_the_smallest_form_that_the_browser_takes(
    site: GatewayUnderTest, accepted: str, sent: str
) -> None:
    response, text = await get(site, "/assets/index-1a2b3c.js", **{"Accept-Encoding": accepted})

    assert text == sent
    assert response.content_type in ("text/javascript", "application/javascript")
    assert "Accept-Encoding" in response.headers.get("Vary", "")


async def test_an_unchanged_file_is_not_sent_again(site: GatewayUnderTest) -> None:
    first, _ = await get(site, "/favicon.svg")

    second, text = await get(site, "/favicon.svg", **{"If-None-Match": first.headers["ETag"]})

    assert (second.status, text) == (304, "")


async def test_pages_may_load_nothing_from_elsewhere_and_be_framed_by_nobody_else(site: GatewayUnderTest) -> None:
    response, _ = await get(site, "/")

    assert {name: response.headers.get(name) for name in page_headers()} == page_headers()
    assert "script-src" not in content_security_policy(), "scripts come from where all else does"
    assert content_security_policy().startswith("default-src 'self'; ")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/a%00b",
    ],
)
async def test_no_path_leads_out_of_the_folder(site: GatewayUnderTest, path: str) -> None:
    _, text = await get(site, path)

    assert "outside" not in text
    assert "root:" not in text


async def test_no_link_leads_out_of_the_folder(site: GatewayUnderTest) -> None:
    os.symlink(site.folder.parent / "secret.txt", site.folder / "link.txt")

    response, text = await get(site, "/link.txt")

    assert response.status == 404
    assert "outside" not in text


async def test_a_document_of_the_host_is_served_beside_the_files(site: GatewayUnderTest) -> None:
    assert (await get(site, "/demo.json"))[0].status == 404

    site.web_app.documents["/demo.json"] = b'{"notice": "simulated"}'

    response, text = await get(site, "/demo.json")
    assert response.content_type == "application/json"
    assert text == '{"notice": "simulated"}'


async def test_pages_are_read_only(site: GatewayUnderTest) -> None:
    async with site.client.post(site.url + "/") as response:
        assert response.status == 404
    async with site.client.head(site.url + "/") as response:
        assert response.status == 200
        assert await response.read() == b""


async def test_without_a_built_app_there_is_no_page(gateway: GatewayUnderTest) -> None:
    assert (await get(gateway, "/"))[0].status == 404
