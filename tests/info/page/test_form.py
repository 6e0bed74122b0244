"""
Tests of L{gigasetd.info.page.form}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.elements import Text
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
from gigasetd.info.page.fontmetrics import width
from gigasetd.info.page.form import Form, caption
from gigasetd.info.page.xhtml import RESERVED
from tests.info.checker import check, text

TEXTS = some.text(max_size=60)
CHOICES = some.lists(some.builds(Choice, TEXTS, TEXTS), max_size=40)
SIZES = some.integers(-2, 99)


def rows(kinds: list[int], label: str, value: str, size: int, choices: list[Choice]):
    """
    Fields and selections in any order.
    """
    return [
        Field(f"f{index}", label, value, size, ("text", "digits", "x")[kind % 3])
        if kind % 2
        else Select(f"f{index}", label, choices, value)
        for index, kind in enumerate(kinds)
    ]


EDITORS = some.builds(
    Editor,
    some.builds(
        rows, some.lists(some.integers(0, 5), max_size=50), TEXTS, TEXTS, SIZES, CHOICES
    ),
)
TICKS = some.lists(TEXTS, max_size=50).map(
    lambda labels: Ticks([Tick(f"t{i}", x, i % 2 > 0) for i, x in enumerate(labels)])
)
RADIOS = some.builds(Radio, some.just("r"), CHOICES, TEXTS)
AREAS = some.builds(Area, some.just("a"), some.text())
BODIES = some.one_of(EDITORS, TICKS, RADIOS, AREAS, some.none())


class FormTests(SynchronousTestCase):
    """
    L{Form}.
    """

    def test_editor(self) -> None:
        """
        A field has its label, what stands in it and how much it takes.
        """
        body = check(
            Form("Stadt", "city", "Suchen", Editor([Field("q", "Ort", "Köln", 20)]),
                 [Text("Bitte <eingeben>")]).encode()
        )  # fmt: skip
        field = body[0][1][0]
        told = {"type": "text", "name": "q", "value": "Köln", "maxlength": "20"}
        self.assertEqual(field.attrib, told)
        self.assertIn("Ort", text(body))
        self.assertIn("<eingeben>", text(body))
        self.assertEqual(body[0].get("action"), "city")

    def test_longField(self) -> None:
        """
        A field of 32 characters leaves room for the button, as the profile
        asks.
        """
        for submit, longest in (("OK", "32"), ("12345678", "30")):
            page = Form("", "x", submit, Editor([Field("q", "", "", 99)])).encode()
            field = check(page)[0][0][0]
            self.assertEqual(field.get("maxlength"), longest)

    def test_button(self) -> None:
        """
        A button's text is cut to the softkey, and never empty.
        """
        self.assertEqual(caption("Speichern"), "Speicher")
        self.assertEqual(caption(" "), "OK")
        self.assertLessEqual(width(caption("MMMMMMMM")), 59)

    def test_reserved(self) -> None:
        """
        A page whose field has the name of a phone's own parameter is a
        mistake that is told at once.
        """
        for name in (*RESERVED, "", "Ä", 'a"b', "a b", "x" * 40):
            form = Form("", "x", "OK", Ticks([Tick(name, "")]))
            self.assertRaises(ValueError, form.encode)
        self.assertRaises(ValueError, Form("", "http://x/", "OK").encode)

    def test_sameValues(self) -> None:
        """
        Of two choices with one value the first counts.
        """
        page = Form("", "x", "OK", Radio("r", [Choice("a", "1"), Choice("a", "2")]))
        self.assertEqual(text(check(page.encode())).split(), ["1"])

    @given(TEXTS, TEXTS, BODIES, some.lists(some.builds(Text, some.text()), max_size=4))
    def test_anyForm(self, title: str, submit: str, body, texts: list[Text]) -> None:
        """
        No text and no number of fields can break a form.
        """
        shown = check(Form(title, "x", submit, body, texts).encode())
        self.assertEqual(shown[0].tag, "form")
