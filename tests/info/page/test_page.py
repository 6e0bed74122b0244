"""
Tests of L{gigasetd.info.page.page}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.page import (
    LONGEST_LINE,
    Columns,
    Info,
    Item,
    Line,
    Link,
    Menu,
    Screen,
    Text,
    Three,
    call,
    paged,
)
from gigasetd.info.page.xhtml import hrefTo
from tests.info.checker import check, links, text

TEXTS = some.text(max_size=60)
PARTS = some.one_of(
    some.builds(Text, TEXTS, TEXTS, some.booleans()),
    some.builds(Link, TEXTS, TEXTS),
    some.builds(Columns, TEXTS, TEXTS),
    some.builds(Three, TEXTS, TEXTS, TEXTS),
)
LINES = some.builds(Line, TEXTS, TEXTS, TEXTS)
TIMES = some.integers()


class PageTests(SynchronousTestCase):
    """
    The three kinds of pages.
    """

    def test_info(self) -> None:
        """
        An information page opens with a paragraph, and says what it was given.
        """
        page = Info("Wetter", [Text("A & <B>", "center", True), Columns("Mo", "9°C")])
        body = check(page.encode())
        self.assertEqual([child.tag for child in body], ["p", "p", "p"])
        self.assertEqual(body[0].get("style"), "text-align:center;font-weight:bold")
        self.assertEqual(text(body).split("\n")[2], "A & <B>")

    def test_menu(self) -> None:
        """
        A menu opens with a list, whose items can be chosen.
        """
        page = Menu("Menü", [Link("Wetter", "w?a=1&b=%22"), Text("leer")])
        body = check(page.encode())
        self.assertEqual(body[0].tag, "ul")
        self.assertEqual(body[0][0][0].get("href"), "w?a=1&b=%22")

    def test_screen(self) -> None:
        """
        A screensaver's line ends with its break; its last line has all three
        parts, so that a longer page leaves nothing behind it.
        """
        page = Screen("", [Line("Mo", "", "9°C"), Line(center="Ort")])
        body = check(page.encode())
        self.assertEqual([c.tag for c in body], ["p", "p", "br", "p", "p", "p"])
        last = [child.get("style") for child in body][-3:]
        aligned = [f"text-align:{side}" for side in ("left", "center", "right")]
        self.assertEqual(last, aligned)

    def test_strangeLink(self) -> None:
        """
        A link that leads elsewhere, or repeats what the phone adds itself, is
        only its text.
        """
        for href in ("http://x/", "//x", "/x", "javascript:x", "x" * 500, 'a"b', ""):
            body = check(Menu("", [Link("x", href)]).encode())
            self.assertEqual(links(body), [])
        self.assertRaises(ValueError, hrefTo, "city", mac="1")
        self.assertRaises(ValueError, hrefTo, "../x")
        self.assertEqual(hrefTo("city", q="a b&ü"), "city?q=a%20b%26%C3%BC")

    def test_twoLines(self) -> None:
        """
        An entry of a menu can have a second line.
        """
        body = check(Menu("", [Item("Neustadt", "Sachsen", "city?id=1")]).encode())
        self.assertEqual([child.tag for child in body[0][0]], ["a", "br"])
        self.assertEqual(body[0][0][1].tail, "Sachsen")

    def test_three(self) -> None:
        """
        Three columns keep apart, however much is in them.
        """
        body = check(Info("", [Three("a", "b", "c"), Three(*["W" * 99] * 3)]).encode())
        self.assertEqual([part.text for part in body][:3], ["a", "b", "c"])

    def test_long(self) -> None:
        """
        What would make a page too long for a phone is left out, and dots say
        so.
        """
        body = check(Info("", [Text("x" * 300)] * 20).encode())
        self.assertEqual(body[-1].text, "...")
        check(Menu("", [Item("x" * 60, "ü" * 99, "x?a=" + "y" * 99)] * 20).encode())
        self.assertEqual(len(check(Screen("", [Line("x")] * 20).encode())), 7 * 2 + 3)

    def test_paged(self) -> None:
        """
        A long menu goes on where its page ends, until all was shown.
        """
        items = [Link(f"Place {number}", f"p?n={number}") for number in range(100)]
        seen: list[str] = []
        at = 0
        while True:
            found = links(check(paged("", items, Link("more", "m?at="), at).encode()))
            more = found[-1].startswith("m?")
            seen += found[: len(found) - more]
            if not more:
                break
            at = int(found[-1].removeprefix("m?at="))
        self.assertEqual(seen, [item.href for item in items])
        self.assertEqual(
            paged("", items[:3], Link("more", "m?at="), 99).items, items[:3]
        )

    def test_call(self) -> None:
        """
        A link that calls carries the number as the phone dials it.
        """
        self.assertEqual(call("Ina", "30001#9").href, "wtai://wp/mc;30001#9")

    def test_expires(self) -> None:
        """
        The time to ask again is always one that the phone takes.
        """
        for asked, sent in ((-5, 0), (0, 0), (1, 15), (60, 60), (10**9, 86400)):
            page = Info("", [], asked).encode()
            self.assertIn(f'name="expires" content="{sent}"'.encode(), page)

    @given(TEXTS, some.lists(PARTS, max_size=20), TIMES)
    def test_anyInfo(self, title: str, parts: list[Text], expires: int) -> None:
        """
        No text can break an information page.
        """
        body = check(Info(title, parts, expires).encode())
        self.assertEqual(body[0].tag, "p")

    @given(TEXTS, some.lists(some.builds(Link, TEXTS, TEXTS), max_size=20), TIMES)
    def test_anyMenu(self, title: str, items: list[Link], expires: int) -> None:
        """
        No text can break a menu.
        """
        body = check(Menu(title, items, expires).encode())
        self.assertEqual(body[0].tag, "ul")

    @given(TEXTS, some.lists(LINES, max_size=12), TIMES)
    def test_anyScreen(self, title: str, lines: list[Line], expires: int) -> None:
        """
        No text can break a screensaver, or make its parts overlap.
        """
        body = check(Screen(title, lines, expires).encode())
        self.assertEqual(body[0].tag, "p")
        line = 0
        for child in body:
            shown = child.text or ""
            self.assertLessEqual(len(shown), LONGEST_LINE)
            line = 0 if child.tag == "br" else line + width(shown.strip())
            self.assertLessEqual(line, DISPLAY)
