"""
Tests for L{gigasetd.sip.fork}.
"""

from __future__ import annotations

import gc
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.branch import ForkBranch
from gigasetd.sip.fork import Fork
from gigasetd.sip.message.message import Request, parse
from tests.sip.jar import ALICE, BOB, CAROL, Jar, Phone, ack


class Case(SynchronousTestCase):
    """
    Alice calls Bob, who has two phones.
    """

    def setUp(self) -> None:
        """
        Everybody is registered.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.loft = self.jar.registered(BOB)
        for phone in self.jar.phones:
            phone.inbox.clear()

    def call(self, *phones: Phone) -> list[Request]:
        """
        Alice calls; the INVITE of each phone.
        """
        self.alice.invite(BOB)
        return [phone.one() for phone in phones or (self.bob, self.loft)]

    def calls(self) -> list[str]:
        """
        The states of the calls under way.
        """
        return [call["state"] for call in self.jar.rules.calls.list()]

    def starts(self, phone: Phone) -> list[str]:
        """
        The methods or codes of what has come to a phone.
        """
        return [
            each.method if isinstance(each, Request) else str(each.code)
            for each in phone.take()
        ]

    def assertQuiet(self, *phones: Phone) -> None:
        """
        Nothing has come there.
        """
        for phone in phones:
            self.assertEqual(self.starts(phone), [])


class AnswerTests(Case):
    """
    Which answer the caller gets (RFC 3261 section 16.7).
    """

    def test_bothRing(self) -> None:
        """
        All phones of a number ring, the caller hears each of them ring, and
        100 is kept to the hop it is for.
        """
        self.alice.invite(BOB)
        one, two = self.bob.one(), self.loft.one()
        self.assertNotEqual(one.via.branch, two.via.branch)
        for phone, invite in ((self.bob, one), (self.loft, two)):
            phone.reply(invite, 100)
            phone.reply(invite, 180)
        self.assertEqual(self.starts(self.alice), ["180", "180"])

    def test_firstWins(self) -> None:
        """
        Whoever picks up first has the call; the other phone stops ringing.
        """
        one, two = self.call()
        for phone, invite in ((self.bob, one), (self.loft, two)):
            phone.reply(invite, 180)
        self.alice.take()
        self.bob.reply(one, 200)
        self.assertEqual(self.starts(self.alice), ["200"])
        (cancel,) = self.loft.take()
        self.assertEqual(cancel.method, "CANCEL")
        self.loft.reply(cancel, 200)
        self.loft.reply(two, 487)
        self.assertEqual(self.starts(self.loft), ["ACK"])
        self.assertQuiet(self.alice, self.bob)
        self.assertEqual(self.calls(), ["talking"])

    def test_cancelLooksLikeItsInvite(self) -> None:
        """
        The CANCEL has the address, the branch, the tags and the number of the
        INVITE that it ends, or the phone would ring on.
        """
        one, two = self.call()
        self.loft.reply(two, 180)
        self.bob.reply(one, 200)
        (cancel,) = self.loft.take()
        for name in ("from", "to", "call-id", "via"):
            expected = two.via.top if name == "via" else two.first[name]
            self.assertEqual(cancel.first[name], expected)
        self.assertEqual((cancel.uri, cancel.cseq), (two.uri, two.cseq))
        self.assertEqual(len(cancel.all("via")), 1)

    def test_cancelWaitsForTheFirstAnswer(self) -> None:
        """
        A phone that has said nothing yet is cancelled as soon as it does, and
        not before (RFC 3261 section 9.1).
        """
        one, two = self.call()
        self.bob.reply(one, 200)
        self.assertQuiet(self.loft)
        self.loft.reply(two, 180)
        self.assertEqual(self.starts(self.loft), ["CANCEL"])
        self.assertEqual(self.starts(self.alice), ["200"])

    def test_bothPickUp(self) -> None:
        """
        When both pick up in the same moment the caller hears of both, since
        only it can hang one up again.
        """
        one, two = self.call()
        self.alice.take()
        self.bob.reply(one, 200, tag="bob")
        self.loft.reply(two, 200, tag="loft")
        tags = [each.first["to"].rpartition("=")[2] for each in self.alice.take()]
        self.assertEqual(tags, ["bob", "loft"])

    def test_repeatedSuccess(self) -> None:
        """
        A 200 passes as often as the phone sends it, for half a minute; what
        comes later is a stray.
        """
        one, _ = self.call()
        self.alice.take()
        for wait in (0.5, 1, 2, 28):
            self.bob.reply(one, 200)
            self.assertEqual(self.starts(self.alice), ["200"])
            self.jar.advance(wait)
        self.jar.advance(2)
        self.bob.reply(one, 200)
        self.assertQuiet(self.alice)

    def test_bestOfTheRefusals(self) -> None:
        """
        Only when all have refused the caller hears so, and of the refusals
        the most useful one.
        """
        for first, second, best in (
            (486, 404, 486),
            (404, 486, 404),
            (503, 486, 486),
            (486, 503, 486),
            (486, 302, 302),
            (486, 484, 484),
            (480, 603, 603),
            (500, 404, 404),
            (401, 486, 401),
        ):
            one, two = self.call()
            self.alice.take()
            self.bob.reply(one, first)
            self.assertEqual(self.starts(self.alice), [], (first, second))
            self.loft.reply(two, second)
            (answer,) = self.alice.take()
            self.assertEqual(answer.code, best, (first, second))
            self.alice.put(ack(self.alice, self.alice.sent[-1], answer))
            for phone in (self.bob, self.loft):
                self.assertIn("ACK", self.starts(phone))
            self.assertEqual(self.calls(), [])

    def test_unavailableServerIsOurFault(self) -> None:
        """
        A phone's 503 is about that phone: the caller must not think that the
        server is overloaded (RFC 3261 section 16.7 step 6).
        """
        one, two = self.call()
        self.alice.take()
        self.bob.reply(one, 503)
        self.loft.reply(two, 503)
        self.assertEqual(self.starts(self.alice), ["500"])

    def test_declineEverywhere(self) -> None:
        """
        Who declines for all their phones makes the others stop, and the
        caller hears of it once those have.
        """
        one, two = self.call()
        self.loft.reply(two, 180)
        self.alice.take()
        self.bob.reply(one, 603)
        self.assertEqual(self.starts(self.loft), ["CANCEL"])
        self.assertQuiet(self.alice)
        self.loft.reply(two, 487)
        self.assertEqual(self.starts(self.alice), ["603"])

    def test_pickUpAfterDecline(self) -> None:
        """
        When one phone declines and the other has just been picked up, the
        call is there.
        """
        one, two = self.call()
        self.loft.reply(two, 180)
        self.alice.take()
        self.bob.reply(one, 603)
        self.loft.reply(two, 200)
        self.assertEqual(self.starts(self.alice), ["200"])

    def test_challengesAreMerged(self) -> None:
        """
        When several phones ask for a password the caller gets all challenges
        in one answer (RFC 3261 section 16.7 step 7).
        """
        one, two = self.call()
        self.alice.take()
        self.bob.reply(one, 407, headers=['Proxy-Authenticate: Digest realm="one"'])
        self.loft.reply(two, 401, headers=['WWW-Authenticate: Digest realm="two"'])
        (answer,) = self.alice.take()
        self.assertEqual(answer.code, 407)
        self.assertEqual(answer.all("proxy-authenticate"), ['Digest realm="one"'])
        self.assertEqual(answer.all("www-authenticate"), ['Digest realm="two"'])

    def test_refusalOfAHopIsAcknowledgedByUs(self) -> None:
        """
        The phone's refusal is acknowledged here with the tag that it gave,
        and each time that it comes.
        """
        one, _ = self.call()
        for _ in range(3):
            self.bob.reply(one, 486, tag="busy")
        acks = self.bob.take()
        self.assertEqual([each.method for each in acks], ["ACK"] * 3)
        self.assertTrue(acks[0].first["to"].endswith(";tag=busy"))
        self.assertEqual(acks[0].via.branch, one.via.branch)
        self.assertEqual((acks[0].uri, acks[0].cseq), (one.uri, one.cseq))


class ViaTests(Case):
    """
    The way back of an answer.
    """

    def test_ownViaIsTakenOff(self) -> None:
        """
        Our Via goes, the others stay to the letter, in lines or in a list.
        """
        for join in (False, True):
            one, _ = self.call()
            self.alice.take()
            vias = one.all("via")
            head = [f"Via: {via}" for via in vias]
            if join:
                head = [f"v : {', '.join(vias)}"]
            rest = ["from", "to", "call-id", "cseq"]
            lines = [f"{name}: {one.first[name]}" for name in rest]
            text = ["SIP/2.0 180 Ringing", *head, *lines, "l: 0", "", ""]
            self.bob.put("\r\n".join(text).encode())
            (answer,) = self.alice.take()
            self.assertEqual(answer.values("via"), vias[1:])

    def test_lengthIsAddedForStreams(self) -> None:
        """
        A phone on TCP can tell where an answer ends, even if the phone on
        UDP that gave it left that out.
        """
        carol = self.jar.registered(CAROL, transport="tcp")
        carol.invite(BOB)
        one = self.bob.take()[-1]
        carol.take()
        lines = [f"Via: {via}" for via in one.all("via")]
        lines += [f"{n}: {one.first[n]}" for n in ("from", "to", "call-id", "cseq")]
        self.bob.put("\r\n".join(["SIP/2.0 183 X", *lines, "", "v=0"]).encode())
        (answer,) = carol.take()
        self.assertEqual(answer.first["content-length"], "3")

    def test_phraseAndUnknownHeadersStay(self) -> None:
        """
        What the phone said arrives as it was said.
        """
        one, _ = self.call()
        self.alice.take()
        self.bob.reply(one, 183, "Gleich \xfc", headers=["X-Strange:  a ,b", "s: x"])
        (answer,) = self.alice.take()
        self.assertEqual(answer.phrase, "Gleich \xfc")
        self.assertIn("X-Strange:  a ,b", answer.lines)
        self.assertIn("s: x", answer.lines)


class SilenceTests(Case):
    """
    Phones that say nothing, or nothing more.
    """

    def test_nobodyIsThere(self) -> None:
        """
        When no phone says anything the caller is told after 32 seconds.
        """
        self.call()
        self.alice.take()
        self.jar.advance(31)
        self.assertQuiet(self.alice)
        self.jar.advance(2)
        self.assertEqual(self.starts(self.alice)[:1], ["408"])
        self.assertEqual(self.calls(), [])

    def test_ringsTooLong(self) -> None:
        """
        A phone that rings for more than three minutes is cancelled, and the
        caller told (RFC 3261 section 16.8).
        """
        one, two = self.call()
        self.bob.reply(one, 486)
        self.loft.reply(two, 180)
        for phone in self.jar.phones:
            phone.take()
        self.jar.advance(180)
        self.assertQuiet(self.loft)
        self.jar.advance(6)
        self.assertEqual(self.starts(self.loft)[:1], ["CANCEL"])
        self.loft.reply(two, 487)
        self.assertEqual(self.starts(self.alice)[:1], ["486"])

    def test_ringingWindsTheTimerUp(self) -> None:
        """
        Each sign of life starts the three minutes anew.
        """
        one, two = self.call()
        self.bob.reply(one, 486)
        for _ in range(5):
            self.loft.reply(two, 180)
            self.jar.advance(170)
        self.assertNotIn("CANCEL", self.starts(self.loft))

    def test_ringsAndVanishes(self) -> None:
        """
        A phone that rang and answers not even CANCEL is given up half a
        minute later; nothing stays behind.
        """
        one, two = self.call()
        self.bob.reply(one, 486)
        self.loft.reply(two, 180)
        self.jar.advance(186)
        self.alice.take()
        self.jar.advance(33)
        self.assertEqual(self.starts(self.alice)[:1], ["486"])
        self.jar.advance(100)
        self.assertEqual(len(self.jar.rules.transactions), 0)
        self.assertEqual(self.calls(), [])

    def test_messageThatNobodyTakes(self) -> None:
        """
        A message that nobody confirms gets no answer at all: the sender has
        given up by itself then, and a late 408 would only trouble it (RFC
        4320).
        """
        self.alice.put(self.alice.compose("MESSAGE", f"sip:{BOB}@gigaset.net"))
        self.jar.advance(40)
        self.assertQuiet(self.alice)
        self.assertEqual(len(self.jar.rules.transactions), 0)

    def test_messageThatIsRefused(self) -> None:
        """
        A message that phones refuse is answered, a 503 by a 500.
        """
        for codes, best in (((404, 503), 404), ((503, 503), 500), ((486, 200), 200)):
            self.alice.ask("MESSAGE", f"sip:{BOB}@gigaset.net")
            for phone, code in zip((self.bob, self.loft), codes):
                phone.reply(phone.one(), code)
            self.assertEqual(self.starts(self.alice), [str(best)])

    def test_messageIsAnsweredOnce(self) -> None:
        """
        The first phone that takes a message answers for all.
        """
        self.alice.ask("MESSAGE", f"sip:{BOB}@gigaset.net")
        for phone in (self.bob, self.loft):
            request = phone.one()
            phone.reply(request, 100)
            phone.reply(request, 200)
        self.assertEqual(self.starts(self.alice), ["200"])
        self.assertQuiet(self.bob, self.loft)


class CancelTests(Case):
    """
    The caller hangs up before anybody picks up.
    """

    def cancel(self, **options: Any) -> list[str]:
        """
        Alice cancels her last request.
        """
        invite = parse(self.alice.sent[-1])
        assert isinstance(invite, Request)
        self.invite = invite
        options = {"branch": invite.via.branch, "cseq": invite.cseq} | options
        answers = self.alice.ask("CANCEL", invite.uri, contact=False, **options)
        return [str(each.code) for each in answers]

    def test_ringingPhonesStop(self) -> None:
        """
        All phones stop ringing, and the caller is told that its call was
        taken back.
        """
        one, two = self.call()
        self.bob.reply(one, 180)
        self.loft.reply(two, 180)
        self.assertEqual(self.cancel(), ["200"])
        for phone, invite in ((self.bob, one), (self.loft, two)):
            self.assertEqual(self.starts(phone), ["CANCEL"])
            phone.reply(invite, 487)
        self.assertEqual(self.starts(self.alice), ["487"])
        self.assertEqual(self.calls(), [])

    def test_beforeAnythingRings(self) -> None:
        """
        A phone that has not answered yet is cancelled when it does.
        """
        one, two = self.call()
        self.assertEqual(self.cancel(), ["200"])
        self.assertQuiet(self.bob, self.loft)
        for phone, invite in ((self.bob, one), (self.loft, two)):
            phone.reply(invite, 180)
            self.assertEqual(self.starts(phone), ["CANCEL"])
            phone.reply(invite, 487)
        self.assertEqual(self.starts(self.alice), ["487"])

    def test_nobodyEverAnswers(self) -> None:
        """
        When the phones are off the call is over all the same.
        """
        self.call()
        self.cancel()
        self.jar.advance(33)
        self.assertEqual(self.starts(self.alice)[:1], ["487"])

    def test_repeated(self) -> None:
        """
        A CANCEL that comes twice is confirmed twice, and sent on once.
        """
        one, _ = self.call()
        self.bob.reply(one, 180)
        self.cancel()
        self.alice.put(self.alice.sent[-1])
        self.assertEqual(self.starts(self.alice), ["200"])
        self.assertEqual(self.starts(self.bob), ["CANCEL"])

    def test_tooLate(self) -> None:
        """
        After somebody picked up a CANCEL is confirmed and changes nothing.
        """
        one, two = self.call()
        self.bob.reply(one, 200)
        self.assertEqual(self.cancel(), ["200"])
        self.assertQuiet(self.bob)
        self.assertEqual(self.calls(), ["talking"])
        self.loft.reply(two, 487)

    def test_unknown(self) -> None:
        """
        A CANCEL of nothing is told so, and costs no memory.
        """
        self.call()
        before = len(self.jar.rules.transactions)
        self.assertEqual(self.cancel(branch="z9hG4bKother"), ["481"])
        self.assertEqual(len(self.jar.rules.transactions), before)

    def test_neverChallenged(self) -> None:
        """
        A CANCEL needs no password, since a phone could not give it.
        """
        stranger = self.jar.phone(CAROL)
        answer = stranger.final("CANCEL", f"sip:{BOB}@gigaset.net")
        self.assertEqual(answer.code, 481)

    def test_cancelledPhoneIsSilent(self) -> None:
        """
        A phone that answers neither INVITE nor CANCEL any more is given up
        after 32 seconds, and the caller hears that its call is over.
        """
        one, two = self.call()
        self.bob.reply(one, 180)
        self.loft.reply(two, 486)
        self.cancel()
        self.jar.advance(33)
        self.assertEqual(self.starts(self.alice)[:1], ["486"])
        self.assertEqual(self.calls(), [])


class MemoryTests(Case):
    """
    What a call leaves behind.
    """

    def test_nothingLeft(self) -> None:
        """
        When a call is over and its timers have run out, nothing of it is left
        for the garbage collector: a look through everything would keep all
        phones waiting.
        """
        gc.collect()
        before = self.found()
        gc.disable()
        self.addCleanup(gc.enable)
        one, two = self.call()
        self.assertGreater(len(self.found()), len(before))
        self.bob.reply(one, 486)
        self.loft.reply(two, 486)
        self.alice.invite(CAROL)
        self.jar.advance(200)
        # Other tests of this process hold calls of their own.
        self.assertEqual(self.found() - before, set())

    def found(self) -> set[Any]:
        """
        All forks and branches that there are.
        """
        everything = gc.get_objects()
        return {each for each in everything if isinstance(each, (Fork, ForkBranch))}
