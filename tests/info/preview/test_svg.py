"""
Tests of L{gigasetd.info.preview.display} and L{gigasetd.info.preview.svg}.
"""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis.strategies import (
    SearchStrategy,
    booleans,
    builds,
    integers,
    lists,
    one_of,
    sampled_from,
    text,
)
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
    Line,
    Link,
    Menu,
    Page,
    Screen,
    Text,
    Three,
)
from gigasetd.info.preview.display import Display, screen
from gigasetd.info.preview.interactive import interactive
from gigasetd.info.preview.svg import LINE, picture

WORDS = text(alphabet="abiMW<&\"' äÖæ.", max_size=60)
NAMES = sampled_from(["a", "b", "c"])
LINKS = builds(Link, WORDS, sampled_from(["menu.jsp", "wtai://wp/mc;1", "bad href"]))
CHOICES = lists(builds(Choice, WORDS, WORDS), max_size=4)
PARTS = one_of(
    builds(Text, WORDS, sampled_from(["left", "center", "right", "x"]), booleans()),
    LINKS,
    builds(Columns, WORDS, WORDS),
    builds(Three, WORDS, WORDS, WORDS),
)
FORMS = one_of(
    builds(
        Editor,
        lists(
            one_of(
                builds(Field, NAMES, WORDS, WORDS),
                builds(Select, NAMES, WORDS, CHOICES, WORDS),
            ),
            max_size=3,
        ),
    ),
    builds(Ticks, lists(builds(Tick, NAMES, WORDS, booleans()), max_size=3)),
    builds(Radio, NAMES, CHOICES, WORDS),
    builds(Area, NAMES, WORDS),
)
PAGES: SearchStrategy[Page] = one_of(
    builds(Info, WORDS, lists(PARTS, max_size=8)),
    builds(
        Menu,
        WORDS,
        lists(one_of(builds(Text, WORDS), LINKS, builds(Item, WORDS, WORDS,
                                                        sampled_from(["a", "b"]))),
              max_size=8),
    ),
    builds(Screen, WORDS, lists(builds(Line, WORDS, WORDS, WORDS), max_size=9)),
    builds(Form, WORDS, sampled_from(["a.do"]), WORDS, FORMS,
           lists(builds(Text, WORDS), max_size=2)),
)  # fmt: skip


def layout(page: Page, lines: int = 6, top: int = 0) -> Display:
    """
    What a handset shows.
    """
    if isinstance(page, Screen):
        return screen(page.encode(), lines)
    return interactive(page.encode(), lines, top)


def texts(page: Page, lines: int = 6, top: int = 0) -> list[tuple[int, int, str]]:
    """
    Line, pixel and text of all that is to be read.
    """
    return [(run.line, run.x, run.text) for run in layout(page, lines, top).runs]


def marks(page: Page) -> list[tuple[str, int, int]]:
    """
    Kind, line and pixel of what is no letter.
    """
    return [(mark.kind, mark.line, mark.x) for mark in layout(page).marks]


class ScreenTests(SynchronousTestCase):
    """
    What an idle handset shows.
    """

    page = Screen("", [Line("Mo", "Regen", "9"), Line(), Line(center="gute Reise")])

    def test_lines(self) -> None:
        """
        Lines fill from the top, their parts stand left, in the middle and
        right, and the last one is at the bottom in bold.
        """
        right = DISPLAY - width("9")
        middle = (DISPLAY - width("Regen")) // 2
        foot = (DISPLAY - width("gute Reise")) // 2
        first = [(0, 0, "Mo"), (0, middle, "Regen"), (0, right, "9")]
        for lines in (6, 8):
            found = texts(self.page, lines)
            self.assertEqual(found, [*first, (lines - 1, foot, "gute Reise")])
        runs = layout(self.page).runs
        self.assertEqual([run.bold for run in runs], [False] * 3 + [True])

    def test_long(self) -> None:
        """
        Of a page with more lines than the display, the last one is seen all
        the same.
        """
        page = Screen("", [Line(f"{n}") for n in range(8)])
        found = [text for _, _, text in texts(page)]
        self.assertEqual(found, ["0", "1", "2", "3", "4", "7"])

    def test_overwritten(self) -> None:
        """
        What shares a line and an alignment is seen once.
        """
        data = self.page.encode().replace(b"text-align:center", b"text-align:left")
        found = [run.text for run in screen(data, 6).runs]
        self.assertNotIn("Mo", found)
        self.assertIn("Regen", found)


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


class PictureTests(SynchronousTestCase):
    """
    The picture itself.
    """

    @given(PAGES, sampled_from([6, 8]), integers(0, 9))
    @settings(max_examples=150, deadline=None)
    def test_inside(self, page: Page, lines: int, top: int) -> None:
        """
        Whatever a page says, all of it stays on the display, and each word is
        exactly as wide as the handset's letters are.
        """
        display = layout(page, lines, top)
        self.assertIn(display.lines, (lines, lines + 1))
        for run in display.runs:
            self.assertTrue(run.x >= 0 and run.x + width(run.text) <= DISPLAY, run)
            self.assertTrue(0 <= run.line < display.lines, run)
        for mark in display.marks:
            self.assertTrue(mark.x >= 0 and mark.x + mark.width <= DISPLAY, mark)
            self.assertTrue(mark.line >= 0 and mark.line + mark.lines <= display.lines)
        self.checkSvg(picture(page, lines, top), display)

    def checkSvg(self, svg: str, display: Display) -> None:
        """
        Look at the drawing itself.
        """
        root = ElementTree.fromstring(svg)
        for element in root.iter():
            tag = element.tag.partition("}")[2]
            self.assertIn(tag, ("svg", "rect", "text", "polygon"))
            self.assertFalse({"style", "href", "onload"} & set(element.attrib))
            if tag == "text":
                self.assertEqual(
                    int(element.get("textLength", "")), width(element.text or "")
                )
                end = int(element.get("x", "")) + width(element.text or "")
                self.assertLessEqual(end, DISPLAY)
                self.assertLess(int(element.get("y", "")), display.lines * LINE)
        words = [word for run in display.runs for word in run.text.split()]
        drawn = [element.text for element in root if element.tag.endswith("}text")]
        self.assertEqual(drawn, words)

    def test_hostile(self) -> None:
        """
        What a feed or a nickname says is text and nothing else.
        """
        evil = "</text><script>alert(1)</script>\"'"
        svg = picture(Info(evil, [Text(evil)]))
        self.assertNotIn("<script", svg)
        ElementTree.fromstring(svg)

    def test_told(self) -> None:
        """
        Who cannot see the picture is told what stands in it.
        """
        svg = picture(Info("Wetter", [Text("Regen")]))
        self.assertIn('aria-label="Wetter / Regen"', svg)
