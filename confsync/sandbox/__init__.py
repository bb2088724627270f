"""A local Confluence, as inconvenient as the real one.

`Sandbox` starts it; `Fault` and `Trouble` script what goes wrong; `Person` acts as a colleague in the browser.
It shares no code with the client, so that it can keep it honest.
"""

from __future__ import annotations

from confsync.sandbox.faults import Fault, Trouble, When
from confsync.sandbox.person import Person
from confsync.sandbox.sandbox import Sandbox
from confsync.sandbox.store.records import Role, User

__all__ = ["Fault", "Person", "Role", "Sandbox", "Trouble", "User", "When"]
