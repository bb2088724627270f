"""Names of programming languages: what people write behind a fence, and what Confluence's code macro calls it.

Cloud and Data Center know different sets; a word that neither knows is kept as it is, shown as plain text, and comes
back unchanged.
"""

from __future__ import annotations

KNOWN = frozenset(
    (
        "abap actionscript3 ada applescript arduino bash c c# clojure coffeescript coldfusion cpp csharp css cuda d dart "
        "delphi diff docker elixir erl erlang fortran foxpro go graphql groovy handlebars haskell haxe hcl html java "
        "javafx javascript js json jsx julia kotlin livescript lua markdown mathematica matlab nginx none objective-c "
        "objective-j ocaml octave pas perl php powershell prolog protobuf puppet python qml r racket restructuredtext "
        "ruby rust sass scala scheme smalltalk splunk-spl sql standardml swift tcl tex text toml tsx typescript vala vb "
        "vbnet verilog vhdl xml xquery yaml"
    ).split()
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
