"""`confsync doctor`: checks for what could go wrong. Reads only, except for a probe file that it removes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import click

from confsync.cli import wiring
from confsync.cli.disk import folder_findings
from confsync.cli.finding import Finding, Level
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.config import Settings
from confsync.errors import ConfsyncError, ExitCode
from confsync.ledger import open_ledger
from confsync.model import Site, Space
from confsync.remote.described import WRITING
from confsync.sync.ports import Remote

_SLACK = timedelta(minutes=2)
"""Clocks that differ by less are no trouble: confsync never compares the two sides' times to decide anything."""


@click.command(short_help="Check settings, login, rights and this machine.")
@directory_option
@pass_invocation
def doctor(invocation: Invocation) -> ExitCode:
    """Check settings, login, rights, clock, file system and ledger, and say what to do about each.

    Exit code 0 when there are warnings only.
    """
    codes: list[ExitCode] = []
    for finding in _findings(invocation):
        click.echo(finding.line())
        if finding.level is Level.ERROR:
            codes.append(finding.code)
    return ExitCode.of_all(codes)


def _findings(invocation: Invocation) -> Iterator[Finding]:
    try:
        found = wiring.settings(invocation)
    except ConfsyncError as error:
        yield Finding.of_error("settings", error)
        return
    yield Finding("settings", Level.OK, f"{found.root / 'confsync.toml'} is valid")
    yield from folder_findings(found)
    yield from _ledger(found)
    yield _address(found)
    yield from _confluence(invocation, found)


def _address(found: Settings) -> Finding:
    url = found.confluence.url
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return Finding(
            "address", Level.WARNING, f"{url} is not encrypted", "Use https: the token travels in the clear."
        )
    source = " (from CONFLUENCE_URL)" if os.environ.get("CONFLUENCE_URL", "").strip() else ""
    return Finding("address", Level.OK, url + source)


def _ledger(found: Settings) -> Iterator[Finding]:
    path = found.root / wiring.STATE / "ledger.db"
    if not path.exists():
        yield Finding("ledger", Level.OK, "there is none yet; the first run creates it")
        return
    try:
        with closing(open_ledger(path, dry=True)) as ledger:
            rows, trouble, open_intents = len(ledger.rows()), ledger.rebuilt, len(ledger.intents())
    except ConfsyncError as error:
        yield Finding.of_error("ledger", error)
        return
    if trouble:
        yield Finding("ledger", Level.WARNING, trouble, "The next run rebuilds it from the pages' history.")
    elif open_intents:
        yield Finding(
            "ledger",
            Level.WARNING,
            f"a run was interrupted; {open_intents} actions are not settled",
            "The next run settles them.",
        )
    else:
        yield Finding("ledger", Level.OK, f"{_counted(rows)} on record")


def _confluence(invocation: Invocation, found: Settings) -> Iterator[Finding]:
    """Check step by step; what depends on a failed check is not checked."""
    try:
        with wiring.connected(invocation, found) as remote:
            yield _login(remote.site(), remote.release())
            space = remote.space(found.confluence.space)
            yield Finding("space", Level.OK, f"{space.key}: {space.name}")
            yield _rights(remote.rights(space), len(remote.pages(space)))
            yield from _root_page(found, remote, space)
            yield _clock(remote.clock_ahead())
    except ConfsyncError as error:
        yield Finding.of_error("Confluence", error)


def _login(site: Site, release: str) -> Finding:
    flavor = f"{site.flavor} {release}".strip()
    if not site.user_id:
        text = f"an account at {site.base_url} ({flavor}) that may not ask who it is"
        advice = (
            "Give the token the scope read:confluence-user, or check the account's right to use Confluence."
        )
        return Finding("login", Level.WARNING, text, advice)
    return Finding("login", Level.OK, f"{site.user_name} at {site.base_url} ({flavor})")


def _rights(told: frozenset[str] | None, pages: int) -> Finding:
    """Say what may be written, as far as Confluence says beforehand. Pulling needs none of it."""
    if told is None:
        text = f"{_counted(pages)} can be read; Confluence does not say whether they can be written"
        return Finding("rights", Level.OK, text)
    missing = [right for right in WRITING if right not in told]
    if missing:
        text = f"{_counted(pages)} can be read; this account may not {', '.join(missing)}"
        return Finding(
            "rights", Level.WARNING, text, "Ask an administrator of the space; `pull` works without them."
        )
    return Finding("rights", Level.OK, f"{_counted(pages)} can be read; may {', '.join(WRITING)}")


def _root_page(found: Settings, remote: Remote, space: Space) -> Iterator[Finding]:
    page_id = found.root_page or space.homepage_id
    if page_id is None:
        advice = "New files become top-level pages. Set root_page to change that."
        yield Finding("root page", Level.WARNING, "the space has no homepage", advice)
        return
    page = remote.page(page_id)
    if page is None:
        advice = "Check root_page in confsync.toml: is the page in this space, and may this account see it?"
        yield Finding("root page", Level.ERROR, f"page {page_id} cannot be seen", advice, ExitCode.REMOTE)
    else:
        yield Finding("root page", Level.OK, f"{page.title} ({page_id})")


def _clock(ahead: float | None) -> Finding:
    """Compare the clock with the time in Confluence's answers."""
    if ahead is not None and abs(ahead) > _SLACK.total_seconds():
        way = "behind" if ahead > 0 else "ahead of"
        text = f"this machine is {abs(ahead) / 60:.0f} minutes {way} Confluence"
        return Finding("clock", Level.WARNING, text, "Synchronise the machine's clock over the network.")
    return Finding("clock", Level.OK, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def _counted(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"
