# -*- test-case-name: tests.web.phone.test_xmlrpc -*-
"""
XML-RPC calls and answers with strings and lists of strings: what the redirect
API needs.

A document type is refused, so that no entity can expand or fetch anything.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Union
from xml.etree.ElementTree import Element
from xmlrpc.client import Fault, dumps

from defusedxml.ElementTree import fromstring

UNREADABLE, NO_METHOD, BAD_PARAMETERS = -32700, -32601, -32602
"""Fault codes ("Specification for Fault Code Interoperability")."""

MOST = 1000  #: values of a list
LONGEST = 2048  #: characters of a string

TEXTS = ("string", "int", "i4", "i8")

RpcValue = Union[str, list[str]]


class BadCall(Exception):
    """
    A call that is answered with a fault.

    @ivar code: the fault code.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class RpcCall(NamedTuple):
    """
    A parsed C{methodCall}.
    """

    method: str
    arguments: tuple[RpcValue, ...]


def parseCall(body: bytes) -> RpcCall:
    """
    Parse a C{methodCall} document.

    @raise BadCall: it is none, or a parameter is of another type.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ValueError, SyntaxError, LookupError):
        raise BadCall(
            UNREADABLE, "the call is not XML, or has a document type"
        ) from None
    if root.tag != "methodCall":
        raise BadCall(UNREADABLE, "the document is not a methodCall")
    method = (root.findtext("methodName") or "").strip()
    values = root.findall("params/param/value")
    if len(values) > 10:
        raise BadCall(BAD_PARAMETERS, "a call has at most 10 parameters")
    return RpcCall(method[:100], tuple(map(_argument, values)))


def _argument(value: Element) -> RpcValue:
    data = value.find("array/data")
    if data is None:
        return _text(value)
    if len(data) > MOST:
        raise BadCall(BAD_PARAMETERS, f"a list has at most {MOST} values")
    return [_text(each) for each in data.findall("value")]


def _text(value: Element) -> str:
    # A value without a type is a string (XML-RPC, "Scalar values").
    kind = value[0] if len(value) else None
    if kind is not None and (kind.tag not in TEXTS or len(kind)):
        raise BadCall(BAD_PARAMETERS, "a parameter is a string or a list of strings")
    text = (value if kind is None else kind).text or ""
    if len(text) > LONGEST:
        raise BadCall(BAD_PARAMETERS, f"a string has at most {LONGEST} characters")
    return text.strip()


def encodeReply(reply: Sequence[Any]) -> bytes:
    """
    Encode a C{methodResponse} with one array.
    """
    return _declared(dumps((list(reply),), methodresponse=True))


def encodeFault(error: BadCall) -> bytes:
    """
    Encode a C{methodResponse} with a fault.
    """
    return _declared(dumps(Fault(error.code, str(error))))


def _declared(text: str) -> bytes:
    # C{dumps} declares no encoding.
    body = text.partition("?>\n")[2] if text.startswith("<?") else text
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body.encode("utf-8")
