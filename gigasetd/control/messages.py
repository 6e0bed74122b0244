# -*- test-case-name: tests.control.test_messages -*-
"""
Requests to the daemon and their results, as the verbs see them.

Layer 0 (values).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from gigasetd.errors import BadValue, Refused

Document: TypeAlias = dict[str, Any]
"""A JSON object: a result, or one row of a list."""

CHUNK = 100
"""Rows of a list that are delivered at once."""

Event: TypeAlias = dict[str, Any] | None
"""C{{"progress": [done, total]}}, C{{"part": [...]}}, or nothing yet."""


class Result(NamedTuple):
    """
    What a verb results in.
    """

    document: Document | None  #: C{None} where C{parts} is all of it
    parts: Iterator[list[Document]] | None = None  #: a list, in pieces
    key: str = ""  #: the place of the list in C{document}


class LongWork(NamedTuple):
    """
    Work that is done in slices before there is a result.
    """

    #: each slice yields an L{Event}, which is delivered, or a Deferred, which
    #: L{gigasetd.control.dispatcher} waits for
    steps: Iterator[Any]
    finish: Callable[[], Result]


class ImportFaults(Refused):
    """
    A table that cannot be imported: line number and reason of each fault.

    @ivar more: the number of further faults.
    """

    http = 422

    def __init__(self, faults: Sequence[tuple[int, str]], more: int) -> None:
        super().__init__("nothing imported")
        self.faults = faults
        self.more = more


class VerbRequest(NamedTuple):
    """
    The arguments of a verb, and when it was requested.
    """

    arguments: dict[str, Any]
    now: float  #: epoch seconds

    def text(self, name: str) -> str:
        """
        Read a text argument; C{""} where it is missing.

        @raise BadValue: it is not a text.
        """
        value = self.arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise BadValue(f"{name} must be a text")
        return value or ""

    def optional(self, name: str) -> str:
        """
        Read a text argument that may be missing, but not empty.

        @raise BadValue: it is empty, or not a text.
        """
        if self.arguments.get(name) == "":
            raise BadValue(f"{name} must not be empty: leave it out, or give a value")
        return self.text(name)

    def flag(self, name: str) -> bool:
        """
        Whether an option is set.
        """
        return self.arguments.get(name) is True


Verb: TypeAlias = Callable[[VerbRequest], Result | LongWork]


def parseRequest(line: bytes) -> tuple[str, dict[str, Any]]:
    """
    Parse a request of the control socket.

    @return: the verb and its arguments.
    @raise BadValue: it is malformed.
    """
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise BadValue("the request is not valid JSON") from None
    if not isinstance(request, dict):
        raise BadValue("the request must be a JSON object")
    verb, arguments = request.get("verb"), request.get("arguments", {})
    if not isinstance(verb, str) or not isinstance(arguments, dict):
        raise BadValue('the request must have "verb", a text, and "arguments"')
    return verb, arguments


def chunks(rows: Iterable[Document]) -> Iterator[list[Document]]:
    """
    Split rows into lists that are quick to make and to send.
    """
    piece: list[Document] = []
    for row in rows:
        piece.append(row)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    if piece:
        yield piece
