"""What AWS answers, in our own terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dreamseed.errors import Unavailable


@contextmanager
def unavailable_on_failure(what: str) -> Iterator[None]:
    """Turn any error of boto3 that the block does not handle itself into Unavailable, naming what was being done."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"{what}: {error}", code="service_unavailable", retry_after_seconds=5) from error


@contextmanager
def ignoring(*codes: str) -> Iterator[None]:
    """Let pass the errors that mean that there is nothing left to do, such as stopping what has stopped."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in codes:
            raise
