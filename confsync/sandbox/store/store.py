"""The store: everything this Confluence remembers, and its rules. It knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from confsync.sandbox.store.access import Access
from confsync.sandbox.store.annotations import Labels, Properties
from confsync.sandbox.store.attachments import Attachments
from confsync.sandbox.store.comments import Comments
from confsync.sandbox.store.index import Index
from confsync.sandbox.store.pages import Pages
from confsync.sandbox.store.records import Role, User
from confsync.sandbox.store.state import Habits, State
from confsync.sandbox.store.tree import Tree

_PEOPLE = (
    ("robot@example.com", "sandbox-token", "Sync Robot", Role.ADMIN),
    ("ann@example.com", "ann-token", "Ann Author", Role.EDITOR),
    ("vic@example.com", "vic-token", "Vic Viewer", Role.VIEWER),
    ("olga@example.com", "olga-token", "Olga Outsider", Role.OUTSIDER),
    ("uwe@example.com", "uwe-token", "Uwe Unlicensed", Role.UNLICENSED),
)


class Store:
    """The parts of the store, over one state.

    `data` is a directory that keeps it across restarts; without one it lives in memory. Hold `lock` to see several
    things at one time. `clock` gives aware times; the default is the machine's.
    """

    def __init__(
        self,
        data: Path | None = None,
        habits: Habits | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.state = State(data, habits or Habits(), clock)
        self.lock = self.state.shelf.lock
        self.access = Access(self.state)
        self.tree = Tree(self.state)
        self.pages = Pages(self.state, self.tree)
        self.files = Attachments(self.state)
        self.labels = Labels(self.state)
        self.properties = Properties(self.state)
        self.comments = Comments(self.state, self.pages)
        with self.lock:
            self._furnish()
        self.index = Index(self.state, self.tree)

    @property
    def habits(self) -> Habits:
        """How inconvenient it is."""
        return self.state.habits

    def change_habits(self, **changed: Any) -> None:
        """Change habits from now on, by the names of `Habits`."""
        with self.lock:
            self.state.habits = replace(self.state.habits, **changed)

    def person(self, email: str) -> User:
        """Return a person by address; KeyError for a stranger."""
        for user in self.state.users.values():
            if user.email == email:
                return user
        raise KeyError(email)

    def close(self) -> None:
        """Close the file that keeps it."""
        self.state.shelf.close()

    def _furnish(self) -> None:
        """Give a new store its people and the space DOCS."""
        if self.state.users.values():
            return
        with self.state.shelf.change():
            for number, (email, token, name, role) in enumerate(_PEOPLE, start=1):
                account = f"5b10a2844c20165700ede2{number:02x}"
                zone = "Europe/Berlin" if number == 2 else "UTC"
                self.access.add_user(
                    User(account_id=account, email=email, token=token, name=name, role=role, time_zone=zone)
                )
            self.tree.create_space(self.person(_PEOPLE[0][0]), "DOCS", "Documentation")
