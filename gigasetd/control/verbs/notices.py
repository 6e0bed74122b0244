# -*- test-case-name: tests.control.verbs.test_notices -*-
"""
What the operator tells everybody on their phones.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gigasetd.control.messages import Answer, Asked, Verb, View, chunks
from gigasetd.errors import BadValue, Conflict, Unknown
from gigasetd.registry.model import Notice
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

LONGEST = 1000  #: characters of a notice
NAME = 64
MOST = 50  #: notices at one time
DAY = 86400.0


@dataclass
class NoticeVerbs:
    """
    @ivar now: epoch seconds.
    """

    registry: Registry
    now: Callable[[], float]

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "notice add": self.add,
            "notice list": self.list,
            "notice remove": self.remove,
        }

    def add(self, asked: Asked) -> Answer:
        """
        Add a notice that every phone shows.

        @raise Refused: as L{addNotice}.
        """
        name, text, days = (asked.text(key) for key in ("name", "text", "days"))
        notice = addNotice(self.registry, name, text, days, self.now())
        return Answer(noticeView(notice))

    def list(self, asked: Asked) -> Answer:
        """
        List all notices.
        """
        notices = sorted(self.registry.notices.values())
        return Answer(None, chunks(map(noticeView, notices)))

    def remove(self, asked: Asked) -> Answer:
        """
        Remove a notice.

        @raise Unknown: there is no notice of that name.
        """
        return Answer({"name": removeNotice(self.registry, asked.text("name")).name})


def addNotice(
    registry: Registry, name: str, text: str, days: str, now: float
) -> Notice:
    """
    Add a notice.

    @param days: for how long, in decimal digits; C{""} for ever.
    @raise Refused: something has a wrong form, the name is taken, or there
        are too many.
    """
    name, text = name.strip(), text.strip()
    if not (name.isprintable() and 1 <= len(name) <= NAME):
        raise BadValue(f"a notice's name has 1 to {NAME} printable characters")
    if not (1 <= len(text) <= LONGEST and text.replace("\n", " ").isprintable()):
        raise BadValue(f"a notice has 1 to {LONGEST} printable characters")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= 3650):
        raise BadValue("a notice stays for 1 to 3650 days, or for ever")
    if name in registry.notices:
        raise Conflict(f"there is a notice {shown(name)} already")
    if len(registry.notices) >= MOST:
        raise Conflict(f"there are {MOST} notices already")
    notice = Notice(name, text, now + int(days) * DAY if days else 0.0, now)
    registry.put(notice)
    return notice


def removeNotice(registry: Registry, name: str) -> Notice:
    """
    Remove a notice.

    @raise Unknown: there is none of that name.
    """
    notice = registry.notices.get(name)
    if notice is None:
        raise Unknown(f"no notice {shown(name)}")
    registry.drop(notice)
    return notice


def noticeView(notice: Notice) -> View:
    """
    One line of the list of notices.
    """
    return {**notice._asdict(), "until": notice.until or None}
