"""The client's address is what the outermost proxy of ours saw, whatever a header claims."""

from __future__ import annotations

import pytest

from dreamseed.http.exchange import Request, client_of


def address(proxies: int, source_ip: str, forwarded: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DREAMSEED_PROXIES", str(proxies))
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return client_of(Request("GET", "/", "", headers, b"", source_ip)).address


@pytest.mark.parametrize(
    ("proxies", "source_ip", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "", "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),  # claimed by the client
        (0, "127.0.0.1", "198.51.100.7,127.0.0.1", "127.0.0.1"),
        (1, "203.0.113.1", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.1", "192.0.2.1, 203.0.113.1", "192.0.2.1"),
        (1, "203.0.113.1", "198.51.100.7, 192.0.2.1, 203.0.113.1", "192.0.2.1"),  # the first is claimed
        (1, "203.0.113.1", "", "203.0.113.1"),
        (2, "203.0.113.1", "198.51.100.7, 192.0.2.1, 203.0.113.2", "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(
    proxies: int, source_ip: str, forwarded: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert address(proxies, source_ip, forwarded, monkeypatch) == expected


def test_what_a_program_calls_itself_is_kept_short_and_printable() -> None:
    client = client_of(Request("GET", "/", "", {"user-agent": "Browser\n\x00" + "x" * 1000}, b"", ""))

    assert client.agent.startswith("Browserx")
    assert len(client.agent) == 300
