# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
What comes in by the control socket and what goes out: requests and answers.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Union

from gigasetd.errors import BadValue, Refused

View = dict[str, Any]
"""A document, or one object of a list."""

CHUNK = 100
"""Objects of a list that are told in one go."""

Event = Union[dict[str, Any], None]


class Answer(NamedTuple):
    """
    What to tell.
    """

    result: View | None  #: the document, C{None} where C{parts} is all of it
    parts: Iterator[list[View]] | None = None  #: a list, in pieces
    key: str = ""  #: where the list belongs in C{result}


class Slow(NamedTuple):
    """
    Work that has to be done in slices before there is an answer.
    """

    steps: Iterator[Any]  #: each a slice; it yields an L{Event}, which is told,
    #: or something to wait for that L{gigasetd.control.dispatcher} understands
    finish: Callable[[], Answer]


class Faulty(Refused):
    """
    A table with faults: line number and reason of each.
    """

    http = 422

    def __init__(self, faults: Sequence[tuple[int, str]], more: int) -> None:
        super().__init__("nothing imported")
        self.faults = faults
        self.more = more


class Asked(NamedTuple):
    """
    The arguments of a request.
    """

    arguments: dict[str, Any]

    def text(self, name: str) -> str:
        """
        A text, C{""} where it is not given.

        @raise BadValue: something else is.
        """
        value = self.arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise BadValue(f"{name} must be a text")
        return value or ""

    def some(self, name: str) -> str:
        """
        A text that may be left out, but not be empty.
        """
        if self.arguments.get(name) == "":
            raise BadValue(f"the {name} is empty")
        return self.text(name)

    def flag(self, name: str) -> bool:
        """
        Whether something is asked for.
        """
        return self.arguments.get(name) is True


Verb = Callable[[Asked], Union[Answer, Slow]]


def chunks(views: Iterable[View]) -> Iterator[list[View]]:
    """
    The same in pieces, each quick to make and to tell.
    """
    piece: list[View] = []
    for view in views:
        piece.append(view)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    if piece:
        yield piece
