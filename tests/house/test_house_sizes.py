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


SILENCER = re.compile(
    r"#\s*(?:noqa|type:\s*ignore)[:\[]?\s*(?P<codes>[\w, -]*?)\]?(?P<reason>\s*(?:#|\(|- ).*)?$"
)


@pytest.mark.parametrize("path", MODULES + TESTS, ids=name)
def test_a_silenced_checker_has_a_stated_reason(path):
    # Such as "noqa: S101 - the table is ours" or "type: ignore[misc]  # why"; said once, it counts for the whole file.
    with path.open("rb") as file:
        comments = [t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT]
    silencers = [found for c in comments if (found := SILENCER.match(c))]
    explained = {s["codes"] for s in silencers if s["reason"]}
    assert [s[0] for s in silencers if s["codes"] not in explained] == []


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_replace_no_code(path):
    text = path.read_text(encoding="utf-8")
    words = ("mock" + ".patch", "unittest" + ".mock", "import mo" + "ck")
    assert [word for word in words if word in text] == []


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_wait_for_conditions_and_not_for_time(path):
    # Between two looks at a condition a pause is right: a sleep may stand in a loop, elsewhere with a reason beside it.
    source = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    looped = {
        id(n) for loop in ast.walk(tree) if isinstance(loop, ast.While | ast.For) for n in ast.walk(loop)
    }
    sleeps = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and ast.unparse(n.func) in ("time.sleep", "sleep")
    ]
    assert [n.lineno for n in sleeps if id(n) not in looped and "# " not in lines[n.lineno - 1]] == []
