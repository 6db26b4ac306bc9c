"""From where somebody calls: for the list of their sign-ins, and for counting attempts by address.

Proxies in front of us are trusted by number, never by what a header claims: `DREAMSEED_PROXIES` says how many there are
(none locally, CloudFront on AWS), and the address is what the outermost of them saw.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dreamseed.http.exchange import Request

_LONGEST_AGENT = 300


@dataclass(frozen=True)
class Client:
    """The caller's network address and what their program calls itself; either may be empty."""

    address: str
    agent: str


def client_of(request: Request) -> Client:
    """The client that a request came from."""
    agent = "".join(each for each in request.headers.get("user-agent", "") if each.isprintable())
    return Client(_address(request), agent[:_LONGEST_AGENT])


def _address(request: Request) -> str:
    forwarded = [each.strip() for each in request.headers.get("x-forwarded-for", "").split(",") if each.strip()]
    if forwarded and forwarded[-1] == request.source_ip:
        forwarded.pop()
    proxies = int(os.environ.get("DREAMSEED_PROXIES", "0"))
    return [*forwarded, request.source_ip][-1 - min(proxies, len(forwarded))]
