"""A folder, a Confluence and `confsync watch` as a real process, for storms; `LONG` makes them as large as life."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from confsync.cli import run
from confsync.sandbox import Sandbox

LONG = os.environ.get("CONFSYNC_SOAK", "") not in ("", "0")
PATIENCE = 1800.0 if LONG else 60.0
GIT = ("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com")


def until(over, what, patience=PATIENCE):
    """Wait for a condition."""
    end = time.monotonic() + patience
    while not over():
        assert time.monotonic() < end, f"it did not come to pass: {what}"
        threading.Event().wait(0.05)


class Watched:
    """A folder that is watched by a process of its own."""

    def __init__(self, root: Path, data: Path, interval=0.5):
        self.root, self._data, self.interval = root, data, interval
        self.sandbox = Sandbox(data=data, search_lag=0.0)
        self.process = None
        self.log = root.parent / "log"
        self.log.touch()
        self.write("confsync.toml", f'[confluence]\nurl = "{self.sandbox.url}"\nspace = "DOCS"\n')

    # -- the folder

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def git(self, *arguments, check=True):
        return subprocess.run([*GIT, *arguments], cwd=self.root, check=check, capture_output=True, text=True)

    # -- the process

    def start(self):
        """Begin to watch, and wait until it does."""
        begin = self.log.stat().st_size
        login = {"CONFLUENCE_USER": self.sandbox.user, "CONFLUENCE_TOKEN": self.sandbox.token}
        command = [sys.executable, "-m", "confsync", "watch", "-C", self.root, "--json"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--interval", str(self.interval)],
                stdout=log,
                stderr=log,
                env={**os.environ, **login},
            )
        until(lambda: b'"start"' in self.log.read_bytes()[begin:], "watching")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        assert self.process.wait(30) in (0, 128 + number, -number)

    def events(self, name):
        """All events of a name that were told so far."""
        lines = self.log.read_text("utf-8").splitlines()
        return [e for e in (json.loads(line) for line in lines if line.endswith("}")) if e["event"] == name]

    # -- Confluence

    def go_down(self):
        """Let Confluence be away."""
        self._port = self.sandbox.port
        self.sandbox.stop()

    def come_back(self):
        """Let it be back, at the same address."""
        self.sandbox = Sandbox(port=self._port, data=self._data, search_lag=0.0)

    @property
    def writes(self):
        """Requests that changed something since the log was reset."""
        return [e for e in self.sandbox.requests.api if e.method in ("POST", "PUT", "DELETE")]

    def body(self, title):
        page = self.sandbox.as_person.find(title)
        return "" if page is None else self.sandbox.as_person.read(page.id)

    # -- both

    def in_sync(self, capfd):
        """End the watch and say what another run would still have to do: nothing."""
        if self.process.poll() is None:
            self.stop()
        os.environ.update(CONFLUENCE_USER=self.sandbox.user, CONFLUENCE_TOKEN=self.sandbox.token)
        self.sandbox.requests.reset()
        capfd.readouterr()
        code = run(["sync", "-C", str(self.root), "--json"])
        told = json.loads(capfd.readouterr().out)
        return code, told["actions"], [e.route for e in self.writes]

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait()
        self.sandbox.stop()


IN_SYNC = (0, [], [])
