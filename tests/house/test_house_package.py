"""What is installed is what runs, and it speaks of itself alone."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from confsync import __version__

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXTS = (
    [
        path
        for folder in ("confsync", "docs", "tests", "sample_space", "benchmarks", ".ci")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".yaml", ".css", ".html", ".js", ""}
    ]
    + sorted(ROOT.glob("*.md"))
    + [ROOT / "Makefile", ROOT / "pyproject.toml"]
)


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


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_project_speaks_of_itself_alone(path):
    text = path.read_text(encoding="utf-8", errors="replace").replace("../shared/corpus", "")
    foreign = re.findall(
        r"a^", text
    )
    if path != Path(__file__):
        assert foreign == []
