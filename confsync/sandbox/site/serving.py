"""HTTP itself: werkzeug's threaded server, with kept connections, and with connections that break on demand."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response
from werkzeug.wsgi import LimitedStream

DRAIN = 16 * 1024 * 1024
"""A request body that nobody read is read to its end up to here; beyond it the connection is closed."""


class Effect(StrEnum):
    """What happens to an answer on its way."""

    WHOLE = "whole"
    RESET = "reset"
    CUT = "cut"
    SLOW = "slow"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and how it gets there. `seconds` is the pause between the drips of a slow one."""

    response: Response
    effect: Effect = Effect.WHOLE
    seconds: float = 0.0


Answerer = Callable[[dict[str, Any]], Reply]


class _Handler(WSGIRequestHandler):
    """One connection. Werkzeug's own closes it after each request; Confluence keeps it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        with (
            self.server.connections.during(self.connection),
            contextlib.suppress(OSError, ClientDisconnected),
        ):
            super().handle()

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"]
        if not environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"] = LimitedStream(body, length)
            environ["wsgi.input_terminated"] = True
        environ["confsync.connection"] = self.connection
        reply = self.server.answerer(environ)
        try:
            self._drain(body)
            self._send(reply, environ)
        finally:
            reply.response.close()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the request log of the sandbox has it."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Say nothing: a broken connection is an everyday thing here."""

    def _drain(self, body: Any) -> None:
        taken = 0
        while taken < DRAIN and (chunk := body.read(1 << 16)):
            taken += len(chunk)
        if taken >= DRAIN:
            self.close_connection = True

    def _send(self, reply: Reply, environ: dict[str, Any]) -> None:
        if reply.effect is Effect.RESET:
            self._reset()
            return
        chunks, status, headers = reply.response.get_wsgi_response(environ)
        code, _, words = status.partition(" ")
        self.send_response(int(code), words)
        names = {name.lower() for name, _value in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and int(code) not in (204, 304):
            self.send_header("Connection", "close")
        if reply.effect in (Effect.CUT, Effect.SLOW):
            self.send_header("Connection", "close")
        self._write(reply, iter(chunks))

    def _write(self, reply: Reply, chunks: Iterator[bytes]) -> None:
        """Write headers and body, small answers in one piece."""
        match reply.effect:
            case Effect.CUT:
                whole = b"".join(chunks)
                self.end_headers()
                self.wfile.write(whole[: len(whole) // 2])
                self._reset()
            case Effect.SLOW:
                self.end_headers()
                for byte in b"".join(chunks):
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.seconds)
            case _:
                if reply.effect is Effect.STALL:
                    time.sleep(reply.seconds)
                self._headers_buffer.append(b"\r\n")
                self._headers_buffer.append(next(chunks, b""))
                self.flush_headers()
                for chunk in chunks:
                    self.wfile.write(chunk)

    def _reset(self) -> None:
        """End the connection with a reset in place of a farewell."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Connections:
    """Which connections are open, so that a server that stops leaves none behind."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def during(self, connection: socket.socket) -> Iterator[None]:
        """Count a connection as open."""
        with self._changed:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._changed:
                self._open.discard(connection)
                self._changed.notify_all()

    def end(self, patience: float = 5.0) -> None:
        """Shut all down and wait until their threads are done."""
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, patience)


class _Server(BaseWSGIServer):
    """What the handler knows of the server; the real class is werkzeug's threaded one."""

    answerer: Answerer
    connections: _Connections


class HttpServer:
    """A threaded server on 127.0.0.1. It answers from the moment it is made; `stop` ends it without a trace.

    OSError when the port is taken.
    """

    def __init__(self, answerer: Answerer, port: int = 0) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
            made: Any = make_server(
                "127.0.0.1",
                port,
                _never,
                threaded=True,
                request_handler=_Handler,
                fd=listener.fileno(),
            )
        self._connections = made.connections = _Connections()
        made.answerer = answerer
        self._server = made
        self.port: int = made.server_address[1]
        self._thread = threading.Thread(
            target=made.serve_forever, kwargs={"poll_interval": 0.5}, name="sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections, end those that are open, wait for their threads."""
        ending = threading.Thread(target=self._server.shutdown, name="sandbox end", daemon=True)
        ending.start()
        with contextlib.suppress(OSError):  # a knock at the door: the server looks up at once
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        ending.join(5)
        self._thread.join(5)
        self._connections.end()


def _never(_environ: Any, _start: Any) -> Any:
    """Stand in for a WSGI application: the handler asks `answerer` instead."""
    raise NotImplementedError
