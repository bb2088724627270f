"""What is installed is what runs."""

import subprocess
import sys
import tomllib
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
