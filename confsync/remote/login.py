"""Who asks: a user with a token, or a token alone. How it is kept out of what is shown stands here, too."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from confsync.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a token, or a token alone (a Bearer token). It never shows itself."""

    user: str = field(repr=False)
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.token:
            raise ConfigError("There is no token for Confluence.", hint="Set CONFLUENCE_TOKEN.")
        if not self.user and not re.fullmatch(r"[\x21-\x7e]+", self.token):
            raise ConfigError(
                "The token contains characters that no token has: blanks, line breaks or accents."
            )

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"Basic {self._pair}" if self.user else f"Bearer {self.token}"

    @property
    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.token}".encode()).decode()

    def redact(self, text: str) -> str:
        """Return the text without the secret in any of its spellings: a server may echo what it was sent."""
        for secret in (self._pair, self.token, quote(self.token, safe="")):
            text = text.replace(secret, "***") if len(secret) > 3 else text
        return text
