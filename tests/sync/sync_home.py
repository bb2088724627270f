"""A folder that is synced with a sandbox, by the real parts: what tests of whole runs work with."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from confsync.clock import RandomOpIds
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.planning.policy import Policy
from confsync.remote import connect
from confsync.sandbox import Sandbox
from confsync.sync.cycle import Cycle
from confsync.sync.report import Report
from confsync.sync.status import status

WRITES = ("POST", "PUT", "DELETE")
CORPUS = Path(os.environ.get("CONFSYNC_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")


class Home:
    """One folder that is kept the same as the sandbox's space."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self.root, self.sandbox = root, sandbox
        self.person = sandbox.as_person
        self.policy = Policy(space_key="DOCS")
        root.mkdir(parents=True, exist_ok=True)

    # -- the folder

    def write(self, path: str, text: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def files(self) -> dict[str, bytes]:
        found = (p for p in self.root.rglob("*") if p.is_file() and ".confsync" not in p.parts)
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in found}

    def forget(self) -> None:
        """Lose the ledger."""
        for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
            (self.root / ".confsync" / name).unlink(missing_ok=True)

    # -- runs

    def run(self, direction: Direction, *, dry_run: bool = False, **policy) -> Report:
        self.sandbox.requests.reset()
        remote = connect(self.sandbox.url, self.sandbox.user, self.sandbox.token)
        state = self.root / ".confsync" / "ledger.db"
        with closing(remote), closing(open_ledger(state, dry=dry_run)) as ledger:
            cycle = Cycle(
                remote=remote,
                tree=FileTree(self.root, inspect=partial(inspect, wikilinks=self.policy.wikilinks)),
                ledger=ledger,
                ops=RandomOpIds(),
                policy=replace(self.policy, **policy),
            )
            return cycle.run(direction, dry_run=dry_run)

    def push(self, **options) -> Report:
        return self.run(Direction.PUSH, **options)

    def pull(self, **options) -> Report:
        return self.run(Direction.PULL, **options)

    def sync(self, **options) -> Report:
        return self.run(Direction.SYNC, **options)

    def status(self) -> Report:
        with closing(open_ledger(self.root / ".confsync" / "ledger.db", dry=True)) as ledger:
            return status(FileTree(self.root, inspect=inspect), ledger, self.policy)

    def twin(self, name: str) -> Home:
        """Another folder for the same space."""
        return Home(self.root.parent / name, self.sandbox)

    # -- Confluence

    @property
    def writes(self) -> list[str]:
        """The requests of the last run that changed something in Confluence."""
        return [f"{e.method} {e.path}" for e in self.sandbox.requests.api if e.method in WRITES]

    def page(self, title: str):
        return self.person.find(title)

    def body(self, title: str) -> str:
        page = self.page(title)
        assert page is not None, f"there is no page {title!r}"
        return self.person.read(page.id)

    def titles(self) -> set[str]:
        return {page.title for page in self.store_pages()}

    def store_pages(self):
        remote = connect(self.sandbox.url, self.sandbox.user, self.sandbox.token)
        with closing(remote):
            space = remote.space("DOCS")
            return [p for p in remote.pages(space, bodies=True) if p.id != space.homepage_id]


def results(report: Report) -> dict[str, tuple[str, str]]:
    """What happened to each path: action and result."""
    return {entry.path: (entry.action, str(entry.result)) for entry in report.entries}
