"""Where the site is mounted: inside all addresses begin with `/wiki`, outside with the context path of its choice.

Cloud has no choice. A Data Center has any context path, or none.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.wrappers import Response

INSIDE = "/wiki"
_OWN = ("/_sandbox", "/_edge")


@dataclass(frozen=True, slots=True)
class Mount:
    """A context path: empty, or with a leading and without a trailing slash."""

    context: str = INSIDE

    def inwards(self, path: str) -> str:
        """Return the address that the routes know. What lies outside of the context is at no route's address."""
        if self.context == INSIDE or path.startswith(_OWN) or (path == "/" and self.context):
            return path
        if path == self.context or path.startswith(f"{self.context}/"):
            return INSIDE + path.removeprefix(self.context)
        return f"/outside{path}"

    def outwards(self, response: Response) -> Response:
        """Give the links of a page for the browser, or of a redirect to one, the context path."""
        if self.context == INSIDE:
            return response
        location = response.headers.get("Location", "")
        if location == INSIDE or location.startswith(f"{INSIDE}/"):
            response.headers["Location"] = self.context + location.removeprefix(INSIDE)
        if response.mimetype == "text/html" and not response.direct_passthrough:
            text = response.get_data(as_text=True)
            # In text a quotation mark is written as a reference, so that this stands in attributes alone.
            response.set_data(text.replace(f'="{INSIDE}/', f'="{self.context}/'))
        return response
