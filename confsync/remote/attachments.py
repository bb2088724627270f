"""Uploads streamed from disk as multipart forms, and downloads streamed to disk and verified.

No file is ever held in memory. The routes are those of `cloud` and `datacenter`.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote, urlsplit

from urllib3.fields import RequestField

from confsync.errors import AuthError, ChangedUnderneath, LocalError, Unreachable, UnreadableFile
from confsync.model import Attachment, Sha
from confsync.outcome import Upload
from confsync.remote.answers import Trouble
from confsync.remote.http import Fetched, Params
from confsync.remote.payloads import HASH_PREFIX
from confsync.remote.wire import Wire

_SECONDS_PER_BYTE: Final = 1 / 500_000
_MUCH: Final = 1 << 20
_HTML: Final = ("text/html", "application/xhtml+xml")


class FileForm:
    """The multipart body of an upload: comment, minorEdit, and the file read while it is sent.

    The content is hashed on the way. A file that is not what it was when it was scanned is never completed: its last
    boundary is held back and ChangedUnderneath raised, so that Confluence gets a torn form, which it refuses.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        boundary = f"confsync-{secrets.token_hex(16)}"
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = _head(upload, boundary)
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._digest = hashlib.sha256()
        try:
            self._file = upload.source.open("rb")
            self._left = os.fstat(self._file.fileno()).st_size
        except FileNotFoundError:
            raise _changed(upload) from None
        except OSError as error:
            raise _unreadable(upload, error) from None
        self._length = len(self._head) + self._left + len(self._tail)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes: at most `size` (negative: a good piece, not all); nothing at the end."""
        size = size if size > 0 else 1 << 16
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        if self._left:
            return self._from_file(min(size, self._left))
        self._verify()
        piece, self._tail = self._tail[:size], self._tail[size:]
        return piece

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _from_file(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except OSError as error:
            raise _unreadable(self._upload, error) from None
        if not piece:
            raise _changed(self._upload)
        self._digest.update(piece)
        self._left -= len(piece)
        return piece

    def _verify(self) -> None:
        if self._digest.hexdigest() != self._upload.hash:
            raise _changed(self._upload)


def _head(upload: Upload, boundary: str) -> bytes:
    file = RequestField("file", "", filename=_sendable(upload.name))
    kind = mimetypes.guess_type(upload.name, strict=False)[0]
    file.make_multipart(content_type=kind or "application/octet-stream")
    parts = [
        _text_part("comment", f"{HASH_PREFIX}{upload.hash}", boundary),
        _text_part("minorEdit", "false" if upload.notify else "true", boundary),
        f"--{boundary}\r\n{file.render_headers()}",
    ]
    return "".join(parts).encode()


def _text_part(name: str, value: str, boundary: str) -> str:
    """Return a part of text. Without the charset Confluence reads it as Latin-1."""
    part = RequestField(name, "")
    part.make_multipart(content_type="text/plain; charset=utf-8")
    return f"--{boundary}\r\n{part.render_headers()}{value}\r\n"


def _sendable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _unreadable(upload: Upload, error: OSError) -> UnreadableFile:
    why = error.strerror or type(error).__name__
    return UnreadableFile(
        f"{upload.name} cannot be read ({why}); it was not uploaded.",
        where=str(upload.source),
        unchanged="The page was not changed.",
    )


def _changed(upload: Upload) -> ChangedUnderneath:
    return ChangedUnderneath(
        f"{upload.name} changed during the upload; it was not uploaded.", where=str(upload.source)
    )


def upload_patience(upload: Upload) -> float:
    """Return the seconds to wait for an answer on top of the usual ones: a large file takes Confluence long to store."""
    with suppress(OSError):
        return upload.source.stat().st_size * _SECONDS_PER_BYTE
    return 0.0


def download(wire: Wire, attachment: Attachment, route: tuple[str, Params], target: Path) -> Sha:
    """Fetch an attachment into `target` and return its hash; nothing is left after a failure.

    After a cut it goes on where it broke off, or begins anew where Confluence does not serve the rest. Errors: as a
    reading's; Unreachable when the length is never right; LocalError when `target` cannot be written.
    """
    try:
        with target.open("w+b") as file:
            return _downloaded(wire, attachment, route, _HashingSink(file))
    except OSError as error:
        target.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise LocalError(f"{attachment.name} cannot be written ({why}).", where=str(target)) from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _downloaded(wire: Wire, attachment: Attachment, route: tuple[str, Params], sink: _HashingSink) -> Sha:
    """Try until it is whole. An attempt that brought much does not count: a large file over a bad line gets there."""
    attempt, doubted = 0, ""
    while True:
        before = sink.length
        found = wire.fetch(*route, sink, before)
        trouble = found if isinstance(found, Trouble) else _wrong_content(found, attachment, route[0])
        if trouble is None:
            digest = sink.hexdigest()
            if attachment.hash is None or digest in (attachment.hash, doubted):
                return Sha(digest)
            # Our note on it says otherwise. If it comes twice alike, the note is what is wrong.
            doubted, trouble = digest, _other_content(attachment, route[0])
        if not isinstance(found, Trouble):
            sink.begin(0)  # what came is not the file
        attempt = 1 if sink.length - before >= _MUCH else attempt + 1
        if not wire.again(trouble, attempt):
            raise trouble.error


def file_route(attachment: Attachment) -> tuple[str, Params]:
    """Return an attachment's path behind our base on Data Center: of the listed link only what lies below `/download`."""
    found = re.search(r"/download/attachments/[^?#]*$", urlsplit(attachment.download).path)
    name = quote(attachment.name, safe="")
    path = found[0] if found else f"/download/attachments/{attachment.page_id}/{name}"
    return path, [("version", attachment.version), ("api", "v2")]


class _HashingSink:
    """A file that hashes what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.length = 0

    def begin(self, at: int) -> None:
        """Go on behind what is there, or begin anew: nothing else is ever asked for."""
        if at == self.length:
            return
        self._file.seek(0)
        self._file.truncate()
        self._digest, self.length = hashlib.sha256(), 0

    def write(self, data: bytes, /) -> None:
        """Write and hash."""
        self._file.write(data)
        self._digest.update(data)
        self.length += len(data)

    def hexdigest(self) -> str:
        """Return the hash of all that was written."""
        return self._digest.hexdigest()


def _other_content(attachment: Attachment, where: str) -> Trouble:
    said = f"{attachment.name} was received with other content than was uploaded."
    return Trouble(Unreachable(said, where=where), again=True)


def _wrong_content(found: Fetched, attachment: Attachment, where: str) -> Trouble | None:
    """Say what is wrong with a download: a login page in its place, or a length that is neither side's.

    A listing that says 0 may just not know: the length that comes with the file counts.
    """
    told = attachment.size > 0 or attachment.size == found.received
    short = (told and found.received != attachment.size) or (
        found.announced >= 0 and found.received != found.announced
    )
    if found.media_type in _HTML and attachment.media_type not in _HTML and (short or not told):
        return Trouble(AuthError(f"A web page was received instead of {attachment.name}.", where=where))
    if not short:
        return None
    said = f"{attachment.name} came with {found.received} bytes, not with {attachment.size}."
    return Trouble(Unreachable(said, where=where), again=True)
