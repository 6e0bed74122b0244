"""
Tests of L{gigasetd.control.verbs.notices}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.verbs.notices import (
    DAY,
    MOST,
    addNotice,
    noticeRow,
)
from gigasetd.errors import BadValue, Conflict
from tests.registry.populated import NOW, empty


class NoticesTests(SynchronousTestCase):
    """
    What the operator tells everybody.
    """

    def test_add(self) -> None:
        """
        A notice stays for as many days as it was given, or for ever.
        """
        registry = empty()
        addNotice(registry, "a", "Two\nlines", "3", NOW)
        addNotice(registry, "b", "For ever", "", NOW)
        told = {each.name: each.until for each in registry.notices.values()}
        self.assertEqual(told, {"a": NOW + 3 * DAY, "b": 0.0})
        self.assertIsNone(noticeRow(registry.notices["b"])["until"])

    def test_refused(self) -> None:
        """
        What cannot be shown, or is there already, is refused.
        """
        registry = empty()
        addNotice(registry, "a", "x", "", NOW)
        for name, text, days in (
            ("", "x", ""),
            ("b", "", ""),
            ("b", "\x07", ""),
            ("b", "x" * 1001, ""),
            ("b\n", "x", "0"),
            ("b", "x", "²"),
        ):
            self.assertRaises(BadValue, addNotice, registry, name, text, days, NOW)
        self.assertRaises(Conflict, addNotice, registry, "a", "x", "", NOW)

    def test_bounded(self) -> None:
        """
        There are only so many.
        """
        registry = empty()
        for turn in range(MOST):
            addNotice(registry, str(turn), "x", "", NOW)
        self.assertRaises(Conflict, addNotice, registry, "more", "x", "", NOW)
