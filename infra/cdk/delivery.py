"""CloudFront: the web application, the API and the sockets on one origin, so that browsers need no CORS.

/*              the built pages in the `web` bucket; any path without a dot is the application's entry page
/api/*, /health every path that a function answers, uncached
/ws             the WebSocket API
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from dreamseed.function import Function
from dreamseed.needs import Http
from infra.cdk.acknowledged import acknowledge
from infra.cdk.buckets import make_bucket
from infra.cdk.data_stack import DataStack
from infra.page_headers import HSTS_SECONDS, OTHERS, content_security_policy
from infra.resources import RESULTS, WEB, Environment

API_PREFIX = "/api/"
ENTRY_PAGE = """\
function handler(event) {
  var request = event.request;
  if (!request.uri.split('/').pop().includes('.')) request.uri = '/index.html';
  return request;
}
"""
"""The application's own paths, which no file stands for, all begin at its entry page."""


_PARAMETER = re.compile(r"\{[^}]*\}")


def api_patterns(functions: Iterable[Function]) -> list[str]:
    """The path patterns that functions answer, derived from the catalogue. `*` stands for any text."""
    paths = [function.needs.trigger.path for function in functions if isinstance(function.needs.trigger, Http)]
    return sorted({f"{API_PREFIX}*" if path.startswith(API_PREFIX) else _PARAMETER.sub("*", path) for path in paths})


class Delivery(Construct):
    """The distribution that the world sees."""

    def __init__(
        self, scope: Construct, id: str, environment: Environment, *, data: DataStack, hosts: Mapping[str, str]
    ) -> None:
        """`hosts` maps a path pattern to the host that answers it."""
        super().__init__(scope, id)
        self.web = make_bucket(self, WEB, environment, access_logs=data.access_logs, key=data.key)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"DreamSeed {environment.name}",
            default_root_object="index.html",
            default_behavior=self._pages(data.buckets[RESULTS.name]),
            additional_behaviors=self._functions(hosts),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            log_bucket=data.access_logs,
            log_file_prefix="delivery/",
        )
        acknowledge(self.distribution, "A learner may live anywhere.", "CFR1")
        acknowledge(
            self.distribution,
            "Requests are throttled by the APIs and by the functions, which know who calls; a web application firewall"
            " lives in another region and comes with its own stack.",
            "CFR2",
        )
        acknowledge(
            self.distribution,
            "The distribution's own name has a certificate of CloudFront's, whose oldest protocol is not ours to set.",
            "CFR4",
        )

    @property
    def url(self) -> str:
        """The origin of the product on the web."""
        return f"https://{self.distribution.distribution_domain_name}"

    def _pages(self, results: s3.IBucket) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(self.web),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=self._page_headers(results),
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=cloudfront.Function(
                        self,
                        "EntryPage",
                        code=cloudfront.FunctionCode.from_inline(ENTRY_PAGE),
                        runtime=cloudfront.FunctionRuntime.JS_2_0,
                    ),
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                )
            ],
        )

    def _functions(self, hosts: Mapping[str, str]) -> dict[str, cloudfront.BehaviorOptions]:
        by_host = {
            host: origins.HttpOrigin(host, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY)
            for host in hosts.values()
        }
        return {
            pattern: cloudfront.BehaviorOptions(
                origin=by_host[host],
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            )
            for pattern, host in hosts.items()
        }

    def _page_headers(self, results: s3.IBucket) -> cloudfront.ResponseHeadersPolicy:
        """Headers of the pages; functions send their own."""
        stored = (results.bucket_regional_domain_name, results.bucket_domain_name)
        policy = content_security_policy([f"https://{host}" for host in stored])
        return cloudfront.ResponseHeadersPolicy(
            self,
            "PageHeaders",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.seconds(HSTS_SECONDS), include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in OTHERS.items()
                ]
            ),
        )
