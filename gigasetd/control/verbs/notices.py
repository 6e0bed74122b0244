# -*- test-case-name: tests.control.verbs.test_notices -*-
"""
C{notice add}, C{notice list} and C{notice remove}: texts that every phone shows.

Layer 2 (rules).
"""

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.control.messages import Document, Result, Verb, VerbRequest, chunks
from gigasetd.control.verbs.named import removeNamed
from gigasetd.errors import BadValue, Conflict
from gigasetd.registry.model import Notice
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

LONGEST = 1000
"""Characters of a notice."""
NAME = 64
"""Characters of its name."""
MOST = 50
"""Notices at one time."""
DAY = 86400.0


@dataclass
class NoticeVerbs:
    """
    The verbs about notices.
    """

    registry: Registry

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "notice add": self.add,
            "notice list": self.list,
            "notice remove": self.remove,
        }

    def add(self, request: VerbRequest) -> Result:
        """
        Add a notice that every phone shows.

        @raise Refused: as L{addNotice}.
        """
        name, text, days = (request.text(key) for key in ("name", "text", "days"))
        notice = addNotice(self.registry, name, text, days, request.now)
        return Result(noticeRow(notice))

    def list(self, request: VerbRequest) -> Result:
        """
        List all notices.
        """
        notices = sorted(self.registry.notices.values())
        return Result(None, chunks(map(noticeRow, notices)))

    def remove(self, request: VerbRequest) -> Result:
        """
        Remove a notice.

        @raise Unknown: there is no notice of that name.
        """
        return removeNamed(self.registry, "notice", request)


def addNotice(
    registry: Registry, name: str, text: str, days: str, now: float
) -> Notice:
    """
    Add a notice.

    @param days: how long it is shown, in decimal digits; C{""} without end.
    @param now: epoch seconds.
    @raise BadValue: the name, the text or the days are not allowed.
    @raise Conflict: the name is taken, or there are too many notices.
    """
    name, text = name.strip(), text.strip()
    if not (name.isprintable() and 1 <= len(name) <= NAME):
        raise BadValue(f"the name must have 1 to {NAME} printable characters")
    if not (1 <= len(text) <= LONGEST and text.replace("\n", " ").isprintable()):
        raise BadValue(f"the text must have 1 to {LONGEST} printable characters")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= 3650):
        raise BadValue("the days must be a number from 1 to 3650, or left out")
    if name in registry.notices:
        raise Conflict(f"a notice {shown(name)} exists already; remove it first")
    if len(registry.notices) >= MOST:
        raise Conflict(f"there are {MOST} notices, the most allowed; remove one first")
    notice = Notice(name, text, now + int(days) * DAY if days else 0.0, now)
    registry.put(notice)
    return notice


def noticeRow(notice: Notice) -> Document:
    """
    Make one row of C{notice list}.
    """
    return {**notice._asdict(), "until": notice.until or None}
