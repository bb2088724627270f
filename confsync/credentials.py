"""Credentials: from the environment, else from the system keyring. Never from a file, never into one, never shown.

Which Confluence they are for is decided elsewhere (`config`); sending them to that host alone is up to `remote`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TypeVar

from confsync.errors import ConfigError

T = TypeVar("T")

SERVICE = "confsync"
"""The keyring's service name. The user name there is the address, the secret `user:token` or a bare token."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login. Without a user the token is a Bearer token (Data Center). `source` is for people: where it was found."""

    user: str | None
    token: str = field(repr=False)
    source: str = "environment"


def find(url: str, env: Mapping[str, str] | None = None) -> Credentials:
    """Return the credentials for a Confluence; ConfigError when there are none."""
    found = lookup(url, env)
    if found is None:
        half = (os.environ if env is None else env).get("CONFLUENCE_USER", "").strip()
        raise ConfigError(
            "There is no token for this Confluence: CONFLUENCE_USER is set, CONFLUENCE_TOKEN is not."
            if half
            else "There are no credentials for this Confluence.",
            where=url,
            hint="Set CONFLUENCE_USER (your address) and CONFLUENCE_TOKEN (an API token); on Data Center the token "
            "alone. `confsync init` can store them in the system keyring. See docs/configuration.md.",
        )
    return found


def lookup(url: str, env: Mapping[str, str] | None = None) -> Credentials | None:
    """Return the credentials for a Confluence, or None. The environment stands above the keyring."""
    environment = os.environ if env is None else env
    user = environment.get("CONFLUENCE_USER", "").strip() or None
    # Secrets come out of CI with a line break at the end more often than not.
    token = environment.get("CONFLUENCE_TOKEN", "").strip()
    found = Credentials(user, token) if token else _from_keyring(url, user)
    if found is not None:
        _check(found)
    return found


def store(url: str, login: Credentials) -> bool:
    """Put credentials into the keyring; False when there is no keyring that takes them."""
    secret = f"{login.user}:{login.token}" if login.user else login.token
    return _ask_keyring(lambda keyring: keyring.set_password(SERVICE, url, secret) is None) is True


def _from_keyring(url: str, user: str | None) -> Credentials | None:
    secret = _ask_keyring(lambda keyring: keyring.get_password(SERVICE, url))
    if not secret:
        return None
    name, colon, token = secret.strip().partition(":")
    return Credentials(name if colon else user, token if colon else name, "keyring")


def _check(login: Credentials) -> None:
    """Refuse what no HTTP header can carry, without repeating it."""
    for what, value in (("user", login.user or ""), ("token", login.token)):
        if not value.isprintable() or (what == "token" and not value.isascii()):
            raise ConfigError(
                f"The {what} from the {login.source} has characters that a {what} cannot have.",
                hint="It was probably not copied correctly: set it again.",
            )


def _ask_keyring(question: Callable[[ModuleType], T]) -> T | None:
    """Return the keyring's answer, or None where there is no usable one: a server has none, and that is no error."""
    try:
        import keyring  # noqa: PLC0415 - looks for desktop services while it loads; most runs do not need it

        return question(keyring)
    except Exception:  # noqa: BLE001 - backends are desktop services of any make and raise whatever they like
        return None
