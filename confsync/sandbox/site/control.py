"""The sandbox's own addresses below `/_sandbox`: what was asked, and which faults are to come. For this machine only."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from confsync.sandbox.faults import Faults, read_fault
from confsync.sandbox.site.requests_log import RequestLog
from confsync.sandbox.wire import answer, nothing


def control(request: Request, log: RequestLog, faults: Faults) -> Response:
    """Answer a request to the sandbox itself. A page in a browser cannot send these: they want JSON or no form."""
    if "Mozilla" in request.headers.get("User-Agent", "") and request.method != "GET":
        return answer({"error": "not from a browser"}, 403)
    match request.method, request.path.rstrip("/"):
        case "GET", "/_sandbox/requests":
            return answer(log.describe())
        case "DELETE", "/_sandbox/requests":
            log.reset()
            return nothing()
        case "GET", "/_sandbox/faults":
            return answer({"faults": faults.describe(), "struck": faults.struck})
        case "POST", "/_sandbox/faults":
            return _add(request, faults)
        case "DELETE", "/_sandbox/faults":
            faults.clear()
            return nothing()
        case "POST", "/_sandbox/late":
            return answer({"delivered": faults.deliver_late()})
        case _:
            return answer({"error": "no such address"}, 404)


def _add(request: Request, faults: Faults) -> Response:
    data: Any = request.get_json(silent=True)
    try:
        made = [read_fault(one) for one in (data if isinstance(data, list) else [data])]
    except ValueError as error:
        return answer({"error": str(error)}, 400)
    for fault in made:
        faults.add(fault)
    return answer({"faults": faults.describe()})
