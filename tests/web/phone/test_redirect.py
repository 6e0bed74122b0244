"""
Tests of L{gigasetd.web.phone.redirect}: vector T13 of the protocol notes, and the
API for integrators.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import md5
from typing import Any
from xmlrpc.client import Fault, loads

from twisted.internet.defer import Deferred

from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import StoreError
from gigasetd.provisioning.redirect import register
from gigasetd.registry.model import Token
from tests.web.case import FAR, MAC, MONDAY, Answer, WebCase
from tests.web.phone.test_xmlrpc import BOMB, called

PHONE = "012345678901"
PATH = "/macredirect/ap?mac=01:23:45:67:89:01"
URL = "http://pbx.example.com/x.xml"


def hashed(text: str) -> str:
    """
    MD5, in hexadecimal.
    """
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class RedirectCase(WebCase):
    """
    One device of T13, with its characters.
    """

    def setUp(self) -> None:
        """
        Add it.
        """
        super().setUp()
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(mac=PHONE, number="", mac_id="AB12"))

    def answered(
        self, path: str = PATH, username: str = PHONE, password: str = "AB12",
        host: str = FAR, uri: str = "", nonce: str = "",
    ) -> Answer:  # fmt: skip
        """
        Ask, and answer the challenge as a phone does.
        """
        first = self.ask(path, host)
        if first.code != 401:
            return first
        told = dict(re.findall(r'(\w+)="([^"]*)"', first.headers["www-authenticate"]))
        nonce, uri = nonce or told["nonce"], uri or path
        one = hashed(f"{username}:{told['realm']}:{password}")
        two = hashed(f"GET:{uri}")
        proof = hashed(f"{one}:{nonce}:00000001:0a4f113b:auth:{two}")
        text = (
            f'Digest username="{username}", realm="{told["realm"]}", nonce="{nonce}", '
            f'uri="{uri}", qop=auth, nc=00000001, cnonce="0a4f113b", '
            f'response="{proof}", algorithm=MD5'
        )
        return self.ask(path, host, Authorization=text)


class FollowTests(RedirectCase):
    """
    C{/macredirect/ap}.
    """

    def test_challenge(self) -> None:
        """
        T13: a Digest challenge with MD5 and qop "auth" only.
        """
        answer = self.ask(PATH, FAR)
        self.assertEqual(answer.code, 401)
        self.assertRegex(
            answer.headers["www-authenticate"],
            r'^Digest realm="[^"]+", nonce="[^"]+", algorithm=MD5, qop="auth"$',
        )

    def test_own(self) -> None:
        """
        T13: a phone without a redirect comes to its settings here.
        """
        answer = self.answered()
        self.assertEqual(answer.code, 307)
        self.assertRegex(
            answer.headers["location"],
            rf"^http://127\.0\.0\.1:8080/device/{PHONE}\.xml$",
        )

    def test_elsewhere(self) -> None:
        """
        A phone that an integrator has registered goes where that says.
        """
        self.web_register()
        self.assertEqual(self.answered().headers["location"], URL)

    def web_register(self) -> None:
        """
        Register it.
        """
        register(self.registry, [PHONE], URL, "PBX", MONDAY)

    def test_pathOnly(self) -> None:
        """
        Phones that leave the query out of the digest's uri, or write their
        four characters small, are as good.
        """
        self.assertEqual(self.answered(uri="/macredirect/ap").code, 307)
        self.assertEqual(self.answered(password="ab12").code, 307)

    def test_wrong(self) -> None:
        """
        A wrong answer, an unknown MAC, a MAC whose characters nobody knows and
        somebody else's proof all look the same.
        """
        other = PATH.replace("01:23:45:67:89:01", MAC)
        seen = {
            self.shape(answer)
            for answer in (
                self.answered(password="AB13"),
                self.answered(password=""),
                self.answered(other, MAC, ""),
                self.answered(other, MAC, "AB12"),
                self.answered(other),
                self.answered(PATH[:-2] + "02", "012345678902", "AB12"),
                self.answered("/macredirect/ap"),
                self.answered("/macredirect/ap?mac=nonsense"),
                self.answered(uri="/checkin"),
            )
        }
        self.assertEqual(len(seen), 1)
        self.assertEqual(next(iter(seen))[0], 401)

    def shape(self, answer: Answer) -> tuple[Any, ...]:
        """
        An answer without what must differ.
        """
        header = re.sub('nonce="[^"]+"', "", answer.headers["www-authenticate"])
        return answer.code, header, tuple(sorted(answer.headers)), answer.body

    def test_nonce(self) -> None:
        """
        A proof for somebody else's challenge is asked for anew.
        """
        first = self.ask(PATH, "198.51.100.7").headers["www-authenticate"]
        (nonce,) = re.findall('nonce="([^"]*)"', first)
        answer = self.answered(nonce=nonce)
        self.assertEqual(answer.code, 401)
        self.assertIn("stale=true", answer.headers["www-authenticate"])

    def test_guessing(self) -> None:
        """
        Four characters cannot be tried out, neither from one address nor from
        many; the owner's own network is not locked out by that.
        """
        for n in range(10):
            self.answered(password=f"X{n}YZ")
        self.assertEqual(self.answered().code, 429)
        for n in range(20):
            self.answered(password=f"X{n}YZ", host=f"198.51.100.{n}")
        self.assertEqual(self.answered(host="198.51.100.99").code, 429)
        self.assertEqual(self.answered(host="192.168.1.9").code, 307)

    def test_access(self) -> None:
        """
        Whoever has proven itself may see its own device's pages from there
        for a while, and nobody else's; a new secret ends that.
        """
        clients, now = self.clients(), self.web._routes.targets.redirects._now()
        self.assertFalse(clients.mayFetch(self.registry, PHONE, FAR, now))
        self.answered()
        self.assertTrue(clients.mayFetch(self.registry, PHONE, FAR, now))
        self.assertFalse(clients.mayFetch(self.registry, PHONE, "198.51.100.7", now))
        self.assertFalse(clients.mayFetch(self.registry, MAC, FAR, now))
        device = self.registry.devices[PHONE]
        self.registry.put(device._replace(mac_id="ZZZZ"))
        self.registry.notify()
        self.assertFalse(clients.mayFetch(self.registry, PHONE, FAR, now))

    def clients(self) -> Any:
        """
        Who may see what.
        """
        return self.web._routes.targets.redirects._clients


class CallTests(RedirectCase):
    """
    C{/apxml/rpc.do}.
    """

    def setUp(self) -> None:
        """
        One token.
        """
        super().setUp()
        self.registry.put(Token("Büro", tokenHash("s:3cret"), MONDAY))

    def call(self, body: bytes, user: str = "Büro", secret: str = "s:3cret") -> Any:
        """
        Make a call.

        @return: what it returned.
        """
        answer = self.post(body, f"{user}:{secret}".encode())
        self.assertEqual(answer.code, 200)
        self.assertEqual(answer.headers["content-type"], "text/xml; charset=utf-8")
        return loads(answer.body)[0][0]

    def post(self, body: bytes, credentials: bytes) -> Answer:
        """
        Send a request.
        """
        coded = b64encode(credentials).decode()
        return self.ask(
            "/apxml/rpc.do", FAR, b"POST", body, Authorization=f"Basic {coded}"
        )

    def do(self, method: str, *arguments: Any) -> Any:
        """
        One of the six.
        """
        return self.call(called(*arguments, method=f"autoprov.{method}"))

    def test_six(self) -> None:
        """
        All methods, as an integrator's script calls them; what it is told is
        on disk.
        """
        self.assertEqual(
            self.do("registerDevice", f"{PHONE}-AB12", URL, "PBX"), [True, "OK"]
        )
        self.assertEqual(self.settled, 1)
        row = [PHONE, "PBX", URL, "2026-11-23 12:00:00"]
        self.assertEqual(self.do("checkDevice", PHONE), [True, *row])
        self.assertEqual(self.do("listDevices"), [row])
        self.assertEqual(self.do("listDevices", "nobody"), [])
        self.assertEqual(self.settled, 1)
        self.assertEqual(self.do("deregisterDevice", PHONE), [True, "OK"])
        self.assertEqual(
            self.do("registerDeviceList", [PHONE, f"{MAC}-1234"], URL, "PBX"),
            [True, "OK:AB12", "OK"],
        )
        self.assertEqual(
            self.do("deregisterDeviceList", [PHONE, MAC]), [True, "OK", "OK"]
        )

    def test_denied(self) -> None:
        """
        Without a right token nothing is done or told.
        """
        body = called(method="autoprov.listDevices")
        for credentials in (b"", b":", "Büro:wrong".encode(), b"x:s:3cret", b"\xff:x"):
            answer = self.post(body, credentials)
            self.assertEqual(answer.code, 401)
            self.assertTrue(answer.headers["www-authenticate"].startswith("Basic "))
        for odd in ("Basic", "Basic !!!", "Bearer x", "Basic =", "Digest x"):
            answer = self.ask("/apxml/rpc.do", FAR, b"POST", body, Authorization=odd)
            self.assertEqual(answer.code, 401)
        self.assertEqual(self.ask("/apxml/rpc.do").code, 405)

    def test_faults(self) -> None:
        """
        What cannot be understood is a fault of XML-RPC, also a bomb.
        """
        for body in (
            BOMB,
            b"x",
            called(method="system.shutdown"),
            called("x", method="checkDevice"),
            called(method="autoprov.checkDevice"),
            called(["x"], method="autoprov.checkDevice"),
            called("x", URL, "n", method="autoprov.registerDeviceList"),
            called("x", "y", method="autoprov.listDevices"),
        ):
            self.assertRaises(Fault, self.call, body)
        self.assertEqual(self.built.status.counters["redirect"]["calls_bad"], 8)

    def test_tooLong(self) -> None:
        """
        A call longer than any request may be is cut off.
        """
        answer = self.post(called("x" * 20000), "Büro:s:3cret".encode())
        self.assertEqual(answer.code, 413)


class DurableTests(RedirectCase):
    """
    The disk takes its time, or is full.
    """

    def setUp(self) -> None:
        """
        A store that says when it is done.
        """
        self.waiting: list[Deferred[None]] = []

        def safe(number: int) -> Deferred[None]:
            self.waiting.append(Deferred())
            return self.waiting[-1]

        super().setUp()
        self.built.store.safe = safe  # type: ignore[method-assign]
        self.registry.put(Token("Büro", tokenHash("s:3cret"), MONDAY))
        self.text = called(f"{PHONE}-AB12", URL, "P", method="autoprov.registerDevice")

    def begin(self) -> Any:
        """
        Register, without waiting for the answer.
        """
        coded = b64encode("Büro:s:3cret".encode()).decode()
        channel, transport = self.connect(FAR)
        head = (
            "POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\nContent-Length: "
            f"{len(self.text)}\r\nAuthorization: Basic {coded}\r\n\r\n"
        )
        channel.dataReceived(head.encode() + self.text)
        return transport

    def test_waits(self) -> None:
        """
        The answer leaves when the change is on disk, not before.
        """
        transport = self.begin()
        self.assertEqual(transport.value(), b"")
        self.waiting[0].callback(None)
        self.assertIn(b"<string>OK</string>", transport.value())

    def test_full(self) -> None:
        """
        Where it does not get there, that is said.
        """
        transport = self.begin()
        self.waiting[0].errback(StoreError("disk full"))
        self.assertTrue(transport.value().startswith(b"HTTP/1.1 503"))
