"""
Tests of L{gigasetd.info.preview.interactive}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.field import (
    Area,
    Choice,
    Editor,
    Field,
    Radio,
    Select,
    Tick,
    Ticks,
)
from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.form import Form
from gigasetd.info.page.page import (
    Columns,
    Info,
    Item,
    Link,
    Menu,
    Text,
    Three,
)
from tests.info.preview.case import layout, marks, texts


class InfoTests(SynchronousTestCase):
    """
    Information pages.
    """

    def test_headline(self) -> None:
        """
        The title stands above, bold and in the middle; without one there is
        room for one line more.
        """
        x = (DISPLAY - width("Wetter")) // 2
        page = Info("Wetter", [Text("Regen")])
        self.assertEqual(texts(page), [(0, x, "Wetter"), (1, 0, "Regen")])
        self.assertTrue(layout(page).runs[0].bold)
        self.assertEqual(texts(page._replace(title="")), [(0, 0, "Regen")])

    def test_wraps(self) -> None:
        """
        A text breaks between words, where the handset's own letters are at
        the end of the line.
        """
        page = Info("", [Text("m" * 11 + " " + "I" * 42)])
        found = texts(page)
        self.assertEqual(found, [(0, 0, "m" * 11), (1, 0, "I" * 42)])

    def test_scrolled(self) -> None:
        """
        A page that is longer says so, and can be scrolled.
        """
        page = Info("T", [Text(f"{n}") for n in range(9)])
        self.assertEqual([text for _, _, text in texts(page)], list("T01234"))
        self.assertEqual([text for _, _, text in texts(page, 6, 4)], list("T45678"))
        self.assertIn(("more", 5, DISPLAY - 5), marks(page))
        self.assertEqual(layout(page, 6, 4).marks, [])

    def test_parts(self) -> None:
        """
        Links have a triangle; columns share a line.
        """
        page = Info(
            "", [Link("Anna", "menu.jsp"), Columns("a", "b"), Three("a", "b", "c")]
        )
        found = texts(page)
        right = DISPLAY - 7
        self.assertEqual(found[0], (0, 5, "Anna"))
        self.assertEqual(found[1:3], [(1, 0, "a"), (1, right, "b")])
        middle = (DISPLAY - 7) // 2
        self.assertEqual(found[3:], [(2, 0, "a"), (2, middle, "b"), (2, right, "c")])
        self.assertEqual(marks(page), [("link", 0, 0)])


class MenuTests(SynchronousTestCase):
    """
    Lists.
    """

    def test_entries(self) -> None:
        """
        Every entry is as high as the highest, only links have a triangle, and
        the first of them is selected.
        """
        page = Menu("", [Text("x"), Item("A", "a", "b"), Link("B", "b")])
        found = texts(page)
        self.assertEqual(found, [(0, 0, "x"), (2, 5, "A"), (3, 5, "a"), (4, 5, "B")])
        self.assertEqual(
            marks(page), [("bar", 2, 0), ("link", 2, 0), ("bar", 3, 0), ("link", 4, 0)]
        )
        self.assertTrue(layout(page).runs[1].inverse)


class FormTests(SynchronousTestCase):
    """
    Forms.
    """

    def test_editor(self) -> None:
        """
        Fields are framed below their labels, selections have arrows, and the
        button is on the right softkey.
        """
        rows = [
            Field("city", "City", "Bonn"),
            Select("day", "Day", [Choice("1", "Mo"), Choice("2", "Tu")], "2"),
        ]
        page = Form("", "a.do", "Save", Editor(rows), [Text("Where?")])
        found = [text for _, _, text in texts(page)]
        self.assertEqual(found, ["Where?", "City", "Bonn", "Day", "Tu", "Save"])
        kinds = [(kind, line) for kind, line, _ in marks(page)]
        self.assertEqual(kinds, [("field", 2), ("left", 4), ("right", 4), ("key", 6)])
        self.assertEqual(marks(page)[-1][2], DISPLAY - 59)
        self.assertEqual(layout(page).lines, 7)

    def test_choices(self) -> None:
        """
        Boxes and rings stand at the right, the button on the left key.
        """
        ticks = Ticks([Tick("a", "A", True), Tick("b", "B")])
        page = Form("", "a.do", "Save", ticks)
        found = [(kind, x) for kind, _, x in marks(page)]
        self.assertEqual(found, [("ticked", 116), ("box", 116), ("key", 0)])
        radio = Radio("a", [Choice("1", "A"), Choice("2", "B")], "2")
        found = [(kind, x) for kind, _, x in marks(page._replace(body=radio))]
        self.assertEqual(found, [("ring", 116), ("chosen", 116), ("key", 0)])

    def test_area(self) -> None:
        """
        A text area fills the display.
        """
        page = Form("T", "a.do", "Save", Area("a", "some words"))
        self.assertEqual(texts(page)[1], (1, 2, "some words"))
        (area, _) = layout(page).marks
        self.assertEqual((area.kind, area.line, area.lines), ("area", 1, 5))
