"""How long a daemon waits before the next poll: briefly after activity, longer at rest, patiently during an outage.

Pure arithmetic of seconds; the caller owns the clock.
"""

from __future__ import annotations

from dataclasses import dataclass

EAGER = 5.0
"""The pause in seconds after activity: one edit is often followed by another."""
PATIENT = 30.0
"""The longest pause while Confluence does not answer."""
REFUSED = 300.0
"""The pause after several refused logins in a row: more attempts could lock the account."""
REFUSALS = 3
"""How many refused logins in a row are several."""
LONGEST_RETRY = 600.0
"""The longest pause before an action that failed is tried again."""


def pause_before(tries: int, interval: float) -> float:
    """Return the pause after `tries` failures in a row; it doubles each time."""
    return min(LONGEST_RETRY, max(interval, EAGER) * 2.0 ** min(tries - 1, 10))


@dataclass(slots=True)
class Pace:
    """Pauses in seconds. `interval` is the longest one while all is well."""

    interval: float
    _pause: float = 0.0
    _failures: int = 0
    _refusals: int = 0
    _retries: int = 0

    @property
    def is_refused(self) -> bool:
        """Say whether the login was refused so often that only time or new settings justify another attempt."""
        return self._refusals >= REFUSALS

    def after_activity(self) -> float:
        """Return the pause after something was synced."""
        self._well()
        self._pause = min(self.interval, EAGER)
        return self._pause

    def after_quiet(self) -> float:
        """Return the pause after a poll that found nothing: twice the last one, up to the interval."""
        self._well()
        self._pause = min(self.interval, max(self._pause * 2, EAGER))
        return self._pause

    def after_failure(self) -> float:
        """Return the pause after Confluence or the folder could not be reached."""
        self._failures += 1
        return min(PATIENT, self.interval, 2.0 ** min(self._failures, 10))

    def after_refusal(self) -> float:
        """Return the pause after the login was refused."""
        self._refusals += 1
        return REFUSED if self.is_refused else self.after_failure()

    def before_retry(self) -> float:
        """Return the pause before an unsettled action is tried again; it doubles each time."""
        self._retries += 1
        return pause_before(self._retries, self.interval)

    def nothing_failed(self) -> None:
        """Start again from short pauses the next time something fails."""
        self._retries = 0

    def begin_anew(self) -> None:
        """Forget earlier refusals, because the settings changed."""
        self._well()

    def _well(self) -> None:
        self._failures = self._refusals = 0
