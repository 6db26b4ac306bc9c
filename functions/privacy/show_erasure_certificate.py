"""Show somebody who was erased what that did."""

from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity.links import link_invalid, read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets
from dreamseed.privacy import certificates, queries
from dreamseed.privacy.models import Certificate, CertificateLink
from dreamseed.privacy.tables import erasures


@function(
    Needs(
        Http("POST", "/api/v1/privacy/certificates/show", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("read"), secret("signing_keys")),
    )
)
def show_erasure_certificate(body: CertificateLink, secrets: Secrets) -> Certificate:
    """The signed certificate, by the link of the mail that they got. 409 `erasure_not_done` before there is one."""
    link = read_link(body.token, "erasure", secrets.read("signing_keys"))
    row = in_tenant(link.org_id, lambda db: queries.find(db, erasures, link.id))
    if row is None:
        raise link_invalid()
    return certificates.shown(row)
