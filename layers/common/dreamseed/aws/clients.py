"""boto3's clients: one per service and process, made on first use, with time-outs and few retries.

Endpoints come from boto3's own variables: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
MAX_ATTEMPTS = 3


def client(service: str, endpoint_url: str | None = None) -> Any:
    """The client for a service such as "sqs". `standard` retries wait a random time that grows up to 20 s."""
    return _client(os.getpid(), service, endpoint_url)


@lru_cache(maxsize=32)
def _client(process: int, service: str, endpoint_url: str | None) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        tcp_keepalive=True,
        s3={"addressing_style": "path" if os.environ.get("AWS_ENDPOINT_URL") else "auto"},
    )
    return boto3.session.Session().client(service, endpoint_url=endpoint_url, config=config)
