"""
Tests of L{gigasetd.web.http.channel}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from gigasetd.config.networks import Networks
from gigasetd.config.sections.http import HttpSection
from tests.forgetting import Forgotten
from tests.info.checker import check
from tests.web.case import FAR, NEAR, WebCase, answers
from tests.web.turning import turn

GET = b"GET /info/menu.jsp HTTP/1.1\r\nHost: x\r\n\r\n"
METRICS = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /checkin HTTP/1.1\r\nHost: x\r\n"


class LimitTests(WebCase):
    """
    What is too much, too many or too slow.
    """

    http = HttpSection(
        max_request=4096, max_connections=3, timeout=30, first_timeout=30
    )

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
            b"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
            POST + b"Content-Length: -1\r\n\r\n",
            POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            POST + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
            POST + b"Transfer-Encoding: identity\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            POST + b"Transfer-Encoding: identity\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
            b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
        ):  # fmt: skip
            self.assertEqual(self.refused(data), 400, data)
        self.assertEqual(self.site.counts["bad_requests"], 14)
        self.assertEqual(self.send(GET)[0].code, 200)
        # HTTP/1.0 has no Host.
        self.assertEqual(self.send(b"GET /info/ HTTP/1.0\r\n\r\n")[0].code, 200)

    def test_method(self) -> None:
        """
        A method that we don't have is refused, in whatever letters.
        """
        for method in (b"DELETE", b"get", b"PROPFIND", b"CONNECT"):
            data = method + b" /info/ HTTP/1.1\r\nHost: x\r\n\r\n"
            self.assertEqual(self.refused(data), 405)

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
                self.refused(b"GET / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n"), 431
            )

    def test_body(self) -> None:
        """
        A body is bounded, whether it tells its length or not.
        """
        told = b"Content-Length: 4097\r\n\r\n" + b"a" * 4097
        self.assertEqual(self.refused(POST + told), 413)
        chunk = b"800\r\n" + b"a" * 2048 + b"\r\n"
        chunked = b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"
        self.assertEqual(self.refused(POST + chunked), 413)
        fits = b"Content-Length: 4096\r\n\r\n" + b"a" * 4096
        self.assertEqual(self.send(POST + fits)[0].code, 400)

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
            self.turn(channel)
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


class PipelineTests(WebCase):
    """
    Many requests at once on one connection.
    """

    def setUp(self) -> None:
        """
        A connection from which the client reads nothing until it is told to.
        """
        super().setUp()
        self.channel, self.transport = self.connect()

    def answered(self) -> int:
        """
        Count the responses so far.
        """
        return len(answers(self.transport.value()))

    def test_turns(self) -> None:
        """
        One request is answered in each reactor turn, and nothing is read while
        others wait.
        """
        self.channel.dataReceived(METRICS * 300)
        self.assertEqual(self.transport.producerState, "paused")
        for count in range(1, 6):
            self.assertEqual(self.answered(), count)
            turn(self.clock)
        self.turn(self.channel)
        self.assertEqual(self.answered(), 300)
        self.assertEqual(self.transport.producerState, "producing")

    def test_unread(self) -> None:
        """
        A client that takes no answer gets no further one, and is disconnected.
        """
        self.channel.dataReceived(METRICS * 300)
        self.transport.producer.pauseProducing()
        for _ in range(10):
            turn(self.clock)
        self.assertEqual(self.answered(), 1)
        self.assertEqual(self.transport.producerState, "paused")
        self.transport.producer.resumeProducing()
        self.assertEqual(self.answered(), 1)
        turn(self.clock)
        self.assertEqual(self.answered(), 2)
        self.transport.producer.pauseProducing()
        self.clock.advance(30)
        self.assertTrue(self.transport.disconnecting)
        self.assertEqual(self.answered(), 2)

    def test_bodies(self) -> None:
        """
        Requests with bodies, cut anywhere, are answered in their order.
        """
        form = b"Content-Length: 22\r\n\r\nmac=7C2F80012345&x=%03d"
        data = b"".join(
            b"POST /checkin HTTP/1.1\r\nHost: x\r\n" + form % number + GET
            for number in range(20)
        )
        for size in (1, 7, 100, len(data)):
            channel, transport = self.connect()
            for start in range(0, len(data), size):
                channel.dataReceived(data[start : start + size])
            self.turn(channel)
            codes = [each.code for each in answers(transport.value())]
            self.assertEqual(codes, [204, 200] * 20, size)

    def test_busy(self) -> None:
        """
        When the turn's time is used up, a connection waits for the next turn.
        """
        self.site.turns.spend(1.0)
        self.channel.dataReceived(GET)
        self.assertEqual(self.transport.value(), b"")
        turn(self.clock)
        self.assertEqual(self.answered(), 1)

    def test_gone(self) -> None:
        """
        A client that is gone has no further request answered.
        """
        self.channel.dataReceived(METRICS * 3)
        self.channel.connectionLost(Failure(ConnectionDone()))
        turn(self.clock)
        self.assertEqual(self.site.counts["requests"], 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class AllowanceTests(WebCase):
    """
    Requests and connections of one source.
    """

    http = HttpSection(requests_per_second=5, trusted_proxies=Networks(["10.9.9.0/24"]))

    def codes(self, count: int, host: str, **headers: str) -> list[int]:
        """
        Send requests on a connection each.
        """
        ask = self.ask
        return [ask("/info/menu.jsp", host, **headers).code for _ in range(count)]

    def test_stranger(self) -> None:
        """
        Four seconds' worth may come at once, then as many as the setting says;
        what is too much is answered 429.  The local networks are exempt.
        """
        self.assertEqual(self.codes(22, FAR), [200] * 20 + [429] * 2)
        refused = self.ask("/info/menu.jsp", FAR)
        check(refused.body)
        self.assertEqual(refused.headers["retry-after"], "1")
        self.assertEqual(self.site.counts["requests_limited"], 3)
        self.assertEqual(self.codes(1, "198.51.100.1"), [200])
        self.assertEqual(self.codes(50, NEAR), [200] * 50)
        self.clock.advance(1)
        self.assertEqual(self.codes(6, FAR), [200] * 5 + [429])

    def test_pipelined(self) -> None:
        """
        Requests on one connection count as well, also those answered from a
        cache, and the rest of them is not read.
        """
        got = self.send(GET * 40, FAR)
        self.assertEqual([each.code for each in got], [200] * 20 + [429])
        self.assertEqual(self.site.counts["requests"], 21)

    def test_connections(self) -> None:
        """
        Connections of a source that has used up its allowance are refused.
        """
        address = IPv4Address("TCP", FAR, 1)
        made = [self.site.buildProtocol(address) for _ in range(41)]
        self.assertEqual([each is None for each in made], [False] * 40 + [True])
        self.assertEqual(self.site.counts["connections_limited"], 1)
        self.assertIsNotNone(self.site.buildProtocol(IPv4Address("TCP", NEAR, 1)))

    def test_proxied(self) -> None:
        """
        Behind a trusted proxy, each client has its own allowance.
        """
        forwarded = self.codes(21, "10.9.9.1", X_Forwarded_For=FAR)
        self.assertEqual(forwarded, [200] * 20 + [429])
        other = self.codes(1, "10.9.9.1", X_Forwarded_For="198.51.100.1")
        self.assertEqual(other, [200])

    def test_hidden(self) -> None:
        """
        Clients behind a proxy that is not trusted are not exempt, although the
        proxy's own address is.
        """
        codes = self.codes(21, NEAR, X_Forwarded_For=FAR)
        self.assertEqual(codes, [200] * 20 + [429])
        self.assertEqual(self.codes(1, NEAR), [200])

    def test_network(self) -> None:
        """
        All addresses of an IPv6 /64 are one source.
        """
        hosts = [f"2001:db8::{index:x}" for index in range(21)]
        codes = [self.ask("/info/menu.jsp", host).code for host in hosts]
        self.assertEqual(codes, [200] * 20 + [429])

    def test_reload(self) -> None:
        """
        A reload changes the allowance.
        """
        self.site.limit(self.site.limits._replace(rate=10))
        self.clock.advance(10)
        self.assertEqual(self.codes(41, FAR), [200] * 40 + [429])


class RoomTests(WebCase):
    """
    Silent connections make room.
    """

    http = HttpSection(
        max_connections=12, max_connections_per_address=8, local_connections=4
    )

    def silent(self, count: int, host: str = FAR) -> list[Any]:
        """
        Open connections that say nothing.

        @return: their transports.
        """
        return [self.connect(host)[1] for _ in range(count)]

    def test_share(self) -> None:
        """
        A thousand connections of one stranger keep nobody out: its own oldest
        ones are closed.
        """
        opened = self.silent(50)
        closed = [each.disconnecting for each in opened]
        self.assertEqual(closed, [True] * 42 + [False] * 8)
        self.assertEqual(len(self.site.channels), 8)
        self.assertEqual(self.site.counts["connections_gave_way"], 42)
        self.assertEqual(self.ask("/info/menu.jsp", NEAR).code, 200)

    def test_reserve(self) -> None:
        """
        Strangers from many addresses leave room for the local networks.
        """
        for index in range(50):
            self.silent(1, f"203.0.113.{index}")
        self.assertEqual(len(self.site.channels), 8)
        near = self.silent(4, NEAR)
        self.assertEqual([each.disconnecting for each in near], [False] * 4)
        self.assertEqual(len(self.site.channels), 12)

    def test_served(self) -> None:
        """
        A connection that has made a request is closed after the silent ones,
        and may send what it still has to.
        """
        channel, transport = self.connect(FAR)
        channel.dataReceived(GET)
        lost: list[bool] = []
        transport.abortConnection = lambda: lost.append(True)
        silent = self.silent(8)
        self.assertEqual([e.disconnecting for e in silent], [True] + [False] * 7)
        self.assertFalse(transport.disconnecting)
        channel.dataReceived(GET)
        self.assertEqual(len(answers(transport.value())), 2)
        self.assertEqual(lost, [])

    def test_soon(self) -> None:
        """
        A connection that has said nothing, or sends its first request byte by
        byte, lives ten seconds; one that has made a request longer.
        """
        _, silent = self.connect(FAR)
        slow, slowly = self.connect(FAR)
        channel, transport = self.connect(FAR)
        channel.dataReceived(GET)
        slow.dataReceived(POST + b"Content-Length: 100\r\n\r\n")
        for _ in range(10):
            slow.dataReceived(b"a")
            self.clock.advance(1)
        self.assertTrue(silent.disconnecting)
        self.assertTrue(slowly.disconnecting)
        self.assertFalse(transport.disconnecting)
        self.clock.advance(20)
        self.assertTrue(transport.disconnecting)


class ForgottenTests(WebCase):
    """
    Lost connections and their requests.
    """

    def test_forgotten(self) -> None:
        """
        Nothing of them waits for a garbage collection, whatever was sent.
        """
        forgotten = Forgotten(self)
        for data in (
            b"", GET[:20], GET, GET * 3, METRICS, b"rubbish\r\n\r\n",
            b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /account/ HTTP/1.1\r\nHost: x\r\n\r\n",
            POST + b"Content-Length: 900\r\n\r\nabc",
            POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ):  # fmt: skip
            channel, transport = self.connect()
            channel.dataReceived(data)
            forgotten.add(channel, *channel.requests)
            self.turn(channel)
            channel.connectionLost(Failure(ConnectionDone()))
            transport.producer = None  # as Twisted's own does
        del channel, transport
        forgotten.check()
