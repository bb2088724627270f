"""Attachments: names unique per page, every upload a version, bytes in the blobs."""

from __future__ import annotations

import mimetypes
import unicodedata
from dataclasses import dataclass, replace
from typing import IO

from confsync.sandbox.refusals import Absent, Broken, Clash, Invalid, Stale, TooLarge
from confsync.sandbox.store.records import Attachment, Content, FileVersion, Status, User
from confsync.sandbox.store.state import State

MAX_NAME = 255
MAX_COMMENT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as it arrives."""

    name: str
    stream: IO[bytes]
    media_type: str
    comment: str = ""
    minor: bool = False


class Attachments:
    """What can be done to the files of a page. None of it touches the page's version (FACTS.md 7)."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, page_id: str, status: Status = Status.CURRENT) -> list[Attachment]:
        """Return a page's files in the order of creation."""
        found = [a for a in self._state.files_of.of(page_id) if a.status is status]
        return sorted(found, key=lambda a: int(a.id.removeprefix("att")))

    def find(self, page_id: str, name: str) -> Attachment | None:
        """Find a current file by name, without regard to case or Unicode form."""
        wanted = _name_key(name)
        return next((a for a in self.of(page_id) if _name_key(a.title) == wanted), None)

    def get(self, ident: str) -> Attachment:
        """Return a file by its id, with or without `att` in front; Absent when there is none."""
        plain = "att" + ident.removeprefix("att")
        found = self._state.attachments.get(plain)
        if found is None:
            raise Absent("attachment", ident, purged=self._state.tombstones.get(plain) is not None)
        return found

    def add(self, by: User, page: Content, file: Incoming) -> Attachment:
        """Add a new file; Clash when the page has one of that name."""
        name = file.name.replace("\\", "/").rpartition("/")[2]
        if not name:
            raise Invalid("The attachment has no file name")
        if len(name) > MAX_NAME:
            raise Broken("Data truncation: Data too long for column 'TITLE'")
        state = self._state
        with state.shelf.change():
            if self.find(page.id, name) is not None:
                raise Clash(
                    f"Cannot add a new attachment with same file name as an existing attachment: {name}"
                )
            version = self._version(by, file, 1)
            attachment = Attachment(
                id=f"att{state.next_id()}",
                page_id=page.id,
                title=name,
                file_id=state.next_uuid("file"),
                status=Status.CURRENT,
                created_at=version.at,
                versions=(version,),
            )
            return state.attachments.put(attachment.id, attachment)

    def add_data(self, by: User, ident: str, file: Incoming) -> Attachment:
        """Add a version to a file. The same bytes are a new version, too. A file name sent along is ignored."""
        with self._state.shelf.change():
            attachment = self.get(ident)
            version = self._version(by, file, attachment.latest.number + 1)
            changed = replace(attachment, versions=(*attachment.versions, version))
            return self._state.attachments.put(attachment.id, changed)

    def add_or_replace(self, by: User, page: Content, file: Incoming) -> Attachment:
        """Add a file, or a version to the one of that name."""
        existing = self.find(page.id, file.name.replace("\\", "/").rpartition("/")[2])
        return self.add(by, page, file) if existing is None else self.add_data(by, existing.id, file)

    def describe(
        self, by: User, ident: str, number: int, *, title: str | None, comment: str | None, media: str | None
    ) -> Attachment:
        """Change name, comment or media type; Stale unless `number` is the current version or the next one (FACTS.md 7)."""
        with self._state.shelf.change():
            attachment = self.get(ident)
            latest = attachment.latest
            if number not in (latest.number, latest.number + 1):
                raise Stale(latest.number, number)
            other = self.find(attachment.page_id, title or attachment.title)
            if other is not None and other.id != attachment.id:
                raise Clash(
                    f"Cannot add a new attachment with same file name as an existing attachment: {title}"
                )
            version = replace(
                latest,
                number=latest.number + 1,
                comment=latest.comment if comment is None else comment,
                media_type=media or latest.media_type,
                author_id=by.account_id,
                at=self._state.now(),
            )
            changed = replace(
                attachment, title=title or attachment.title, versions=(*attachment.versions, version)
            )
            return self._state.attachments.put(attachment.id, changed)

    def trash(self, ident: str) -> None:
        """Move a file to the trash."""
        with self._state.shelf.change():
            attachment = self.get(ident)
            if attachment.status is Status.TRASHED:
                raise Absent("attachment", ident)
            self._state.attachments.put(attachment.id, replace(attachment, status=Status.TRASHED))

    def purge(self, ident: str) -> None:
        """Remove a trashed file for good."""
        with self._state.shelf.change():
            attachment = self.get(ident)
            if attachment.status is not Status.TRASHED:
                raise Invalid("Attachment must be in the trash to be purged")
            for prop in self._state.properties_of.of(attachment.id):
                self._state.properties.drop(prop.id)
            self._state.attachments.drop(attachment.id)

    def open(self, attachment: Attachment, number: int | None = None) -> tuple[FileVersion, IO[bytes]]:
        """Return a version (default: the latest) and a stream of its bytes; Absent for an unknown number."""
        for version in attachment.versions:
            if version.number == (number or attachment.latest.number):
                return version, self._state.blobs.open(version.sha)
        raise Absent("attachment version", str(number))

    def _version(self, by: User, file: Incoming, number: int) -> FileVersion:
        if len(file.comment) > MAX_COMMENT:
            raise Invalid("Comment is too long. It cannot be longer than 255 characters.")
        sha, size = self._state.blobs.put(file.stream)
        if size > self._state.habits.max_file:
            raise TooLarge("The attachment exceeds the maximum size")
        return FileVersion(
            number=number,
            sha=sha,
            size=size,
            media_type=file.media_type,
            comment=file.comment,
            minor=file.minor,
            author_id=by.account_id,
            at=self._state.now(),
        )


def _name_key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def guess_media_type(name: str) -> str:
    """Return the media type that a file name stands for."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
