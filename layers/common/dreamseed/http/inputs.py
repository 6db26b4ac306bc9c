"""What a caller sends, checked by the types that the function declares.

FastAPI reads the signature once and makes a validator for each input; a request is read by these validators directly.
FastAPI's own way to them leads through eight layers that our functions have no use for (middleware, exit stacks,
routers, a dependency solver) and costs ten times as much as the validators themselves: see docs/adr/0025.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from dreamseed.errors import MethodNotAllowed, NotFound
from dreamseed.http.exchange import Request
from dreamseed.http.problems import body_is_not_json, from_validation

_MISSING = object()
_JSON_TYPE = re.compile(r"\s*application/(\S+\+)?json\s*(;|$)", re.IGNORECASE)


class Inputs:
    """Reads the inputs of one function."""

    def __init__(self, route: APIRoute) -> None:
        self._path = route.path_regex
        self._methods = route.methods or set()
        self._group = _group_of(route.dependant)

    def read(self, request: Request) -> dict[str, Any]:
        """The inputs by parameter name. Raises NotFound, MethodNotAllowed, Malformed or Invalid."""
        match = self._path.match(request.path)
        if match is None:
            raise NotFound("There is nothing at this address.", code="no_such_route")
        if request.method not in self._methods:
            raise MethodNotAllowed("This address does not take that method.")
        query = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
        sources = {"path": match.groupdict(), "query": query, "header": request.headers}
        errors: list[dict[str, Any]] = []
        values = self._group.read(sources, request, errors)
        if errors:
            raise from_validation(errors)
        return values


class _Field(NamedTuple):
    """One input: where it comes from, what it is called there and here, and FastAPI's validator of it."""

    source: str
    alias: str
    name: str
    validate: Callable[..., tuple[Any, list[Any]]]
    default: Any


class _Group(NamedTuple):
    """The inputs of a function, or of a dependency (`Depends`), which makes one value of its own."""

    name: str
    make: Callable[..., Any]
    fields: tuple[_Field, ...]
    body: _Field | None
    dependencies: tuple[_Group, ...]

    def read(self, sources: Mapping[str, Mapping[str, str]], request: Request, errors: list[Any]) -> dict[str, Any]:
        """The values that are right; what is wrong with the others goes into `errors`, as FastAPI words it."""
        values: dict[str, Any] = {}
        for group in self.dependencies:
            before = len(errors)
            inputs = group.read(sources, request, errors)
            values[group.name] = group.make(**inputs) if len(errors) == before else None
        for field in self.fields:
            value = sources[field.source].get(field.alias, _MISSING)
            values[field.name] = _checked(field, value, (field.source, field.alias), errors)
        if self.body is not None:
            values[self.body.name] = _checked(self.body, _parsed(request), ("body",), errors)
        return values


def _group_of(dependant: Dependant) -> _Group:
    """What FastAPI found in a signature. Raises TypeError for what our functions have not needed so far."""
    if dependant.cookie_params or len(dependant.body_params) > 1 or dependant.request_param_name:
        raise TypeError(f"{dependant.call} asks for cookies, several bodies or the bare request: nothing reads them")
    by_source = {"path": dependant.path_params, "query": dependant.query_params, "header": dependant.header_params}
    return _Group(
        dependant.name or "",
        dependant.call or dict,
        tuple(_field_of(source, field) for source, fields in by_source.items() for field in fields),
        _field_of("body", dependant.body_params[0]) if dependant.body_params else None,
        tuple(_group_of(each) for each in dependant.dependencies),
    )


def _field_of(source: str, field: Any) -> _Field:
    default = _MISSING if field.field_info.is_required() else field.get_default()
    alias = field.alias.lower() if source == "header" else field.alias
    return _Field(source, alias, field.name, field.validate, default)


def _checked(field: _Field, value: Any, place: tuple[str, ...], errors: list[Any]) -> Any:
    """The value as the function wants it, or None and an entry in `errors`."""
    if value is _MISSING:
        if field.default is _MISSING:
            errors.append({"type": "missing", "loc": place, "msg": "Field required"})
        return field.default
    checked, wrong = field.validate(value, loc=place)
    errors += wrong
    return checked


def _parsed(request: Request) -> Any:
    """The body as JSON if it says that it is, and else as the bytes that no model accepts. Raises Malformed."""
    if not request.body:
        return _MISSING
    if not _JSON_TYPE.match(request.headers.get("content-type", "")):
        return request.body
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise body_is_not_json(error) from error
