"""The reasons for which the store refuses. How they read on the wire is the routes' business."""

from __future__ import annotations


class Refusal(Exception):
    """The root: nothing was changed."""


class Absent(Refusal):
    """There is no such thing, or it is not visible to the one who asks. `purged`: it was there once."""

    def __init__(self, what: str, ident: str, *, purged: bool = False) -> None:
        super().__init__(f"Cannot find a {what} with id [{ident}]")
        self.what = what
        self.ident = ident
        self.purged = purged


class Denied(Refusal):
    """The person is known but may not do this."""


class Invalid(Refusal):
    """The request makes no sense. `key` is the code that Confluence gives for it, `detail` what it adds, if any."""

    def __init__(self, message: str, *, key: str = "", detail: str | None = None) -> None:
        super().__init__(message)
        self.key = key
        self.detail = detail


class BadXhtml(Refusal):
    """The body is not well-formed storage."""


class TooLarge(Refusal):
    """A body over 5 MB or a file over the limit."""


class TitleTaken(Refusal):
    """Another page of the space has this title."""

    def __init__(self, title: str, space_key: str) -> None:
        super().__init__(f"A page already exists with the title {title} in the space with key {space_key}")
        self.title = title
        self.space_key = space_key


class Stale(Refusal):
    """The version number is not the current one plus one."""

    def __init__(self, current: int, provided: int) -> None:
        super().__init__(f"Current version is: {current}. Provided version: {provided}")
        self.current = current
        self.provided = provided


class Clash(Refusal):
    """Something of that key is there already."""


class Unsupported(Refusal):
    """The real server answers 501 here."""


class Broken(Refusal):
    """The real server fails with 500 here."""
