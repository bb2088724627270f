"""What `confsync doctor` finds: one line each, with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from confsync.cli.words import printable
from confsync.errors import ConfsyncError, ExitCode


class Mood(StrEnum):
    """How it looks; the value is what a line begins with."""

    GOOD = "ok"
    POOR = "warning"
    BAD = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `code` counts when it is bad."""

    what: str
    mood: Mood
    text: str
    advice: str = ""
    code: ExitCode = ExitCode.IN_SYNC

    @classmethod
    def of_error(cls, what: str, error: ConfsyncError) -> Finding:
        """Return what an error means for the thing that was looked at."""
        where = f" ({error.where})" if error.where else ""
        return cls(what, Mood.BAD, f"{error.message}{where}", error.hint, error.exit_code)

    def line(self) -> str:
        """Return it for people."""
        text = f"{self.mood:<8} {self.what}: {printable(self.text)}"
        return f"{text}\n         {printable(self.advice)}" if self.advice else text
