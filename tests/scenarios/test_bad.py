# -*- test-case-name: tests.scenarios.test_bad -*-
"""
Scenario: the running daemon receives malformed input.

Every test sends something bad and then something good from the same place:
the daemon takes both in turn, so whatever arrives before the good answer
belongs to the bad message, and nothing has to be waited for in vain.
"""

from __future__ import annotations

from tests.scenarios.bad import BadCase
from tests.scenarios.wire import Answer

SILENCE: list[int] = []

MANY = [f"X: {index}" for index in range(10_000)]


class BadDatagramTests(BadCase):
    """
    Malformed messages over UDP.
    """

    async def test_noSip(self) -> None:
        """
        Noise is dropped without a word.
        """
        for noise in (b"", b"\0" * 40, b"\xff" * 1200, b"GET / HTTP/1.1\r\n\r\n"):
            self.assertEqual(await self.answersTo(noise), SILENCE, noise)

    async def test_noVia(self) -> None:
        """
        Without a Via no response can be sent; the packet that would kill the
        stock proxy is dropped.
        """
        lines = self.bad().split(b"\r\n")
        message = b"\r\n".join(line for line in lines if line[:3] != b"Via")
        self.assertEqual(await self.answersTo(message), SILENCE)

    async def test_shortBody(self) -> None:
        """
        A body shorter than promised: 400, and the next datagram is not
        taken for its rest.
        """
        message = self.bad(body=b"hello").removesuffix(b"lo")
        self.assertEqual(await self.answersTo(message), [400])

    async def test_longBody(self) -> None:
        """
        What follows the promised body is no part of the message.
        """
        self.assertEqual(await self.answersTo(self.bad(body=b"hi") + b"more"), [200])

    async def test_hugeLength(self) -> None:
        """
        A body of an impossible size: 400.
        """
        for length in ("99999999999999999999", "-1", "1_0", "ten"):
            message = self.bad().replace(
                b"Content-Length: 0", f"Content-Length: {length}".encode()
            )
            self.assertEqual(await self.answersTo(message), [400], length)

    async def test_nul(self) -> None:
        """
        NUL in a header's value is refused.
        """
        self.assertEqual(await self.answersTo(self.bad("Subject: a\0b")), [400])

    async def test_otherLetters(self) -> None:
        """
        Latin-1 and broken UTF-8 get an answer, whichever it is.
        """
        for letters in (b"M\xfcller", b"\xc3(", b"\xed\xa0\x80", b"\xf8\x88"):
            message = self.bad("Subject: LETTERS").replace(b"LETTERS", letters)
            [code] = await self.answersTo(message)
            self.assertIn(code, (200, 400), letters)

    async def test_manyHeaders(self) -> None:
        """
        Ten thousand headers: 400.
        """
        # So short that all of them fit into one datagram.
        short = ["X:"] * len(MANY)
        self.assertEqual(await self.answersTo(self.bad(*short)), [400])

    async def test_badVia(self) -> None:
        """
        A Via that makes no sense does not stop the daemon, and its answer,
        if there is one, is a refusal.
        """
        for via in (b";host=evil", b"[::1", b"127.0.0.1:99999", b"a b c", b""):
            head = b"Via: SIP/2.0/UDP 127.0.0.1:5999"
            message = self.bad().replace(head, b"Via: SIP/2.0/UDP " + via)
            self.assertIn(await self.answersTo(message), (SILENCE, [400], [200]), via)

    async def test_missingHeaders(self) -> None:
        """
        A request without From, To, Call-ID or CSeq: 400.
        """
        for name in (b"From", b"To:", b"CSeq"):
            lines = self.bad().split(b"\r\n")
            message = b"\r\n".join(line for line in lines if not line.startswith(name))
            self.assertEqual(await self.answersTo(message), [400], name)

    async def test_splice(self) -> None:
        """
        One sender's half message never joins another sender's.
        """
        bad, other = await self.wire(), await self.wire()
        bad.send(self.bad(body=b"hello").removesuffix(b"lo"))
        other.send(self.good("other"))
        [answer] = await other.until("other")
        self.assertEqual((answer.code, answer.call), (200, "other"))
        self.assertIn("OPTIONS", answer.headers["cseq"])


class BadStreamTests(BadCase):
    """
    Malformed messages over TCP, where a lost message boundary ends the connection.
    """

    transport = "TCP"

    async def test_noSip(self) -> None:
        """
        Noise is given no answer but an end, or 400, and others are served.
        """
        for noise in (b"\0" * 40 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\r\n\r\n"):
            self.assertIn(await self.answersTo(noise), (SILENCE, [400]), noise)

    async def test_noVia(self) -> None:
        """
        Without a Via: the connection is there to answer on, or it ends.
        """
        lines = self.bad().split(b"\r\n")
        message = b"\r\n".join(line for line in lines if line[:3] != b"Via")
        self.assertIn(await self.answersTo(message), (SILENCE, [400]))

    async def test_hugeLength(self) -> None:
        """
        A body that is never kept in memory: a 4xx or 5xx, then the end.
        """
        for length in ("99999999999999999999", "-1", "1_0"):
            message = self.bad().replace(
                b"Content-Length: 0", f"Content-Length: {length}".encode()
            )
            [code] = await self.answersTo(message)
            self.assertIn(code, (400, 413, 513), length)

    async def test_pieces(self) -> None:
        """
        Good messages are good in any pieces: octet by octet, or several at
        once.
        """
        wire = await self.wire()
        for octet in self.good("slow"):
            wire.send(bytes([octet]))
        await self._assertServed(await wire.until("slow"), ["slow"])
        wire.send(self.good("one") + b"\r\n\r\n" + self.good("two"))
        await self._assertServed(await wire.until("two"), ["one", "two"])

    async def _assertServed(self, answers: list[Answer], calls: list[str]) -> None:
        found = [(each.call, each.code) for each in answers]
        self.assertEqual(found, [(call, 200) for call in calls])

    async def test_manyHeaders(self) -> None:
        """
        Ten thousand headers: a refusal, then the next good message is served.
        """
        self.assertEqual(await self.answersTo(self.bad(*MANY)), [400])

    async def test_endlessHeader(self) -> None:
        """
        A header that never ends is not collected for ever.
        """
        wire = await self.wire()
        wire.send(b"OPTIONS sip:gigaset.net SIP/2.0\r\nX: " + b"x" * 1_000_000)
        await wire.until("never")
        await self.assertServes()

    async def test_nul(self) -> None:
        """
        NUL in a header's value is refused.
        """
        self.assertEqual(await self.answersTo(self.bad("Subject: a\0b")), [400])
