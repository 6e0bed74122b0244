"""
Tests of L{gigasetd.info.page.plaintext}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.elements import Columns, Item, Line, Link, Text
from gigasetd.info.page.page import Info, Menu, Screen
from gigasetd.info.page.plaintext import plainText


class PlainTests(SynchronousTestCase):
    """
    Pages as text.
    """

    def test_kinds(self) -> None:
        """
        All that can be read on a page is told; a link that cannot be followed
        is not.
        """
        parts = [Text("a"), Columns("b", "c"), Link("d", "e")]
        self.assertEqual(plainText(Info("t", parts), 100), "t\na\nb c")
        items = [Text("a"), Link("b", "x"), Item("c", "d", "x")]
        self.assertEqual(plainText(Menu("t", items), 100), "t\na\nb\nc d")
        lines = [Line(left="a", right="b"), Line(center="c")]
        self.assertEqual(plainText(Screen("t", lines), 100), "t\na b\nc")

    def test_cut(self) -> None:
        """
        What does not fit is left out in whole lines, but for the first.
        """
        page = Info("title", [Text("a" * 10), Text("b")])
        self.assertEqual(plainText(page, 16), "title\naaaaaaaaaa")
        self.assertEqual(plainText(page, 12), "title")
        self.assertEqual(plainText(page, 3), "tit")
