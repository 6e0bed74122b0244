# -*- test-case-name: tests.scenarios.test_password -*-
"""
Scenario: right and wrong passwords, octet for octet.
"""

from __future__ import annotations

from tests.scenarios.bad import BadCase
from tests.scenarios.wire import Answer, Datagrams, Stream, authorization, request


class WrongPasswordTests(BadCase):
    """
    Guesses at a password.
    """

    async def _guess(self, number: str, password: str) -> list[Answer]:
        wire = await self.wire()
        answers = []
        lines: list[str] = [f"Contact: <sip:{number}@{wire.place}>"]
        for turn in (1, 2):
            call = f"guess-{number}"
            wire.send(
                request(
                    "REGISTER",
                    number,
                    *lines,
                    transport=self.transport,
                    place=wire.place,
                    call=call,
                    cseq=turn,
                )
            )
            [answer] = await wire.until(call)
            answers.append(answer)
            challenge = answer.headers.get("www-authenticate", "")
            if not challenge:
                break
            lines[1:] = [authorization(challenge, number, password, "sip:gigaset.net")]
        return answers

    async def test_right(self) -> None:
        """
        The right password is taken, so that the other tests here mean
        something.
        """
        password = await self.account("30001")
        found = [each.code for each in await self._guess("30001", password)]
        self.assertEqual(found, [401, 200])

    async def test_atOnce(self) -> None:
        """
        Two phones with one number, behind one address, register in the same
        moment: a phone that must repeat its request gets a new nonce and registers.
        """
        password = await self.account("30001")
        first, second = await self.wire(), await self.wire()
        asked = [await self._ask(wire, 1) for wire in (first, second)]
        for wire, answer in zip((first, second), asked, strict=True):
            seen, turn = {answer.challenge}, 1
            while answer.code == 401 and turn < 4:
                turn += 1
                proof = authorization(
                    answer.challenge, "30001", password, "sip:gigaset.net"
                )
                answer = await self._ask(wire, turn, proof)
                self.assertNotIn(answer.challenge, seen)
                seen.add(answer.challenge)
            self.assertEqual(answer.code, 200)

    async def _ask(self, wire: Datagrams | Stream, turn: int, *lines: str) -> Answer:
        call = f"at-once-{wire.place}"
        contact = f"Contact: <sip:30001@{wire.place}>"
        message = request(
            "REGISTER", "30001", contact, *lines, place=wire.place, call=call, cseq=turn
        )
        wire.send(message)
        [answer] = await wire.until(call)
        return answer

    async def test_sameForUnknown(self) -> None:
        """
        A wrong password and an unknown number get fresh challenges, and the
        answers differ in nothing that tells which it was.
        """
        await self.account("30001")
        known = await self._guess("30001", "guess")
        unknown = await self._guess("39999", "guess")
        for first, second in zip(known, unknown, strict=True):
            self.assertEqual((first.code, second.code), (401, 401))
            self.assertEqual(list(first.headers), list(second.headers))
            for name in ("www-authenticate",):
                self.assertEqual(len(first.headers[name]), len(second.headers[name]))
