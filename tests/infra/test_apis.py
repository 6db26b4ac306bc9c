"""The gateways: one route for each HTTP and socket function, throttled and logged, behind one origin."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import pytest

from dreamseed.http.cors import ALLOWED_HEADERS, EXPOSED_HEADERS
from dreamseed.needs import Http, Schedule, Socket
from infra.page_headers import page_headers
from infra.plan import Plan
from tests.infra.templates import Resource, Templates

pytestmark = pytest.mark.synth


def test_every_http_and_socket_function_has_exactly_one_route_and_it_leads_to_it(
    plan: Plan, templates: Templates
) -> None:
    expected = {}
    for function in plan.functions:
        match function.needs.trigger:
            case Http(method=method, path=path):
                expected[f"{method} {path}"] = function.name
            case Socket(route=route):
                expected[route] = function.name

    routes = templates.of_type("AWS::ApiGatewayV2::Route")
    assert {route.properties["RouteKey"]: _target(templates, route) for route in routes} == expected
    assert len(routes) == len(expected)


def test_http_functions_are_called_with_payload_format_2(templates: Templates) -> None:
    http, sockets = _apis(templates)

    for integration in templates.of_type("AWS::ApiGatewayV2::Integration"):
        if integration.properties["ApiId"] == http.reference:
            assert integration.properties["PayloadFormatVersion"] == "2.0"
        else:
            assert integration.properties["ApiId"] == sockets.reference


def test_a_gateway_may_call_a_function_by_its_own_route_only(templates: Templates) -> None:
    routes = templates.of_type("AWS::ApiGatewayV2::Route")
    permissions = templates.of_type("AWS::Lambda::Permission")

    assert len(permissions) == len(routes)
    for permission in permissions:
        assert permission.properties["Principal"] == "apigateway.amazonaws.com"
        assert not permission.properties["SourceArn"].endswith("/*/*/*")


def test_both_gateways_are_throttled_and_the_http_gateway_logs_its_accesses(templates: Templates) -> None:
    http, _ = _apis(templates)
    stages = templates.of_type("AWS::ApiGatewayV2::Stage")

    assert len(stages) == 2
    for stage in stages:
        limits = stage.properties["DefaultRouteSettings"]
        assert limits["ThrottlingRateLimit"] == 2000
        assert limits["ThrottlingBurstLimit"] == 4000
    (http_stage,) = [stage for stage in stages if stage.properties["ApiId"] == http.reference]
    line = json.loads(http_stage.properties["AccessLogSettings"]["Format"])
    assert {"request_id", "route", "status", "latency_ms"} <= line.keys()
    assert "$context.identity.sourceIp" not in line.values()


def test_no_other_origin_may_call_the_production_api_from_a_browser(templates: Templates) -> None:
    http, _ = _apis(templates)

    assert "CorsConfiguration" not in http.properties


def test_in_development_the_web_server_of_a_developer_may_call_the_api(dev_templates: Templates) -> None:
    http, _ = _apis(dev_templates)

    cors = http.properties["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["http://localhost:5173"]
    assert ", ".join(cors["AllowHeaders"]) == ALLOWED_HEADERS
    assert ", ".join(cors["ExposeHeaders"]) == EXPOSED_HEADERS


def test_pages_have_the_headers_that_the_local_host_gives_them(templates: Templates) -> None:
    (policy,) = templates.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    config = policy.properties["ResponseHeadersPolicyConfig"]
    security, custom = config["SecurityHeadersConfig"], config["CustomHeadersConfig"]["Items"]

    hsts = security["StrictTransportSecurity"]
    given = {header["Header"]: header["Value"] for header in custom} | {
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={hsts['AccessControlMaxAgeSec']}; includeSubDomains",
        "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"]["Override"] else "",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
    }
    wanted = page_headers()
    rules = wanted.pop("Content-Security-Policy").split("; ")
    assert given == wanted
    assert hsts["IncludeSubdomains"]
    written = json.dumps(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert [rule for rule in rules if rule not in written] == [], "but for where stored pictures come from"


def test_pages_api_and_sockets_share_one_origin(plan: Plan, templates: Templates) -> None:
    (distribution,) = templates.of_type("AWS::CloudFront::Distribution")
    behaviours = distribution.properties["DistributionConfig"]["CacheBehaviors"]

    patterns = {behaviour["PathPattern"] for behaviour in behaviours}
    paths = {function.needs.trigger.path for function in plan.functions if isinstance(function.needs.trigger, Http)}
    assert "/api/*" in patterns
    assert "/ws" in patterns
    asked = {path.replace("{path:path}", "results/simulation.svg") for path in paths}
    assert {path for path in asked if not any(fnmatchcase(path, pattern) for pattern in patterns)} == set()
    assert not any("{" in pattern for pattern in patterns)
    assert len(behaviours) <= 25, "CloudFront takes no more"


def test_every_schedule_runs_in_utc_and_calls_its_function(plan: Plan, templates: Templates) -> None:
    schedules = templates.of_type("AWS::Scheduler::Schedule")
    targets = {schedule.properties["Target"]["Arn"]: schedule.properties for schedule in schedules}

    scheduled = [function for function in plan.functions if isinstance(function.needs.trigger, Schedule)]
    assert len(schedules) == len(scheduled)
    for function in scheduled:
        assert isinstance(function.needs.trigger, Schedule)
        schedule = targets[templates.functions()[function.name].attribute("Arn")]
        assert schedule["ScheduleExpression"] == function.needs.trigger.expression
        assert schedule["ScheduleExpressionTimezone"] == "UTC"


def _apis(templates: Templates) -> tuple[Resource, Resource]:
    """The HTTP and the WebSocket API."""
    apis = {api.properties["ProtocolType"]: api for api in templates.of_type("AWS::ApiGatewayV2::Api")}
    return apis["HTTP"], apis["WEBSOCKET"]


def _target(templates: Templates, route: Resource) -> str:
    """The name of the function that a route leads to."""
    integration_reference = route.properties["Target"].removeprefix("integrations/")
    (integration,) = [
        integration
        for integration in templates.of_type("AWS::ApiGatewayV2::Integration")
        if integration.reference == integration_reference
    ]
    uri = integration.properties["IntegrationUri"]
    (name,) = [name for name, made in templates.functions().items() if made.attribute("Arn") in uri]
    return name
