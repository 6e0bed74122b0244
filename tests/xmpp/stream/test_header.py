"""
Tests for L{gigasetd.xmpp.stream.header}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.stanza.namespaces import make
from gigasetd.xmpp.stanza.parser import (
    StreamFault,
    StreamOpened,
    XmlLimits,
    XmlParser,
)
from gigasetd.xmpp.stream import header
from tests.xmpp.streaming import HEADER


def parsed(text: str) -> header.StreamHeader:
    """
    Read a client's header.
    """
    [opened] = XmlParser(XmlLimits()).feed(text.encode())
    assert isinstance(opened, StreamOpened)
    return header.StreamHeader(opened)


class ClientTests(SynchronousTestCase):
    """
    Headers of clients.
    """

    def assertFault(self, text: str, condition: str) -> None:
        """
        A header ends the stream.
        """
        fault = self.assertRaises(StreamFault, parsed, text)
        self.assertEqual(fault.condition, condition)

    def test_addresses(self) -> None:
        """
        Domain and sender are prepared; a malformed sender is none.
        """
        text = HEADER.replace("gigaset.net", "GigaSet.NET.")
        for sender, bare in (("1@Gigaset.net/R", "1@gigaset.net"), ("@", "")):
            result = parsed(text.replace(" to=", f" from='{sender}' to="))
            self.assertEqual((result.to, result.sender), ("gigaset.net", bare))
        self.assertEqual(parsed(HEADER.replace("to='gigaset.net'", "")).to, "")

    def test_addressing(self) -> None:
        """
        A header is addressed to a domain.
        """
        for to in ("1@gigaset.net", "gigaset.net/r", "a..b"):
            self.assertFault(HEADER.replace("gigaset.net", to), "improper-addressing")

    def test_versions(self) -> None:
        """
        Below 1.0 and without a version a header is an old one.
        """
        for version, old in (("1.0", False), ("2.13", False), ("0.9", True)):
            text = HEADER.replace("version='1.0'>", f"version='{version}'>")
            self.assertIs(parsed(text).old, old)
        self.assertTrue(parsed(HEADER.replace(" version='1.0'>", ">")).old)
        for version in ("", "1", "1.0.0", "x", "-1.0", "1234567890.0"):
            text = HEADER.replace("version='1.0'>", f"version='{version}'>")
            self.assertFault(text, "unsupported-version")

    def test_namespaces(self) -> None:
        """
        A client's stream has its two namespaces.
        """
        for text in (
            HEADER.replace("jabber:client", "jabber:server"),
            HEADER.replace("etherx.jabber.org/streams", "example.org"),
            HEADER.replace("stream:stream", "stream:other"),
        ):
            self.assertFault(text, "invalid-namespace")


class ServerTests(SynchronousTestCase):
    """
    What we write.
    """

    def test_header(self) -> None:
        """
        Our header repeats nothing unescaped; an old client gets no version.
        """
        text = header.header("a.org", "i'd", to="x'@b")
        self.assertIn(" id='i&apos;d' from='a.org' to='x&apos;@b'", text)
        self.assertIn(" version='1.0' xml:lang='en'>", text)
        text = header.header("a.org", "id", old=True)
        self.assertTrue(text.endswith(" id='id' from='a.org'>"), text)

    def test_error(self) -> None:
        """
        An error has its condition, its text and its detail, and the end.
        """
        text = header.error("conflict", "a<b", make("u", "x"))
        namespace = "urn:ietf:params:xml:ns:xmpp-streams"
        self.assertEqual(
            text,
            f"<stream:error><conflict xmlns='{namespace}'/>"
            f"<text xmlns='{namespace}' xml:lang='en'>a&lt;b</text><x xmlns='u'/>"
            "</stream:error></stream:stream>",
        )
        self.assertNotIn("<text", header.error("conflict"))

    def test_mechanisms(self) -> None:
        """
        Channel bindings are listed where there are some.
        """
        self.assertNotIn("channel-binding", header.mechanisms(["PLAIN"], []))
        text = header.mechanisms(["A", "B"], ["tls-exporter"])
        self.assertIn("<mechanism>A</mechanism><mechanism>B</mechanism>", text)
        self.assertIn("<channel-binding type='tls-exporter'/>", text)

    def test_limits(self) -> None:
        """
        No limit of idle time is not written.
        """
        self.assertNotIn("idle", header.limits(5, 0))
        text = header.limits(5, 7)
        self.assertIn("<max-bytes>5</max-bytes><idle-seconds>7<", text)

    def test_sasl(self) -> None:
        """
        An empty success has no content at all.
        """
        sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
        self.assertEqual(header.sasl("success"), f"<success xmlns='{sasl}'/>")
        text = header.sasl("challenge", "eA==")
        self.assertEqual(text, f"<challenge xmlns='{sasl}'>eA==</challenge>")
        self.assertIn("<text xml:lang='en'>a&amp;b</text>", header.failure("x", "a&b"))
