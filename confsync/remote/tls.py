"""Why a TLS connection was not made, in words that a person can act on. No connection is made here."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

_UNTRUSTED: Final = (
    "its TLS certificate is not trusted here; REQUESTS_CA_BUNDLE names an authority of your own"
)
# OpenSSL's codes of what is wrong with a certificate (x509_vfy.h).
_VERDICTS: Final = {
    9: "its TLS certificate is not valid yet; check the clock",
    10: "its TLS certificate has expired",
    62: "its TLS certificate is for another host name",
    64: "its TLS certificate is for another address",
}
_REASONS: Final = {
    "WRONG_VERSION_NUMBER": "it does not speak TLS at this address",
    "HTTP_REQUEST": "it does not speak TLS at this address",
    "NO_CERTIFICATE_OR_CRL_FOUND": "REQUESTS_CA_BUNDLE names a file without a certificate",
    "KEY_VALUES_MISMATCH": "CONFLUENCE_CLIENT_KEY is not the key of CONFLUENCE_CLIENT_CERT",
}
_UNKNOWN: Final = "TLS failed: it does not speak TLS, wants another client certificate, or CONFLUENCE_CLIENT_CERT cannot be read"


def tls_failure(error: BaseException) -> str:
    """Say what went wrong, from the innermost complaint of OpenSSL that an error of the transport holds."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _VERDICTS.get(cause.verify_code, _UNTRUSTED)
        if isinstance(cause, ssl.SSLError):
            reason = cause.reason or ""
            wanted = "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason)
            asked = "it wants a client certificate that it knows: set CONFLUENCE_CLIENT_CERT"
            return asked if wanted else _REASONS.get(reason, _UNKNOWN)
    return _UNKNOWN


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it was made of; libraries put causes into any of these places."""
    todo: list[BaseException] = [error]
    seen = set[int]()
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        held = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        todo.extend(cause for cause in held if isinstance(cause, BaseException))
