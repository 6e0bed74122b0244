"""
Octets to elements.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.parser import (
    Event,
    StreamClosed,
    StreamFault,
    StreamOpened,
    XmlLimits,
    XmlParser,
)
from tests.forgetting import Forgotten

HEADER = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='example.org' "
    b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)


def opened(limits: XmlLimits = XmlLimits()) -> XmlParser:
    """
    A parser that has read a header.
    """
    parser = XmlParser(limits)
    parser.feed(HEADER)
    return parser


def elements(events: list[Event]) -> list[Element]:
    """
    The stanzas among events.
    """
    return [one for one in events if type(one) is Element]


class ParserTests(SynchronousTestCase):
    """
    What phones and clients send.
    """

    def refused(self, data: bytes, limits: XmlLimits = XmlLimits()) -> str:
        """
        The condition that C{data} in a stream ends with, C{""} for none.
        """
        events = opened(limits).feed(data)
        last = events[-1] if events else None
        return last.condition if isinstance(last, StreamFault) else ""

    def test_header(self) -> None:
        """
        The header is told as soon as it is whole, with the namespace that
        the stanzas will be in.
        """
        parser = XmlParser(XmlLimits())
        self.assertEqual(parser.feed(HEADER[:50]), [])
        [event] = parser.feed(HEADER[50:])
        assert isinstance(event, StreamOpened)
        self.assertEqual(event.content, "jabber:client")
        self.assertEqual(event.element.uri, "http://etherx.jabber.org/streams")
        self.assertEqual(event.element["to"], "example.org")

    def test_pieces(self) -> None:
        """
        However a network cuts it, a stanza is read the same.
        """
        data = "<message to='é'><body>grüße</body><x xmlns='u'/></message>".encode()
        whole = elements(opened().feed(data))[0]
        parser = opened()
        read = [each for one in data for each in parser.feed(bytes([one]))]
        [piecemeal] = elements(read)
        self.assertEqual(piecemeal.toXml(), whole.toXml())

    def test_namespaces(self) -> None:
        """
        Prefixes are resolved, those of attributes too.
        """
        parser = opened()
        [one] = elements(
            parser.feed(b"<a:q xmlns:a='u' a:b='1' c='2' xml:lang='de'><a:r/></a:q>")
        )
        self.assertEqual((one.uri, one.name), ("u", "q"))
        xml = "http://www.w3.org/XML/1998/namespace"
        attributes: Any = one.attributes
        self.assertEqual(attributes, {("u", "b"): "1", "c": "2", (xml, "lang"): "de"})
        self.assertEqual(one.children[0].uri, "u")

    def test_text(self) -> None:
        """
        Text comes in one piece, with the five entities of XML resolved.
        """
        [one] = elements(opened().feed(b"<a>x\ny &lt;&#228;&gt;<![CDATA[<&]]></a>"))
        self.assertEqual(one.children, ["x\ny <ä><&"])

    def test_end(self) -> None:
        """
        The end is told.
        """
        events = opened().feed(b"<a/></stream:stream>")
        self.assertIsInstance(events[-1], StreamClosed)

    def test_keepalive(self) -> None:
        """
        A client may send white space for ever.
        """
        parser = opened(XmlLimits(stanza=1000))
        for _ in range(1000):
            self.assertEqual(parser.feed(b" \r\n\t"), [])
        self.assertEqual(len(parser.feed(b"<a/>")), 1)

    def test_manyStanzas(self) -> None:
        """
        Only single stanzas are limited, not what a client sends in all.
        """
        parser = opened(XmlLimits(stanza=1000))
        data = b"<a>" + b"x" * 900 + b"</a>"
        self.assertEqual(len(parser.feed(data * 50)), 50)
        for one in range(20):
            cut = one * 40
            events = parser.feed(data[:cut]) + parser.feed(data[cut:])
            self.assertEqual(len(elements(events)), 1)

    def test_cutWithin(self) -> None:
        """
        However much comes in one stream, and wherever it is cut, only the
        stanza that is being read counts.
        """
        parser = opened(XmlLimits(stanza=1000))
        stanza = b"<message><body>" + b"x" * 600 + b"</body></message>"
        parser.feed(stanza[:100])
        for _ in range(20):
            [element] = parser.feed(stanza[100:] + stanza[:100])
            self.assertIs(type(element), Element)
        parser.feed(b"x" * 400)
        self.assertIsInstance(parser.feed(b"x" * 600)[-1], StreamFault)

    def test_tooLong(self) -> None:
        """
        A stanza that is too long is refused while it comes, and when it comes
        whole.
        """
        limits = XmlLimits(stanza=1000)
        long = b"<a>" + b"x" * 1000 + b"</a>"
        self.assertEqual(self.refused(long, limits), "policy-violation")
        parser = opened(limits)
        parser.feed(b"<a>")
        faults = [parser.feed(b"x" * 100) for _ in range(11)]
        self.assertIsInstance(faults[-1][-1], StreamFault)

    def test_whatComesFirstIsServed(self) -> None:
        """
        What came whole before a fault is handed out.
        """
        events = opened().feed(b"<a/><!-- -->")
        self.assertEqual(len(elements(events)), 1)

    def test_limits(self) -> None:
        """
        Depth, elements, attributes, names and tags are limited.
        """
        deep = b"<a>" * 70
        wide = b"<a>" + b"<b/>" * 9000 + b"</a>"
        many = b" ".join(b"a%d='1'" % one for one in range(70))
        names = b"".join(b"<a%d/>" % one for one in range(5000))
        for data in (deep, wide, b"<a " + many + b"/>", names, b"<a " + b" " * 20000):
            self.assertEqual(self.refused(data), "policy-violation", data[:9])

    def test_forgotten(self) -> None:
        """
        What was refused waits for no garbage collection: strangers who sent this
        filled 50 MB a second.
        """
        forgotten = Forgotten(self)
        many = " ".join(f"a{number}='1'" for number in range(900))
        for bad in (f"<a {many}/>", "<a>" * 3000, "<!-- -->", "<a", "<a></b>", "x"):
            parser = opened(XmlLimits(stanza=10000, depth=64))
            events = parser.feed(f"{bad}{' ' * 20000}".encode())
            forgotten.add(*(each for each in events if isinstance(each, StreamFault)))
            parser.close()
        del parser, events
        forgotten.check()

    def test_encodings(self) -> None:
        """
        It is UTF-8 or nothing.
        """
        for data in (
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
            b"<?xml version='1.0' encoding='UTF-16'?><a/>",
        ):
            [fault] = XmlParser(XmlLimits()).feed(data)
            assert isinstance(fault, StreamFault)
            self.assertEqual(fault.condition, "unsupported-encoding")
        self.assertEqual(self.refused(b"<a>\xff</a>"), "not-well-formed")
        self.assertEqual(self.refused(b"<a>\xed\xa0\x80</a>"), "not-well-formed")

    def test_malformed(self) -> None:
        """
        What is no XML is told by the right name.
        """
        for data, condition in (
            (b"<a></b>", "not-well-formed"),
            (b"<a b='1' b='2'/>", "not-well-formed"),
            (b"<a>\x00</a>", "not-well-formed"),
            (b"<x:a/>", "bad-namespace-prefix"),
            (b"<a xmlns:xml='u'/>", "bad-namespace-prefix"),
            (b"text", "bad-format"),
            (b"<a>&nbsp;</a>", "restricted-xml"),
        ):
            self.assertEqual(self.refused(data), condition, data)
