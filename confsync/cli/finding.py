"""A finding of `confsync doctor`: one line, with advice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from confsync.cli.words import printable
from confsync.errors import ConfsyncError, ExitCode


class Level(StrEnum):
    """How serious a finding is; the value begins its line."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. `code` is the exit code it asks for; it counts for errors only."""

    what: str
    level: Level
    text: str
    advice: str = ""
    code: ExitCode = ExitCode.IN_SYNC

    @classmethod
    def of_error(cls, what: str, error: ConfsyncError) -> Finding:
        """Return the finding for a check that ended in an error."""
        where = f" ({error.where})" if error.where else ""
        return cls(what, Level.ERROR, f"{error.message}{where}", error.hint, error.exit_code)

    def line(self) -> str:
        """Return the finding as text, its advice on a second line."""
        text = f"{self.level:<8} {self.what}: {printable(self.text)}"
        return f"{text}\n         {printable(self.advice)}" if self.advice else text
