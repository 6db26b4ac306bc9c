"""Paths lead to functions as they do through API Gateway."""

from __future__ import annotations

import pytest

from host.gateway.routes import Found, Route, RouteTable

SESSION = Route("GET", "/api/v1/sessions/{id}", "read_session")
ANSWER = Route("POST", "/api/v1/sessions/{id}/responses", "submit_response")
MINE = Route("GET", "/api/v1/sessions/mine", "list_my_sessions")
CREATE = Route("POST", "/api/v1/sessions", "create_session")
LIST = Route("GET", "/api/v1/sessions", "list_sessions")
BLOB = Route("GET", "/blobs/{path:path}", "download_blob")
TABLE = RouteTable([SESSION, ANSWER, MINE, CREATE, LIST, BLOB])


def found(path: str) -> Found:
    result = TABLE.find(path)
    assert result is not None
    return result


def test_one_path_can_have_a_function_for_each_method() -> None:
    assert found("/api/v1/sessions").by_method == {"GET": LIST, "POST": CREATE}


def test_parameters_are_decoded() -> None:
    assert found("/api/v1/sessions/a%20b%2Fc").parameters == {"id": "a b/c"}


def test_a_literal_segment_is_preferred_to_a_parameter() -> None:
    assert found("/api/v1/sessions/mine").by_method == {"GET": MINE}


def test_a_way_that_leads_nowhere_is_left_again() -> None:
    assert found("/api/v1/sessions/mine/responses") == Found({"POST": ANSWER}, {"id": "mine"})


def test_a_greedy_parameter_takes_the_rest_and_is_named_as_api_gateway_names_it() -> None:
    assert found("/blobs/results/org/1/plot.svg").parameters == {"path": "results/org/1/plot.svg"}
    assert BLOB.key == "GET /blobs/{path+}"


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/sessions/", "/api/v1/sessions/1/2/3", "/blobs/", "", "*"])
def test_nothing_stands_at_other_paths(path: str) -> None:
    assert TABLE.find(path) is None


def test_two_functions_cannot_have_the_same_route() -> None:
    with pytest.raises(ValueError, match="served by both read_session and other"):
        RouteTable([SESSION, Route("GET", "/api/v1/sessions/{session_id}", "other")])
