"""The examples in docs/running.md are what they say they are, as far as this machine can tell."""

import configparser
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "running.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def words_of(text):
    """Return the words of the command behind `confsync` in an example."""
    return text.partition("confsync ")[2].split()


@pytest.mark.parametrize("unit", blocks("ini"), ids=["user", "system"])
def test_a_unit_is_one_that_waits_for_readiness_and_feeds_the_watchdog(unit):
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str
    parsed.read_string(unit)
    service = parsed["Service"]
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) > 0
    assert int(service["TimeoutStopSec"]) > 5
    assert words_of(service["ExecStart"])[:2] == ["watch", "-C"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
@pytest.mark.parametrize("unit", blocks("ini"), ids=["user", "system"])
def test_systemd_finds_nothing_wrong_with_a_unit(unit, tmp_path):
    # what the machine of a reader has, and this one has not
    there = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit, flags=re.MULTILINE)
    file = tmp_path / "confsync.service"
    file.write_text(re.sub(r"^User=.*\n", "", there, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "confsync.service" not in done.stdout + done.stderr
    assert "Unknown" not in done.stderr


def test_the_property_list_is_one_and_starts_watch():
    (text,) = blocks("xml")
    found = plistlib.loads(text.encode())
    assert found["ProgramArguments"][1:3] == ["watch", "-C"]
    assert found["KeepAlive"] == {"SuccessfulExit": False}


def test_the_container_runs_watch_and_hears_of_its_end():
    (image,) = blocks("dockerfile")
    assert 'ENTRYPOINT ["confsync", "watch", "--json", "-C", "/docs"]' in image
    (compose,) = blocks("yaml")
    assert "stop_grace_period: 10s" in compose
    assert "/docs" in compose
