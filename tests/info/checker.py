"""
Whether a page keeps the rules of XHTML-GP, as strictly as a handset reads it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from gigasetd.info.page.fontmetrics import DISPLAY, width

Element = ElementTree.Element

XHTML = "{http://www.w3.org/1999/xhtml}"
START = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE html PUBLIC "-//OMA//DTD XHTML Mobile 1.2//EN" '
    b'"http://www.openmobilealliance.org/tech/DTD/xhtml-mobile12.dtd">\n'
)
LARGEST = 2200  #: bytes
ATTRIBUTES = {
    "a": {"href"},
    "meta": {"name", "content"},
    "p": {"style"},
    "form": {"action", "method"},
    "input": {"type", "name", "value", "checked", "maxlength", "inputmode"},
    "select": {"name"},
    "option": {"value", "selected"},
    "textarea": {"name"},
}
INSIDE = {
    "html": {"head", "body"},
    "head": {"title", "meta"},
    "body": {"p", "ul", "br", "form"},
    "ul": {"li"},
    "li": {"a", "p", "br"},
    "p": {"a", "input", "select", "textarea"},
    "form": {"p"},
    "select": {"option"},
}
STYLES = {
    "text-align": {"left", "center", "right"},
    "font-weight": {"normal", "bold"},
    "float": {"left", "right"},
    "margin": {"center"},
}
RESERVED = set(
    "lang tz mac cc handsetid provid tick sipid ppid dt g_lang g_pnr".split()
)


def check(page: bytes) -> Element:
    """
    Raise AssertionError for a page that a handset would not show as meant.

    @return: its body, tags without namespace.
    """
    assert page.startswith(START), page[:200]
    assert len(page) <= LARGEST, len(page)
    root = ElementTree.fromstring(page.decode("utf-8"))
    for element in root.iter():
        assert element.tag.startswith(XHTML), element.tag
        element.tag = element.tag.removeprefix(XHTML)
    assert root.tag == "html" and [child.tag for child in root] == ["head", "body"]
    for element in root.iter():
        _checkElement(element)
    _checkHead(root[0])
    _checkBody(root[1])
    assert not re.search(rb"<br[^/]|<br />", page), "br in another form"
    return root[1]


def text(body: Element) -> str:
    """
    All that is to be read on a page.
    """
    return "\n".join(body.itertext())


def links(body: Element) -> list[str]:
    """
    Where the page leads to.
    """
    return [link.get("href", "") for link in body.iter("a")]


def _checkElement(element: Element) -> None:
    """
    Its place, attributes, styles and letters.
    """
    allowed = INSIDE.get(element.tag, set())
    assert {child.tag for child in element} <= allowed, element.tag
    known = ATTRIBUTES.get(element.tag, set())
    assert set(element.attrib) <= known, (element.tag, element.attrib)
    for rule in filter(None, element.get("style", "").split(";")):
        name, value = rule.split(":")
        assert value in STYLES[name], rule
    for words in (element.text or "", element.tail or "", *element.attrib.values()):
        assert all(_isShown(letter) for letter in words), words
    if element.tag in ("body", "ul", "html", "head", "form", "select"):
        loose = (element.text or "") + "".join(child.tail or "" for child in element)
        assert not loose.strip(), "text outside a paragraph"
    if element.tag == "a":
        _checkHref(element.get("href", ""))


def _isShown(letter: str) -> bool:
    """
    Whether the handset's font has it.
    """
    code = ord(letter)
    return letter == "\n" or 0x20 <= code <= 0x7E or 0xA1 <= code <= 0xFF


def _checkHref(href: str) -> None:
    """
    It dials, or is relative and repeats nothing that the phone adds itself.
    """
    if re.fullmatch(r"wtai://wp/(mc|ap);[0-9*#+]+", href):
        return
    assert re.match(r"[a-z0-9]", href) and ":" not in href and "//" not in href, href
    names = [name for name, _ in parse_qsl(href.partition("?")[2], True)]
    assert not RESERVED & {*names}, href
    assert len(names) == len({*names}), href


def _checkHead(head: Element) -> None:
    """
    One title that fits, and a time that the profile allows.
    """
    (title,) = head.findall("title")
    assert width(title.text or "") <= DISPLAY
    for meta in head.findall("meta"):
        assert meta.get("name") == "expires"
        seconds = int(meta.get("content", ""))
        assert seconds == 0 or 15 <= seconds <= 86400, seconds


def _checkBody(body: Element) -> None:
    """
    The rules of what its first element makes it.
    """
    assert len(body), "an empty body"
    kind = body[0].tag
    if kind == "ul":
        assert [child.tag for child in body] == ["ul"]
        _checkMenu(body[0])
    elif kind == "form":
        assert [child.tag for child in body] == ["form"]
        _checkForm(body[0])
    elif {"br", "text-align:left"} & {x.get("style", x.tag) for x in body}:
        _checkScreen(body)
    else:
        assert {child.tag for child in body} == {"p"}
        _checkColumns(body)


def _checkMenu(menu: Element) -> None:
    """
    Not too many entries, each with one link and two lines at most.
    """
    assert 1 <= len(menu) <= 15, len(menu)
    for item in menu:
        assert len(item.findall("a")) <= 1 and len(item.findall("br")) <= 1
        for line in item.itertext():
            assert width(line) <= DISPLAY, line


def _checkColumns(body: Element) -> None:
    """
    What shares a line does not touch.
    """
    line: list[str] = []
    for part in body:
        style = part.get("style", "")
        if not style.startswith(("float", "margin")):
            assert not line, "a left column without a right one"
            continue
        assert bool(line) == (style != "float:left"), style
        line.append((part.text or "").strip())
        if style == "float:right":
            assert sum(map(width, line)) <= DISPLAY - 5 * (len(line) - 1), line
            line = []
    assert not line


def _checkScreen(body: Element) -> None:
    """
    Lines of at most three paragraphs, whose last one has them all.
    """
    lines: list[list[Element]] = [[]]
    for part in body:
        assert part.tag in ("p", "br")
        if part.tag == "br":
            lines.append([])
        else:
            lines[-1].append(part)
    assert len(lines) <= 8
    for line in lines:
        aligns = [part.get("style", "") for part in line]
        assert len(aligns) == len({*aligns}) <= 3
        assert all(len(part.text or "") <= 44 for part in line)
        assert sum(width((part.text or "").strip()) for part in line) <= DISPLAY
    assert len(lines[-1]) == 3, "a longer page would shine through"


def _checkForm(form: Element) -> None:
    """
    One of the allowed mixtures, and one button that fits on a softkey.
    """
    assert form.get("method") == "get"
    assert re.fullmatch(r"[a-z0-9_.-]+", form.get("action", "")), form.get("action")
    inputs = [part for part in form.iter() if part.tag in ("input", "select")]
    kinds = [part.get("type", part.tag) for part in inputs]
    areas = list(form.iter("textarea"))
    assert kinds.count("submit") == 1 and kinds[-1] == "submit"
    others = {*kinds[:-1]}
    assert others <= {"text", "select"} or others in ({"checkbox"}, {"radio"}), kinds
    assert not areas or (len(areas) == 1 and not others and len(form) == 2)
    button = inputs[-1].get("value", "")
    assert 1 <= len(button) <= 8 and width(button) <= 59, button
    rows = sum(2 if kind == "text" else 1 for kind in kinds)
    assert rows < 39, rows
    for part in [*inputs[:-1], *areas]:
        name = part.get("name", "")
        assert re.fullmatch("[a-z][a-z0-9_]*", name) and name not in RESERVED, name
        _checkField(part, len(button))
    _checkNames(form)


def _checkField(part: Element, button: int) -> None:
    """
    One field.
    """
    if part.tag == "select":
        assert len(part) and len(part.findall("option[@selected]")) <= 1
        values = [option.get("value") for option in part]
        assert len(values) == len({*values})
        for option in part:
            assert option.get("selected", "selected") == "selected"
            assert width(option.text or "") <= DISPLAY
    elif part.get("type") == "text":
        longest = int(part.get("maxlength", ""))
        assert 1 <= longest <= 32 and longest + button < 39
        assert len(part.get("value", "")) <= longest
        assert part.get("inputmode", "text") in ("text", "digits", "dialpad")
    elif part.get("type") in ("checkbox", "radio"):
        assert part.get("checked", "checked") == "checked"
        assert "value" in part.attrib


def _checkNames(form: Element) -> None:
    """
    No two fields share a name, but for the values of one choice.
    """
    radios = [part for part in form.iter("input") if part.get("type") == "radio"]
    assert len({part.get("name") for part in radios}) <= 1
    assert len([part for part in radios if part.get("checked")]) <= 1
    values = [part.get("value") for part in radios]
    assert len(values) == len({*values})
    named = [part for part in form.iter() if part.get("name") and part not in radios]
    names = [part.get("name") for part in named]
    assert len(names) == len({*names}), names
