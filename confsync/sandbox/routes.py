"""The table of routes: which method and path is answered by which function, and in which envelope it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule
from werkzeug.wrappers import Response

Answerer = Callable[..., Response]
Envelope = Callable[[Exception], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `name` is what requests are counted by: method and path pattern, without `/wiki`.

    `locked` routes run with the store at rest; the others stream bytes and take the lock themselves.
    """

    method: str
    rule: str
    answerer: Answerer
    envelope: Envelope
    locked: bool = True

    @property
    def name(self) -> str:
        """The route's name."""
        return f"{self.method} {self.rule.removeprefix('/wiki')}"


class Routes:
    """A group of routes below one prefix with one envelope."""

    def __init__(self, prefix: str, envelope: Envelope) -> None:
        self.all: list[Route] = []
        self._prefix = prefix
        self._envelope = envelope

    def on(self, method: str, path: str, *, locked: bool = True) -> Callable[[Answerer], Answerer]:
        """Register a function for a method and a path."""

        def register(answerer: Answerer) -> Answerer:
            rule = self._prefix + path
            self.all.append(Route(method, rule, answerer, self._envelope, locked=locked))
            return answerer

        return register


class FileName(BaseConverter):
    """The rest of a path as the name of a file: any characters, line breaks and slashes among them."""

    regex = "(?s:.+)"
    part_isolating = False


class Switchboard:
    """Finds the route of a request."""

    def __init__(self, *groups: Routes) -> None:
        routes = [route for group in groups for route in group.all]
        self._map = Map(
            [Rule(r.rule, methods=[r.method], endpoint=r) for r in routes],
            strict_slashes=False,
            merge_slashes=False,
            converters={"file": FileName},
        )

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | int:
        """Return the route and what its path holds, or the status of a refusal: 404 or 405."""
        adapter = self._map.bind("localhost")
        try:
            route, args = adapter.match(path, method=method)
        except NotFound:
            return 404
        except MethodNotAllowed:
            return 405
        return route, dict(args)
