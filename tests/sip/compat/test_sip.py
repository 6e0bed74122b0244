"""
Tests of L{gigasetd.sip.compat.sip}.
"""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

from twisted.protocols import sip as stock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.compat import sip as txsip


class MessageTests(SynchronousTestCase):
    """
    Building messages as the stock module does.
    """

    def test_request(self) -> None:
        """
        A request is text as it always was.
        """
        request = txsip.Request("INVITE", "sip:foo;transport=tcp")
        request.addHeader("foo", "bar")
        request.addHeader("m", "<sip:a@b>")
        self.assertEqual(
            request.toString(),
            "INVITE sip:foo;transport=tcp SIP/2.0\r\nFoo: bar\r\n"
            "Contact: <sip:a@b>\r\n\r\n",
        )

    def test_response(self) -> None:
        """
        A response with a body.
        """
        response = txsip.Response(200, "OK")
        response.addHeader("rseq", "1")
        response.addHeader("Content-Length", "4")
        response.bodyDataReceived("1234")
        response.creationFinished()
        self.assertEqual(
            response.toString(),
            "SIP/2.0 200 OK\r\nRSeq: 1\r\nContent-Length: 4\r\n\r\n1234",
        )
        response.bodyDataReceived("5")
        self.assertRaises(ValueError, response.creationFinished)

    def test_codes(self) -> None:
        """
        Every code of IANA's registry has its phrase, as has every stock one.
        """
        self.assertEqual(
            txsip.Response(489).toString(), "SIP/2.0 489 Bad Event\r\n\r\n"
        )
        self.assertEqual(txsip.Response(299).phrase, "")
        for code in (
            *stock.statusCodes,
            199,
            202,
            412,
            422,
            423,
            430,
            439,
            440,
            555,
            580,
            608,
        ):
            self.assertTrue(txsip.statusCodes[code])

    def test_injection(self) -> None:
        """
        No value forges another line.
        """
        request = txsip.Request("INVITE", "sip:foo")
        for name, value in (
            ("a", "b\r\nc: d"),
            ("a", "b\nc"),
            ("a b", "c"),
            ("a\r\nb", "c"),
        ):
            self.assertRaises(ValueError, request.addHeader, name, value)

    def test_errors(self) -> None:
        """
        Errors are caught by the stock names, and know all codes.
        """
        error = txsip.RegistrationError(439)
        self.assertIsInstance(error, stock.RegistrationError)
        self.assertIsInstance(error, txsip.SIPError)
        self.assertEqual(
            (error.code, error.phrase), (439, "First Hop Lacks Outbound Support")
        )
        self.assertIsInstance(txsip.SIPError(999), stock.SIPError)


class ViaTests(SynchronousTestCase):
    """
    Via in the stock shape.
    """

    def test_complex(self) -> None:
        """
        One of everything, comment included.
        """
        via = txsip.parseViaHeader(
            "SIP/2.0/UDP first.example.com:4000;ttl=16;maddr=224.2.0.1"
            " ;branch=a7c6a8dlze (Example);hidden;bogus;pie=good"
        )
        self.assertEqual((via.host, via.port, via.ttl), ("first.example.com", 4000, 16))
        self.assertIsNone(via.rport)
        self.assertFalse(via.rportRequested)
        self.assertEqual(
            via.toString(),
            "SIP/2.0/UDP first.example.com:4000;hidden"
            ";ttl=16;branch=a7c6a8dlze;maddr=224.2.0.1;bogus;pie=good",
        )

    def test_rport(self) -> None:
        """
        Asked for, answered, absent.
        """
        via = txsip.parseViaHeader("SIP/2.0/UDP a;rport")
        self.assertEqual(
            (via.port, via.rportRequested, via.rportValue), (5060, True, None)
        )
        via = txsip.parseViaHeader("SIP/2.0/UDP a;received=22.13.1.5;rport=12345")
        self.assertEqual((via.received, via.rport), ("22.13.1.5", 12345))

    def test_noHostByParameter(self) -> None:
        """
        Parameters named as our attributes change none of them.
        """
        via = txsip.parseViaHeader(
            "SIP/2.0/UDP good;host=evil;port=1;transport=TCP;self=x"
        )
        self.assertEqual((via.host, via.port, via.transport), ("good", 5060, "UDP"))
        self.assertEqual(via.otherParams["host"], "evil")

    def test_bad(self) -> None:
        """
        Anything else is a C{ValueError}.
        """
        for text in (
            "",
            "SIP/2.0/UDP",
            "SIP/2.0/UDP a;rport=x",
            "SIP/2.0/UDP a;ttl",
            "a b",
        ):
            self.assertRaises(ValueError, txsip.parseViaHeader, text)


class AddressTests(SynchronousTestCase):
    """
    URLs and addresses in the stock shape.
    """

    def test_roundtrip(self) -> None:
        """
        A URL is written as it was read.
        """
        for text in (
            "sip:j.doe@big.com",
            "sip:j.doe:secret@big.com;transport=tcp",
            "sip:j.doe@big.com?subject=project",
            "sip:example.com",
            "sips:a@[::1]:5061;lr;x=y",
            "sip:+49;phone-context=x@h;user=phone",
            "tel:+4989;phone-context=x",
        ):
            url = txsip.parseURL(text)
            self.assertEqual((url.toString(), str(url)), (text, text))
            self.assertIsInstance(url, stock.URL)

    def test_complex(self) -> None:
        """
        Each part stands where it always stood.
        """
        url = txsip.parseURL(
            "sip:user:pass@hosta:123;transport=udp;user=phone;method=foo;"
            "ttl=12;maddr=1.2.3.4;blah;goo=bar?a=b&c=d"
        )
        self.assertEqual((url.username, url.password), ("user", "pass"))
        self.assertEqual((url.host, url.port, url.transport), ("hosta", 123, "udp"))
        self.assertEqual((url.usertype, url.method), ("phone", "foo"))
        self.assertEqual((url.ttl, url.maddr), (12, "1.2.3.4"))
        self.assertEqual(
            (url.other, url.headers), (["blah", "goo=bar"], {"a": "b", "c": "d"})
        )

    def test_replaced(self) -> None:
        """
        Host and port can be given instead.
        """
        url = txsip.parseURL("sip:a@b:1", host="c", port=2)
        self.assertEqual(url.toString(), "sip:a@c:2")
        self.assertRaises(ValueError, txsip.parseURL, "http://example.com")

    def test_addresses(self) -> None:
        """
        Name, URL, parameters.
        """
        for text, name, url, params in (
            (
                '"A. G. Bell" <sip:foo@example.com>',
                "A. G. Bell",
                "sip:foo@example.com",
                {},
            ),
            ("Anon <sip:foo@example.com>", "Anon", "sip:foo@example.com", {}),
            ("sip:foo@example.com;tag=1", "", "sip:foo@example.com", {"tag": "1"}),
            ('"a<b" <sip:c;lr>;x="1;2";ob', "a<b", "sip:c;lr", {"x": "1;2", "ob": ""}),
        ):
            found = txsip.parseAddress(text)
            self.assertEqual((found[0], str(found[1]), found[2]), (name, url, params))
        clean = txsip.parseAddress("<sip:a@b;transport=tcp;ttl=1?x=y>", clean=1)[1]
        self.assertEqual(str(clean), "sip:a@b")
        self.assertRaises(ValueError, txsip.parseAddress, '"a <sip:b>')


class ImportTests(SynchronousTestCase):
    """
    The stock module installs the reactor, so it comes only when asked for.
    """

    def test_grammar(self) -> None:
        """
        The grammar and the framing load neither it nor a reactor.
        """
        code = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import gigasetd.sip.message.message, gigasetd.sip.framing\n"
            "import gigasetd.sip.message.response\n"
            "names = 'twisted.protocols.sip', 'twisted.internet.reactor'\n"
            "sys.exit(any(name in sys.modules for name in names))"
        )
        root = str(Path(__file__).parents[3])
        done = run([sys.executable, "-c", code, root], check=False)
        self.assertEqual(done.returncode, 0)
