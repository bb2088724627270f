"""`confsync demo`: sandbox, sample tree and `watch` in one; unattended, a demonstration that checks itself."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

import confsync
from confsync import config
from confsync.cli import render, wiring
from confsync.cli.events import EventLog
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.sandbox import start
from confsync.cli.session import WatchSetup
from confsync.cli.show import Show
from confsync.cli.watch import keep_watching
from confsync.errors import ExitCode, LocalError
from confsync.model import Direction
from confsync.remote import Client, connect
from confsync.sandbox import Sandbox

_MARK = ".confsync-demo"
"""Lies in a folder that the demo made, and may make anew."""
_INTERVAL = 2.0


@click.command
@directory_option
@pass_invocation
def demo(invocation: Invocation) -> ExitCode:
    """Show confsync on this machine: sandbox, sample tree, push, watch.

    The working folder is `demo`, here or in the folder of -C. With CONFSYNC_DEMO_ONCE set it works in a temporary
    folder, makes an edit on each side, syncs, shows what happened and exits.
    """
    once = os.environ.get("CONFSYNC_DEMO_ONCE", "").strip() not in ("", "0")
    with start(0, None) as sandbox, _folder(invocation, once=once) as folder:
        found = _settled(folder, sandbox)
        invocation.root = found.root
        with closing(connect(sandbox.url, sandbox.user, sandbox.token, "cloud")) as remote:
            if once:
                return Show(sandbox, found, remote).run()
            _push(found, remote)
            _invite(found, sandbox)
            setup = WatchSetup(found, lambda: remote, _INTERVAL)
            keep_watching(setup, EventLog(as_json=False), lambda: setup)
    return ExitCode.IN_SYNC


def _push(found: config.Settings, remote: Client) -> None:
    with wiring.workspace(found, wiring.policy(found), command="demo", dry=False) as workspace:
        report = workspace.cycle(remote).run(Direction.PUSH)
    render.show(report, as_json=False)


def _invite(found: config.Settings, sandbox: Sandbox) -> None:
    page = sandbox.as_person.find("Release notes")
    there = f"{sandbox.url}/spaces/DOCS/pages/{page.id}" if page else sandbox.url
    click.echo(
        f"\nThe pages: {sandbox.url}\n           {there}\nThe files: {found.root}\n"
        "Change a page in the browser, or a file in your editor, and watch. Ctrl-C ends it.\n"
    )
    sys.stdout.flush()


@contextmanager
def _folder(invocation: Invocation, *, once: bool) -> Iterator[Path]:
    """Give a folder with the sample in it: a temporary one, or `demo`, which is made anew when it is the demo's own."""
    if once:
        with tempfile.TemporaryDirectory(prefix="confsync-demo-") as name:
            yield _filled(Path(name) / "demo")
        return
    folder = invocation.start() / "demo"
    if (folder / _MARK).is_file():
        shutil.rmtree(folder)
    elif folder.exists():
        raise LocalError(
            "There is a folder of this name, which the demo did not create.",
            where=str(folder),
            hint="Use -C.",
        )
    yield _filled(folder)


def _filled(folder: Path) -> Path:
    try:
        shutil.copytree(_sample(), folder)
        (folder / _MARK).write_text("The demo recreates this folder.\n", encoding="utf-8")
    except shutil.Error as error:
        raise LocalError(f"The sample cannot be copied: {error.args[0]}.", where=str(folder)) from error
    return folder


def _sample() -> Path:
    """Return the sample tree: inside an installed package, beside it in a checkout."""
    package = Path(confsync.__file__).parent
    found = [p for p in (package / "sample_space", package.parent / "sample_space") if p.is_dir()]
    if not found:
        raise LocalError("The sample tree is missing from this installation.", where=str(package))
    return found[0]


def _settled(folder: Path, sandbox: Sandbox) -> config.Settings:
    """Write the demo's settings and read them, whatever the environment says of another Confluence."""
    text = f'[confluence]\nurl = "{sandbox.url}"\nspace = "DOCS"\n\n[sync]\ninterval = {_INTERVAL}\n'
    path = folder / config.FILE_NAME
    path.write_text(text, encoding="utf-8")
    return config.parse(text, path, {})
