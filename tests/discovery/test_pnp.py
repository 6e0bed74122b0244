"""
Tests for L{gigasetd.discovery.pnp}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.pnp import (
    LONGEST,
    PnpServer,
    answer,
    parseRequest,
)
from gigasetd.errors import BadValue
from gigasetd.ratelimit.amplification import fits
from gigasetd.sip.message.message import Response, parse

PHONE = "192.168.1.77"
US = PnpServer("http://192.168.1.5/device", "192.168.1.5", 40000, "abcd")


def subscribe(
    uri: str = "sip:MAC%3A7C2F80123456@local",
    event: str = 'ua-profile;profile-type="device";vendor="X"',
    via: str = f"{PHONE}:5070;branch=z9hG4bK1",
    more: str = "Accept: application/url\r\n",
) -> bytes:
    """
    What a base sends to its link when it starts.
    """
    return (
        f"SUBSCRIBE {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {via}\r\n"
        "Max-Forwards: 70\r\n"
        f"From: <{uri}>;tag=9\r\n"
        f"To: <{uri}>\r\n"
        "Call-ID: 1@base\r\n"
        "CSeq: 3 SUBSCRIBE\r\n"
        f"Contact: <sip:{PHONE}:5070>\r\n"
        "User-Agent: C610 IP/42.021.00.000.000\r\n"
        f"Event: {event}\r\n"
        f"{more}"
        "Expires: 0\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def stranger(mac: str) -> bool:
    """
    No device is ours.
    """
    return False


class PnpTests(SynchronousTestCase):
    """
    A base that asks its link is told where its settings are.
    """

    def ask(self, data: bytes):
        """
        Read a question that must be one.
        """
        ask = parseRequest(data, stranger)
        self.assertIsNotNone(ask)
        return ask

    def answered(self, data: bytes, port: int = 5070):
        """
        The answers to it.
        """
        return answer(self.ask(data), US, PHONE, port)

    def test_vector(self) -> None:
        """
        T15: 200, then a NOTIFY whose body is the URL and nothing else.
        """
        said, notify = self.answered(subscribe())
        response = parse(said.data)
        self.assertIsInstance(response, Response)
        self.assertEqual(response.code, 200)
        self.assertEqual(response.get("cseq"), "3 SUBSCRIBE")
        self.assertEqual(response.get("expires"), "0")
        asked = parse(notify.data)
        self.assertEqual(asked.start, f"NOTIFY sip:{PHONE}:5070 SIP/2.0")
        self.assertIsNone(asked.fault)
        self.assertEqual(asked.get("content-type"), "application/url")
        self.assertEqual(asked.body, US.url)
        self.assertEqual(asked.get("event"), "ua-profile;effective-by=0")
        self.assertEqual(asked.get("to"), "<sip:MAC%3A7C2F80123456@local>;tag=9")
        self.assertEqual(asked.get("from"), response.get("to"))
        self.assertEqual([said.to, notify.to], [(PHONE, 5070)] * 2)

    def test_facts(self) -> None:
        """
        The question tells MAC, model and firmware.
        """
        ask = self.ask(subscribe())
        self.assertEqual(ask.mac, "7C2F80123456")
        self.assertEqual(ask.agent.base, "C610 IP")
        self.assertEqual(ask.agent.firmware, "42.021.00.000.000")

    def test_port(self) -> None:
        """
        The answer goes where the phone says, or where it asked from where it
        wants that; never to another address.
        """
        for via, port in (
            (f"{PHONE}:5070;branch=z9hG4bK1", 5070),
            (f"{PHONE};branch=z9hG4bK1", 5060),
            (f"{PHONE}:5070;rport;branch=z9hG4bK1", 6000),
            ("8.8.8.8:5070;branch=z9hG4bK1", 6000),
        ):
            said, notify = self.answered(subscribe(via=via), 6000)
            self.assertEqual(said.to, (PHONE, port), via)
            self.assertEqual(notify.to[0], PHONE)

    def test_foreignContact(self) -> None:
        """
        A Contact with somebody else's address draws nothing there.
        """
        data = subscribe().replace(
            b"Contact: <sip:192.168.1.77", b"Contact: <sip:8.8.8.8"
        )
        self.assertEqual(self.answered(data, 6000)[1].to, (PHONE, 6000))

    def test_spellings(self) -> None:
        """
        Desk phones and newer bases write it in their own ways.
        """
        for data in (
            subscribe(uri="sip:MAC%3a7c2f80123456@gigaset.com"),
            subscribe(uri="sip:mac:7C2F80123456@224.0.1.75"),
            subscribe(more="Accept: text/plain, application/url;q=1\r\n"),
            subscribe(more=""),
            subscribe("sip:MAC%3A001122334455@local", 'ua-profile;vendor="Gigaset"'),
        ):
            self.ask(data)
        other = subscribe("sip:MAC%3A001122334455@local")
        self.assertIsNotNone(parseRequest(other, lambda mac: mac == "001122334455"))

    def test_notForUs(self) -> None:
        """
        Other makers' phones are left to other servers, and everything else is
        passed over in silence.
        """
        for data in (
            subscribe("sip:MAC%3A001122334455@local"),
            subscribe(event="presence"),
            subscribe("sip:7C2F80123456@local"),
            subscribe("sip:MAC%3A7C2F80@local"),
            subscribe(more="Accept: text/plain\r\n"),
            subscribe().replace(b"SUBSCRIBE", b"OPTIONS"),
            b"SIP/2.0 200 OK" + subscribe()[subscribe().index(b"\r\n") :],
        ):
            self.assertIsNone(parseRequest(data, stranger), data)

    def test_broken(self) -> None:
        """
        What is broken or long is refused before anything is made of it.
        """
        for data in (
            b"",
            b"\0" * 500,
            subscribe() + b"x" * LONGEST,
            subscribe().replace(b"Call-ID", b"Call-Me"),
        ):
            self.assertRaises(BadValue, parseRequest, data, stranger)

    def test_bounded(self) -> None:
        """
        To a request as phones send it, the two answers together are bounded.
        """
        long = subscribe(via=f"{PHONE};branch=" + "a" * 900)
        for data in (subscribe(), long):
            sizes = [len(out.data) for out in self.answered(data)]
            self.assertTrue(fits(len(data), *sizes), sizes)
            for size in sizes:
                self.assertLess(size, len(data) + 400)
