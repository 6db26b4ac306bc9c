"""Signing in to Aurora and RDS Proxy without a password: a token that is a signed address, good for 15 minutes.

Made by botocore's signer alone: a client of boto3 loads service models, which would cost every cold start 0.3 s.
"""

from __future__ import annotations

EXPIRES_SECONDS = 900


def sign_in_token(host: str, port: int, user: str) -> str:
    """The password with which `user` may connect to the database at `host` within the next 15 minutes.

    Signed with the credentials of this process, for the region in the host's name. Raises LookupError without them.
    """
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.session import get_session

    credentials = get_session().get_credentials()
    if credentials is None:
        raise LookupError("there are no AWS credentials to sign in to the database with")
    region = host.split(".")[-4]  # name.id.region.rds.amazonaws.com
    request = AWSRequest("GET", f"https://{host}:{port}/", params={"Action": "connect", "DBUser": user})
    SigV4QueryAuth(credentials.get_frozen_credentials(), "rds-db", region, EXPIRES_SECONDS).add_auth(request)
    url: str = request.url
    return url.removeprefix("https://")
