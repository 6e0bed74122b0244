"""
Tests of L{gigasetd.web.phone.redirectapi}.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from xmlrpc.client import Fault, loads

from twisted.internet.defer import Deferred

from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import StoreError
from gigasetd.registry.model import Token
from tests.web.case import FAR, MAC, MONDAY, Answer
from tests.web.phone.test_redirect import PHONE, URL, RedirectCase
from tests.web.phone.test_xmlrpc import BOMB, called


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

    def test_scope(self) -> None:
        """
        A token of the scope redirect may call, and one for other work may not.
        """
        body = called(method="autoprov.listDevices")
        for scope, code in (("redirect", 200), ("read", 403), ("metrics", 403)):
            self.registry.put(Token(scope, tokenHash("x"), MONDAY, scope))
            answer = self.post(body, f"{scope}:x".encode())
            self.assertEqual(answer.code, code, scope)
        self.assertIn(b"the redirect API needs redirect or admin", answer.body)
        self.assertEqual(self.built.status.counters["redirect"]["calls_scope"], 2)

    def scoped(self, method: str, *arguments: Any, user: str = "it") -> Any:
        """
        Make a call with a token of the scope redirect.
        """
        self.registry.put(Token("it", tokenHash("x"), MONDAY, "redirect"))
        return self.call(called(*arguments, method=f"autoprov.{method}"), user, "x")

    def test_macId(self) -> None:
        """
        A token of the scope redirect does not learn the four characters of a
        device, with which anybody gets its password: it has to know them.
        """
        refused = [False, f"mac_invalid:{PHONE}"]
        self.assertEqual(self.scoped("registerDevice", PHONE, URL, "x"), refused)
        right = f"{PHONE}-AB12"
        self.assertEqual(self.scoped("registerDevice", right, URL, "x"), [True, "OK"])

    def test_macIdGuessed(self) -> None:
        """
        It cannot try them out either: ten guesses of a source are answered, one
        in each call.
        """
        twice = [f"{PHONE}-AAAA", f"{PHONE}-AB12"]
        self.assertRaises(Fault, self.scoped, "registerDeviceList", twice, URL, "x")
        for n in range(10):
            wrong = f"{PHONE}-AAA{n}"
            answer = self.scoped("registerDevice", wrong, URL, "x")
            self.assertEqual(answer, [False, f"mac_invalid:{wrong}"])
        body = called(f"{PHONE}-AB12", URL, "x", method="autoprov.registerDevice")
        self.assertEqual(self.post(body, b"it:x").code, 429)
        self.assertNotIn(PHONE, self.registry.redirects)

    def test_guessed(self) -> None:
        """
        An address that guesses tokens is shut out, the right one included.
        """
        body = called(method="autoprov.listDevices")
        codes = [self.post(body, "Büro:guess".encode()).code for _ in range(20)]
        self.assertEqual(codes, [401] * 10 + [429] * 10)
        self.assertEqual(self.post(body, "Büro:s:3cret".encode()).code, 429)
        self.assertEqual(self.built.status.counters["redirect"]["calls_limited"], 11)

    def test_flood(self) -> None:
        """
        One address makes as many calls as C{guard.burst} says, also with a token.
        """
        body = called(method="autoprov.listDevices")
        good = "Büro:s:3cret".encode()
        codes = [self.post(body, good).code for _ in range(205)]
        self.assertEqual((codes[0], codes[-1]), (200, 429))
        self.assertEqual(codes.count(200), 200)

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
