"""
Tests of L{gigasetd.info.preview.svg}.
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
from gigasetd.info.preview.display import Display
from gigasetd.info.preview.svg import LINE, picture
from tests.info.preview.case import layout

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
