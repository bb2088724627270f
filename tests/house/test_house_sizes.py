"""Code that can be read aloud stays so: limits that nobody has to remember."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "confsync").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "core", "handler", "misc"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_shorter_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_function_is_longer_than_60_lines(path):
    long = {f.name: length(f) for f in functions(path) if length(f) > 60}
    assert long == {}


def test_most_functions_are_shorter_than_15_lines():
    lengths = sorted(length(f) for path in MODULES for f in functions(path))
    assert lengths[len(lengths) // 2] < 15


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_called_after_nothing(path):
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_lives_in_it(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES + TESTS, ids=name)
def test_a_silenced_checker_has_a_stated_reason(path):
    # A comment such as "noqa: S101 - the table is ours" or "type: ignore[misc]  # why" passes.
    with path.open("rb") as file:
        comments = [t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT]
    silencers = [c for c in comments if re.match(r"#\s*(noqa|type:\s*ignore)", c)]
    assert [c for c in silencers if not re.search(r"(\]|:\s*[A-Z0-9, ]+)\s*(#|-|–|—|:)\s*\w{2,}", c)] == []


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_replace_nothing_and_wait_for_conditions(path):
    text = path.read_text(encoding="utf-8")
    words = ("mock" + ".patch", "unittest" + ".mock", "time" + ".sleep(")
    assert [word for word in words if word in text] == []
