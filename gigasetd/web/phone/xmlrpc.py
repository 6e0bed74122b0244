# -*- test-case-name: tests.web.phone.test_xmlrpc -*-
"""
XML-RPC, as far as the redirect API needs it: texts and lists of texts.

No document type is read, so that no entity can grow or fetch anything.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Union
from xml.etree.ElementTree import Element
from xmlrpc.client import Fault, dumps

from defusedxml.ElementTree import fromstring

UNREADABLE, NO_METHOD, BAD_PARAMETERS = -32700, -32601, -32602
"""Fault codes, as most servers use them."""

MOST = 1000
"""Values in one list."""

LONGEST = 2048
"""Characters of a text."""

TEXTS = ("string", "int", "i4", "i8")

RpcValue = Union[str, list[str]]


class BadCall(Exception):
    """
    @ivar code: the fault's code.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class RpcCall(NamedTuple):
    """
    What is asked for.
    """

    method: str
    arguments: tuple[RpcValue, ...]


def parseCall(body: bytes) -> RpcCall:
    """
    Read a request.

    @raise BadCall: it is none.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ValueError, SyntaxError, LookupError):
        raise BadCall(UNREADABLE, "this is no XML that is read here") from None
    if root.tag != "methodCall":
        raise BadCall(UNREADABLE, "this is no methodCall")
    method = (root.findtext("methodName") or "").strip()
    values = root.findall("params/param/value")
    if len(values) > 10:
        raise BadCall(BAD_PARAMETERS, "too many parameters")
    return RpcCall(method[:100], tuple(map(_argument, values)))


def _argument(value: Element) -> RpcValue:
    """
    One parameter.

    @raise BadCall: it is neither a text nor a list of texts.
    """
    data = value.find("array/data")
    if data is None:
        return _text(value)
    if len(data) > MOST:
        raise BadCall(BAD_PARAMETERS, f"a list has at most {MOST} values")
    return [_text(each) for each in data.findall("value")]


def _text(value: Element) -> str:
    """
    One text; a value without a type is one (XML-RPC, "Scalar values").

    @raise BadCall: it is something else.
    """
    kind = value[0] if len(value) else None
    if kind is not None and (kind.tag not in TEXTS or len(kind)):
        raise BadCall(BAD_PARAMETERS, "a parameter is a text or a list of texts")
    text = (value if kind is None else kind).text or ""
    if len(text) > LONGEST:
        raise BadCall(BAD_PARAMETERS, f"a text has at most {LONGEST} characters")
    return text.strip()


def encodeReply(reply: Sequence[Any]) -> bytes:
    """
    An answer.
    """
    return _declared(dumps((list(reply),), methodresponse=True))


def encodeFault(wrong: BadCall) -> bytes:
    """
    A refusal.
    """
    return _declared(dumps(Fault(wrong.code, str(wrong))))


def _declared(text: str) -> bytes:
    """
    A document with its encoding, whatever it declares by itself.
    """
    body = text.partition("?>\n")[2] if text.startswith("<?") else text
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body.encode("utf-8")
