"""Test designs as plain JSON, read strictly: an unknown field, a wrong type or a bad value names its dotted path.

    {"stopping":  {"max_items": 30, "min_items": 5, "se": 0.3, "theta_change": null, "se_gain": null,
                   "time_limit_seconds": 3600,
                   "classification": {"kind": "sprt", "cut_scores": [0.5], "indifference": 0.2,
                                      "alpha": 0.05, "beta": 0.05}
                                   | {"kind": "confidence_interval", "cut_scores": [0.5], "level": 0.95}},
     "selection": {"rule": "mfi"},
     "exposure":  {"kind": "randomesque", "n": 5}
                | {"kind": "sympson_hetter", "k": [1.0, 0.4, ...], "is_multinomial": false}
                | {"kind": "conditional_sympson_hetter", "k": [[1.0, 0.4, ...], ...], "cuts": [-1, 0, 1],
                   "is_multinomial": false}
                | {"kind": "item_eligibility", "max_rate": 0.25, "cuts": [], "fading": 1.0} | null,
     "blueprint": {"algebra": {"target": 0.4, "minimum": 3, "maximum": 8, "after": ["numbers"]}, ...} | null,
     "start":     {"theta": 0.0, "n_random": 2, "among": 5, "priors": {"grade 5": {"mean": 0.5, "sd": 0.8}, ...}},
     "prior":     {"mean": 0.0, "sd": 1.0},
     "sets":      {"minimum": 2, "maximum": 4, "most_sets": 3},
     "specification": {"counts": [{"attribute": "format", "values": ["open"], "minimum": 2, "maximum": 5}, ...],
                       "sums": [{"attribute": "words", "minimum": 800, "maximum": 1000}, ...],
                       "enemies": [[3, 17], ...], "include": [], "exclude": [4], "least_sets": 1,
                       "sections": {"attribute": "format", "values": ["closed", "open"]}, "tolerance": 0.002}}

Only `stopping.max_items` is required; what is left out or null has the default of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from irt_core.adaptive.blueprint import ContentArea, ContentBlueprint
from irt_core.adaptive.classification import ConfidenceInterval, SequentialRatio
from irt_core.adaptive.exposure import ConditionalSympsonHetter, Randomesque, SympsonHetter
from irt_core.adaptive.item_eligibility import ItemEligibility
from irt_core.adaptive.item_sets import SetRule
from irt_core.adaptive.start import Start
from irt_core.adaptive.stopping import Stopping
from irt_core.assembly.specification import CountLimit, Sections, SumLimit, TestSpecification
from irt_core.errors import DesignError, PriorError
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.priors import Normal

if TYPE_CHECKING:
    from irt_core.adaptive.design import CatDesign
    from irt_core.multidimensional.design import MultidimensionalDesign

_Reader = Callable[[str, Any], Any]


def read_design(written: Any) -> dict[str, Any]:
    """The parts of a design by name, those that were left out not being there. Raises DesignError."""
    return _read_parts(written, _DESIGN, ("stopping",))


def read_multidimensional_design(written: Any) -> dict[str, Any]:
    """The same for a design of tests of several abilities. Raises DesignError."""
    return _read_parts(written, _MULTIDIMENSIONAL_DESIGN, ("stopping", "prior"))


def _read_parts(written: Any, fields: Mapping[str, _Reader], required: tuple[str, ...]) -> dict[str, Any]:
    parts = _read_object("", written, fields)
    for name in required:
        if name not in parts:
            raise DesignError(name, "is required")
    return parts


def write_design(design: CatDesign) -> dict[str, Any]:
    """The design as plain JSON, every field spelled out."""
    written = {
        **_write_common(design),
        "start": asdict(design.start),
        "prior": asdict(design.prior),
        "specification": None if design.specification is None else asdict(design.specification),
    }
    plain: dict[str, Any] = _with_lists(written)
    return plain


def write_multidimensional_design(design: MultidimensionalDesign) -> dict[str, Any]:
    """The same for a design of tests of several abilities."""
    start = {"n_random": design.start.n_random, "among": design.start.among}
    prior = design.prior.to_dict()
    plain: dict[str, Any] = _with_lists(
        {**_write_common(design), "start": start, "prior": prior, "composite": design.composite}
    )
    return plain


def _write_common(design: CatDesign | MultidimensionalDesign) -> dict[str, Any]:
    """What both kinds of designs have."""
    blueprint = design.blueprint
    return {
        "stopping": asdict(design.stopping) | {"classification": _write_kind(design.stopping.classification)},
        "selection": {"rule": design.selection},
        "exposure": _write_kind(design.exposure),
        "blueprint": None if blueprint is None else {name: asdict(area) for name, area in blueprint.areas.items()},
        "sets": asdict(design.sets),
    }


def _write_kind(part: Any) -> dict[str, Any] | None:
    return None if part is None else {"kind": _KIND_OF[type(part)], **asdict(part)}


def _with_lists(value: Any) -> Any:
    """The same with lists for tuples, as JSON has it."""
    if isinstance(value, dict):
        return {name: _with_lists(part) for name, part in value.items()}
    return [_with_lists(part) for part in value] if isinstance(value, list | tuple) else value


def _read_object(path: str, written: Any, fields: Mapping[str, _Reader]) -> dict[str, Any]:
    """The fields of a JSON object, each through its reader; nulls are left out."""
    if not isinstance(written, Mapping):
        raise DesignError(path or "design", "must be an object")
    unknown = [name for name in written if name not in fields]
    if unknown:
        raise DesignError(_join(path, str(unknown[0])), f"is not a field; there are: {', '.join(fields)}")
    return {name: fields[name](_join(path, name), value) for name, value in written.items() if value is not None}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _integer(path: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DesignError(path, "must be a whole number")
    return value


def _number(path: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DesignError(path, "must be a number")
    return float(value)


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str):
        raise DesignError(path, "must be a text")
    return value


def _is_true(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise DesignError(path, "must be true or false")
    return value


def _list_of(read: _Reader, what: str) -> _Reader:
    """A reader of a list of what `read` reads."""

    def read_list(path: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise DesignError(path, f"must be a list of {what}")
        return tuple(read(f"{path}.{place}", part) for place, part in enumerate(value))

    return read_list


def _map_of(read: _Reader, what: str) -> _Reader:
    """A reader of an object with names of the writer's own, and for each of them what `read` reads."""

    def read_map(path: str, written: Any) -> dict[str, Any]:
        if not isinstance(written, Mapping):
            raise DesignError(path, f"must be an object of {what}")
        return {name: read(_join(path, name), part) for name, part in written.items()}

    return read_map


def _part(make: Callable[..., Any], fields: Mapping[str, _Reader], required: tuple[str, ...] = ()) -> _Reader:
    """A reader of an object that becomes `make(**fields)`."""

    def read(path: str, written: Any) -> Any:
        values = _read_object(path, written, fields)
        for name in required:
            if name not in values:
                raise DesignError(_join(path, name), "is required")
        try:
            return make(**values)
        except PriorError as error:
            raise DesignError(path, str(error)) from error

    return read


def _one_of(readers: Mapping[str, _Reader]) -> _Reader:
    """A reader of an object whose `kind` says what else it holds."""

    def read(path: str, written: Any) -> Any:
        kind = str(written.get("kind")) if isinstance(written, Mapping) else None
        if kind is None or kind not in readers:
            raise DesignError(_join(path, "kind"), f"must be one of: {', '.join(readers)}")
        return readers[kind](path, {name: value for name, value in written.items() if name != "kind"})

    return read


_numbers = _list_of(_number, "numbers")
_items = _list_of(_integer, "items")
_texts = _list_of(_text, "texts")
_prior = _part(Normal, {"mean": _number, "sd": _number})
_area = _part(ContentArea, {"target": _number, "minimum": _integer, "maximum": _integer, "after": _texts})


def _blueprint(path: str, written: Any) -> ContentBlueprint:
    return ContentBlueprint(_map_of(_area, "areas")(path, written))


_KIND_OF: Mapping[type, str] = {
    SequentialRatio: "sprt",
    ConfidenceInterval: "confidence_interval",
    Randomesque: "randomesque",
    SympsonHetter: "sympson_hetter",
    ConditionalSympsonHetter: "conditional_sympson_hetter",
    ItemEligibility: "item_eligibility",
}

_CLASSIFICATION = _one_of(
    {
        "sprt": _part(
            SequentialRatio,
            {"cut_scores": _numbers, "indifference": _number, "alpha": _number, "beta": _number},
            required=("cut_scores",),
        ),
        "confidence_interval": _part(
            ConfidenceInterval, {"cut_scores": _numbers, "level": _number}, required=("cut_scores",)
        ),
    }
)

_STOPPING = _part(
    Stopping,
    {
        "max_items": _integer,
        "min_items": _integer,
        "se": _number,
        "theta_change": _number,
        "se_gain": _number,
        "time_limit_seconds": _number,
        "classification": _CLASSIFICATION,
    },
    required=("max_items",),
)

_EXPOSURE = _one_of(
    {
        "randomesque": _part(Randomesque, {"n": _integer}, required=("n",)),
        "sympson_hetter": _part(SympsonHetter, {"k": _numbers, "is_multinomial": _is_true}, required=("k",)),
        "conditional_sympson_hetter": _part(
            ConditionalSympsonHetter,
            {"k": _list_of(_numbers, "lists of numbers"), "cuts": _numbers, "is_multinomial": _is_true},
            required=("k", "cuts"),
        ),
        "item_eligibility": _part(
            ItemEligibility, {"max_rate": _number, "cuts": _numbers, "fading": _number}, required=("max_rate",)
        ),
    }
)

_COUNT = _part(
    CountLimit,
    {"attribute": _text, "values": _texts, "minimum": _integer, "maximum": _integer},
    required=("attribute", "values"),
)

_SPECIFICATION = _part(
    TestSpecification,
    {
        "counts": _list_of(_COUNT, "limits"),
        "sums": _list_of(
            _part(SumLimit, {"attribute": _text, "minimum": _number, "maximum": _number}, required=("attribute",)),
            "limits",
        ),
        "enemies": _list_of(_items, "lists of items"),
        "include": _items,
        "exclude": _items,
        "least_sets": _integer,
        "sections": _part(Sections, {"attribute": _text, "values": _texts}, required=("attribute", "values")),
        "tolerance": _number,
    },
)

_DESIGN: Mapping[str, _Reader] = {
    "stopping": _STOPPING,
    "selection": _part(lambda rule: rule, {"rule": _text}, required=("rule",)),
    "exposure": _EXPOSURE,
    "blueprint": _blueprint,
    "start": _part(
        Start,
        {"theta": _number, "n_random": _integer, "among": _integer, "priors": _map_of(_prior, "priors")},
    ),
    "prior": _prior,
    "sets": _part(SetRule, {"minimum": _integer, "maximum": _integer, "most_sets": _integer}),
    "specification": _SPECIFICATION,
}

_MULTIDIMENSIONAL_DESIGN: Mapping[str, _Reader] = {
    **{name: _DESIGN[name] for name in ("stopping", "selection", "exposure", "blueprint", "sets")},
    "start": _part(Start, {"n_random": _integer, "among": _integer}),
    "prior": _part(
        MultivariateNormal,
        {"mean": _numbers, "covariance": _list_of(_numbers, "lists of numbers")},
        required=("mean", "covariance"),
    ),
    "composite": _numbers,
}
