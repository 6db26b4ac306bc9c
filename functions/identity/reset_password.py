"""Choose a new password instead of a forgotten one."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import password_changes
from dreamseed.identity.account_models import NewPassword
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/reset/complete", PUBLIC, status=204, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("read")),
    )
)
def reset_password(body: NewPassword, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> None:
    """Set the password by the link in the mail, which works once, and end every sign-in of the account."""
    link = read_link(body.token, "password_reset", secrets.read("signing_keys"))
    password_changes.reset_password(link, body.password, keys, clock.now())
