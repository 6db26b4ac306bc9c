"""Names as Kubernetes takes them, and the labels by which everything of one function is found."""

from __future__ import annotations

from typing import Any

from dreamseed.function import Function

Manifest = dict[str, Any]

DATABASE_LABEL = "dreamseed.dev/database"
"""On pods of functions that are granted the database: the network lets only these reach it."""


def object_name(name: str) -> str:
    """A catalogue name as a DNS label."""
    return name.replace("_", "-")


def labels(function: Function) -> dict[str, str]:
    """The labels of everything that belongs to a function."""
    made = {
        "app.kubernetes.io/part-of": "dreamseed",
        "app.kubernetes.io/name": object_name(function.name),
        "dreamseed.dev/area": function.area,
    }
    if function.grant("database") is not None:
        made[DATABASE_LABEL] = "granted"
    return made


def metadata(function: Function) -> Manifest:
    """The metadata of an object that belongs to a function."""
    return {
        "name": object_name(function.name),
        "labels": labels(function),
        "annotations": {"dreamseed.dev/summary": function.summary},
    }
