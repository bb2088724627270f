"""A folder, a Confluence of its own, and the command line as a user runs it."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from confsync.cli import run
from confsync.sandbox import Sandbox

TREE = {
    "guide.md": "# Guide\n\nRead [how to install](guide/install.md) first.\n",
    "guide/install.md": "# Install\n\nPut it in.\n\n![A dot](../dot.svg)\n",
    "notes.md": "# Notes\n\nOne thing.\n\nAnother thing.\n",
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>\n',
}


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def object(self):
        return json.loads(self.out)

    @property
    def pairs(self):
        return [(a["action"], a["path"]) for a in self.object["actions"]]


class Project:
    """A folder of documents and the commands that are run in it."""

    def __init__(self, root, sandbox, capfd):
        self.root = root
        self.sandbox = sandbox
        self._capfd = capfd

    def run(self, *arguments):
        """Run one command line in the folder."""
        return self.anywhere("-C", str(self.root), *arguments)

    def anywhere(self, *arguments):
        """Run one command line where we are."""
        self._capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capfd.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    def elsewhere(self, root):
        """Return the same project in another folder."""
        return Project(root, self.sandbox, self._capfd)

    def path(self, name):
        return self.root / name

    def read(self, name):
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name, text):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))

    def files(self):
        """Return the contents of all files but confsync's own."""
        return {
            p.relative_to(self.root).as_posix(): p.read_bytes()
            for p in sorted(self.root.rglob("*"))
            if p.is_file() and ".confsync" not in p.relative_to(self.root).parts
        }

    def page(self, title):
        """Return a page's id."""
        found = self.sandbox.as_person.find(title)
        assert found is not None, f"there is no page {title}"
        return found.id

    def body(self, title):
        return self.sandbox.as_person.read(self.page(title))


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def login(sandbox, monkeypatch):
    monkeypatch.setenv("CONFLUENCE_USER", sandbox.user)
    monkeypatch.setenv("CONFLUENCE_TOKEN", sandbox.token)
    monkeypatch.delenv("CONFLUENCE_URL", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def empty(sandbox, login, tmp_path, capfd):
    """A folder with settings and nothing else."""
    made = Project(tmp_path / "docs", sandbox, capfd)
    made.write("confsync.toml", f'[confluence]\nurl = "{sandbox.url}"\nspace = "DOCS"\n')
    return made


@pytest.fixture
def project(empty):
    """A small tree that was never pushed."""
    for name, text in TREE.items():
        empty.write(name, text)
    return empty


@pytest.fixture
def synced(project):
    """A small tree that is in sync."""
    assert project.run("push").code == 0
    return project


@pytest.fixture
def offline(tmp_path, capfd, monkeypatch):
    """A folder without a Confluence, and commands that need none."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name in ("URL", "USER", "TOKEN"):
        monkeypatch.delenv(f"CONFLUENCE_{name}", raising=False)
    return Project(Path(tmp_path), None, capfd)


PATIENCE = 30.0


class Process:
    """A running command whose lines can be waited for."""

    def __init__(self, *arguments, cwd=None, env=None):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "confsync", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            env={**os.environ, **(env or {})},
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.seen = []

    def _read(self):
        with self._process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put(None)

    def line_with(self, words):
        """Return the next line that has these words in it."""
        end = time.monotonic() + PATIENCE
        while True:
            line = self._lines.get(timeout=max(0.01, end - time.monotonic()))
            assert line is not None, f"it ended without saying {words!r}: {self.seen}"
            self.seen.append(line)
            if words in line:
                return line

    def send(self, number):
        self._process.send_signal(number)

    def end(self, number):
        """Send a signal; return the exit code and the seconds that it took."""
        began = time.monotonic()
        self._process.send_signal(number)
        code = self._process.wait(PATIENCE)
        return code, time.monotonic() - began

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()


@pytest.fixture
def started():
    running = []

    def start(*arguments, **options):
        running.append(Process(*arguments, **options))
        return running[-1]

    yield start
    for process in running:
        process.close()
