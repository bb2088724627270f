"""CQL: the text of a query to a tree, the tree to a yes or no. The subset is that of FACTS.md 9.

Grammar: `or` of `and` of (`not`) clauses or brackets, then `order by`. A clause is a field, an operator and a value,
a list of values, or a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FIELDS = frozenset(
    [
        "ancestor",
        "container",
        "content",
        "created",
        "creator",
        "contributor",
        "favourite",
        "id",
        "label",
        "lastmodified",
        "macro",
        "mention",
        "parent",
        "space",
        "space.category",
        "space.key",
        "space.title",
        "space.type",
        "text",
        "title",
        "type",
        "watcher",
    ]
)
"""What may stand left of an operator. There is no `status` (400 on Cloud)."""
_DATES = frozenset({"created", "lastmodified"})
_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<op>!=|>=|<=|!~|[=<>~(),])"
    r"|(?P<word>[^\s\"'=<>!~(),]+))",
)
_RELATIVE = re.compile(r"([+-]?\d+)([yMwdhm])")
_UNITS = {
    "y": timedelta(days=365),
    "M": timedelta(days=30),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}


class BadQuery(Exception):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the index knows of one content. Texts are as written; comparing folds case."""

    id: str
    type: str
    space_id: str
    space_key: str
    space_title: str
    title: str
    text: str
    labels: frozenset[str]
    creator: str
    contributors: frozenset[str]
    created: datetime
    lastmodified: datetime
    version: int
    parent: str | None
    container: str | None
    ancestors: tuple[str, ...]
    macros: frozenset[str]


Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood: which rows, in which order (field and whether descending)."""

    matches: Test
    order: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_cql(text: str, now: datetime, me: str) -> Query:
    """Read a query; BadQuery says why not. `now` is the server's time, `me` the account id of `currentUser()`."""
    return _Parser(_tokens(text), now, me).query()


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadQuery(f"Could not parse cql : {text}")
        kind = found.lastgroup or ""
        raw = found[kind]
        tokens.append(_Token(kind, re.sub(r"\\(.)", r"\1", raw[1:-1]) if kind == "string" else raw))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], now: datetime, me: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._now = now
        self._me = me

    def query(self) -> Query:
        ordered_only = self._peek_word("order")
        test: Test = (lambda _row: True) if ordered_only else self._either()
        order = self._order() if self._word("order") else ()
        if self._at < len(self._tokens):
            raise BadQuery(f"Could not parse cql : unexpected '{self._tokens[self._at].text}'")
        return Query(test, order)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._word("by"):
            raise BadQuery("Could not parse cql : 'by' expected after 'order'")
        order = []
        while True:
            field = self._next("word").text.lower()
            self._check_field(field)
            descending = self._word("desc")
            if not descending:
                self._word("asc")
            order.append((field, descending))
            if not self._op(","):
                return tuple(order)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._word("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._word("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._word("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._op("("):
            inner = self._either()
            self._must_op(")")
            return inner
        return self._clause()

    def _clause(self) -> Test:
        field = self._next("word").text.lower()
        self._check_field(field)
        if self._word("in"):
            return _any_of(field, self._list())
        if self._word("not"):
            if not self._word("in"):
                raise BadQuery("Could not parse cql : 'in' expected after 'not'")
            inner = _any_of(field, self._list())
            return lambda row: not inner(row)
        operator = self._next("op").text
        value = self._value(field)
        return _compare(field, operator, value)

    def _list(self) -> list[str]:
        self._must_op("(")
        values = [self._text_value()]
        while self._op(","):
            values.append(self._text_value())
        self._must_op(")")
        return values

    def _value(self, field: str) -> str | datetime:
        text = self._text_value()
        return text if field not in _DATES else _date(text)

    def _text_value(self) -> str:
        if self._at >= len(self._tokens):
            raise BadQuery("Could not parse cql : unexpected end of query")
        token = self._tokens[self._at]
        if token.kind == "op":
            raise BadQuery(f"Could not parse cql : unexpected '{token.text}'")
        self._at += 1
        if token.kind == "word" and self._op("("):
            return self._function(token.text)
        return token.text

    def _function(self, name: str) -> str:
        argument = "" if self._op(")") else self._text_value()
        if argument:
            self._must_op(")")
        match name.lower():
            case "currentuser":
                return self._me
            case "now":
                return (self._now + _offset(argument)).isoformat()
            case "startofday":
                day = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
                return (day + _offset(argument)).isoformat()
            case _:
                raise BadQuery(f"Unsupported function : {name}")

    def _check_field(self, field: str) -> None:
        if field not in FIELDS:
            raise BadQuery(f"Could not parse cql : No field exists with name: {field}")

    def _peek_word(self, word: str) -> bool:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token is not None and token.kind == "word" and token.text.lower() == word

    def _word(self, word: str) -> bool:
        found = self._peek_word(word)
        self._at += found
        return found

    def _op(self, text: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == _Token("op", text)
        self._at += found
        return found

    def _must_op(self, text: str) -> None:
        if not self._op(text):
            raise BadQuery(f"Could not parse cql : '{text}' expected")

    def _next(self, kind: str) -> _Token:
        if self._at >= len(self._tokens) or self._tokens[self._at].kind != kind:
            raise BadQuery("Could not parse cql : unexpected end or symbol")
        self._at += 1
        return self._tokens[self._at - 1]


def _offset(text: str) -> timedelta:
    if not text:
        return timedelta()
    found = _RELATIVE.fullmatch(text)
    if found is None:
        raise BadQuery(f"Could not parse cql : '{text}' is no period")
    return int(found[1]) * _UNITS[found[2]]


def _date(text: str) -> datetime:
    """Read a date; only those of a function have seconds. Times without a zone are the server's (UTC here)."""
    for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(second=0, microsecond=0)
    except ValueError:
        raise BadQuery(f"Could not parse cql : '{text}' is no date") from None


_TEXTS: dict[str, Callable[[Row], Iterable[str]]] = {
    "ancestor": lambda row: row.ancestors,
    "label": lambda row: row.labels,
    "macro": lambda row: row.macros,
    "contributor": lambda row: row.contributors,
    "space": lambda row: (row.space_key,),
    "space.key": lambda row: (row.space_key,),
    "space.title": lambda row: (row.space_title,),
    "space.type": lambda row: ("personal" if row.space_key.startswith("~") else "global",),
    "id": lambda row: (row.id,),
    "content": lambda row: (row.id,),
    "text": lambda row: (row.title, row.text),
    "type": lambda row: (row.type,),
    "title": lambda row: (row.title,),
    "creator": lambda row: (row.creator,),
    "parent": lambda row: (row.parent,) if row.parent else (),
    "container": lambda row: (row.container,) if row.container else (),
}
"""A row's values of each field that compares by text. The other fields match nothing here."""


def _texts(field: str, row: Row) -> Iterable[str]:
    """Return a row's values of a field."""
    return _TEXTS[field](row) if field in _TEXTS else ()


def _any_of(field: str, values: list[str]) -> Test:
    folded = {value.casefold() for value in values}
    return lambda row: any(text.casefold() in folded for text in _texts(field, row))


def _compare(field: str, operator: str, value: str | datetime) -> Test:
    if isinstance(value, datetime):
        return _compare_date(field, operator, value)
    equal = _any_of(field, [value])
    match operator:
        case "=":
            return equal
        case "!=":
            return lambda row: not equal(row)
        case "~" | "!~":
            words = re.findall(r"\w+", value.casefold())
            wanted = operator == "~"
            return lambda row: _has_words(field, row, words) is wanted
        case _:
            raise BadQuery(f"Could not parse cql : operator {operator} is not supported for {field}")


def _has_words(field: str, row: Row, words: list[str]) -> bool:
    texts = [text.casefold() for text in _texts(field, row)]
    return all(any(word in text for text in texts) for word in words)


def _compare_date(field: str, operator: str, value: datetime) -> Test:
    """Compare by the minute: the index knows no seconds."""

    def of(row: Row) -> datetime:
        at: datetime = getattr(row, field)
        return at.replace(second=0, microsecond=0)

    match operator:
        case "=":
            return lambda row: of(row) == value
        case "!=":
            return lambda row: of(row) != value
        case ">":
            return lambda row: of(row) > value
        case ">=":
            return lambda row: of(row) >= value
        case "<":
            return lambda row: of(row) < value
        case "<=":
            return lambda row: of(row) <= value
        case _:
            raise BadQuery(f"Could not parse cql : operator {operator} is not supported for {field}")
