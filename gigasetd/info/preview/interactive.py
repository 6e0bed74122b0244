# -*- test-case-name: tests.info.preview.test_svg -*-
"""
What a handset shows of a page that one can do something with, by the rules of
XHTML Gigaset Profile 2.0.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from gigasetd.info.page.fontmetrics import DISPLAY, cut, fit, width, wrap
from gigasetd.info.page.form import SOFTKEY
from gigasetd.info.preview.display import (
    Display,
    Mark,
    Row,
    Run,
    aligned,
    display,
    parts,
    stylesOf,
    textOf,
)

TRIANGLE = 5  #: pixels of the triangle before a link

_FRAME = 2  #: pixels between a field's frame and its text
_BOX = 12  #: pixels of a box to tick, and of an arrow with its gap


def interactive(data: bytes, lines: int, top: int = 0) -> Display:
    """
    What a handset shows of any other page.

    @param top: how many lines it was scrolled down.
    """
    title, body = parts(data)
    head = [Row([aligned(cut(title), "center", True)])] if title else []
    room = lines - len(head)
    first = body[0].tag if len(body) else ""
    rows = list(_KINDS.get(first, _info)(body, room))
    seen = [*head, *rows[top : top + room]]
    if top + room < len(rows):
        # Over the text's end, as on the handset, so that no column is lost.
        seen[-1] = seen[-1]._replace(marks=[*seen[-1].marks, _MORE])
    if first != "form":
        return display(seen, lines)
    blanks = [Row()] * (lines - len(seen))
    return display([*seen, *blanks, _softkeys(body)], lines + 1)


_MORE = Mark("more", DISPLAY - TRIANGLE, TRIANGLE)


def _info(body: Element, room: int) -> Iterator[Row]:
    """
    An information page: paragraphs that wrap, columns that share a line.
    """
    columns: list[Run] = []
    for element in body:
        styles = stylesOf(element)
        text = textOf(element)
        if "float" in styles or "margin" in styles:
            place = styles.get("float", "center")
            columns.append(aligned(fit(text, DISPLAY), place))
            if place == "right":
                yield Row(columns)
                columns = []
        else:
            yield from _paragraph(element, text, styles)


def _paragraph(element: Element, text: str, styles: dict[str, str]) -> Iterator[Row]:
    """
    One paragraph; a link stands behind a triangle.
    """
    indent = TRIANGLE if element.find("a") is not None else 0
    bold = styles.get("font-weight") == "bold"
    align = styles.get("text-align", "left")
    for place, line in enumerate(wrap(text, DISPLAY - indent) or [""]):
        run = aligned(line, align, bold)
        runs = [run._replace(x=run.x + indent)] if line else []
        yield Row(runs, [Mark("link", 0, TRIANGLE)] if indent and not place else ())


def _menu(body: Element, room: int) -> Iterator[Row]:
    """
    A list: every entry as high as the highest, the first link selected.
    """
    items = [_entry(item) for item in body[0]]
    height = max((len(lines) for _, lines in items), default=1)
    selected = next((place for place, (isLink, _) in enumerate(items) if isLink), -1)
    for place, (isLink, lines) in enumerate(items):
        indent = TRIANGLE if isLink else 0
        for count in range(height):
            text = cut(lines[count], DISPLAY - indent) if count < len(lines) else ""
            chosen = place == selected
            marks = [Mark("bar")] if chosen else []
            if isLink and not count:
                marks.append(Mark("link", 0, TRIANGLE))
            runs = [Run(indent, text, inverse=chosen)] if text else []
            yield Row(runs, marks)


def _entry(item: Element) -> tuple[bool, list[str]]:
    """
    Whether an entry can be chosen, and its lines.
    """
    lines = [""]
    for part in _texts(item):
        if part is None:
            lines.append("")
        else:
            lines[-1] += part
    return item.find(".//a") is not None, [" ".join(line.split()) for line in lines]


def _texts(element: Element) -> Iterator[str | None]:
    """
    The texts of an element, C{None} between them where a line ends.
    """
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield None
        else:
            yield from _texts(child)
        yield child.tail or ""


def _form(body: Element, room: int) -> Iterator[Row]:
    """
    A form: labels, and below or beside them what is to be filled in.
    """
    for element in body[0]:
        label = " ".join((element.text or "").split())
        field = next(iter(element), None)
        if field is None:
            yield from _paragraph(element, label, {})
        elif field.get("type") in ("checkbox", "radio"):
            yield _choice(label, field)
        elif field.tag == "textarea":
            yield from _area(field, room)
        elif field.get("type") != "submit":
            yield from [Row([Run(0, cut(label))])] if label else []
            yield _select(field) if field.tag == "select" else _field(field)


def _choice(label: str, field: Element) -> Row:
    """
    Something to tick, or one of several.
    """
    names = ("box", "ticked") if field.get("type") == "checkbox" else ("ring", "chosen")
    kind = names[field.get("checked") is not None]
    text = cut(label, DISPLAY - _BOX)
    return Row([Run(0, text)] if text else (), [Mark(kind, DISPLAY - _BOX, _BOX)])


def _field(field: Element) -> Row:
    """
    A line to write into.
    """
    text = fit(field.get("value", ""), DISPLAY - 2 * _FRAME)
    return Row([Run(_FRAME, text)] if text else (), [Mark("field")])


def _select(field: Element) -> Row:
    """
    One of several values, between arrows.
    """
    options = field.findall("option")
    marked = [one for one in options if one.get("selected") is not None]
    chosen = next(iter((*marked, *options)), None)
    text = "" if chosen is None else " ".join((chosen.text or "").split())
    run = aligned(cut(text, DISPLAY - 2 * _BOX), "center")
    arrows = [Mark("left", 0, TRIANGLE), Mark("right", DISPLAY - TRIANGLE, TRIANGLE)]
    return Row([run] if run.text else (), arrows)


def _area(field: Element, room: int) -> Iterator[Row]:
    """
    A text area, which fills the display.
    """
    lines = wrap(field.text or "", DISPLAY - 2 * _FRAME) or [""]
    for place in range(max(room, len(lines))):
        line = lines[place] if place < len(lines) else ""
        marks = [] if place else [Mark("area", lines=room)]
        yield Row([Run(_FRAME, line)] if line else (), marks)


def _softkeys(body: Element) -> Row:
    """
    The button of a form: on the left key beside boxes, else on the right one.
    """
    inputs = list(body.iter("input"))
    boxes = any(field.get("type") in ("checkbox", "radio") for field in inputs)
    x = 0 if boxes else DISPLAY - SOFTKEY
    for field in inputs:
        if field.get("type") == "submit":
            text = fit(field.get("value", ""), SOFTKEY)
            run = Run(x + (SOFTKEY - width(text)) // 2, text, inverse=True)
            return Row([run], [Mark("key", x, SOFTKEY)])
    return Row()


_KINDS: dict[str, Callable[[Element, int], Iterator[Row]]] = {
    "ul": _menu,
    "form": _form,
}
"""The first element of a body -> how it is shown; else as information."""
