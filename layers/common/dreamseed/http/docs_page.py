"""The API's documentation as one page of plain HTML from the OpenAPI document: no script, no outside asset."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import Any

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #0b6e69; }
@media (prefers-color-scheme: dark) { :root { --accent: #5cc9c0; } }
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
caption { text-align: left; font-weight: 600; padding-top: .6rem; }
h1 { line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; }
summary { cursor: pointer; padding: .6rem .9rem; display: flex; gap: .8rem; flex-wrap: wrap; align-items: baseline; }
details > div { padding: 0 .9rem .9rem; border-top: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.method { font-weight: 700; color: var(--accent); min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; }
tr + tr { border-top: 1px solid var(--line); } a { color: var(--accent); }
"""


def render(document: dict[str, Any]) -> str:
    """The page for an OpenAPI document of ours."""
    operations = sorted(
        (operation["tags"][0], path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    areas = [(area, list(group)) for area, group in groupby(operations, key=lambda each: each[0])]
    links = " · ".join(f'<a href="#{escape(area)}">{escape(area)}</a>' for area, _ in areas)
    sections = "".join(_section(area, group) for area, group in areas)
    schemas = "".join(_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>DreamSeed API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        f"<h1>DreamSeed API</h1><p>{escape(document['info']['description'])}"
        f' The same as data: <a href="/openapi.json">OpenAPI {escape(document["openapi"])}</a>.</p>'
        f'<nav aria-label="Areas">{links} · <a href="#schemas">schemas</a></nav>'
        f'{sections}<section id="schemas"><h2>Schemas</h2>{schemas}</section></main></body></html>'
    )


def _section(area: str, operations: list[tuple[str, str, str, dict[str, Any]]]) -> str:
    body = "".join(_operation(path, method, operation) for _, path, method, operation in operations)
    return f'<section id="{escape(area)}"><h2>{escape(area.capitalize())}</h2>{body}</section>'


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="method">{method.upper()}</span>'
        f"<code>{escape(path)}</code><span>{escape(operation['summary'])}</span></summary><div>"
        f"<p>{escape(operation['description'])}</p>"
        f"<p>Permission: <code>{escape(operation['x-permission'])}</code></p>"
        f"{_parameters(operation)}{_body(operation)}{_responses(operation)}</div></details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = [
        (each["name"], f"{each['in']}, {_type(each['schema'])}", each.get("description", ""))
        for each in operation.get("parameters", [])
    ]
    return _table("Parameters", rows)


def _body(operation: dict[str, Any]) -> str:
    if "requestBody" not in operation:
        return ""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return f"<p>Body: {_type(schema)}</p>"


def _responses(operation: dict[str, Any]) -> str:
    rows = [
        (
            status,
            " ".join(_type(content["schema"]) for content in reply.get("content", {}).values()),
            reply["description"],
        )
        for status, reply in sorted(operation["responses"].items())
    ]
    return _table("Replies", rows)


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = [
        (field, _type(description), description.get("description", ""))
        for field, description in schema.get("properties", {}).items()
    ]
    return (
        f'<details id="schema-{escape(name)}"><summary><code>{escape(name)}</code>'
        f"<span>{escape(schema.get('description', ''))}</span></summary><div>{_table('Fields', rows)}</div></details>"
    )


def _type(schema: dict[str, Any]) -> str:
    """A schema's type in words, with links to the named ones. Returns HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(_type(each) for each in schema[choice])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    return escape(str(schema.get("format") or schema.get("const") or schema.get("type", "any")))


def _table(caption: str, rows: list[tuple[str, str, str]]) -> str:
    """A table of (name, type in HTML, description); nothing when there are no rows."""
    if not rows:
        return ""
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{kind}</td><td>{escape(text)}</td></tr>'
        for name, kind, text in rows
    )
    return f"<table><caption>{caption}</caption><tbody>{body}</tbody></table>"
