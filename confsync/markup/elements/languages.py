"""Names of programming languages: what people write behind a fence, and what Confluence's code macro calls it.

Cloud and Data Center know different sets; a word that neither knows is kept as it is, shown as plain text, and comes
back unchanged. Another name of a language that they know is sent as the name that they know, so that they colour it, and
comes back as the word that was written: that stands beside it, in a parameter of its own.

What is known of these in storage: FACTS.md 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from confsync.markup.spelling import Spelt

KNOWN = frozenset(
    [
        "abap",
        "actionscript3",
        "ada",
        "applescript",
        "arduino",
        "bash",
        "c",
        "c#",
        "clojure",
        "coffeescript",
        "coldfusion",
        "cpp",
        "csharp",
        "css",
        "cuda",
        "d",
        "dart",
        "delphi",
        "diff",
        "docker",
        "elixir",
        "erl",
        "erlang",
        "fortran",
        "foxpro",
        "go",
        "graphql",
        "groovy",
        "handlebars",
        "haskell",
        "haxe",
        "hcl",
        "html",
        "java",
        "javafx",
        "javascript",
        "js",
        "json",
        "jsx",
        "julia",
        "kotlin",
        "livescript",
        "lua",
        "markdown",
        "mathematica",
        "matlab",
        "nginx",
        "none",
        "objective-c",
        "objective-j",
        "ocaml",
        "octave",
        "pas",
        "perl",
        "php",
        "powershell",
        "prolog",
        "protobuf",
        "puppet",
        "python",
        "qml",
        "r",
        "racket",
        "restructuredtext",
        "ruby",
        "rust",
        "sass",
        "scala",
        "scheme",
        "smalltalk",
        "splunk-spl",
        "sql",
        "standardml",
        "swift",
        "tcl",
        "tex",
        "text",
        "toml",
        "tsx",
        "typescript",
        "vala",
        "vb",
        "vbnet",
        "verilog",
        "vhdl",
        "xml",
        "xquery",
        "yaml",
    ]
)
ALIASES = {
    "c++": "cpp",
    "cc": "cpp",
    "cjs": "javascript",
    "console": "bash",
    "cs": "csharp",
    "dockerfile": "docker",
    "ex": "elixir",
    "golang": "go",
    "gql": "graphql",
    "hs": "haskell",
    "htm": "html",
    "json5": "json",
    "jsonc": "json",
    "ksh": "bash",
    "kt": "kotlin",
    "md": "markdown",
    "mjs": "javascript",
    "objc": "objective-c",
    "pl": "perl",
    "plain": "text",
    "plaintext": "text",
    "proto": "protobuf",
    "ps1": "powershell",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "rst": "restructuredtext",
    "scss": "sass",
    "sh": "bash",
    "shell": "bash",
    "shell-session": "bash",
    "terraform": "hcl",
    "tf": "hcl",
    "ts": "typescript",
    "txt": "text",
    "vue": "html",
    "yml": "yaml",
    "zsh": "bash",
}


def confluence_name(word: str) -> str:
    """Return what the code macro calls a language; the word itself when it is not known."""
    lower = word.lower()
    name = ALIASES.get(lower, lower)
    return name if name in KNOWN else word


FENCE = "fence"
"""The parameter that holds the word behind a fence where the macro calls its language otherwise."""
STORED = "language"


class Language(Spelt):
    """A language as the macro calls it: as a value one name for all of its names.

    `written` is the word behind a fence, `stored` what the macro's parameter says.
    """

    __slots__ = ("stored",)
    stored: str

    def __new__(cls, word: str, stored: str = "") -> Self:
        """Name a language by the word behind a fence, and by the macro's parameter where that is no consequence."""
        new = super().__new__(cls, confluence_name(word), word)
        new.stored = stored or str.__str__(new)
        return new

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy all spellings, too."""
        return type(self), (self.written, self.stored)

    @property
    def is_plain(self) -> bool:
        """Whether the word says all."""
        return self.stored == confluence_name(self.written)


def of_macro(params: dict[str, str]) -> Language:
    """Take a macro's language out of its parameters; a word that is no name of it any more says nothing."""
    stored = params.pop(STORED, "")
    word = params.pop(FENCE, "") if stored else ""
    return Language(word) if word and confluence_name(word) == stored else Language(stored, stored)


def of_fence(word: str, params: dict[str, str]) -> Language:
    """Take what is said of a fence's language out of the parameters behind it: mostly nothing but its word.

    Where the two disagree somebody changed the word, which is what people see.
    """
    params.pop(FENCE, None)
    stored = params.pop(STORED, "")
    known = not word or confluence_name(stored) == confluence_name(word)
    return Language(word or stored, stored if known else "")


def to_macro(language: str) -> dict[str, str]:
    """Return the macro's parameters for a language; the inverse of `of_macro`."""
    if not language:
        return {}
    if not isinstance(language, Language):
        return {STORED: language}
    memory = {FENCE: language.written} if language.is_plain and language.written != language.stored else {}
    return {STORED: language.stored} | memory


def to_fence(language: str) -> tuple[str, Mapping[str, str]]:
    """Return the word behind a fence, and the parameters behind it; the inverse of `of_fence`."""
    if not isinstance(language, Language):
        return language, {}
    return language.written, {} if language.is_plain else {STORED: language.stored}
