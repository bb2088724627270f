"""Answers held against Atlassian's OpenAPI files, where those are present."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest

FOLDER = Path(
    os.environ.get("CONFSYNC_OPENAPI", Path(__file__).parents[3] / "shared" / "reference" / "openapi")
)
FILES = {
    "/wiki/api/v2": "confluence-cloud-v2.openapi.json",
    "/wiki/rest/api": "confluence-cloud-v1.openapi.json",
}

# Where the live service differs from its own files, and who says so. There are no other exceptions.
NULLS = {
    "parentId": "pages at the root and in the trash: notes of live measurements",
    "parentType": "as parentId",
    "position": "declared nullable for some contents only: a published client's list of corrections",
    "childPosition": "as position",
    "mediaTypeDescription": "a published client's list of corrections",
    "description": "the example of getSpaces in Atlassian's own reference",
    "icon": "as description",
    "homepageId": "a space whose homepage was deleted",
}
UNDECLARED_STATUS = {
    403: "no permission to write: client code and issues of several clients",
    409: "stale versions and taken keys: error texts in client code",
    413: "declared for POST alone, but the limit holds for PUT",
    429: "the page on rate limits",
    500: "search with an empty query; failures in general",
    501: "drafts and formats that a server does not do",
}
UNDECLARED_NAMES = {"subtype": "live documents: declared for listings, sent for single pages, too"}
EPOCH = "-> 200.createdAt"
"""A folder's time arrives as epoch milliseconds although declared a date: a published client's corrections."""


DATACENTER = {
    r"\._(links|expandable)(\.\w+)?$": "free maps: every example in the file's own guides",
    r"\.(username|userKey)$": "a known user: the guide on examples",
    r"\.(lastUpdated|previousVersion|homepage)\.\w+$": "references are declared bare; the guide on expansions fills them",
    r"/child -> 200\.(page|attachment)$": "the guide on expansions",
    r"/content -> 200\.(page|blogpost)$": "the guide on pagination",
    r"^POST .*/child/attachment -> 200\.(results|start|limit|size)$": "a list: the guide on examples",
    r"/search -> 200\.(totalSize|cqlQuery|searchDuration|archivedResultCount)$": "a search's page: client code",
    r"/search -> 200\.results\[\d+\]\.(content|breadcrumbs|score)$": "a row of a search: client code",
    r"/property(/\{key\})? -> 200\.(results\[\d+\]\.)?value( is no object: .*|\.\w+)?$": "any JSON: the guide on properties",
    r"^GET .*/child/attachment never answers 200$": "201 is declared for a reading; clients see 200",
    r"^(POST|PUT) .* never answers 400$": "refused titles, bodies and names: error texts in client code",
    r"^DELETE /rest/api/content/\{id\}: 200 has no body$": "declared as JSON of no shape; some see 204",
}
"""Where the Data Center differs from its file, and who says so. There are no other exceptions."""


class Spec:
    """The operations of some files, by what their paths stand behind."""

    def __init__(self, files=FILES, deviations=()):
        self.deviations = {re.compile(pattern): 0 for pattern in deviations}
        if not FOLDER.is_dir():
            pytest.skip(f"no OpenAPI files in {FOLDER}: set CONFSYNC_OPENAPI to look elsewhere")
        self.operations = []
        for prefix, name in files.items():
            document = json.loads((FOLDER / name).read_text())
            for path, methods in document["paths"].items():
                full = path if path.startswith("/wiki") else prefix + path
                pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(full)) + "$")
                for method, operation in methods.items():
                    if method in ("get", "post", "put", "delete"):
                        self.operations.append((method.upper(), pattern, full, operation, document))
        self.operations.sort(key=lambda op: op[2].count("{"))

    def find(self, method, path):
        for wanted, pattern, full, operation, document in self.operations:
            if wanted == method and pattern.match(path):
                return full, operation, document
        return None

    def check(self, method, path, answer):
        """Assert that an answer is one that the file declares, or deviates as the table says."""
        problems = [text for text in self.problems(method, path, answer) if not self._is_known(text)]
        assert not problems, "\n".join(problems)

    def _is_known(self, problem):
        for pattern in self.deviations:
            if pattern.search(problem.removesuffix(" is declared nowhere")):
                self.deviations[pattern] += 1
                return True
        return False

    @property
    def unmet(self):
        """The deviations that no answer has."""
        return [pattern.pattern for pattern, met in self.deviations.items() if not met]

    def problems(self, method, path, answer):
        """Yield what of an answer is not as the file declares it."""
        found = self.find(method, path)
        if found is None:
            yield f"{method} {path} is in no file"
            return
        full, operation, document = found
        status = str(answer.status_code)
        declared = operation["responses"]
        if status not in declared:
            if answer.status_code not in UNDECLARED_STATUS:
                yield f"{method} {full} never answers {status}"
            return
        content = resolve(declared[status], document).get("content") or {}
        if not answer.content:
            if content and status not in ("204", "302"):
                yield f"{method} {full}: {status} has no body"
            return
        schema = (content.get("application/json") or {}).get("schema")
        if schema is None or answer.status_code >= 400:
            return
        data = answer.json()
        where = f"{method} {full} -> {status}"
        yield from shape_problems(schema, data, document, where, folder="folders" in full)


def resolve(node, document):
    """Follow references."""
    while "$ref" in node:
        part = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            part = part[name]
        node = part
    return node


def shape_problems(schema, value, document, where, *, folder):
    """Yield what does not fit: types, formats, words outside of an enumeration, missing and unknown names."""
    schema = resolve(schema, document)
    if value is None:
        if (
            not schema.get("nullable")
            and where.rpartition(".")[2] not in NULLS
            and "convert-ids" not in where
        ):
            yield f"{where} is null"
        return
    if "allOf" in schema or "oneOf" in schema or "anyOf" in schema:
        yield from combined_problems(schema, value, document, where, folder=folder)
        return
    kind = schema.get("type")
    if folder and where.endswith(EPOCH):
        if not isinstance(value, int):
            yield f"{where} should be epoch milliseconds"
        return
    if kind == "array" and isinstance(value, list):
        for number, row in enumerate(value):
            yield from shape_problems(
                schema.get("items", {}), row, document, f"{where}[{number}]", folder=folder
            )
        return
    if kind == "object" or "properties" in schema:
        yield from object_problems(schema, value, document, where, folder=folder)
        return
    leaf = {k: v for k, v in schema.items() if k in ("type", "enum", "format", "minimum", "maximum")}
    try:
        jsonschema.validate(value, leaf, format_checker=jsonschema.FormatChecker())
    except jsonschema.ValidationError as error:
        yield f"{where}: {error.message}"


def combined_problems(schema, value, document, where, *, folder):
    parts = schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf")
    if "allOf" in schema:
        merged = {"type": "object", "properties": {}, "required": []}
        for part in parts:
            part = resolve(part, document)  # noqa: PLW2901  (the resolved part is what is meant)
            for name, inner in part.get("properties", {}).items():
                old = merged["properties"].get(name)
                merged["properties"][name] = {"allOf": [old, inner]} if old else inner
            merged["required"] += part.get("required", [])
            merged.setdefault("additionalProperties", part.get("additionalProperties"))
        yield from shape_problems(merged, value, document, where, folder=folder)
        return
    found = [list(shape_problems(part, value, document, where, folder=folder)) for part in parts]
    if all(found):
        yield from min(found, key=len)


def object_problems(schema, value, document, where, *, folder):
    if not isinstance(value, dict):
        yield f"{where} is no object: {value!r}"
        return
    properties = schema.get("properties", {})
    more = schema.get("additionalProperties")
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where}.{name} is missing"
    for name, inner in value.items():
        if name in properties:
            yield from shape_problems(properties[name], inner, document, f"{where}.{name}", folder=folder)
        elif isinstance(more, dict):
            yield from shape_problems(more, inner, document, f"{where}.{name}", folder=folder)
        elif more is None and properties and name not in UNDECLARED_NAMES:
            yield f"{where}.{name} is declared nowhere"
