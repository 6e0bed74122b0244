"""
Tests for L{gigasetd.sip.factorylogin}.
"""

from __future__ import annotations

import re
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import removeDevice
from gigasetd.accounts.factorypairing import pinOf, resetPin
from gigasetd.registry.subject import subjectOf
from gigasetd.sip.actions import SendBytes
from tests.sip.jar import ALICE, BOB, FACTORY, Jar, Phone, parameter

SECRET = "burnt in at the factory"
STRANGERS = [f"3000{place:04}" for place in range(40)]
"""Numbers that do not exist."""
LAN, ELSEWHERE = "192.168.1.10", "203.0.113.7"


class Case(SynchronousTestCase):
    """
    A server that knows one factory number, and its phone.
    """

    settings: dict[str, Any] = {}

    def setUp(self) -> None:
        """
        Nobody has come yet.
        """
        self.jar = Jar(**self.settings)
        self.phone = self.jar.phone(FACTORY, LAN, password=SECRET)

    def neighbour(self, number: str = FACTORY, **options: Any) -> Phone:
        """
        A phone with another password.
        """
        return self.jar.phone(number, "192.168.1.66", password="another", **options)

    def register(self, phone: Phone, **proof: Any) -> int:
        """
        Register without qop, as such phones do; the last answer's code.
        """
        return phone.register(proof={"qop": False, **proof}).code

    def bound(self, number: str = FACTORY) -> list[str]:
        """
        The addresses that are bound.
        """
        return [each.host for each in self.jar.registry.bindings.get(number, ())]

    def reset(self) -> None:
        """
        The operator forgets the answer.
        """
        resetPin(self.jar.registry, self.jar.registry.accounts[FACTORY])


class PinTests(Case):
    """
    The first answer is pinned.
    """

    def test_comesAgain(self) -> None:
        """
        A phone whose password nobody told us registers, and again.
        """
        for _ in range(3):
            self.assertEqual(self.register(self.phone), 200)
        self.assertEqual(self.bound(), [LAN])
        pin = self.jar.registry.pins[FACTORY]
        self.assertEqual((pin.username, pin.pinned), (FACTORY, self.jar.now))

    def test_sameChallenge(self) -> None:
        """
        It is asked the same each time, without qop, so that it answers the
        same; the question looks like any other.
        """
        first, second = (self.phone.challenged() for _ in range(2))
        self.assertEqual(first, second)
        self.assertNotIn("qop", first)
        ours = self.jar.phone(ALICE).challenged()
        form = re.compile(r"[67][0-9a-f]{7}\.[0-9a-f]+\.[0-9a-f]{24}\Z")
        for challenge in (first, ours):
            self.assertRegex(parameter(challenge, "nonce"), form)

    def test_neighbour(self) -> None:
        """
        Another password never gets the number, nor does its failure cost the
        phone anything.
        """
        self.register(self.phone)
        self.assertEqual(self.register(self.neighbour()), 401)
        self.assertEqual(self.bound(), [LAN])
        self.assertEqual(self.register(self.phone), 200)
        self.assertEqual(self.jar.rules.counts["sip_factory"]["failed"], 1)

    def test_username(self) -> None:
        """
        The user name is pinned with the answer.
        """
        self.register(self.phone)
        stolen = self.phone.proof(self.phone.challenged(), "REGISTER", qop=False)
        forged = stolen.replace(f'"{FACTORY}"', '"20000010"')
        answer = self.phone.final("REGISTER", headers=[forged], **self.phone._mine({}))
        self.assertEqual(answer.code, 401)

    def test_otherURI(self) -> None:
        """
        The URI is part of the answer: with another one it differs.
        """
        self.register(self.phone)
        self.assertEqual(self.register(self.phone, uri="sip:other.example"), 401)

    def test_unpinnable(self) -> None:
        """
        What can never come again, or is no answer, is not pinned.
        """
        self.assertEqual(self.phone.register(proof={"qop": True}).code, 401)
        self.assertEqual(self.register(self.phone, username="x" * 200), 401)
        line = self.phone.proof(self.phone.challenged(), "REGISTER", qop=False)
        for bad in ("zz", "", "0" * 33, "0" * 31):
            forged = re.sub(r'response="[0-9a-f]*"', f'response="{bad}"', line)
            answer = self.phone.final(
                "REGISTER", headers=[forged], **self.phone._mine({})
            )
            self.assertEqual(answer.code, 401, bad)
        self.assertEqual(self.jar.registry.pins, {})

    def test_oldChallenge(self) -> None:
        """
        The answer to another question is told to be late, and pins nothing.
        """
        line = self.phone.proof('Digest nonce="abc"', "REGISTER", qop=False)
        answer = self.phone.final("REGISTER", headers=[line], **self.phone._mine({}))
        self.assertIn("stale=true", answer.first["www-authenticate"])
        self.assertEqual(self.jar.registry.pins, {})

    def test_onlyHashStored(self) -> None:
        """
        A stolen database opens nothing: the answer is not in it.
        """
        line = self.phone.proof(self.phone.challenged(), "REGISTER", qop=False)
        self.register(self.phone)
        answer = parameter(line.partition(": ")[2], "response")
        self.assertEqual(len(answer), 32)
        self.assertNotIn(answer, repr(self.jar.registry.everything()))

    def test_anotherKey(self) -> None:
        """
        A new key changes no question that was answered already.
        """
        self.register(self.phone)
        other = Jar()
        for value in self.jar.registry.everything():
            other.registry.put(value)
        again = other.phone(FACTORY, LAN, password=SECRET)
        self.assertEqual(self.register(again), 200)
        self.assertEqual(self.register(other.phone(FACTORY, password="x")), 401)

    def test_reset(self) -> None:
        """
        After a reset the next phone is pinned, whichever it is; what was
        registered is not, and what was recorded is worth nothing.
        """
        recorded = self.phone.proof(self.phone.challenged(), "REGISTER", qop=False)
        self.register(self.phone)
        self.reset()
        self.assertEqual(self.bound(), [])
        late = self.phone.final("REGISTER", headers=[recorded], **self.phone._mine({}))
        self.assertEqual(late.code, 401)
        self.assertEqual(self.register(self.neighbour()), 200)
        self.assertEqual(self.register(self.phone), 401)

    def test_afterDisk(self) -> None:
        """
        Success is told when the pin is on the disk; a refusal does not wait.
        """
        challenge = self.phone.challenged()
        proof = self.phone.proof(challenge, "REGISTER", qop=False)
        for _ in range(2):
            data = self.phone.compose(
                "REGISTER", headers=[proof], **self.phone._mine({})
            )
            [send] = self.jar.receive(data, self.phone.flow)
            assert isinstance(send, SendBytes)
            self.assertIn(b" 200 ", send.data[:12])
            [pinned] = [
                change.number
                for change in self.jar.registry.journal.waiting()
                if change.kind == "pin"
            ]
            self.assertEqual(send.after, pinned)
        data = self.neighbour().compose("REGISTER", **self.phone._mine({}))
        [send] = self.jar.receive(data, self.phone.flow)
        assert isinstance(send, SendBytes)
        self.assertEqual(send.after, 0)


class CallTests(Case):
    """
    What cannot be asked is let in by its flow.
    """

    def test_overTheFlow(self) -> None:
        """
        The phone calls over the flow that it registered by; from elsewhere
        nobody calls in its name.
        """
        bob = self.jar.registered(BOB)
        self.register(self.phone)
        codes = [each.code for each in self.phone.invite(BOB)]
        self.assertNotIn(403, codes)
        self.assertEqual(bob.one().method, "INVITE")
        elsewhere = self.jar.phone(FACTORY, "192.168.1.99", password=SECRET)
        self.assertEqual(elsewhere.invite(BOB)[-1].code, 407)


class RollTests(Case):
    """
    A recorded answer is good for once.
    """

    def setUp(self) -> None:
        """
        The phone has come once.
        """
        super().setUp()
        self.jar.registry.put(pinFor(self.jar))
        self.assertEqual(self.register(self.phone), 200)

    def again(self, challenge: str, **options: Any) -> Any:
        """
        Answer a challenge.
        """
        line = self.phone.proof(challenge, "REGISTER", qop=False)
        headers = [f"Contact: {self.phone.contact}", line]
        return self.phone.final(
            "REGISTER", contact=False, headers=headers, **self.phone._mine(options)
        )

    def test_eachOnce(self) -> None:
        """
        Each answer is followed by a new question, whose answer opens the next
        time; the old one opens nothing any more.
        """
        for _ in range(3):
            old = self.phone.challenged()
            rolled = self.again(old).first["www-authenticate"]
            self.assertIn("stale=true", rolled)
            self.assertEqual(self.again(rolled).code, 200)
            late = self.again(old)
            self.assertEqual(late.code, 401)
            self.assertEqual(
                parameter(late.first["www-authenticate"], "nonce"),
                parameter(rolled, "nonce"),
            )

    def test_repetitions(self) -> None:
        """
        What UDP repeats is answered the same.
        """
        old = self.phone.challenged()
        first, second = (
            self.again(old, cseq=50).first["www-authenticate"] for _ in range(2)
        )
        self.assertEqual(first, second)
        for _ in range(2):
            self.assertEqual(self.again(first, cseq=51).code, 200)

    def test_neighbour(self) -> None:
        """
        A neighbour gets neither in nor asked anything new; nor does it while
        the phone is being asked.
        """
        old = self.phone.challenged()
        self.assertEqual(self.register(self.neighbour()), 401)
        rolled = self.again(old).first["www-authenticate"]
        thief = self.neighbour()
        line = thief.proof(rolled, "REGISTER", qop=False)
        answer = thief.final("REGISTER", headers=[line], **thief._mine({}))
        self.assertEqual(answer.code, 401)
        self.assertEqual(self.again(rolled).code, 200)

    def test_lateForAReset(self) -> None:
        """
        What the phone was asked before a reset opens nothing behind it.
        """
        rolled = self.again(self.phone.challenged()).first["www-authenticate"]
        self.reset()
        self.assertEqual(self.register(self.neighbour()), 200)
        self.assertEqual(self.again(rolled).code, 401)

    def test_impatient(self) -> None:
        """
        A new question is not open for ever; then the old answer is good once
        more.
        """
        old = self.phone.challenged()
        rolled = self.again(old).first["www-authenticate"]
        self.jar.advance(61)
        self.assertEqual(self.again(rolled).code, 401)
        newer = self.again(old).first["www-authenticate"]
        self.assertNotEqual(newer, rolled)
        self.assertEqual(self.again(newer).code, 200)

    def test_wrongAfterwards(self) -> None:
        """
        Who has the phone's flow but not its password fails too.
        """
        rolled = self.again(self.phone.challenged()).first["www-authenticate"]
        self.assertEqual(self.again(rolled).code, 200)
        self.phone.password = "guess"
        self.assertEqual(self.again(rolled).code, 401)
        self.assertEqual(self.bound(), [LAN])


class OutsideTests(Case):
    """
    What somebody learns who asks and guesses.
    """

    def seen(self, jar: Jar, number: str) -> str:
        """
        All that a stranger sees who guesses wrong, without what is different
        each time.
        """
        phone = jar.phone(number, ELSEWHERE)
        phone.callID, phone.cseq = "c", 0
        qop = "qop=" in phone.challenged()
        phone.register(proof={"password": "wrong", "qop": qop}, branch="z9hG4bKsame")
        texts = [data.decode() for _, data in jar.wire[-2:]]
        text = re.sub(r'nonce="[^"]*"', "nonce", "".join(texts))
        text = re.sub(r"branch=\w+|CSeq: \w+", "", text)
        return text.replace(number, "N")

    def test_nobodyStandsOut(self) -> None:
        """
        Numbers that do not exist are asked in one way or the other, always in
        the same, and wrong answers are refused as for those that do.
        """
        self.register(self.phone)
        forms = {self.seen(self.jar, number) for number in STRANGERS}
        self.assertEqual(len(forms), 2)
        self.assertEqual(
            {self.seen(self.jar, each) for each in (ALICE, FACTORY)}, forms
        )
        for number in STRANGERS:
            self.assertEqual(len({self.seen(self.jar, number) for _ in range(3)}), 1)

    def test_withoutFactory(self) -> None:
        """
        Where nobody has a factory login, everybody is asked alike.
        """
        removeDevice(self.jar.registry, subjectOf(self.jar.registry, FACTORY))
        seen = {self.seen(self.jar, each) for each in (ALICE, FACTORY, *STRANGERS)}
        self.assertEqual(len(seen), 1)

    def test_strangersStayOut(self) -> None:
        """
        Nobody enrols that the operator did not add.
        """
        for number in STRANGERS:
            self.assertEqual(self.register(self.jar.phone(number, LAN)), 401)
        self.assertEqual(len(self.jar.registry.accounts), 4)

    def test_guessing(self) -> None:
        """
        Who guesses on is asked for a sign that the challenge has reached it, and
        then counted and banned, for a number that exists and for one that does not.
        """
        self.register(self.phone)
        for place, number in enumerate((FACTORY, "30000001")):
            host = f"203.0.113.{place + 1}"
            for guess in range(20):
                self.assertNotIn(host, self.jar.rules.guard.sources.bans(self.jar.now))
                phone = self.jar.phone(number, host)
                challenge = phone.challenged()
                qop = "qop=" in challenge
                self.assertEqual("opaque" in challenge, guess >= 10 and not qop)
                phone.register(proof={"password": "wrong", "qop": qop})
                if qop and guess == 9:
                    break
            self.assertIn(host, self.jar.rules.guard.sources.bans(self.jar.now))

    def forge(self, victim: Phone, opaque: str = "") -> int:
        """
        A wrong answer to the challenge that everybody can fetch, in the name of
        another's address.
        """
        challenge = self.jar.phone(FACTORY, "198.51.100.7").challenged()
        line = victim.proof(
            _withoutOpaque(challenge), "REGISTER", qop=False, password="guess"
        )
        if opaque:
            line += f', opaque="{opaque}"'
        return victim.final("REGISTER", headers=[line], **victim._mine({})).code

    def test_nobodyIsBlamedForAnother(self) -> None:
        """
        Wrong answers without a sign that the challenge was sent to their flow
        ban no address, nor do those with the sign of another flow.
        """
        self.register(self.phone)
        victim = self.jar.phone(FACTORY, "203.0.113.9")
        attacker = self.jar.phone(FACTORY, "203.0.113.9", port=6000)
        for _ in range(20):
            self.assertEqual(self.forge(victim), 401)
        sign = parameter(attacker.challenged(), "opaque")
        self.assertTrue(sign)
        for _ in range(20):
            self.assertEqual(self.forge(victim, sign), 401)
        self.assertEqual(self.jar.rules.guard.sources.bans(self.jar.now), {})
        self.assertEqual(self.jar.rules.counts["sip_factory"]["failed"], 10)
        self.assertEqual(self.jar.rules.counts["sip_factory"]["unproven"], 30)

    def test_rightOnesComeThrough(self) -> None:
        """
        After wrong answers in its name a phone still logs in: one that repeats
        C{opaque}, and one that is registered already.
        """
        self.register(self.phone)
        registered = self.jar.phone(FACTORY, "203.0.113.9", password=SECRET)
        self.assertEqual(self.register(registered), 200)
        other = self.jar.phone(FACTORY, "203.0.113.9", port=6000, password=SECRET)
        for _ in range(20):
            self.forge(self.jar.phone(FACTORY, "203.0.113.9", port=7000))
        self.assertEqual(self.register(other), 200)
        line = registered.proof(
            _withoutOpaque(registered.challenged()), "REGISTER", qop=False
        )
        self.assertNotIn("opaque", line)
        answer = registered.final("REGISTER", headers=[line], **registered._mine({}))
        self.assertEqual(answer.code, 200)

    def test_guessesWithoutSignAreFew(self) -> None:
        """
        Who leaves C{opaque} out may not guess on without end: after ten wrong
        answers even the right one is not compared, until the window is over.
        """
        self.register(self.phone)
        thief = self.jar.phone(FACTORY, "203.0.113.9", password=SECRET)
        for _ in range(10):
            self.forge(thief)
        line = thief.proof(_withoutOpaque(thief.challenged()), "REGISTER", qop=False)
        for seconds, code in ((0, 401), (601, 200)):
            self.jar.now += seconds
            answer = thief.final("REGISTER", headers=[line], **thief._mine({}))
            self.assertEqual(answer.code, code)


def _withoutOpaque(challenge: str) -> str:
    return re.sub(r', opaque="[^"]*"', "", challenge)


def pinFor(jar: Jar) -> Any:
    """
    A rolling pin, open yet.
    """
    return pinOf(jar.registry, FACTORY)._replace(rolling=1)
