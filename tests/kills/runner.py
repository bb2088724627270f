"""The command line as real processes that begin in milliseconds: one that has everything imported forks the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 60.0

FORKING = """
import importlib, json, os, sys
from confsync.cli import run

for module in ("run", "watch", "wiring", "render", "events", "progress"):
    importlib.import_module("confsync.cli." + module)
for module in ("confsync.remote.cloud", "confsync.sync.daemon", "keyring.backends.null"):
    importlib.import_module(module)

def command(arguments, output):
    os.setsid()
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    os._exit(run(arguments))

for line in sys.stdin:
    order = json.loads(line)
    if "wait" in order:
        print(os.waitpid(order["wait"], 0)[1], flush=True)
        continue
    child = os.fork()
    if child == 0:
        command(order["run"], order["output"])
    print(child, flush=True)
"""


@dataclass
class Command:
    """A command that runs, or ran."""

    pid: int
    output: Path
    forker: Forker

    def kill(self) -> None:
        """End it at once, as kill -9 and the kernel out of memory do."""
        os.kill(self.pid, signal.SIGKILL)

    def tell(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def is_alive(self) -> bool:
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"

    def wait(self) -> int:
        """Wait for its end; return its exit code, or minus the signal that killed it."""
        status = self.forker.ask({"wait": self.pid})
        return os.waitstatus_to_exitcode(status)

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8") if self.output.exists() else ""


class Forker:
    """Starts commands. One order at a time."""

    def __init__(self, work: Path, env: dict[str, str]) -> None:
        self._work, self._count, self._lock = work, 0, threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORKING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
        )

    def ask(self, order: dict[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def start(self, *arguments: object) -> Command:
        """Start a command."""
        self._count += 1
        output = self._work / f"output-{self._count}.txt"
        pid = self.ask({"run": list(map(str, arguments)), "output": str(output)})
        return Command(pid, output, self)

    def run(self, *arguments: object) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it said."""
        command = self.start(*arguments)
        code = command.wait()
        return code, command.said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(PATIENCE)


def until(condition, what: str) -> None:
    """Wait until something is so; AssertionError when it never is."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"it never came to this: {what}"
        time.sleep(0.001)  # between two looks
