"""Choose a new password instead of a forgotten one."""

import os

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.reply import Reply
from dreamseed.identity import password_changes
from dreamseed.identity.account_models import NewPassword
from dreamseed.identity.known_devices import device_of
from dreamseed.identity.links import read_link
from dreamseed.identity.models import Cookies
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/reset/complete", PUBLIC, status=204, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("read")),
    )
)
def reset_password(
    body: NewPassword, secrets: Secrets, keys: SubjectKeys, clock: Clock, cookie: Cookies = ""
) -> Reply[None]:
    """Set the password by the link in the mail, which works once, and end every sign-in of the account."""
    signing_keys = secrets.read("signing_keys")
    link = read_link(body.token, "password_reset", signing_keys)
    digest = password_changes.reset_password(link, body.password, keys, clock.now())
    device = device_of(digest, cookie, signing_keys)
    return Reply(None, headers={"set-cookie": device.cookie(signing_keys, os.environ["DREAMSEED_PUBLIC_URL"])})
