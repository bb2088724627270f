"""Multipart bodies with files, as both deployments read them: streamed, nothing large is held in memory (FACTS.md 7)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from confsync.sandbox.refusals import Invalid, TooLarge
from confsync.sandbox.store.attachments import Incoming, guess_media_type
from confsync.sandbox.wire import Desk

CHUNK = 1 << 16
SPOOL = 1 << 20


def _spool() -> IO[bytes]:
    """Return a file that is on disk only when it is large."""
    return tempfile.SpooledTemporaryFile(SPOOL)


@contextmanager
def incoming(desk: Desk) -> Iterator[list[Incoming]]:
    """Read a multipart body: the files, each with the comment of its order. Nothing large is held in memory."""
    with ExitStack() as open_files:
        files: list[tuple[str, str, IO[bytes]]] = []
        fields: dict[str, list[str]] = {}
        for part, stream in _parts(desk, open_files):
            if isinstance(part, File):
                files.append((part.filename or "", part.headers.get("Content-Type", ""), stream))
            else:
                fields.setdefault(part.name or "", []).append(_field_text(part, stream))
        if not files:
            raise Invalid("At least one file is required: the multipart field 'file' is missing")
        comments, minor = fields.get("comment", []), fields.get("minorEdit", [])
        yield [
            Incoming(
                name=name,
                stream=stream,
                media_type=media or guess_media_type(name),
                comment=comments[n] if n < len(comments) else "",
                minor=(minor[n] if n < len(minor) else minor[-1] if minor else "") == "true",
            )
            for n, (name, media, stream) in enumerate(files)
        ]


def _field_text(part: Field | File, stream: IO[bytes]) -> str:
    """Decode a field. Without a charset of its own it is taken for Latin-1: umlauts break (FACTS.md 7)."""
    _type, options = parse_options_header(part.headers.get("Content-Type", ""))
    raw = stream.read()
    return raw.decode("utf-8" if options.get("charset", "").lower() == "utf-8" else "latin-1", "replace")


def _parts(desk: Desk, open_files: ExitStack) -> Iterator[tuple[Field | File, IO[bytes]]]:
    kind, options = parse_options_header(desk.request.headers.get("Content-Type", ""))
    boundary = options.get("boundary")
    if kind != "multipart/form-data" or not boundary:
        raise Invalid("Content-Type must be multipart/form-data")
    decoder = MultipartDecoder(boundary.encode("latin-1"))
    part: Field | File | None = None
    stream: IO[bytes] | None = None
    taken = 0
    while True:
        event = decoder.next_event()
        match event:
            case NeedData():
                chunk = desk.request.stream.read(CHUNK)
                taken += len(chunk)
                if taken > desk.store.habits.max_file + SPOOL:
                    raise TooLarge("The attachment exceeds the maximum size")
                decoder.receive_data(chunk or None)
            case Field() | File():
                part = event
                stream = open_files.enter_context(_spool())
            case Data(data=data, more_data=more):
                if stream is not None and part is not None:
                    stream.write(data)
                    if not more:
                        stream.seek(0)
                        yield part, stream
            case Epilogue():
                return
            case _:
                continue
