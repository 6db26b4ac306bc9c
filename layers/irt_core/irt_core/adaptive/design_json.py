"""Test designs as plain JSON, read strictly: an unknown field, a wrong type or a bad value names its dotted path.

    {"stopping":  {"max_items": 30, "min_items": 5, "se": 0.3, "theta_change": null, "se_gain": null,
                   "time_limit_seconds": 3600,
                   "classification": {"kind": "sprt", "cut_scores": [0.5], "indifference": 0.2,
                                      "alpha": 0.05, "beta": 0.05}
                                   | {"kind": "confidence_interval", "cut_scores": [0.5], "level": 0.95}},
     "selection": {"rule": "mfi"},
     "exposure":  {"kind": "randomesque", "n": 5} | {"kind": "sympson_hetter", "k": [1.0, 0.4, ...]} | null,
     "blueprint": {"algebra": {"target": 0.4, "minimum": 3, "maximum": 8}, ...} | null,
     "start":     {"theta": 0.0, "n_random": 2, "among": 5},
     "prior":     {"mean": 0.0, "sd": 1.0}}

Only `stopping.max_items` is required; what is left out or null has the default of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from irt_core.adaptive.blueprint import ContentArea, ContentBlueprint
from irt_core.adaptive.classification import ConfidenceInterval, SequentialRatio
from irt_core.adaptive.exposure import Randomesque, SympsonHetter
from irt_core.adaptive.start import Start
from irt_core.adaptive.stopping import Stopping
from irt_core.errors import DesignError, PriorError
from irt_core.priors import Normal

if TYPE_CHECKING:
    from irt_core.adaptive.design import CatDesign

_Reader = Callable[[str, Any], Any]


def read_design(written: Any) -> dict[str, Any]:
    """The parts of a design by name, those that were left out not being there. Raises DesignError."""
    parts = _read_object("", written, _DESIGN)
    if "stopping" not in parts:
        raise DesignError("stopping", "is required")
    return parts


def write_design(design: CatDesign) -> dict[str, Any]:
    """The design as plain JSON, every field spelled out."""
    stopping = asdict(design.stopping)
    stopping["classification"] = _write_kind(design.stopping.classification)
    blueprint = design.blueprint
    return {
        "stopping": stopping,
        "selection": {"rule": design.selection},
        "exposure": _write_kind(design.exposure),
        "blueprint": None if blueprint is None else {name: asdict(area) for name, area in blueprint.areas.items()},
        "start": asdict(design.start),
        "prior": asdict(design.prior),
    }


def _write_kind(part: Any) -> dict[str, Any] | None:
    if part is None:
        return None
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(part).items()}
    return {"kind": _KIND_OF[type(part)], **fields}


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


def _numbers(path: str, value: Any) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        raise DesignError(path, "must be a list of numbers")
    return tuple(_number(f"{path}.{place}", number) for place, number in enumerate(value))


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str):
        raise DesignError(path, "must be a text")
    return value


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


def _blueprint(path: str, written: Any) -> ContentBlueprint:
    if not isinstance(written, Mapping):
        raise DesignError(path, "must be an object of areas")
    read_area = _part(ContentArea, {"target": _number, "minimum": _integer, "maximum": _integer})
    return ContentBlueprint({name: read_area(_join(path, name), area) for name, area in written.items()})


_KIND_OF: Mapping[type, str] = {
    SequentialRatio: "sprt",
    ConfidenceInterval: "confidence_interval",
    Randomesque: "randomesque",
    SympsonHetter: "sympson_hetter",
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

_DESIGN: Mapping[str, _Reader] = {
    "stopping": _STOPPING,
    "selection": _part(lambda rule: rule, {"rule": _text}, required=("rule",)),
    "exposure": _one_of(
        {
            "randomesque": _part(Randomesque, {"n": _integer}, required=("n",)),
            "sympson_hetter": _part(SympsonHetter, {"k": _numbers}, required=("k",)),
        }
    ),
    "blueprint": _blueprint,
    "start": _part(Start, {"theta": _number, "n_random": _integer, "among": _integer}),
    "prior": _part(Normal, {"mean": _number, "sd": _number}),
}
