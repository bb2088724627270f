"""From settings to a client: address, credentials, and whether it is Cloud or Data Center, decided here once."""

from __future__ import annotations

import os
from pathlib import Path

from confsync.clock import Clock, SystemClock
from confsync.errors import ConfigError, Forbidden, NotFound, Rejected
from confsync.model import Flavor
from confsync.remote import v1
from confsync.remote.address import clean, flavor_of
from confsync.remote.cloud import Cloud
from confsync.remote.datacenter import DataCenter
from confsync.remote.http import Http
from confsync.remote.login import Credentials
from confsync.remote.patience import Gate, Jitter, Limits, Patience, Rest, full_jitter
from confsync.remote.payloads import Listing
from confsync.remote.payloads_v2 import SpaceRow
from confsync.remote.wire import Wire

Client = Cloud | DataCenter
"""What the engine talks to: both have every method of its port `Remote`, and `newest`, `interrupt` and `close` beside."""


def connect(
    url: str,
    user: str,
    token: str,
    flavor: str = "auto",
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
    jitter: Jitter = full_jitter,
    certificate: str | tuple[str, str] | None = None,
) -> Client:
    """Return a client for the Confluence at `url`. An empty `user` makes the token a Bearer token.

    `flavor` is auto, cloud or datacenter; auto asks Confluence who we are unless the host tells, which then serves as
    the answer to the first `site()`. `certificate` is a client certificate, as a path or with its key; else the environment
    may name one (CONFLUENCE_CLIENT_CERT, and CONFLUENCE_CLIENT_KEY unless the key is in the same file). Errors: ConfigError for settings that cannot be right, else those of a reading.
    """
    base = clean(url)
    _check_authorities(base)
    credentials = Credentials(user.strip(), token.strip())
    ticking, bounds = clock or SystemClock(), limits or Limits()
    rest = Rest(ticking)
    shown = certificate or _certificate(base)
    http = Http(base, credentials, ticking, gate=Gate(rest), limits=bounds, certificate=shown)
    wire = Wire(http, credentials, Patience(rest, bounds, jitter))
    try:
        return _client(wire, flavor)
    except BaseException:
        wire.close()
        raise


def _check_authorities(base: str) -> None:
    """Refuse a bundle of authorities that is not there: without it no certificate could be checked."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        _existing(name, base)


def _certificate(base: str) -> str | tuple[str, str] | None:
    """Return the client certificate that the environment names, for sites that want one beside the login."""
    certificate = _existing("CONFLUENCE_CLIENT_CERT", base)
    key = _existing("CONFLUENCE_CLIENT_KEY", base)
    return (certificate, key) if certificate and key else certificate or None


def _existing(name: str, base: str) -> str:
    """Return a path that the environment names, "" for none; ConfigError when nothing is there and TLS needs it."""
    path = os.environ.get(name, "").strip()
    if path and base.startswith("https:") and not Path(path).exists():
        raise ConfigError(
            f"{name} names {path}, which does not exist.", where=name, hint="Unset or correct it."
        )
    return path


def _client(wire: Wire, flavor: str) -> Client:
    match flavor:
        case "cloud":
            return Cloud(wire)
        case "datacenter":
            return DataCenter(wire)
        case "auto":
            return Cloud(wire) if flavor_of(wire.base) is Flavor.CLOUD else _probed(wire)
        case _:
            raise ConfigError(
                f"The flavor {flavor!r} is not valid; expected auto, cloud or datacenter.", where="flavor"
            )


def _probed(wire: Wire) -> Client:
    """Tell the flavours apart by who they say we are: an account id on Cloud, a user key on Data Center."""
    try:
        user = v1.current_user(wire)
    except (NotFound, Forbidden) as error:
        return _probed_by_spaces(wire, error)
    if user.account_id:
        return Cloud(wire, v1.site_of(wire, Flavor.CLOUD, user))
    return DataCenter(wire, v1.site_of(wire, Flavor.DATACENTER, user))


def _probed_by_spaces(wire: Wire, refused: NotFound | Forbidden) -> Client:
    """Tell the flavours apart by who lists spaces, where nobody says who we are: v2 on Cloud, v1 on Data Center."""
    if _lists_spaces(wire, "/api/v2/spaces"):
        return Cloud(wire)
    if _lists_spaces(wire, "/rest/api/space"):
        return DataCenter(wire)
    if isinstance(refused, Forbidden):
        raise refused
    raise NotFound(
        "There is no Confluence at this address.",
        where=wire.base,
        hint="Check the url in confsync.toml; many servers have a context path, such as /wiki or /confluence.",
    ) from refused


def _lists_spaces(wire: Wire, path: str) -> bool:
    try:
        wire.read(path, Listing[SpaceRow], [("limit", 1)])
    except (NotFound, Forbidden, Rejected):
        return False
    return True
