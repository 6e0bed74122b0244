"""
Whether a page keeps the rules of XHTML-GP, as strictly as a handset reads it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
START = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE html PUBLIC "-//OMA//DTD XHTML Mobile 1.2//EN" '
    b'"http://www.openmobilealliance.org/tech/DTD/xhtml-mobile12.dtd">\n'
)
ATTRIBUTES = {"a": {"href"}, "meta": {"name", "content"}, "p": {"style"}}
INSIDE = {
    "html": {"head", "body"},
    "head": {"title", "meta"},
    "body": {"p", "ul", "br"},
    "ul": {"li"},
    "li": {"a", "p", "br"},
    "p": {"a"},
}
STYLES = {
    "text-align": {"left", "center", "right"},
    "font-weight": {"normal", "bold"},
    "float": {"left", "right"},
}


def check(page: bytes) -> ElementTree.Element:
    """
    Raise AssertionError for a page that a handset would not show as meant.

    @return: its body, tags without namespace.
    """
    assert page.startswith(START), page[:200]
    root = ElementTree.fromstring(page.decode("utf-8"))
    for element in root.iter():
        assert element.tag.startswith(XHTML), element.tag
        element.tag = element.tag.removeprefix(XHTML)
    assert root.tag == "html" and [child.tag for child in root] == ["head", "body"]
    for element in root.iter():
        _checkElement(element)
    _checkHead(root[0])
    assert len(root[1]), "an empty body"
    assert not re.search(rb"<br[^/]|<br />", page), "br in another form"
    return root[1]


def text(body: ElementTree.Element) -> str:
    """
    All that is to be read on a page.
    """
    return "\n".join(body.itertext())


def _checkElement(element: ElementTree.Element) -> None:
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
    if element.tag in ("body", "ul", "html", "head"):
        loose = (element.text or "") + "".join(child.tail or "" for child in element)
        assert not loose.strip(), "text outside a paragraph"


def _isShown(letter: str) -> bool:
    """
    Whether the handset's font has it.
    """
    code = ord(letter)
    return letter == "\n" or 0x20 <= code <= 0x7E or 0xA1 <= code <= 0xFF


def _checkHead(head: ElementTree.Element) -> None:
    """
    One title, and a time that the profile allows.
    """
    assert len(head.findall("title")) == 1
    for meta in head.findall("meta"):
        assert meta.get("name") == "expires"
        seconds = int(meta.get("content", ""))
        assert seconds == 0 or 15 <= seconds <= 86400, seconds
