"""The address of Confluence: normalised as typed, and told apart as Cloud or Data Center by its host.

No request is made here; what only a request can find out is asked in `connect`.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from confsync.errors import ConfigError
from confsync.model import Flavor

_CLOUD_HOSTS: Final = (".atlassian.net", ".atlassian-us-gov-mod.net", ".jira.com")
_GATEWAY: Final = "api.atlassian.com"
_WITHIN_THE_SITE: Final = re.compile(
    r"/(?:rest/(?:api|prototype|experimental)|api/v2|spaces|display|pages|download|people|x(?=/.)"
    r"|(?:login|dashboard|index)\.action)(?:/.*)?$"
)
_API_PATH: Final = re.compile(r"/(?:api/v2|rest/api|rest/experimental)/[^#]*")


def clean(url: str) -> str:
    """Return the address of the site without what people copy along: a page's path, `/rest/api`, a trailing slash.

    ConfigError when it is no http address, or when it holds a password. `/wiki` is added for Cloud's own hosts.
    """
    parts = urlsplit(url.strip() if "//" in url else f"https://{url.strip()}")
    _check(parts)
    path = _WITHIN_THE_SITE.sub("", re.sub(r"/{2,}", "/", parts.path)).rstrip("/")
    host = parts.hostname or ""
    if host == _GATEWAY and not path.endswith("/wiki"):
        path = f"{path}/wiki"
    elif host.endswith(_CLOUD_HOSTS):
        path = "/wiki"
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, "", ""))


def _check(parts: SplitResult) -> None:
    try:
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if parts.username or parts.password:
        raise ConfigError("The address of Confluence must not contain a user name or password.", where="url")
    if not sound or re.search(r"[\s\\]", parts.netloc):
        raise ConfigError(
            "The address of Confluence is not valid; expected something like https://example.atlassian.net/wiki.",
            where="url",
        )


def flavor_of(base: str) -> Flavor | None:
    """Tell Cloud by its hosts; None where only the server can say."""
    host = urlsplit(base).hostname or ""
    return Flavor.CLOUD if host == _GATEWAY or host.endswith(_CLOUD_HOSTS) else None


def for_people(base: str) -> str:
    """Return the address that people can open, or nothing: the gateway is for programs alone."""
    return "" if urlsplit(base).hostname == _GATEWAY else base


def api_path(link: str, path: str = "") -> str | None:
    """Return the part of a `next` link behind the site's own address, query included; None when it holds none.

    A link may name another host, or the site behind the gateway: only its path is ever used, after our own base. One
    that is a query alone goes on with the same route, which is `path`.
    """
    if link.startswith("?") and path:
        return f"{path}{link}"
    found = _API_PATH.search(link)
    return found[0] if found else None


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what a credential is bound to."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme.lower(), (parts.hostname or "").lower(), port
