# -*- test-case-name: tests.info.page.test_form -*-
"""
Forms for the multi-field editor of handsets (XHTML-GP 2.0).

Texts are above the fields, and one button is below.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gigasetd.info.page.elements import Text
from gigasetd.info.page.field import (
    LONGEST,
    Area,
    Body,
    Choice,
    Editor,
    Field,
    Radio,
    Select,
    Tick,
    Ticks,
)
from gigasetd.info.page.fontmetrics import DISPLAY, cut, fit
from gigasetd.info.page.latin1 import latin
from gigasetd.info.page.xhtml import (
    LARGEST,
    cleanText,
    document,
    escaped,
    escapedOrBlank,
    fieldName,
    hrefTo,
)

SUBMIT, SOFTKEY = 8, 59  #: characters and pixels of a button
ROWS = 38  #: rows of a form, the button's included
CHOICES = 30  #: options of one selection
LARGEST_AREA = 500  #: characters of a text area

_MODES = ("digits", "dialpad")


class Form(NamedTuple):
    """
    A form page.
    """

    title: str
    action: str  #: the page that receives the fields; without parameters, which a
    #: GET form would lose
    submit: str  #: the button's text
    body: Body = None
    texts: Sequence[Text] = ()  #: above the fields; not with an L{Area}
    expires: int = 0  #: seconds until the phone reloads the page, 0 for never

    def encode(self) -> bytes:
        """
        Encode the page.

        @raise ValueError: a field has a name that phones use themselves.
        """
        button = caption(self.submit)
        rows = _within(_rows(self.body, len(button)), self.body)
        texts = () if isinstance(self.body, Area) else self.texts
        lines = [f"<p>{escapedOrBlank(cleanText(text.text))}</p>" for text in texts]
        room = LARGEST - sum(len(row.encode("utf-8")) for row in rows)
        end = f'<p><input type="submit" value="{escaped(button)}"/></p>'
        body = "\n".join([*_fitting(lines, room), *rows, end])
        start = f'<form action="{escaped(hrefTo(self.action))}" method="get">'
        return document(self.title, self.expires, f"{start}\n{body}\n</form>")


def caption(text: str) -> str:
    """
    Cut a text to a softkey.
    """
    return fit(latin(text).strip()[:SUBMIT], SOFTKEY).strip() or "OK"


def _fitting(lines: list[str], room: int) -> Iterator[str]:
    for line in lines:
        room -= len(line.encode("utf-8")) + 1
        if room < 0:
            return
        yield line


def _within(rows: Iterator[str], body: Body) -> list[str]:
    # A field takes a row beside its label's.
    most = ROWS - 1 if not isinstance(body, Editor) else (ROWS - 1) // 2
    fitting: list[str] = []
    left = LARGEST
    for row in rows:
        left -= len(row.encode("utf-8")) + 1
        if left < 0 or len(fitting) == most:
            break
        fitting.append(row)
    return fitting


def _rows(body: Body, button: int) -> Iterator[str]:
    # The form's rows; button is the length of the button's text.
    if isinstance(body, Editor):
        for row in body.rows:
            yield _field(row, button) if isinstance(row, Field) else _select(row)
    elif isinstance(body, Ticks):
        yield from map(_tick, body.boxes)
    elif isinstance(body, Radio):
        for choice in _distinct(body.choices):
            yield _radio(body, choice)
    elif isinstance(body, Area):
        text = escaped(cleanText(body.value, LARGEST_AREA))
        yield f'<p><textarea name="{fieldName(body.name)}">{text}</textarea></p>'


def _field(field: Field, button: int) -> str:
    # COMPAT: a field and the button's text share the form's limit of characters.
    most = min(max(field.longest, 1), LONGEST, ROWS - button)
    value = escaped(latin(field.value)[:most])
    mode = f' inputmode="{field.mode}"' if field.mode in _MODES else ""
    return (
        f'<p>{_label(field.label)}<input type="text" name="{fieldName(field.name)}" '
        f'value="{value}" maxlength="{most}"{mode}/></p>'
    )


def _select(select: Select) -> str:
    options = "".join(
        f'<option value="{escaped(choice.value)}"'
        f"{_marked('selected', choice.value == select.chosen)}>"
        f"{escapedOrBlank(cut(cleanText(choice.text)))}</option>"
        for choice in _distinct(select.choices)
    )
    name = fieldName(select.name)
    return f'<p>{_label(select.label)}<select name="{name}">{options}</select></p>'


def _tick(box: Tick) -> str:
    return (
        f'<p>{_label(box.label)}<input type="checkbox" name="{fieldName(box.name)}" '
        f'value="1"{_marked("checked", box.ticked)}/></p>'
    )


def _radio(radio: Radio, choice: Choice) -> str:
    return (
        f'<p>{_label(choice.text)}<input type="radio" name="{fieldName(radio.name)}" '
        f'value="{escaped(choice.value)}"'
        f"{_marked('checked', choice.value == radio.chosen)}/></p>"
    )


def _distinct(choices: Sequence[Choice]) -> list[Choice]:
    # Of equal values the first counts; a reversed dict keeps it.
    cleaned = [Choice(latin(choice.value)[:64], choice.text) for choice in choices]
    byValue = {choice.value: choice for choice in reversed(cleaned[:CHOICES])}
    return list(reversed(byValue.values())) or [Choice("", " ")]


def _label(text: str) -> str:
    text = cut(cleanText(text), DISPLAY)
    return f"{escaped(text)} " if text else ""


def _marked(attribute: str, is_: bool) -> str:
    return f' {attribute}="{attribute}"' if is_ else ""
