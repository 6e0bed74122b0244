"""
Tests of L{gigasetd.sip.message.message} against RFC 4475.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.message.message import MalformedSIP, Request, Response, parse
from gigasetd.sip.message.uri import parseAddress, parseURI
from tests.sip.message.malformed import DROPPED, FAULTS
from tests.sip.message.torture import VALID
from tests.sip.wire import broken, sdp


def accepted(name: str) -> Request:
    """
    A torture request that must have no fault.
    """
    message = parse(VALID[name])
    assert message.fault is None, (name, message.fault)
    assert isinstance(message, Request)
    return message


class TortureTests(SynchronousTestCase):
    """
    RFC 4475: strange phones are served, broken ones are told.
    """

    def test_valid(self) -> None:
        """
        Every well-formed message is taken without complaint.
        """
        for name, data in VALID.items():
            self.assertIsNone(parse(data).fault, name)

    def test_faults(self) -> None:
        """
        Every broken message that can be answered tells its code.
        """
        for name, (code, data) in FAULTS.items():
            fault = parse(data).fault
            assert fault is not None, name
            self.assertEqual(fault.code, code, name)

    def test_faultyCanBeAnswered(self) -> None:
        """
        Whatever is wrong, all that an answer copies is there.
        """
        for _, data in FAULTS.values():
            message = parse(data)
            self.assertTrue(message.via.host)
            for name in ("from", "to", "call-id", "cseq"):
                self.assertIn(name, message.first)

    def test_dropped(self) -> None:
        """
        What cannot be answered is refused by the one error that says so.
        """
        for name, data in DROPPED.items():
            with self.assertRaises(MalformedSIP, msg=name):
                parse(data)

    def test_tortuous(self) -> None:
        """
        wsinv: folds, blanks and compact names hide nothing.
        """
        message = accepted("wsinv")
        self.assertEqual(message.body, sdp("192.0.2.4", "192.0.2.3"))
        self.assertEqual((message.cseq, message.cseqMethod), (9, "INVITE"))
        self.assertEqual(message.get("max-forwards"), "0068")
        self.assertEqual(message.get("subject"), "")
        self.assertEqual(
            message.get("newfangledheader"),
            "newfangled value continued newfangled value",
        )
        self.assertEqual(
            (message.via.host, message.via.branch), ("192.0.2.2", "390skdjuw")
        )
        self.assertEqual(len(message.values("via")), 3)
        sender = parseAddress(message.first["from"])
        self.assertEqual(
            (sender.display, sender.param("tag")), ('J Rosenberg \\"', "98asjd8")
        )
        contact = parseAddress(message.first["contact"])
        self.assertEqual(contact.display, 'Quoted string ""')
        self.assertEqual(contact.param("newparam"), "newvalue")
        self.assertEqual(contact.param("q"), "0.33")
        self.assertEqual(parseAddress(message.first["to"]).param("tag"), "1918181833n")

    def test_strangeCharacters(self) -> None:
        """
        intmeth: every character that a token may hold, and octets above 127.
        """
        message = accepted("intmeth")
        self.assertEqual(message.method, message.cseqMethod)
        uri = parseURI(message.uri)
        self.assertEqual(uri.host, "example.com")
        self.assertTrue(uri.user.endswith("(doesn't-it)"))
        sender = parseAddress(message.first["from"])
        self.assertEqual(sender.param("tag"), "_token~1'+`*%!-.")
        self.assertEqual(message.encode(), VALID["intmeth"])

    def test_nul(self) -> None:
        """
        A NUL in a head is refused, though RFC 4475 would let a quoted one
        pass: no database's text could hold it.  A body may hold any octet.
        """
        data = VALID["intmeth"].replace(b"BEL", b"NUL:\\\0")
        fault = parse(data).fault
        assert fault is not None
        self.assertEqual(fault.code, 400)
        self.assertNotIn("\0", "".join(parse(data).lines))
        self.assertEqual(len(accepted("mpart01").body), 256)

    def test_escapes(self) -> None:
        """
        esc01, esc02, escnull: a percent sign escapes in URIs and nowhere else.
        """
        contact = parseURI(parseAddress(accepted("esc01").first["contact"]).uri)
        self.assertEqual(contact.param("lr"), "")
        self.assertNotEqual(contact.param("name"), "valuea")
        message = accepted("esc02")
        self.assertEqual(message.method, "RE%47IST%45R")
        self.assertEqual(len(message.all("contact")), 2)
        self.assertEqual(
            accepted("escnull").all("contact")[1], "<sip:%00%00@host5.example.com>"
        )

    def test_longAndMany(self) -> None:
        """
        longreq: long values and many Vias in all spellings of the name.
        """
        message = accepted("longreq")
        self.assertEqual(len(message.all("via")), 9)
        self.assertEqual(message.via.host, "sip33.example.com")
        self.assertEqual(
            message.values("via")[-1][:32], "SIP/2.0/TCP host.example.com;rec"
        )

    def test_trailingOctets(self) -> None:
        """
        dblreq: what follows the body in a datagram is dropped.
        """
        message = accepted("dblreq")
        self.assertEqual(message.body, "")
        self.assertNotIn(b"INVITE", message.encode())

    def test_userWithSemicolon(self) -> None:
        """
        semiuri: parameters in the user part stay there.
        """
        uri = parseURI(accepted("semiuri").uri)
        self.assertEqual((uri.user, uri.params), ("user;par=u%40example.net", ""))

    def test_reasons(self) -> None:
        """
        unreason, noreason: the phrase is for people, and may be absent.
        """
        message = parse(VALID["noreason"])
        assert isinstance(message, Response)
        self.assertEqual((message.code, message.phrase), (100, ""))
        message = parse(VALID["unreason"])
        assert isinstance(message, Response)
        self.assertTrue(message.phrase.startswith("= 2**3 * 5**2 "))
        self.assertEqual(len(message.body), 154)

    def test_noReasonAtAll(self) -> None:
        """
        A status line that ends after its code is understood.
        """
        data = VALID["noreason"].replace(b"100 \r", b"100\r")
        self.assertIsNone(parse(data).fault)

    def test_reasonLikeAVersion(self) -> None:
        """
        A phrase may look like the end of a request line.
        """
        message = parse(broken("SIP/2.0 200 SIP/2.0"))
        self.assertIsInstance(message, Response)
        self.assertIsNone(message.fault)

    def test_badAddresses(self) -> None:
        """
        quotbal, badaspec, regbadct: addresses that nobody can guess.
        """
        for text in (
            '"Mr. J. User <sip:j.user@example.com>',
            '"Watson, Thomas" < sip:t.watson@example.org >',
            "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
        ):
            with self.assertRaises(BadValue, msg=text):
                parseAddress(text)

    def test_unquotedDisplay(self) -> None:
        """
        baddn: a comma in a bare name is let pass, as From and To are no lists.
        """
        address = parseAddress("Bell, Alexander <sip:a.g.bell@example.com>;tag=43")
        self.assertEqual(
            (address.display, address.param("tag")), ("Bell, Alexander", "43")
        )

    def test_unknownSchemes(self) -> None:
        """
        unkscm, unksm2: other schemes are for the rules to refuse.
        """
        with self.assertRaises(BadValue):
            parseURI(accepted("unkscm").uri)
        self.assertEqual(
            parseAddress(accepted("unksm2").first["to"]).uri, "isbn:2983792873"
        )
