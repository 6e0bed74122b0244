"""
Tests for L{gigasetd.xmpp.stanza.namespaces}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.stanza.namespaces import (
    elements,
    make,
    oldStamp,
    payload,
    readdressed,
    stamp,
    stanza,
    weight,
    withChildren,
    wrap,
)
from gigasetd.xmpp.stanza.stanza import parse, serialize


class MakeTests(SynchronousTestCase):
    """
    Elements of our own.
    """

    def test_make(self) -> None:
        """
        Python's keywords can be attributes too.
        """
        element = make("u", "x", "text", from_="a", id="1")
        self.assertEqual(serialize(element), "<x xmlns='u' from='a' id='1'>text</x>")

    def test_wrap(self) -> None:
        """
        Children come in order.
        """
        element = stanza("iq", wrap("u", "q", make("u", "a"), make("v", "b")), type="x")
        expected = "<iq type='x'><q xmlns='u'><a/><b xmlns='v'/></q></iq>"
        self.assertEqual(serialize(element), expected)

    def test_copies(self) -> None:
        """
        A copy leaves the original as it was.
        """
        text = "<message to='a'><body>x</body></message>"
        element = parse(text)
        copy = readdressed(element, "b")
        self.assertEqual(serialize(copy), text.replace("'a'", "'b'"))
        other = withChildren(element, [])
        other.attributes["id"] = "1"
        self.assertEqual(serialize(other), "<message to='a' id='1'/>")
        self.assertEqual(serialize(element), text)


class ReadTests(SynchronousTestCase):
    """
    Elements of others.
    """

    def test_payload(self) -> None:
        """
        The payload of an iq is its only child element.
        """
        first = payload(parse("<iq> <a/>x</iq>"))
        assert first is not None
        self.assertEqual(first.name, "a")
        for text in ("<iq/>", "<iq>x</iq>", "<iq><a/><b/></iq>"):
            self.assertIsNone(payload(parse(text)))

    def test_elements(self) -> None:
        """
        Text is no element.
        """
        names = [each.name for each in elements(parse("<a>x<b/>y<c/></a>"))]
        self.assertEqual(names, ["b", "c"])

    def test_weight(self) -> None:
        """
        The estimate is close to what is written.
        """
        for text in (
            "<message to='1@gigaset.net' id='1'><body>hello</body></message>",
            "<a><b><c/></b></a>",
            f"<body>{'x' * 1000}</body>",
        ):
            element = parse(text)
            written = len(serialize(element))
            self.assertLess(abs(weight(element) - written), 0.2 * written + 10)

    def test_stamps(self) -> None:
        """
        Times are in UTC, in the forms of XEP-0082 and XEP-0091.
        """
        self.assertEqual(stamp(1_700_000_000.25), "2023-11-14T22:13:20.250Z")
        self.assertEqual(oldStamp(1_700_000_000.25), "20231114T22:13:20")
