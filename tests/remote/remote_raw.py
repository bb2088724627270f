"""A server that writes bytes as it is told, right or wrong HTTP: what frameworks do not let a server say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Answer = Callable[[socket.socket, bytes], bool]
"""Given a connection and a whole request, answers it; returns whether the connection stays open."""


class Raw:
    """Answers each request in turn; the last answer goes on for ever. `requests` are heads with bodies, as they came."""

    def __init__(self, *answers: bytes | Answer) -> None:
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.requests: list[bytes] = []
        self.connections = 0
        self.closed = threading.Semaphore(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/wiki"

    def __enter__(self) -> Raw:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while (request := _read(connection)) and self._answer(connection, request):
                pass
        self.closed.release()

    def _answer(self, connection: socket.socket, request: bytes) -> bool:
        with self._lock:
            self.requests.append(request)
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if callable(answer):
            return answer(connection, request)
        connection.sendall(answer)
        return True


def _read(connection: socket.socket) -> bytes:
    """Read one request; nothing at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head = data.partition(b"\r\n\r\n")[0]
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    size = len(head) + 4 + int(lengths[0].partition(b":")[2] if lengths else 0)
    while len(data) < size:
        data += connection.recv(65536)
    return data


def ok(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return a good answer, with the length that is told."""
    lines = [
        "HTTP/1.1 200 OK",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(*chunks: bytes, whole: bool = True) -> bytes:
    """Return a good answer in chunks; else it ends within the last of them."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + (body + b"0\r\n\r\n" if whole else body[: -2 - len(chunks[-1]) // 2])


def then_hang_up(answer: bytes) -> Answer:
    """Answer, and close the connection."""

    def give(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(answer)
        return False

    return give
