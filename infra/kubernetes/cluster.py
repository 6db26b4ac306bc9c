"""What the cluster is like: everything that the plan does not say."""

from __future__ import annotations

from dataclasses import dataclass

from infra.resources import MAIL_FROM


@dataclass(frozen=True)
class Cluster:
    """Where the manifests go. `services_url` answers SQS, S3, SES and Step Functions requests, as LocalStack does."""

    image: str
    host: str
    services_url: str
    namespace: str = "dreamseed"
    gateway: str = "dreamseed"
    region: str = "local"
    account: str = "000000000000"
    mail_from: str = MAIL_FROM
    audit_sink: str = "log:"
    opa_url: str = ""
    """An Open Policy Agent server that decides in place of the functions; none if empty."""

    @property
    def public_url(self) -> str:
        """The origin of the product on the web."""
        return f"https://{self.host}"

    def queue_url(self, name: str) -> str:
        """The address of a queue."""
        return f"{self.services_url}/{self.account}/{name}"
