"""`confsync init`: write a commented `confsync.toml`, and try the login if there are credentials."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from confsync import config, credentials
from confsync.cli import wiring
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.words import printable
from confsync.errors import ConfigError, ConfsyncError, ExitCode, LocalError
from confsync.remote.address import clean

_TEMPLATE = """\
# Settings of confsync. Credentials do not belong here: they come from CONFLUENCE_USER and CONFLUENCE_TOKEN,
# or from the system keyring. Lines that begin with # show the default.

[confluence]
url = {url}
space = {space}
{root_page}
# flavor = "auto"           # or "cloud", "datacenter"

[sync]
# ignore = ["drafts/**"]    # as in .gitignore; a file .confsyncignore does the same
# interval = 30             # longest pause in seconds between two polls of Confluence in `confsync watch`
# write_ids = false         # true: write page ids into the front matter of pushed files
# notify = false            # true: people who watch a page get mail about confsync's changes
# max_deletes = 5           # a run that would delete more halts, unless --allow-deletes raises the limit
# title_clash = "parents"   # files with the same title get their parents' titles added; or "error"
# wikilinks = false         # true: read [[Page]] as a link

[labels]
# all = ["docs-as-code"]    # added to every page

[git]
# commit = false            # true: in `confsync watch`, each pulled revision becomes a commit
"""


def _address(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    try:
        return clean(config.checked_url(value))
    except (ValueError, ConfigError) as error:
        raise click.BadParameter(str(error)) from None


@click.command
@directory_option
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", required=True, callback=_address, help="The address of Confluence.")
@click.option("--space", metavar="KEY", required=True, help="The key of the space.")
@click.option(
    "--root-page", metavar="ID", help="The page whose descendants are the tree. Default: the whole space."
)
@pass_invocation
def init(
    invocation: Invocation, folder: Path | None, url: str, space: str, root_page: str | None
) -> ExitCode:
    """Make DIR a folder that confsync keeps: write its confsync.toml.

    DIR is made when it is not there; the default is the current folder. When there are credentials, the login and the
    space are tried. On a terminal, confsync offers to keep the login in the system keyring.
    """
    root = invocation.start() / (folder or Path())
    text = _settings_text(url, space, root_page)
    settings = config.parse(text, root / config.FILE_NAME, {})
    _write(root, text)
    click.echo(f"Wrote {root / config.FILE_NAME}")
    _warn_of_outer_root(root)
    invocation.root = root
    _offer_keyring(url)
    _try_login(invocation, settings)
    return ExitCode.IN_SYNC


def _settings_text(url: str, space: str, root_page: str | None) -> str:
    page = (
        f"root_page = {_quoted(root_page)}"
        if root_page
        else '# root_page = "123456"    # its descendants are the tree'
    )
    return _TEMPLATE.format(url=_quoted(url), space=_quoted(space), root_page=page)


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are a part of TOML's."""
    return json.dumps(text)


def _write(root: Path, text: str) -> None:
    path = root / config.FILE_NAME
    try:
        root.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        what = (
            "There are settings already; they were not changed." if path.exists() else "This is not a folder."
        )
        raise ConfigError(what, where=str(path if path.exists() else root), hint="") from None
    except OSError as error:
        raise LocalError(f"{error.strerror}.", where=str(path), hint="Check the permissions.") from error


def _warn_of_outer_root(root: Path) -> None:
    try:
        outer = config.find_root(root.absolute().parent)
    except ConfigError:
        return
    click.echo(
        f"confsync: warning: {outer} is a confsync folder, too: the files below {root.name} belong to both. "
        f'Add "{root.name}/" to its ignore.',
        err=True,
    )


def _offer_keyring(url: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or credentials.lookup(url) is not None:
        return
    if not click.confirm(
        "There are no credentials for this Confluence yet. Store them in the system keyring?", default=True
    ):
        return
    user = click.prompt(
        "User (your email address; empty for a token on Data Center)", default="", show_default=False
    )
    token = click.prompt("Token", hide_input=True)
    if credentials.store(url, credentials.Credentials(user.strip() or None, token.strip(), "keyring")):
        click.echo("Stored in the system keyring.")
    else:
        click.echo("No keyring is available: set CONFLUENCE_USER and CONFLUENCE_TOKEN instead.", err=True)


def _try_login(invocation: Invocation, settings: config.Settings) -> None:
    """Try the login when there is one. The settings are written: trouble here is a warning."""
    try:
        if credentials.lookup(settings.confluence.url) is None:
            click.echo("Next: set CONFLUENCE_USER and CONFLUENCE_TOKEN, then try `confsync doctor`.")
            return
        with wiring.connected(invocation, settings) as remote:
            site, space = remote.site(), remote.space(settings.confluence.space)
    except ConfsyncError as error:
        click.echo(
            f"The settings were written, but: {printable(error.message)} {printable(error.hint)}", err=True
        )
        return
    click.echo(f"Logged in as {printable(site.user_name)}; the space is {printable(space.name)}.")
    here = "" if invocation.root == Path(os.curdir).absolute() else f" -C {invocation.root}"
    click.echo(f"Next: `confsync{here} status --remote` shows what a sync would do.")
