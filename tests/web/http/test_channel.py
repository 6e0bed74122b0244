"""
Tests of L{gigasetd.web.http.channel}.
"""

from __future__ import annotations

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from gigasetd.config.sections.http import HttpSection
from tests.info.checker import check
from tests.web.case import NEAR, WebCase, answers

GET = b"GET /info/menu.jsp HTTP/1.1\r\nHost: x\r\n\r\n"


class LimitTests(WebCase):
    """
    What is too much, too many or too slow.
    """

    http = HttpSection(max_request=4096, max_connections=3, timeout=30)

    def refused(self, data: bytes) -> int:
        """
        The code of the one answer, after which the connection is closed.
        """
        channel, transport = self.connect()
        channel.dataReceived(data)
        channel.dataReceived(GET)
        (answer,) = answers(transport.value())
        check(answer.body)
        self.assertEqual(answer.headers["connection"], "close")
        self.assertTrue(transport.disconnecting)
        self.end(channel)
        return answer.code

    def end(self, channel: object) -> None:
        """
        The peer is gone.
        """
        channel.connectionLost(Failure(ConnectionDone()))  # type: ignore[attr-defined]

    def test_form(self) -> None:
        """
        What is no HTTP is refused with a page that a phone can show, and the
        next connection is served.
        """
        for data in (
            b"\0\xff\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
            b"POST /checkin HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            b"POST /checkin HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"POST /checkin HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ):  # fmt: skip
            self.assertEqual(self.refused(data), 400, data)
        self.assertEqual(self.site.counts["bad_requests"], 8)
        self.assertEqual(self.send(GET)[0].code, 200)

    def test_method(self) -> None:
        """
        A method that we don't have is refused, in whatever letters.
        """
        for method in (b"DELETE", b"get", b"PROPFIND", b"CONNECT"):
            self.assertEqual(self.refused(method + b" /info/ HTTP/1.1\r\n\r\n"), 405)

    def test_longTarget(self) -> None:
        """
        A request line longer than the limit is refused, also before its end.
        """
        self.assertEqual(self.refused(b"GET /" + b"a" * 5000), 414)
        line = b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n"
        self.assertEqual(self.refused(line), 414)

    def test_headers(self) -> None:
        """
        Headers are bounded in length, in number, and all together.
        """
        for headers in (
            b"A: " + b"a" * 5000 + b"\r\n",
            b"A: b\r\n" * 200,
            (b"A: " + b"a" * 1000 + b"\r\n") * 5,
        ):
            self.assertEqual(
                self.refused(b"GET / HTTP/1.1\r\n" + headers + b"\r\n"), 431
            )

    def test_body(self) -> None:
        """
        A body is bounded, whether it tells its length or not.
        """
        start = b"POST /checkin HTTP/1.1\r\n"
        told = b"Content-Length: 4097\r\n\r\n" + b"a" * 4097
        self.assertEqual(self.refused(start + told), 413)
        chunk = b"800\r\n" + b"a" * 2048 + b"\r\n"
        chunked = b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"
        self.assertEqual(self.refused(start + chunked), 413)
        fits = b"Content-Length: 4096\r\n\r\n" + b"a" * 4096
        self.assertEqual(self.send(start + fits)[0].code, 400)

    def test_connections(self) -> None:
        """
        So many connections at once and no more; a closed one makes room.
        """
        first, _ = self.connect()
        self.connect()
        self.connect()
        self.assertIsNone(self.site.buildProtocol(None))
        self.assertEqual(self.site.counts["connections_refused"], 1)
        self.end(first)
        self.assertEqual(self.send(GET)[0].code, 200)

    def test_slow(self) -> None:
        """
        Who sends a byte now and then is cut off as who sends nothing.
        """
        channel, transport = self.connect()
        for byte in range(29):
            self.clock.advance(1)
            channel.dataReceived(GET[byte : byte + 1])
        self.assertFalse(transport.disconnecting)
        self.clock.advance(1)
        self.assertTrue(transport.disconnecting)
        self.assertEqual(self.site.counts["timed_out"], 1)
        lost: list[bool] = []
        transport.abortConnection = lambda: lost.append(True)
        self.clock.advance(15)
        self.assertEqual(lost, [True])
        self.end(channel)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_keptAlive(self) -> None:
        """
        Each answer gives new time, and several requests may come at once.
        """
        channel, transport = self.connect()
        for _ in range(5):
            self.clock.advance(29)
            channel.dataReceived(GET + GET)
        self.assertEqual(len(answers(transport.value())), 10)
        self.assertFalse(transport.disconnecting)
        self.end(channel)

    def test_deaf(self) -> None:
        """
        Who does not take the last answer is not waited for without end.
        """
        channel, transport = self.connect()
        lost: list[bool] = []
        transport.abortConnection = lambda: lost.append(True)
        channel.dataReceived(b"GET /info/ HTTP/1.0\r\n\r\n")
        self.assertTrue(transport.disconnecting)
        self.clock.advance(30)
        self.assertEqual(lost, [True])
        self.end(channel)

    def test_stops(self) -> None:
        """
        A stop hangs up, and waits for the connections only a while.
        """
        channel, transport = self.connect(NEAR)
        transport.abortConnection = lambda: self.end(channel)
        closed = self.site.close(2.0)
        self.assertTrue(transport.disconnecting)
        self.assertNoResult(closed)
        self.clock.advance(2.0)
        self.successResultOf(closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])
