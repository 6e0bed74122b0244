"""
Tests for L{gigasetd.sip.authentication}.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.digest import Nonces
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.model import Account
from gigasetd.sip.actions import Flow
from gigasetd.sip.authentication import Authenticator, DigestScheme
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.requestcontext import RequestContext
from tests.sip.jar import ALICE, BOB, DOMAIN, FACTORY, Jar, Phone, account, registryOf

HERE = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
ELSEWHERE = HERE._replace(host="192.168.1.99")


class AuthorityTests(SynchronousTestCase):
    """
    Proofs of passwords.
    """

    def setUp(self) -> None:
        """
        Two accounts with passwords, one without.
        """
        registry = registryOf(ALICE, BOB)
        registry.put(account(FACTORY, login="factory"))
        limits = GuardLimits(failures=3)
        self.guard = Guard(lambda host: False, limits)
        nonces = Nonces(b"k" * 32, 300)
        scheme = DigestScheme(nonces, DOMAIN)
        self.authenticator = Authenticator(
            registry, scheme, GuessGuard(self.guard, limits, 10)
        )
        self.phone = Phone(Jar(), ALICE, "192.168.1.10")
        self.now = 1000.0

    def request(self, lines: Iterable[str] = (), cseq: int | None = None) -> Request:
        """
        A REGISTER with these lines.
        """
        parsed = parse(self.phone.compose("REGISTER", headers=lines, cseq=cseq))
        assert isinstance(parsed, Request)
        return parsed

    def prove(
        self,
        *lines: str,
        number: str | None = ALICE,
        flow: Flow = HERE,
        cseq: int | None = None,
    ) -> Account | str:
        """
        Show these lines.
        """
        request = self.request(lines, cseq)
        context = RequestContext(request, flow, self.now, [])
        return self.authenticator.authenticate(context, number)

    def challenge(self, flow: Flow = HERE) -> str:
        """
        A challenge.
        """
        answer = self.prove(flow=flow)
        assert isinstance(answer, str)
        return answer

    def proof(self, challenge: str = "", **options: Any) -> str:
        """
        The line that answers a challenge.
        """
        return self.phone.proof(challenge or self.challenge(), "REGISTER", **options)

    def assertProven(self, answer: Account | str, number: str = ALICE) -> None:
        """
        It was accepted.
        """
        self.assertIsInstance(answer, Account)
        assert isinstance(answer, Account)
        self.assertEqual(answer.number, number)

    def assertChallenged(self, answer: Account | str, stale: bool = False) -> None:
        """
        It was asked for once more.
        """
        assert isinstance(answer, str), answer
        self.assertEqual("stale=true" in answer, stale, answer)

    def test_proven(self) -> None:
        """
        Who knows the password is let in.
        """
        self.assertProven(self.prove(self.proof()))
        self.assertEqual(self.authenticator.counts["proven"], 1)

    def test_withoutQop(self) -> None:
        """
        Phones of the RFC 2069 age are let in too, and may register again with
        a new challenge.
        """
        for _ in range(2):
            self.assertProven(self.prove(self.proof(qop=False)))

    def test_nothingShown(self) -> None:
        """
        Who shows nothing is asked, and it counts as no failure.
        """
        self.assertChallenged(self.prove())
        self.assertEqual(self.authenticator.counts["failed"], 0)

    def test_wrongPassword(self) -> None:
        """
        A wrong password gets a new challenge that does not say stale, since
        some phones would try the same again for ever.
        """
        self.assertChallenged(self.prove(self.proof(password="wrong")))
        self.assertEqual(self.authenticator.counts["failed"], 1)

    def test_usernames(self) -> None:
        """
        The user name may carry the domain or the dialling suffix; the phone
        hashes what it writes.
        """
        for name in (ALICE, f"{ALICE}@{DOMAIN}", f"{ALICE}#9", f"+{ALICE}"):
            self.assertProven(self.prove(self.proof(username=name)))

    def test_neighbour(self) -> None:
        """
        A right password opens one's own number only.
        """
        self.assertChallenged(self.prove(self.proof(username=BOB)))
        self.assertChallenged(self.prove(self.proof(), number=BOB))

    def test_nobody(self) -> None:
        """
        An unknown number, no number, and one without a password are asked
        like everybody, whatever they show.
        """
        for number in ("29999999", None, FACTORY):
            proof = self.proof(username=number or "x", password="")
            self.assertChallenged(self.prove(proof, number=number))

    def test_amongSeveral(self) -> None:
        """
        Our credentials are found wherever they stand among others.
        """
        other = self.proof(realm="example.com")
        for lines in ((other, self.proof()), (self.proof(), other)):
            self.assertProven(self.prove(*lines))
        self.assertProven(self.prove("Authorization: Basic eDp5", self.proof()))

    def test_amongAlgorithms(self) -> None:
        """
        A phone that answers by two algorithms is let in by the one that we
        know, whichever stands first.
        """
        sha = self.proof().replace("algorithm=MD5", "algorithm=SHA-256")
        self.assertProven(self.prove(sha, self.proof()))

    def test_foreignRealm(self) -> None:
        """
        Credentials for another server alone are no attempt at a password.
        """
        self.assertChallenged(self.prove(self.proof(realm="example.com")))
        self.assertEqual(self.authenticator.counts["failed"], 0)

    def test_stale(self) -> None:
        """
        An old nonce is told to be stale, so that the phone need not ask its
        owner; whether the password was right is not said, since such a guess
        blames nobody.
        """
        right, wrong = self.proof(), self.proof(password="wrong")
        self.now += 301
        self.assertChallenged(self.prove(right), stale=True)
        self.assertChallenged(self.prove(wrong), stale=True)
        self.assertEqual(self.authenticator.counts["failed"], 0)

    def test_nonceOfAnotherHost(self) -> None:
        """
        What was recorded here is worthless elsewhere.
        """
        proof = self.proof()
        self.assertChallenged(self.prove(proof, flow=ELSEWHERE), stale=True)
        self.assertProven(self.prove(proof))

    def test_nonceMadeUp(self) -> None:
        """
        A nonce that the phone made up is stale, not wrong.
        """
        proof = self.proof('Digest realm="x", nonce="abc"')
        self.assertChallenged(self.prove(proof), stale=True)

    def test_absurdNonce(self) -> None:
        """
        A nonce that no clock could have made raises nothing.
        """
        proof = self.proof(f'Digest realm="x", nonce="{"f" * 999}.1.0"')
        self.assertChallenged(self.prove(proof), stale=True)

    def test_countGoesUp(self) -> None:
        """
        A phone may use its nonce again, counting up.
        """
        challenge = self.challenge()
        for nc in (1, 2, 5):
            self.assertProven(self.prove(self.proof(challenge, nc=nc)))

    def test_replay(self) -> None:
        """
        Credentials that were used open nothing a second time.
        """
        challenge = self.challenge()
        first, second = (self.proof(challenge, nc=nc) for nc in (1, 2))
        self.assertProven(self.prove(first))
        self.assertProven(self.prove(second))
        for old in (first, second):
            self.assertChallenged(self.prove(old), stale=True)
        self.assertEqual(self.authenticator.counts["replayed"], 2)

    def test_repetition(self) -> None:
        """
        The same request again, as UDP repeats it, is no replay.
        """
        proof = self.proof()
        self.assertProven(self.prove(proof, cseq=7))
        self.assertProven(self.prove(proof, cseq=7))

    def test_repetitionFromElsewhere(self) -> None:
        """
        The same request from another port of the same address is a replay:
        somebody behind the phone's NAT has overheard it.
        """
        proof = self.proof()
        self.assertProven(self.prove(proof, cseq=7))
        beside = HERE._replace(port=HERE.port + 1)
        self.assertChallenged(self.prove(proof, cseq=7, flow=beside), stale=True)

    def test_wrongCountsPoisonNothing(self) -> None:
        """
        Somebody without the password cannot spend a phone's nonce.
        """
        challenge = self.challenge()
        self.prove(self.proof(challenge, nc=9, password="wrong"))
        self.assertProven(self.prove(self.proof(challenge, nc=1)))

    def test_twoPhonesOfOneNumber(self) -> None:
        """
        Two phones of one number, each with a nonce of its own, take turns.
        """
        flows = HERE, HERE._replace(port=HERE.port + 1)
        challenges = [self.challenge(flow) for flow in flows]
        for nc in (1, 2, 3):
            for flow, challenge in zip(flows, challenges):
                proof = self.proof(challenge, nc=nc)
                self.assertProven(self.prove(proof, flow=flow))

    def test_recordedFirstAnswer(self) -> None:
        """
        A first answer that was recorded makes no second binding behind the same
        NAT, though the phone uses another nonce by now.
        """
        recorded = self.proof()
        self.assertProven(self.prove(recorded))
        self.assertProven(self.prove(self.proof()))
        beside = HERE._replace(port=HERE.port + 1)
        self.assertChallenged(self.prove(recorded, flow=beside), stale=True)
        stream = HERE._replace(transport="tcp", connection=7)
        self.assertChallenged(self.prove(recorded, flow=stream), stale=True)

    def test_olderThanTheLast(self) -> None:
        """
        On one flow a nonce older than the last that was accepted is stale, used
        or not, and also where the number has another phone elsewhere.
        """
        older, newer = self.challenge(), self.challenge()
        self.assertProven(self.prove(self.proof(newer)))
        away = self.challenge(ELSEWHERE)
        self.assertProven(self.prove(self.proof(away, nc=1), flow=ELSEWHERE))
        self.assertChallenged(self.prove(self.proof(older, nc=1)), stale=True)
        self.assertProven(self.prove(self.proof(newer, nc=2)))

    def test_flowsAreForgotten(self) -> None:
        """
        A phone that comes from ever new ports leaves no trail in memory.
        """
        for port in range(2000, 2300):
            flow = HERE._replace(port=port)
            self.assertProven(self.prove(self.proof(self.challenge(flow)), flow=flow))
        self.assertEqual(len(self.authenticator._used[ALICE]), 100)
        self.now += 301
        self.assertProven(self.prove(self.proof()))
        self.assertEqual(len(self.authenticator._used[ALICE]), 1)

    def test_nobodyIsBlamedForAnother(self) -> None:
        """
        Wrong answers to a nonce that is made up, or was sent to another port of
        the same address, ban nobody.
        """
        beside = self.challenge(HERE._replace(port=HERE.port + 1))
        for challenge in (f'Digest realm="{DOMAIN}", nonce="0"', beside):
            for _ in range(10):
                wrong = self.proof(challenge, password="wrong", nc=1)
                self.assertChallenged(self.prove(wrong), stale=True)
        self.assertEqual(self.guard.bans(self.now), {})
        self.assertEqual(self.authenticator.counts["failed"], 0)

    def test_sameWork(self) -> None:
        """
        A user name with a domain has a password opened, whether the number exists,
        has a factory log-in or does not exist: the time shows nothing.
        """
        opened: list[str] = []

        def opening(account: Account) -> str:
            opened.append(account.number)
            return account.password

        self.authenticator._opened = opening
        for number in (ALICE, FACTORY, "20000777", BOB):
            challenge = self.challenge()
            name = f"{number}@{DOMAIN}"
            wrong = self.phone.proof(challenge, "REGISTER", username=name)
            self.prove(wrong.replace('response="', 'response="0'), number=number)
        self.assertEqual(opened, [ALICE, ALICE, ALICE, BOB])

    def test_guessing(self) -> None:
        """
        Wrong passwords are counted against the address they come from.
        """
        for _ in range(3):
            self.prove(self.proof(password="wrong"))
        self.assertIn(HERE.host, self.guard.bans(self.now))

    def test_passwordWithLettersOfAllKinds(self) -> None:
        """
        A password with umlauts works under each form of the user name.
        """
        self.authenticator._registry.put(account(ALICE, "pässwörter 9"))
        for name in (ALICE, f"{ALICE}@{DOMAIN}"):
            proof = self.proof(username=name, password="pässwörter 9")
            self.assertProven(self.prove(proof))
