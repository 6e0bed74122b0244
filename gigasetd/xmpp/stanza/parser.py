# -*- test-case-name: tests.xmpp.stanza.test_parser -*-
"""
Parses the XML of a stream into elements, with limits on everything that a peer
can send.

What RFC 6120 section 11.1 forbids is refused as soon as it is seen, so that no
entity is ever expanded.  A parser returns events and calls nothing back: when
the stream restarts (section 4.3.3), its parser is dropped with all its state.

Written by hand: the parser of L{twisted.words.xish.domish} has no limits, and
accepts what that section forbids.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Union
from xml.parsers import expat

from twisted.words.xish.domish import Element

_TAG = 16384  # bytes of one tag: expat scans an unfinished tag again each time
_TEXT = 1024  # bytes that expat collects before it hands over text
_REMEMBERED = 4096  # split names, shared by all parsers

_WRONG = re.compile(r"[\s<>&'\"\x00-\x20]").search

_CONDITIONS = {
    expat.errors.codes[getattr(expat.errors, f"XML_ERROR_{error}")]: condition
    for error, condition in (
        ("UNDEFINED_ENTITY", "restricted-xml"),
        ("UNBOUND_PREFIX", "bad-namespace-prefix"),
        ("RESERVED_PREFIX_XML", "bad-namespace-prefix"),
        ("RESERVED_PREFIX_XMLNS", "bad-namespace-prefix"),
        ("RESERVED_NAMESPACE_URI", "bad-namespace-prefix"),
        ("UNKNOWN_ENCODING", "unsupported-encoding"),
        ("INCORRECT_ENCODING", "unsupported-encoding"),
    )
}


class XmlLimits(NamedTuple):
    """
    Limits of the XML in one stream.
    """

    stanza: int = 262144  #: bytes of one stanza
    depth: int = 64  #: elements inside one another, the stream's own included
    elements: int = 8192  #: elements of one stanza
    attributes: int = 64  #: attributes of one element
    namespace: int = 1024  #: characters of a namespace's name
    names: int = 4096  #: different names in the life of one stream


class StreamFault(Exception):
    """
    What was read ends the stream with an error.

    @ivar condition: of the stream error (RFC 6120 section 4.9.3).
    @ivar text: for people, C{""} for none.
    """

    def __init__(self, condition: str, text: str = "") -> None:
        super().__init__(text or condition)
        self.condition = condition
        self.text = text


class StreamOpened(NamedTuple):
    """
    The stream's header.
    """

    element: Element
    content: str  #: the default namespace


class StreamClosed(NamedTuple):
    """
    The stream's end.
    """


Event = Union[Element, StreamOpened, StreamClosed, StreamFault]

_names: dict[str, tuple[str, str]] = {}


def _cut(name: str) -> tuple[str, str]:
    # expat joins namespace and local name by a space.
    uri, _, local = name.rpartition(" ")
    if len(_names) >= _REMEMBERED:
        _names.clear()
    _names[name] = uri, local
    return uri, local


def _refuse(*ignored: object) -> None:
    # Comments, processing instructions and document types (RFC 6120 section 11.1).
    raise StreamFault("restricted-xml")


class XmlParser:
    """
    Parses one stream.

    @ivar limits: may be replaced at any time.
    """

    __slots__ = tuple(
        "_begin _content _count _events _exact _expat _fed _stack _text _whole "
        "limits".split()
    )

    def __init__(self, limits: XmlLimits) -> None:
        self.limits = limits
        self._events: list[Event] = []
        self._stack: list[Element] = []
        self._text: list[str] = []
        self._content = ""
        self._begin = 0  # where the stanza begins
        self._whole = 0  # where the last complete element ends
        self._fed = 0
        self._count = 0
        self._exact = False  # whether stanzas must be measured
        self._expat: Any = expat.ParserCreate("UTF-8", " ")
        self._listen()

    def _listen(self) -> None:
        parser = self._expat
        parser.buffer_text = True
        parser.buffer_size = _TEXT
        if hasattr(parser, "SetReparseDeferralEnabled"):
            # A stanza must be answered when it is complete, not when more comes.
            parser.SetReparseDeferralEnabled(False)
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        parser.CommentHandler = parser.ProcessingInstructionHandler = _refuse
        parser.SkippedEntityHandler = _refuse
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    @property
    def rest(self) -> int:
        """
        Count the bytes of a tag that is not complete yet.
        """
        if self._expat is None:
            return 0
        return self._fed - int(self._expat.CurrentByteIndex)

    def close(self) -> None:
        """
        Free expat's memory; what is fed afterwards is ignored.
        """
        # Its handlers are ours, a cycle that only a full garbage collection would
        # find: connections that come and go would fill the memory until then.
        self._expat = None
        self._events = []
        self._stack.clear()

    def feed(self, data: bytes) -> list[Event]:
        """
        Parse more data.

        @return: what is complete now; a L{StreamFault} can only be the last,
            and nothing may be fed after it.
        """
        if self._expat is None:
            return []
        self._fed += len(data)
        self._exact = self._fed - self._whole > self.limits.stanza
        events = self._events = []
        try:
            self._expat.Parse(data, False)
            self._check()
        except StreamFault as fault:
            # Its traceback leads back here, to these events: a cycle with all that
            # the parser has read, which only a full garbage collection would find.
            events.append(fault.with_traceback(None))
        except expat.ExpatError as error:
            events.append(StreamFault(_CONDITIONS.get(error.code, "not-well-formed")))
        except (UnicodeError, ValueError):
            events.append(StreamFault("not-well-formed"))
        return events

    def _check(self) -> None:
        at = self._expat.CurrentByteIndex
        depth = len(self._stack)
        if depth == 1:
            if self._text:
                self._between()
            self._whole = at
        elif depth:
            self._whole = self._begin
        if self._fed - at > _TAG:
            raise StreamFault("policy-violation", "a tag has more than 16384 bytes")
        if self._fed - self._whole > self.limits.stanza:
            raise StreamFault("policy-violation", "the stanza is too long")
        if len(self._expat.intern) > self.limits.names:
            # expat forgets none of them.
            raise StreamFault(
                "policy-violation", "too many different names in this stream"
            )

    def _between(self) -> None:
        # White space between stanzas keeps a connection open.
        text = "".join(self._text)
        self._text.clear()
        if text.strip(" \t\r\n"):
            raise StreamFault(
                "bad-format", "only white space may stand between stanzas"
            )

    # callbacks of expat

    def _declared(self, version: str, encoding: str | None, alone: int) -> None:
        # RFC 6120 section 11.6: nothing but UTF-8.
        if encoding is not None and encoding.upper() != "UTF-8":
            raise StreamFault("unsupported-encoding")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if uri is None:
            return
        if len(uri) > self.limits.namespace or _WRONG(uri):
            raise StreamFault("restricted-xml", "malformed namespace name")
        if prefix is None and not self._stack:
            self._content = uri

    def _start(self, tag: str, attributes: dict[Any, str]) -> None:
        stack = self._stack
        depth = len(stack)
        if self._text:
            self._flush(depth)
        limits = self.limits
        if len(attributes) > limits.attributes or depth >= limits.depth:
            raise StreamFault(
                "policy-violation", "elements too deep, or too many attributes"
            )
        for key in attributes:
            if " " in key:
                attributes = {_key(name): attributes[name] for name in attributes}
                break
        element = Element(_names.get(tag) or _cut(tag), None, attributes)
        if depth > 1:
            self._count += 1
            if self._count > limits.elements:
                raise StreamFault("policy-violation", "too many elements in one stanza")
            # Without its parent: a cycle would wait for the garbage collector.
            stack[-1].children.append(element)
        elif depth:
            self._begin = self._expat.CurrentByteIndex
            self._count = 1
        else:
            self._events.append(StreamOpened(element, self._content))
        stack.append(element)

    def _end(self, tag: str) -> None:
        stack = self._stack
        if self._text:
            self._flush(len(stack))
        element = stack.pop()
        depth = len(stack)
        if depth > 1:
            return
        if depth:
            at = self._expat.CurrentByteIndex
            if self._exact and at - self._begin > self.limits.stanza:
                raise StreamFault("policy-violation", "the stanza is too long")
            self._events.append(element)
        else:
            self._events.append(StreamClosed())

    def _flush(self, depth: int) -> None:
        if depth == 1:
            self._between()
            return
        text = self._text
        self._stack[-1].children.append(text[0] if len(text) == 1 else "".join(text))
        text.clear()


def _key(name: str) -> Any:
    # As domish has it: with its namespace, if in one.
    return (_names.get(name) or _cut(name)) if " " in name else name
