"""Reads that are retried and writes that are made once. Routes are not known here."""

from __future__ import annotations

from types import NoneType
from typing import TypeVar, cast

from confsync.errors import Unreachable
from confsync.outcome import Applied, Outcome, Reason, Refused, Unknown
from confsync.remote.answers import Answer, Trouble, refusal, trouble_in
from confsync.remote.http import Call, Fetched, Http, Lost, Params, Sink
from confsync.remote.login import Credentials
from confsync.remote.patience import Patience, Rest
from confsync.remote.payloads import NotConfluence, decode, linked

T = TypeVar("T")


class Wire:
    """What the routes are called through; safe to share between threads."""

    def __init__(self, http: Http, credentials: Credentials, patience: Patience) -> None:
        self.http = http
        self._credentials = credentials
        self._patience = patience

    @property
    def base(self) -> str:
        """The site's address without a trailing slash."""
        return self.http.base

    @property
    def rest(self) -> Rest:
        """What all waiting goes by."""
        return self._patience.rest

    def close(self) -> None:
        """Close all connections."""
        self.http.close()

    # ---- reading ------------------------------------------------------------------------------------------------

    def read(self, path: str, shape: type[T], params: Params = ()) -> T:
        """GET a JSON answer of a known shape, waiting and trying again where that makes sense.

        Errors: AuthError, Forbidden, NotFound, RateLimited, Rejected, Unreachable.
        """
        call = Call(method="GET", path=path, params=params)
        attempt = 0
        while True:
            attempt += 1
            found = self._tried(call, shape, attempt)
            if not isinstance(found, Trouble):
                return found
            self._wait_or_raise(found, attempt)

    def fetch(self, path: str, params: Params, sink: Sink, first: int = 0) -> Fetched | Trouble:
        """Stream a file, from its byte `first` on, into `sink`, one attempt. OSError when the sink cannot take it."""
        found = self.http.fetch(Call(method="GET", path=path, params=params, first=first), sink)
        match found:
            case Lost():
                return self._no_answer(found, path, 1)
            case Answer():
                return self._trouble(found) or Trouble(Unreachable("The download has no file.", where=path))
            case _:
                return found

    def again(self, trouble: Trouble, attempt: int) -> bool:
        """Wait before another attempt, or say at once that there will be none."""
        wanted = trouble.again and attempt < self._patience.limits.attempts
        return wanted and self._patience.wait_after(attempt, trouble.after)

    def _wait_or_raise(self, trouble: Trouble, attempt: int) -> None:
        if not self.again(trouble, attempt):
            raise trouble.error

    def _tried(self, call: Call, shape: type[T], attempt: int) -> T | Trouble:
        answer = self.http.exchange(call)
        if isinstance(answer, Lost):
            return self._no_answer(answer, call.path, attempt)
        trouble = self._trouble(answer)
        if trouble is not None:
            return trouble
        try:
            return linked(decode(answer.body, shape), answer.headers.get("link", ""))
        except NotConfluence as error:
            said = f"Confluence's answer cannot be read: {self._credentials.redact(str(error))}."
            return Trouble(Unreachable(said, where=call.path), again=True)

    def _trouble(self, answer: Answer) -> Trouble | None:
        return trouble_in(answer, answer.asked_wait(self.rest.clock.now()), self._words(answer))

    def _no_answer(self, lost: Lost, where: str, attempt: int) -> Trouble:
        again = not lost.hopeless and (lost.sent or attempt < self._patience.limits.connect_attempts)
        return Trouble(Unreachable(f"Confluence cannot be reached: {lost.cause}.", where=where), again=again)

    def _words(self, answer: Answer) -> str:
        return self._credentials.redact(answer.explanation())

    # ---- writing ------------------------------------------------------------------------------------------------

    def write(self, call: Call, shape: type[T]) -> Outcome[T]:
        """Send a writing once. Only a 429, which Confluence gives before it looks at a request, is sent again.

        `shape` NoneType: a good answer has no body (204); any other may be that of a server that did not look at it.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self.http.exchange(call)
            except UnicodeEncodeError:
                return Refused(Reason.INVALID, 0, "the text holds characters that cannot be sent")
            if isinstance(answer, Lost):
                return Unknown(answer.cause)
            if answer.status != 429 or not self._resend(answer, attempt):
                return self._outcome(answer, shape)

    def _resend(self, answer: Answer, attempt: int) -> bool:
        asked = answer.asked_wait(self.rest.clock.now())
        return attempt < self._patience.limits.attempts and self._patience.wait_after(attempt, asked)

    def _outcome(self, answer: Answer, shape: type[T]) -> Outcome[T]:
        verdict = refusal(answer, self._words(answer))
        if verdict is not None:
            return verdict
        if shape is NoneType:
            if answer.status == 204:
                return Applied(cast("T", None))
            return Unknown(f"status {answer.status} in the place of 204", answered=True)
        try:
            return Applied(decode(answer.body, shape))
        except NotConfluence as error:
            return Unknown(f"an answer that cannot be read: {self._credentials.redact(str(error))}")
