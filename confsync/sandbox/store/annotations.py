"""Labels and content properties, which change without a new version of their page (FACTS.md 8)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import msgspec

from confsync.sandbox.refusals import Absent, Clash, Invalid, Stale, TooLarge
from confsync.sandbox.store.records import Content, Label, Property, User
from confsync.sandbox.store.state import State

MAX_LABELS = 500
MAX_LABEL = 255
MAX_VALUE = 32 * 1024
MAX_KEY = 255
_FORBIDDEN = re.compile(r"[!#&()*.:;<>?@\[\]^]")
_SEPARATORS = re.compile(r"[ ,\t\r\n]+")


class Labels:
    """Labels of contents."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, content_id: str, prefix: str | None = None) -> list[Label]:
        """Return a content's labels by name."""
        found = [x for x in self._state.labels_of.of(content_id) if prefix in (None, x.prefix)]
        return sorted(found, key=lambda x: (x.name, x.prefix))

    def add(self, content: Content, wanted: list[tuple[str, str]]) -> None:
        """Add labels, each as (prefix, name). A name with a blank or comma is several; capitals are lost."""
        state = self._state
        with state.shelf.change():
            for prefix, text in wanted:
                for name in _names(text):
                    key = f"{content.id} {prefix}:{name}"
                    if state.labels.get(key) is None:
                        self._check_number(content)
                        ident = self._ident(prefix, name)
                        label = Label(id=ident, prefix=prefix, name=name, content_id=content.id)
                        state.labels.put(key, label)

    def remove(self, content: Content, name: str) -> None:
        """Remove one label; of the same name the personal one goes first. Absent when there is none."""
        name = name.lower()
        for prefix in ("my", "global", "team", "system"):
            key = f"{content.id} {prefix}:{name}"
            if self._state.labels.get(key) is not None:
                with self._state.shelf.change():
                    self._state.labels.drop(key)
                return
        raise Absent("label", name)

    def _check_number(self, content: Content) -> None:
        if len(self.of(content.id)) >= MAX_LABELS:
            raise Invalid(f"Content cannot have more than {MAX_LABELS} labels")

    def _ident(self, prefix: str, name: str) -> str:
        for label in self._state.labels.values():
            if (label.prefix, label.name) == (prefix, name):
                return label.id
        return str(self._state.next_number("label", 1_000_001))


def _names(text: str) -> list[str]:
    """Return the label names that a text stands for."""
    names = [name.lower() for name in _SEPARATORS.split(text) if name]
    if not names:
        raise Invalid("A label must have a name", key="label.name.is.empty")
    for name in names:
        if _FORBIDDEN.search(name):
            raise Invalid(
                f"The label '{name}' contains invalid characters", key="label.contains.invalid.chars"
            )
        if len(name.encode("utf-16-le", "surrogatepass")) // 2 > MAX_LABEL:
            raise Invalid("The label name is too long", key="label.name.is.too.long")
    return names


class Properties:
    """Content properties with their own versions."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, content_id: str, key: str | None = None) -> list[Property]:
        """Return a content's properties by id."""
        found = [p for p in self._state.properties_of.of(content_id) if key in (None, p.key)]
        return sorted(found, key=lambda p: int(p.id))

    def get(self, content_id: str, ident: str) -> Property:
        """Return a property of a content by id; Absent when it has none such."""
        found = self._state.properties.get(ident)
        if found is None or found.content_id != content_id:
            raise Absent("property", ident)
        return found

    def create(self, by: User, content_id: str, key: str, value: Any) -> Property:
        """Add a property in version 1; Clash when the key is taken."""
        if not key or len(key) > MAX_KEY:
            raise Invalid("The property key must have 1 to 255 characters")
        self._check_size(content_id, value, besides=None)
        state = self._state
        with state.shelf.change():
            if self.of(content_id, key):
                raise Clash(f"A content property with key {key} already exists")
            prop = Property(
                id=str(state.next_number("property", 2_000_001)),
                content_id=content_id,
                key=key,
                value=value,
                version=1,
                message="",
                author_id=by.account_id,
                at=state.now(),
            )
            return state.properties.put(prop.id, prop)

    def update(
        self, by: User, prop: Property, value: Any, *, number: int, message: str = "", key: str | None = None
    ) -> Property:
        """Write a new value; Stale unless `number` is the current version plus one."""
        if key not in (None, prop.key):
            raise Invalid("The key of a property cannot be changed")
        if number != prop.version + 1:
            raise Stale(prop.version, number)
        self._check_size(prop.content_id, value, besides=prop.id)
        changed = replace(
            prop,
            value=value,
            version=number,
            message=message,
            author_id=by.account_id,
            at=self._state.now(),
        )
        with self._state.shelf.change():
            return self._state.properties.put(prop.id, changed)

    def delete(self, prop: Property) -> None:
        """Remove a property."""
        with self._state.shelf.change():
            self._state.properties.drop(prop.id)

    def _check_size(self, content_id: str, value: Any, *, besides: str | None) -> None:
        """32 KB is the limit for all properties of a content together."""
        others = [p.value for p in self.of(content_id) if p.id != besides]
        if sum(len(msgspec.json.encode(v)) for v in [*others, value]) > MAX_VALUE:
            raise TooLarge("The content properties exceed the maximum size of 32768 bytes")
