"""What is ignored: state folders, temporary files of editors, and what settings and `.confsyncignore` name.

Three layers. *Excluded* names are never documents or attachments, whatever the rules say. *Rules* are gitignore
lines from the settings and from `.confsyncignore` in any directory; the deepest file comes first, and the last line that
matches decides. *Hidden* names (a leading dot, `node_modules`) are not documents unless a rule includes them
(`!.github/`), but may hold images that documents show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from confsync.errors import ConfigError, ConfsyncError, LocalError

RULES_FILE: Final = ".confsyncignore"
STATE_FOLDER: Final = ".confsync"

_STATE: Final = frozenset({STATE_FOLDER, ".git", ".hg", ".svn"})
_DROPPINGS: Final = re.compile(
    r".*\.sw[a-px] | 4913 | .*~ | \#.*\# | \.\#.* | \..*\.tmp | ~\$.* | \._.* | \.DS_Store | Thumbs\.db"
    r" | .*\.crdownload | .*\.part",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def is_excluded_name(name: str) -> bool:
    """Say whether a file or directory of this name is never looked at."""
    return name.lower() in _STATE or _DROPPINGS.fullmatch(name) is not None


def is_excluded(path: str) -> bool:
    """Say whether any part of a path is never looked at."""
    return any(is_excluded_name(part) for part in path.split("/"))


def _above(path: str) -> Iterator[str]:
    """Yield the directories of a path, the topmost first."""
    parts = path.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _is_hidden_name(name: str) -> bool:
    return name.startswith(".") or name == "node_modules"


def parse_rules(lines: Sequence[str], source: str, error: type[ConfsyncError] = LocalError) -> GitIgnoreSpec:
    """Compile gitignore lines; `error` with source and line for one that means nothing."""
    for number, line in enumerate(lines, 1):
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError as reason:
            raise error(
                f"This ignore rule is not valid: {line!r}.",
                where=f"{source}, line {number}",
                hint="Write it as in a .gitignore file.",
            ) from reason
    return GitIgnoreSpec.from_lines(map(_as_git_reads, lines))


def _as_git_reads(line: str) -> str:
    # For git, `x/**` matches what is in `x` and not `x` itself, so that `!x/keep.md` works; for pathspec it does both.
    if line.endswith("/**"):
        return f"{line}/*"
    return f"{line}*/" if line.endswith("/**/") else line


def _matches_itself(pattern: GitIgnoreSpecPattern, path: str) -> bool:
    """Say whether a pattern matches a path and not only one of its directories. A directory's path ends with `/`.

    Like git, and unlike pathspec's own check, which lets `!x/` bring back everything below `x`: git decides
    directory by directory. pathspec marks a match that ends at a directory by the group `ps_d`.
    """
    if pattern.regex is None:
        return False
    ends = (match.groupdict().get("ps_d") and match.end("ps_d") for match in pattern.regex.finditer(path))
    return any(end is None or end == len(path) for end in ends)


class IgnoreRules:
    """The rules of one root at one time: `.confsyncignore` files are read when first asked for, and once.

    LocalError when such a file cannot be read or parsed: to go on without it might publish what it hides.
    Paths are relative to the root as the file system spells them.
    """

    def __init__(self, root: Path, settings: Sequence[str]) -> None:
        self._root = root
        self._settings = parse_rules(settings, "confsync.toml, ignore", ConfigError)
        self._specs: dict[str, GitIgnoreSpec | None] = {}

    def hides_file(self, path: str) -> bool:
        """Say whether a document at this path is ignored, its directories aside."""
        decided = self._decide(path)
        return _is_hidden_name(path.rpartition("/")[2]) if decided is None else decided

    def hides_directory(self, path: str) -> bool:
        """Say whether nothing below a directory can be a document, so that it need not be walked."""
        if is_excluded_name(path.rpartition("/")[2]):
            return True
        decided = self._decide(path + "/")
        return _is_hidden_name(path.rpartition("/")[2]) if decided is None else decided

    def refuses_asset(self, path: str) -> bool:
        """Say whether a file must not be attached, though a document refers to it."""
        hidden = (self._decide(directory + "/") for directory in _above(path))
        return is_excluded(path) or any(hidden) or self._decide(path) is True

    def _decide(self, path: str) -> bool | None:
        """Return whether a rule hides (True) or brings back (False) a path; None when no rule matches."""
        for directory, spec in self._applying(path):
            relative = path[len(directory) + 1 :] if directory else path
            for pattern in reversed(list(spec.patterns)):
                if pattern.include is not None and _matches_itself(pattern, relative):
                    return pattern.include
        return None

    def _applying(self, path: str) -> Iterator[tuple[str, GitIgnoreSpec]]:
        directory = path.rstrip("/").rpartition("/")[0]
        while True:
            if directory not in self._specs:
                self._specs[directory] = self._read(directory)
            if (spec := self._specs[directory]) is not None:
                yield directory, spec
            if not directory:
                break
            directory = directory.rpartition("/")[0]
        yield "", self._settings

    def _read(self, directory: str) -> GitIgnoreSpec | None:
        file = self._root / directory / RULES_FILE
        try:
            text = file.read_bytes().decode("utf-8-sig", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise LocalError(
                f"The ignore rules cannot be read: {error.strerror}.",
                where=f"{directory}/{RULES_FILE}".lstrip("/"),
                hint="Make the file readable: without it, hidden files might be published.",
            ) from error
        return parse_rules(text.splitlines(), f"{directory}/{RULES_FILE}".lstrip("/"))
