"""The composition root: the only place that constructs real objects. Settings in, a workspace out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

import click

from confsync import credentials
from confsync.cli.options import Invocation
from confsync.cli.words import printable
from confsync.clock import RandomOpIds
from confsync.config import Settings, load
from confsync.ledger import FolderLock, SqliteLedger, open_ledger
from confsync.local.commits import GitHistory
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.planning.policy import Policy, SiblingOrder, TitleClash
from confsync.remote import Client, connect
from confsync.remote.address import clean
from confsync.sync.cycle import Cycle
from confsync.sync.last_snapshot import LastSnapshot
from confsync.sync.ports import Remote

STATE = ".confsync"
"""The folder inside the root that holds the ledger, the lock, the trash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What a command works with, on one root."""

    settings: Settings
    policy: Policy
    tree: FileTree
    ledger: SqliteLedger

    def cycle(
        self, remote: Remote, stopping: Callable[[], bool] = bool, last: LastSnapshot | None = None
    ) -> Cycle:
        """Return a cycle over this root and a Confluence; `stopping` is asked between two steps.

        Cycles that are given the same `last` snapshot share it.
        """
        return Cycle(
            remote=remote,
            tree=self.tree,
            ledger=self.ledger,
            ops=RandomOpIds(),
            policy=self.policy,
            stopping=stopping,
            last=last or LastSnapshot(),
            history=GitHistory(self.tree.root, self.tree.root / STATE) if self.policy.commit_pulls else None,
        )


def warn(text: str) -> None:
    """Warn a person of something, on standard error."""
    click.echo(f"confsync: warning: {printable(text)}", err=True)


def settings(invocation: Invocation, warned: Callable[[str], None] = warn) -> Settings:
    """Find the root and read its settings; `warned` is called with each warning."""
    found = load(invocation.find_root())
    for warning in found.warnings:
        warned(warning)
    return found


class Connection:
    """A connection to Confluence with the user's credentials, made when it is first needed.

    Missing credentials raise ConfigError at once; an unreachable Confluence raises when the client is asked for, and the next
    request for it tries again. The credentials are registered as secrets, so that no output shows them.
    """

    def __init__(self, invocation: Invocation, found: Settings) -> None:
        self._address = invocation.address = clean(found.confluence.url)
        self._flavor = found.confluence.flavor
        self._login = credentials.find(self._address)
        self._client: Client | None = None
        invocation.secrets.append(self._login.token)

    def client(self) -> Client:
        """Return the client; a RemoteError when there is no getting through."""
        if self._client is None:
            self._client = connect(self._address, self._login.user or "", self._login.token, self._flavor)
        return self._client

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._client is not None:
            self._client.close()


@contextmanager
def connected(invocation: Invocation, found: Settings) -> Iterator[Client]:
    """Connect to Confluence now; close the connection at the end."""
    with closing(Connection(invocation, found)) as connection:
        yield connection.client()


def policy(found: Settings, *, allow_deletes: int | None = None, adopt: bool = False) -> Policy:
    """Return the rules of one run: the settings, and what was asked for on the command line."""
    return Policy(
        space_key=found.confluence.space,
        root_page=found.root_page,
        max_deletes=found.sync.max_deletes,
        allow_deletes=allow_deletes,
        adopt=adopt,
        title_clash=TitleClash(found.sync.title_clash),
        labels=found.labels.all,
        write_ids=found.sync.write_ids,
        notify=found.sync.notify,
        wikilinks=found.sync.wikilinks,
        order=SiblingOrder(found.sync.order),
        commit_pulls=found.git.commit,
    )


@contextmanager
def workspace(found: Settings, rules: Policy, *, command: str, dry: bool) -> Iterator[Workspace]:
    """Open a root for one command. With `dry` nothing is locked and nothing on the disk changes."""
    state = found.root / STATE
    with ExitStack() as stack:
        if not dry:
            stack.enter_context(FolderLock(state / "lock", f"confsync {command}"))
        ledger = stack.enter_context(closing(open_ledger(state / "ledger.db", dry=dry)))
        if ledger.rebuilt:
            warn(ledger.rebuilt)
        tree = _tree(found)
        if not dry:
            tree.clear_scratch()  # what a killed run left half done; nobody else works here now
        yield Workspace(settings=found, policy=rules, tree=tree, ledger=ledger)


def under(workspace: Workspace, found: Settings) -> Workspace:
    """Return the workspace under other settings of the same root."""
    return replace(workspace, settings=found, policy=policy(found), tree=_tree(found))


def _tree(found: Settings) -> FileTree:
    read = partial(inspect, wikilinks=found.sync.wikilinks)
    return FileTree(found.root, ignore=found.sync.ignore, inspect=read)
