"""Requests against Atlassian's OpenAPI files: is the route there, are its parameters, is the body of its shape?"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema
import pytest

HERE = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CONFSYNC_OPENAPI", HERE.parent / "shared" / "reference" / "openapi"))


@dataclass(frozen=True)
class Sent:
    """A request as it went out."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Operation:
    """One operation of a specification."""

    name: str
    pattern: re.Pattern[str]
    spec: dict[str, Any]
    parameters: list[dict[str, Any]]
    schemas: dict[str, Any]
    body: dict[str, Any]


class Specification:
    """One of the files. `prefix` is what its paths stand behind, within the client's base."""

    def __init__(self, file: str, prefix: str, cut: str = "") -> None:
        path = FOLDER / file
        if not path.is_file():
            pytest.skip(f"Atlassian's OpenAPI files are not at {FOLDER} (CONFSYNC_OPENAPI says where)")
        self.data = json.loads(path.read_text("utf-8"))
        self.operations: dict[str, list[Operation]] = {}
        for raw, item in self.data["paths"].items():
            for method, spec in item.items():
                if method in ("get", "put", "post", "delete"):
                    self._add(method.upper(), prefix + raw.removeprefix(cut), spec, item)

    def _add(self, method: str, path: str, spec: dict[str, Any], item: dict[str, Any]) -> None:
        given = [self.resolve(one) for one in [*item.get("parameters", []), *spec.get("parameters", [])]]
        body = self.resolve(spec.get("requestBody", {}))
        pattern = re.compile(re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(path)) + "$")
        found = Operation(f"{method} {path}", pattern, spec, given, self.data["components"]["schemas"], body)
        self.operations.setdefault(method, []).append(found)

    def resolve(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            found: Any = self.data
            for step in value["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            value = found
        return value

    def find(self, method: str, path: str) -> Operation | None:
        fitting = [one for one in self.operations.get(method, []) if one.pattern.match(path)]
        return min(fitting, key=lambda one: one.name.count("{"), default=None)

    # ---- one request --------------------------------------------------------------------------------------------

    def deviations(self, operation: Operation, sent: Sent) -> list[str]:
        """Say what of a request is not in its specification."""
        query = parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)
        return [*self._query(operation, query), *self._body(operation, sent)]

    def _query(self, operation: Operation, query: list[tuple[str, str]]) -> list[str]:
        known = {
            one["name"]: self.resolve(one.get("schema", {}))
            for one in operation.parameters
            if one.get("in") == "query"
        }
        required = {
            one["name"] for one in operation.parameters if one.get("in") == "query" and one.get("required")
        }
        wrong = [f"missing parameter {name}" for name in sorted(required - {name for name, _ in query})]
        for name, value in query:
            if name not in known:
                wrong.append(f"unknown parameter {name}")
            elif not self._fits(value, known[name]):
                wrong.append(f"parameter {name}={value}")
        return wrong

    def _fits(self, text: str, schema: dict[str, Any]) -> bool:
        if schema.get("type") == "array":
            return self._fits(text, self.resolve(schema["items"]))
        kind = schema.get("type")
        readers = {"integer": int, "boolean": lambda t: {"true": True, "false": False}[t]}
        try:
            value = readers.get(kind, str)(text)
        except (ValueError, KeyError):
            return False
        return not list(self._validator(schema).iter_errors(value))

    def _body(self, operation: Operation, sent: Sent) -> list[str]:
        content = operation.body.get("content", {})
        kind = sent.headers.get("Content-Type", "").partition(";")[0]
        if not content:
            return ["a body where none is due"] if sent.body else []
        if not sent.body:
            return ["no body"] if operation.body.get("required") else []
        if kind not in content:
            return [f"body of type {kind}"]
        schema = self.resolve(content[kind].get("schema", {}))
        value = form_fields(sent, schema) if kind == "multipart/form-data" else json.loads(sent.body)
        wrong = [error.message[:200] for error in self._validator(schema).iter_errors(value)]
        return [*wrong, *(f"unknown property {name}" for name in self._unknown(value, schema))]

    def _unknown(self, value: Any, schema: dict[str, Any]) -> list[str]:
        """Name the properties that a schema with properties does not have, however lenient it is."""
        schema = self.resolve(schema)
        if isinstance(value, list):
            return [name for one in value for name in self._unknown(one, schema.get("items", {}))]
        if not isinstance(value, dict):
            return []
        branches = [self.resolve(one) for one in schema.get("oneOf", schema.get("anyOf", []))]
        if branches:
            return min((self._unknown(value, one) for one in branches), key=len)
        known = schema.get("properties")
        if known is None:
            return []
        return [
            deep
            for name, inner in value.items()
            for deep in (
                [f"{name}.{below}" for below in self._unknown(inner, known[name])]
                if name in known
                else [name]
            )
        ]

    def _validator(self, schema: dict[str, Any]) -> jsonschema.Draft4Validator:
        return jsonschema.Draft4Validator(
            {
                **json_schema(schema),
                "components": {"schemas": json_schema(self.data["components"]["schemas"])},
            }
        )


def json_schema(value: Any) -> Any:
    """Turn OpenAPI 3.0's `nullable` into JSON Schema, and `oneOf` into `anyOf`.

    In these files the branches of a `oneOf` have no required properties, so that any object fits several of them.
    """
    if isinstance(value, list):
        return [json_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    dropped = ("nullable", "example", "format")
    made = {
        "anyOf" if name == "oneOf" else name: json_schema(one)
        for name, one in value.items()
        if name not in dropped
    }
    if value.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def form_fields(sent: Sent, schema: dict[str, Any]) -> dict[str, Any]:
    """Read a multipart form as the object that the specification describes; a flag comes as a word."""
    head = f"Content-Type: {sent.headers['Content-Type']}\r\n\r\n".encode()
    found: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + sent.body).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        text = part.get_payload(decode=True).decode("utf-8", "replace")
        flag = schema.get("properties", {}).get(name, {}).get("type") == "boolean"
        found[name] = {"true": True, "false": False}.get(text, text) if flag else text
    return found


def path_of(sent: Sent, base: str) -> str:
    """Return a request's path within the site."""
    return unquote(urlsplit(sent.url).path.removeprefix(urlsplit(base).path))
