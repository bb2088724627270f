"""Settings: `confsync.toml`, read, checked and frozen.

Every key that may stand in the file is declared here, with what is expected of it, and nowhere else. No credentials
(see `credentials`), and nothing here looks at the network or at the documents.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from confsync.errors import ConfigError
from confsync.model import PageId

FILE_NAME = "confsync.toml"
MAX_BYTES = 1 << 20
"""A settings file beyond this is something else that got the name."""

_SECRETS = frozenset({"token", "api_token", "password", "user", "username", "email", "login", "secret"})
_LABEL = r"^[^\s!#&()*,.:;<>?@\[\]^]{1,255}$"

_Table = TypeVar("_Table", bound=msgspec.Struct)


class ConfluenceTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[confluence]`: which Confluence, which space, which part of it."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    space: Annotated[str, msgspec.Meta(pattern=r"^[^\s/?#]{1,255}$")]
    root_page: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}$")] | None = None
    flavor: Literal["auto", "cloud", "datacenter"] = "auto"


class SyncTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[sync]`: how a run behaves. `interval` is in seconds."""

    ignore: tuple[str, ...] = ()
    interval: Annotated[float, msgspec.Meta(ge=0.1, le=86_400)] = 30.0
    write_ids: bool = False
    notify: bool = False
    max_deletes: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 5
    title_clash: Literal["parents", "error"] = "parents"
    wikilinks: bool = False
    order: Literal["confluence", "files"] = "confluence"


class LabelsTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[labels]`: what every page is labelled with."""

    all: tuple[Annotated[str, msgspec.Meta(pattern=_LABEL)], ...] = ()


class GitTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[git]`: whether pulled revisions become commits."""

    commit: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of one root. `warnings` are sentences for the user about what was read but not used."""

    root: Path
    confluence: ConfluenceTable
    sync: SyncTable = SyncTable()
    labels: LabelsTable = LabelsTable()
    git: GitTable = GitTable()
    warnings: tuple[str, ...] = ()

    @property
    def root_page(self) -> PageId | None:
        """The page whose descendants are the tree; None: the whole space."""
        return PageId(self.confluence.root_page) if self.confluence.root_page else None


EXPECTED: Mapping[str, Mapping[str, str]] = {
    "confluence": {
        "url": 'the address of a Confluence, such as "https://example.atlassian.net/wiki"',
        "space": 'the key of a space, such as "DOCS"',
        "root_page": 'the id of a page in digits, such as "123456"',
        "flavor": '"auto", "cloud" or "datacenter"',
    },
    "sync": {
        "ignore": 'a list of patterns as in .gitignore, such as ["drafts/**"]',
        "interval": "a number of seconds from 0.1 to 86400",
        "write_ids": "true or false",
        "notify": "true or false",
        "max_deletes": "a whole number from 0 to 1000000",
        "title_clash": '"parents" or "error"',
        "wikilinks": "true or false",
        "order": '"confluence" or "files"',
    },
    "labels": {"all": 'a list of labels without blanks and punctuation, such as ["docs-as-code"]'},
    "git": {"commit": "true or false"},
}
"""Every key and what is expected of it, in words that follow "expected"."""

_TABLES: Mapping[str, type[msgspec.Struct]] = {
    "confluence": ConfluenceTable,
    "sync": SyncTable,
    "labels": LabelsTable,
    "git": GitTable,
}


def find_root(start: Path) -> Path:
    """Return the nearest directory at or above `start` that has a `confsync.toml`; ConfigError when there is none."""
    absolute = start.absolute()
    for folder in (absolute, *absolute.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(
        f"There is no {FILE_NAME} in this folder or above it.",
        where=str(absolute),
        hint=f"Write one (docs/configuration.md), or let `confsync init` do it. {_ELSEWHERE}",
    )


_ELSEWHERE = "If it is elsewhere, use -C DIR."


def load(root: Path, env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of a root; ConfigError says file, line, key and what was expected.

    `CONFLUENCE_URL` in the environment stands above the file's `url`. Something that looks like a credential is
    ignored with a warning: it must never be in a file that people commit.
    """
    path = root / FILE_NAME
    return parse(_text(path), path, os.environ if env is None else env)


def parse(text: str, path: Path, env: Mapping[str, str]) -> Settings:
    """Return the settings that a text holds; `path` is where it stands or will stand. Errors as of `load`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at line {text.rstrip().count(chr(10)) + 1}, the end of the file"
        reason = str(error).replace("at end of document", end)
        hint = 'Expected are [table] headings with lines below such as `space = "DOCS"`: strings are quoted.'
        raise ConfigError(f"This is not valid TOML: {reason}.", where=str(path), hint=hint) from None
    return _Reader(path, text, data, env.get("CONFLUENCE_URL", "").strip()).settings(path.parent)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"The settings cannot be read: {reason}.", where=str(path)) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError("The settings are larger than 1 MiB.", where=str(path))
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"Line {line} is not UTF-8, expected by TOML.", where=str(path)) from None


class _Reader:
    """Turns parsed TOML into settings, and what is wrong with it into errors that say where."""

    def __init__(self, path: Path, text: str, data: dict[str, Any], url: str) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.url = url
        self.warnings: list[str] = []

    def settings(self, root: Path) -> Settings:
        self._drop_secrets(self.data, "")
        for table in self.data:
            if table not in _TABLES:
                raise self._unknown(table, _TABLES, "", table)
        confluence = self._confluence()
        labels = self._table("labels", LabelsTable)
        return Settings(
            root=root,
            confluence=confluence,
            sync=self._table("sync", SyncTable),
            labels=LabelsTable(all=tuple(dict.fromkeys(label.lower() for label in labels.all))),
            git=self._table("git", GitTable),
            warnings=tuple(self.warnings),
        )

    def _confluence(self) -> ConfluenceTable:
        given = self.data.setdefault("confluence", {})
        if isinstance(given, dict):
            page = given.get("root_page")
            if isinstance(page, int) and not isinstance(page, bool):
                given["root_page"] = str(page)
            if self.url:
                given["url"] = self.url
        table = self._table("confluence", ConfluenceTable)
        try:
            url = checked_url(table.url)
        except ValueError as error:
            source = "CONFLUENCE_URL" if self.url else self._place("confluence", "url")
            raise ConfigError(f"{source}: {error}.", where=str(self.path)) from None
        return msgspec.structs.replace(table, url=url)

    def _table(self, name: str, kind: type[_Table]) -> _Table:
        given = self.data.get(name, {})
        if not isinstance(given, dict):
            raise self._wrong(name, "", f"a table, written as [{name}]")
        self._drop_secrets(given, name)
        for key in given:
            if key not in EXPECTED[name]:
                raise self._unknown(f"[{name}] {key}", EXPECTED[name], name, key)
        try:
            return msgspec.convert(given, kind)
        except msgspec.ValidationError as error:
            key = _key_of(str(error))
            raise self._wrong(name, key, EXPECTED[name][key]) from None

    def _drop_secrets(self, table: dict[str, Any], name: str) -> None:
        for key in [k for k in table if k.lower() in _SECRETS]:
            del table[key]
            self.warnings.append(
                f"{self._place(name, key)} is ignored: credentials come from CONFLUENCE_USER and CONFLUENCE_TOKEN "
                "or from the system keyring. Remove it from the file, and replace the token if others can read it."
            )

    def _wrong(self, table: str, key: str, expected: str) -> ConfigError:
        missing = key and key not in self.data.get(table, {})
        what = "is missing" if missing else "has a wrong value"
        return ConfigError(f"{self._place(table, key)} {what}: expected {expected}.", where=str(self.path))

    def _unknown(self, what: str, known: Mapping[str, object], table: str, key: str) -> ConfigError:
        close = difflib.get_close_matches(key, list(known), n=1)
        guess = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}."
        line = self._line(table, key)
        at = f"Line {line}: " if line else ""
        return ConfigError(f"{at}{what!r} is not a setting; {guess}", where=str(self.path))

    def _place(self, table: str, key: str) -> str:
        line = self._line(table, key)
        at = f"Line {line}: " if line else ""
        return f"{at}[{table}] {key}".rstrip() if table else f"{at}{key}"

    def _line(self, table: str, key: str) -> int | None:
        """Return the line of a key, of its table where the key is missing, or None where neither is written."""
        header = None
        for number, found_table, found_key in _keys(self.text):
            if (found_table, found_key) in ((table, key), ("", table)) or (found_table, key) == (table, ""):
                return number
            if found_table == table and found_key == "" and header is None:
                header = number
            if not table and found_table == key:
                return number
        return header


def _keys(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, table, key) of what looks like a header (key "") or a key: good enough to point a finger."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*[\"']?([\w.-]+)", line):
            table = header[1]
            yield number, table, ""
        elif pair := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*(?:\.\s*[\"']?([\w-]+)[\"']?\s*)?=", line):
            yield (number, pair[1], pair[2]) if pair[2] else (number, table, pair[1])


def _key_of(message: str) -> str:
    """Take the key out of msgspec's complaint: "… - at `$.interval`" or "… missing required field `url`"."""
    found = re.search(r"at `\$\.(\w+)", message) or re.search(r"required field `(\w+)`", message)
    return found[1] if found else ""


def checked_url(url: str) -> str:
    """Return an address without blanks and slashes at its end; ValueError says what is wrong with it.

    What people paste along, such as a page's path, is cut off by `remote`, which knows Confluence's routes.
    """
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s\\]", parts.netloc):
        raise ValueError(f"expected {EXPECTED['confluence']['url']}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address must not contain a user or password")
    return url.strip().rstrip("/")
