# -*- test-case-name: tests.info.preview.test_interactive -*-
"""
Lays out interactive pages, by the rules of XHTML Gigaset Profile 2.0.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from gigasetd.info.page.fontmetrics import DISPLAY, cut, fit, width, wrap
from gigasetd.info.page.form import SOFTKEY
from gigasetd.info.preview.display import (
    Display,
    DisplayRow,
    Mark,
    Run,
    aligned,
    display,
    parts,
    stylesOf,
    textOf,
)

TRIANGLE = 5  #: pixels of the triangle before a link

_FRAME = 2  #: pixels between a field's frame and its text
_BOX = 12  #: pixels of a check box, and of an arrow with its gap


def interactive(data: bytes, lines: int, top: int = 0) -> Display:
    """
    Lay out any page but a screensaver.

    @param top: lines scrolled down.
    """
    title, body = parts(data)
    head = [DisplayRow([aligned(cut(title), "center", True)])] if title else []
    room = lines - len(head)
    first = body[0].tag if len(body) else ""
    rows = list(_KINDS.get(first, _info)(body, room))
    seen = [*head, *rows[top : top + room]]
    if top + room < len(rows):
        # As on the handset, the arrow covers the end of the last text.
        seen[-1] = seen[-1]._replace(marks=[*seen[-1].marks, _MORE])
    if first != "form":
        return display(seen, lines)
    blanks = [DisplayRow()] * (lines - len(seen))
    return display([*seen, *blanks, _softkeys(body)], lines + 1)


_MORE = Mark("more", DISPLAY - TRIANGLE, TRIANGLE)


def _info(body: Element, room: int) -> Iterator[DisplayRow]:
    columns: list[Run] = []
    for element in body:
        styles = stylesOf(element)
        text = textOf(element)
        if "float" in styles or "margin" in styles:
            place = styles.get("float", "center")
            columns.append(aligned(fit(text, DISPLAY), place))
            if place == "right":
                yield DisplayRow(columns)
                columns = []
        else:
            yield from _paragraph(element, text, styles)


def _paragraph(
    element: Element, text: str, styles: dict[str, str]
) -> Iterator[DisplayRow]:
    indent = TRIANGLE if element.find("a") is not None else 0
    bold = styles.get("font-weight") == "bold"
    align = styles.get("text-align", "left")
    for index, line in enumerate(wrap(text, DISPLAY - indent) or [""]):
        run = aligned(line, align, bold)
        runs = [run._replace(x=run.x + indent)] if line else []
        yield DisplayRow(
            runs, [Mark("link", 0, TRIANGLE)] if indent and not index else ()
        )


def _menu(body: Element, room: int) -> Iterator[DisplayRow]:
    # All entries are as high as the highest; the first link is selected.
    items = [_entry(item) for item in body[0]]
    height = max((len(lines) for _, lines in items), default=1)
    selected = next((index for index, (isLink, _) in enumerate(items) if isLink), -1)
    for index, (isLink, lines) in enumerate(items):
        indent = TRIANGLE if isLink else 0
        for count in range(height):
            text = cut(lines[count], DISPLAY - indent) if count < len(lines) else ""
            isSelected = index == selected
            marks = [Mark("bar")] if isSelected else []
            if isLink and not count:
                marks.append(Mark("link", 0, TRIANGLE))
            runs = [Run(indent, text, inverse=isSelected)] if text else []
            yield DisplayRow(runs, marks)


# Whether an entry can be selected, and its lines.
def _entry(item: Element) -> tuple[bool, list[str]]:
    lines = [""]
    for part in _texts(item):
        if part is None:
            lines.append("")
        else:
            lines[-1] += part
    return item.find(".//a") is not None, [" ".join(line.split()) for line in lines]


# None stands for a line break.
def _texts(element: Element) -> Iterator[str | None]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield None
        else:
            yield from _texts(child)
        yield child.tail or ""


def _form(body: Element, room: int) -> Iterator[DisplayRow]:
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
            yield from [DisplayRow([Run(0, cut(label))])] if label else []
            yield _select(field) if field.tag == "select" else _field(field)


def _choice(label: str, field: Element) -> DisplayRow:
    names = ("box", "ticked") if field.get("type") == "checkbox" else ("ring", "chosen")
    kind = names[field.get("checked") is not None]
    text = cut(label, DISPLAY - _BOX)
    return DisplayRow(
        [Run(0, text)] if text else (), [Mark(kind, DISPLAY - _BOX, _BOX)]
    )


def _field(field: Element) -> DisplayRow:
    text = fit(field.get("value", ""), DISPLAY - 2 * _FRAME)
    return DisplayRow([Run(_FRAME, text)] if text else (), [Mark("field")])


def _select(field: Element) -> DisplayRow:
    options = field.findall("option")
    selected = [option for option in options if option.get("selected") is not None]
    chosen = next(iter((*selected, *options)), None)
    text = "" if chosen is None else " ".join((chosen.text or "").split())
    run = aligned(cut(text, DISPLAY - 2 * _BOX), "center")
    arrows = [Mark("left", 0, TRIANGLE), Mark("right", DISPLAY - TRIANGLE, TRIANGLE)]
    return DisplayRow([run] if run.text else (), arrows)


def _area(field: Element, room: int) -> Iterator[DisplayRow]:
    lines = wrap(field.text or "", DISPLAY - 2 * _FRAME) or [""]
    for place in range(max(room, len(lines))):
        line = lines[place] if place < len(lines) else ""
        marks = [] if place else [Mark("area", lines=room)]
        yield DisplayRow([Run(_FRAME, line)] if line else (), marks)


# The button is on the left key of forms with boxes, else on the right one.
def _softkeys(body: Element) -> DisplayRow:
    inputs = list(body.iter("input"))
    boxes = any(field.get("type") in ("checkbox", "radio") for field in inputs)
    x = 0 if boxes else DISPLAY - SOFTKEY
    for field in inputs:
        if field.get("type") == "submit":
            text = fit(field.get("value", ""), SOFTKEY)
            run = Run(x + (SOFTKEY - width(text)) // 2, text, inverse=True)
            return DisplayRow([run], [Mark("key", x, SOFTKEY)])
    return DisplayRow()


_KINDS: dict[str, Callable[[Element, int], Iterator[DisplayRow]]] = {
    "ul": _menu,
    "form": _form,
}
"""First element of a body -> its layout; others are laid out as L{_info}."""
