"""What is installed is what runs."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from confsync import __version__

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_carries_the_code_and_the_sample():
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["confsync"]
    assert wheel["force-include"] == {"sample_space": "confsync/sample_space"}
    assert (ROOT / "confsync" / "py.typed").is_file()
    assert (ROOT / "sample_space" / "welcome.md").is_file()


def test_the_version_is_written_once_in_each_place_it_must_be():
    assert PYPROJECT["project"]["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_python_m_confsync_prints_its_version():
    done = subprocess.run(
        [sys.executable, "-m", "confsync", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, f"confsync, version {__version__}")


def test_the_console_script_is_the_same_program():
    assert PYPROJECT["project"]["scripts"] == {"confsync": "confsync.cli:main"}


def _imported() -> Iterator[str]:
    """Yield the top names of what the code imports."""
    for path in (ROOT / "confsync").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_the_code_imports_is_declared_and_no_other():
    foreign = {name for name in _imported() if name not in sys.stdlib_module_names and name != "confsync"}
    providers = {name: set(map(_normal, packages_distributions()[name])) for name in foreign}
    declared = {_normal(re.split(r"[<>=]", line)[0]) for line in PYPROJECT["project"]["dependencies"]}
    assert [name for name, those in providers.items() if not those & declared] == []
    assert declared - set().union(*providers.values()) == set()
