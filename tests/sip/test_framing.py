"""
Tests of L{gigasetd.sip.framing}.
"""

from __future__ import annotations

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.framing import Frame, Framer, contentLength
from gigasetd.sip.message.message import MessageFault, MessageLimits, parse
from tests.sip.wire import Patience, broken

HELLO = broken(more="Content-Length: 5", body="hello")
EMPTY = broken(more="l: 0")
PING = Frame("ping")


def message(data: bytes) -> Frame:
    """
    The frame of a whole message.
    """
    return Frame("message", data)


class MessageTests(SynchronousTestCase):
    """
    Messages leave a stream as they were put into it.
    """

    def test_one(self) -> None:
        """
        A message comes at once, and nothing waits.
        """
        framer = Framer()
        self.assertEqual(framer.feed(HELLO), [message(HELLO)])
        self.assertFalse(framer.pending)

    def test_several(self) -> None:
        """
        Many in one read come in order; half of one waits.
        """
        framer = Framer()
        found = framer.feed(HELLO + EMPTY + b"\r\n" + HELLO + EMPTY[:50])
        self.assertEqual(found, [message(HELLO), message(EMPTY), message(HELLO)])
        self.assertTrue(framer.pending)
        self.assertEqual(framer.feed(EMPTY[50:]), [message(EMPTY)])
        self.assertFalse(framer.pending)

    def test_nothing(self) -> None:
        """
        An empty read is no news.
        """
        self.assertEqual(Framer().feed(b""), [])

    def test_octets(self) -> None:
        """
        A length counts octets, not letters, and the body may hold anything.
        """
        body = "\xfc\r\n\r\nINVITE".encode() + bytes(range(256))
        data = broken(more=f"Content-Length: {len(body)}") + body
        self.assertEqual(Framer().feed(data + EMPTY), [message(data), message(EMPTY)])

    def test_spellings(self) -> None:
        """
        The length is found in all its legal spellings.
        """
        for line in (
            "l:5",
            "L : 5",
            "CONTENT-LENGTH:5",
            "content-length \t:\t5 ",
            "Content-Length:\n 5",
            "Content-Length\n : 5",
            "Content-Length: \n\t\n 005",
        ):
            data = broken(more=line, body="hello")
            self.assertEqual(
                Framer().feed(data + EMPTY), [message(data), message(EMPTY)]
            )
            self.assertEqual(parse(data).body, "hello", line)

    def test_noLength(self) -> None:
        """
        A line that only looks like a length is none.
        """
        for line in (
            "X: y\n Content-Length: 5",
            "X-Content-Length: 5",
            "X: Content-Length: 5",
            "ll: 5",
            "\u017f: 5".encode().decode("latin-1"),
        ):
            (frame,) = Framer().feed(broken(more=line, body="hello"))
            self.assertEqual(frame.fault, (400, "Missing Content-Length"), line)

    @given(st.lists(st.binary(max_size=30), max_size=5), st.lists(st.integers(1, 60)))
    def test_anyCut(self, bodies: list[bytes], sizes: list[int]) -> None:
        """
        However the network cuts a stream, the same messages come out.
        """
        sent = [broken(more=f"l: {len(body)}") + body for body in bodies]
        stream, framer, found = b"\r\n".join(sent), Framer(), []
        for size in [*sizes, len(stream)]:
            found += framer.feed(stream[:size])
            stream = stream[size:]
        self.assertEqual(found, [message(data) for data in sent])

    @given(st.binary(max_size=300), st.binary(max_size=300))
    def test_anyOctets(self, one: bytes, other: bytes) -> None:
        """
        Noise neither raises nor loses what it holds back.
        """
        framer = Framer(MessageLimits(head=200, body=50))
        for data in (one, other, HELLO, one):
            for frame in framer.feed(data):
                self.assertIn(frame.kind, ("message", "ping", "fault"))
        self.assertFalse(framer.broken and framer.pending)


class PingTests(SynchronousTestCase):
    """
    The keep-alive of RFC 5626 section 4.4.1.
    """

    def test_ping(self) -> None:
        """
        A double line end is a ping; a single one is nothing.
        """
        framer = Framer()
        self.assertEqual(framer.feed(b"\r\n"), [])
        self.assertEqual(framer.feed(b"\r\n"), [PING])
        self.assertEqual(framer.feed(b"\r\n\r\n"), [PING])
        self.assertFalse(framer.pending)

    def test_byByte(self) -> None:
        """
        A ping may come octet by octet.
        """
        framer = Framer()
        found = [framer.feed(bytes([octet])) for octet in b"\r\n\r\n\r\n\r\n"]
        self.assertEqual(found, [[], [], [], [PING], [], [], [], [PING]])

    def test_between(self) -> None:
        """
        A ping before, between and behind messages; each of them counts.
        """
        framer = Framer()
        self.assertEqual(framer.feed(b"\r\n\r\n" + HELLO), [PING, message(HELLO)])
        self.assertEqual(framer.feed(EMPTY + b"\r\n\r\n"), [PING, message(EMPTY)])

    def test_once(self) -> None:
        """
        A thousand pings in one read cost one answer.
        """
        self.assertEqual(Framer().feed(b"\r\n\r\n" * 1000), [PING])

    def test_halfIsForgotten(self) -> None:
        """
        A line end before and one behind a message make no ping.
        """
        framer = Framer()
        self.assertEqual(framer.feed(b"\r\n" + HELLO + b"\r\n"), [message(HELLO)])
        self.assertEqual(framer.feed(EMPTY), [message(EMPTY)])


class FaultTests(SynchronousTestCase):
    """
    A stream whose messages cannot be told apart ends.
    """

    def assertEnds(
        self, data: bytes, fault: MessageFault, limits: MessageLimits = MessageLimits()
    ) -> Frame:
        """
        C{data} is a fault, after which the stream is deaf.
        """
        framer = Framer(limits)
        (frame,) = framer.feed(data)
        self.assertEqual((frame.kind, frame.fault), ("fault", fault))
        self.assertTrue(framer.broken)
        self.assertFalse(framer.pending)
        self.assertEqual(framer.feed(HELLO), [])
        return frame

    def test_bad(self) -> None:
        """
        A length that is no number; the head is there for the answer.
        """
        for text in ("-1", "five", "1_0", "\xb2", "5, 5", "5 5", "", "5\n 5", "+5"):
            data = broken(more=f"Content-Length: {text}")
            frame = self.assertEnds(
                data + b"rest", MessageFault(400, "Bad Content-Length")
            )
            self.assertEqual(frame.data, data)

    def test_absent(self) -> None:
        """
        Without a length there is no next message (RFC 3261 section 18.3).
        """
        frame = self.assertEnds(
            broken(more="Hue: y"), MessageFault(400, "Missing Content-Length")
        )
        self.assertEqual(parse(frame.data).via.host, "192.0.2.15")

    def test_twice(self) -> None:
        """
        Two lengths are a fault even where they agree.
        """
        data = broken(more="Content-Length: 5\nl: 5", body="hello")
        self.assertEnds(data, MessageFault(400, "Repeated Content-Length"))

    def test_huge(self) -> None:
        """
        A body over the limit is refused before it comes.
        """
        for length in (51, 2**31, 10**9):
            data = broken(more=f"l: {length}")
            self.assertEnds(
                data, MessageFault(400, "Message Too Large"), MessageLimits(body=50)
            )

    def test_longHead(self) -> None:
        """
        A head that does not end in time is refused, and can be answered.
        """
        data = broken(more=f"Hue: {'a' * 1000}")[:-4]
        frame = self.assertEnds(
            data, MessageFault(400, "Message Too Large"), MessageLimits(head=500)
        )
        self.assertEqual(parse(frame.data).first["call-id"], "0ha0isndaksdjasdf3234nas")

    def test_longLine(self) -> None:
        """
        A first line without end is refused, whatever it is.
        """
        frame = self.assertEnds(b"A" * 20000, MessageFault(400, "Message Too Large"))
        self.assertEqual(frame.data, b"\r\n\r\n")

    def test_headAtTheLimit(self) -> None:
        """
        A head just as long as allowed passes, one octet more does not.
        """
        head = len(EMPTY) - 4
        self.assertEqual(Framer(MessageLimits(head=head)).feed(EMPTY), [message(EMPTY)])
        self.assertEnds(
            EMPTY, MessageFault(400, "Message Too Large"), MessageLimits(head=head - 1)
        )

    def test_afterGood(self) -> None:
        """
        What came whole before the fault is still told.
        """
        found = Framer().feed(HELLO + broken(more="l: x") + EMPTY)
        self.assertEqual([frame.kind for frame in found], ["message", "fault"])

    def test_foreign(self) -> None:
        """
        A browser that calls is told apart without waiting.
        """
        data = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        self.assertEnds(data, MessageFault(400, "Missing Content-Length"))


class HostileTests(SynchronousTestCase):
    """
    Work and memory follow what was sent, not its square.
    """

    def test_byByte(self) -> None:
        """
        A large message octet by octet.
        """
        body = b"a" * 60000
        data = broken(more=f"Hue: {'b' * 15000}\nl: {len(body)}") + body
        framer, found = Framer(), []
        with Patience():
            for at in range(len(data)):
                found += framer.feed(data[at : at + 1])
        self.assertEqual(found, [message(data)])

    def test_many(self) -> None:
        """
        Thousands of tiny messages in one read.
        """
        data = b"A\r\nl:0\r\n\r\n"
        with Patience():
            self.assertEqual(len(Framer().feed(data * 20000)), 20000)

    def test_lengths(self) -> None:
        """
        No head takes longer than its length deserves.
        """
        for unit in (
            " ",
            "\r\n ",
            "\r\nl",
            "\r\nl ",
            "\r\nl:",
            ":",
            "\r\nl\r\n ",
            "\r",
            "\n",
        ):
            head = b"A" + (unit * (1 << 16))[: 1 << 16].encode()
            with Patience():
                contentLength(head, 5)
                contentLength(head + b"\r\nl: 5", 5)


class LineEndTests(SynchronousTestCase):
    """
    Line ends between messages, which anybody may send.
    """

    def pings(self, data: bytes, *cuts: int) -> int:
        """
        Count the pieces of C{data} that complete a ping.
        """
        framer, count = Framer(), 0
        for start, end in zip((0, *cuts), (*cuts, len(data))):
            frames = framer.feed(data[start:end])
            count += [frame.kind for frame in frames].count("ping")
        return count

    def test_cut(self) -> None:
        """
        A ping is found wherever the network cut it, once, and only whole.
        """
        for at in range(1, 4):
            self.assertEqual(self.pings(b"\r\n\r\n", at), 1, at)
        self.assertEqual(self.pings(b"\r\n\r\n\r\n\r\n", 4), 2)
        self.assertEqual(self.pings(b"\r\n\r\n\r\n\r\n", 6), 2)
        self.assertEqual(self.pings(b"\r\n\r\r\n\r\n", 3), 1)
        for odd in (b"\r\n\n\r\n", b"\r\r\r\r", b"\n\r\n\r", b"\r\n\r"):
            self.assertEqual(self.pings(odd, 1), 0, odd)

    def test_quick(self) -> None:
        """
        64 KiB of line ends took 80 ms: one connection stopped all phones with them.
        """
        data, framer = b"\r\n" * 32768, Framer()
        begun = perf_counter()
        for _ in range(10):
            framer.feed(data)
        self.assertLess(perf_counter() - begun, 0.2)
