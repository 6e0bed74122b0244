# -*- test-case-name: tests.info.page.test_form -*-
"""
Forms that a handset can show: its multi-field editor (XHTML-GP 2.0).

Texts stand above what is to be filled in, and one button below.

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

SUBMIT, SOFTKEY = 8, 59  #: characters, and pixels, of a button
ROWS = 38  #: rows of fields with the button's; also a field's length with it
CHOICES = 30  #: entries of one selection
LARGEST_AREA = 500  #: characters of a text area

_MODES = ("digits", "dialpad")


class Form(NamedTuple):
    """
    A page to fill in.
    """

    title: str
    action: str  #: the page that gets what was filled in; without parameters,
    #: which a GET form would lose
    submit: str  #: what the button says
    body: Body = None
    texts: Sequence[Text] = ()  #: stand above; not with an L{Area}
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out.

        @raise ValueError: a field's name is one that phones use themselves.
        """
        button = caption(self.submit)
        rows = _within(_rows(self.body, len(button)), self.body)
        texts = () if isinstance(self.body, Area) else self.texts
        said = [f"<p>{escapedOrBlank(cleanText(each.text))}</p>" for each in texts]
        room = LARGEST - sum(len(row.encode("utf-8")) for row in rows)
        end = f'<p><input type="submit" value="{escaped(button)}"/></p>'
        body = "\n".join([*_short(said, room), *rows, end])
        start = f'<form action="{escaped(hrefTo(self.action))}" method="get">'
        return document(self.title, self.expires, f"{start}\n{body}\n</form>")


def caption(text: str) -> str:
    """
    What fits on a softkey.
    """
    return fit(latin(text).strip()[:SUBMIT], SOFTKEY).strip() or "OK"


def _short(said: list[str], room: int) -> Iterator[str]:
    """
    The texts that there is room for.
    """
    for text in said:
        room -= len(text.encode("utf-8")) + 1
        if room < 0:
            return
        yield text


def _within(rows: Iterator[str], body: Body) -> list[str]:
    """
    As many rows as the profile and a page allow, the button's not counted.
    """
    # A field takes a row beside its label's.
    most = ROWS - 1 if not isinstance(body, Editor) else (ROWS - 1) // 2
    kept: list[str] = []
    left = LARGEST
    for row in rows:
        left -= len(row.encode("utf-8")) + 1
        if left < 0 or len(kept) == most:
            break
        kept.append(row)
    return kept


def _rows(body: Body, button: int) -> Iterator[str]:
    """
    What stands between texts and button.

    @param button: characters on it.
    """
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
    """
    A line to write into.
    """
    most = min(max(field.longest, 1), LONGEST, ROWS - button)
    value = escaped(latin(field.value)[:most])
    mode = f' inputmode="{field.mode}"' if field.mode in _MODES else ""
    return (
        f'<p>{_label(field.label)}<input type="text" name="{fieldName(field.name)}" '
        f'value="{value}" maxlength="{most}"{mode}/></p>'
    )


def _select(select: Select) -> str:
    """
    A line that shows one of several.
    """
    options = "".join(
        f'<option value="{escaped(one.value)}"'
        f"{_marked('selected', one.value == select.chosen)}>"
        f"{escapedOrBlank(cut(cleanText(one.text)))}</option>"
        for one in _distinct(select.choices)
    )
    name = fieldName(select.name)
    return f'<p>{_label(select.label)}<select name="{name}">{options}</select></p>'


def _tick(box: Tick) -> str:
    """
    A box.
    """
    return (
        f'<p>{_label(box.label)}<input type="checkbox" name="{fieldName(box.name)}" '
        f'value="1"{_marked("checked", box.ticked)}/></p>'
    )


def _radio(radio: Radio, choice: Choice) -> str:
    """
    One of several.
    """
    return (
        f'<p>{_label(choice.text)}<input type="radio" name="{fieldName(radio.name)}" '
        f'value="{escaped(choice.value)}"'
        f"{_marked('checked', choice.value == radio.chosen)}/></p>"
    )


def _distinct(choices: Sequence[Choice]) -> list[Choice]:
    """
    The first of each value, at most so many, with values that can be sent.
    """
    said = (Choice(latin(one.value)[:64], one.text) for one in choices)
    kept = {one.value: one for one in reversed(list(said)[:CHOICES])}
    return list(reversed(kept.values())) or [Choice("", " ")]


def _label(text: str) -> str:
    """
    What stands before a field, in one line, and the blank between them.
    """
    text = cut(cleanText(text), DISPLAY)
    return f"{escaped(text)} " if text else ""


def _marked(attribute: str, is_: bool) -> str:
    """
    An attribute that is there or not, with the blank before it.
    """
    return f' {attribute}="{attribute}"' if is_ else ""
