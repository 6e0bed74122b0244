"""
Tests for L{gigasetd.sip.registrar}.
"""

from __future__ import annotations

import re
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Binding
from gigasetd.sip.message.message import Response
from tests.sip.jar import ALICE, BOB, DOMAIN, FACTORY, START, Jar, Phone


class Case(SynchronousTestCase):
    """
    A server and Alice's phone.
    """

    def setUp(self) -> None:
        """
        Nobody has registered.
        """
        self.jar = Jar()
        self.phone = self.jar.phone(ALICE)

    def bindings(self, number: str = ALICE) -> tuple[Binding, ...]:
        """
        What is bound.
        """
        return self.jar.registry.bindings.get(number, ())

    def contacts(self, answer: Response) -> list[str]:
        """
        The contacts in an answer.
        """
        return answer.values("contact")

    def assertCode(self, answer: Any, code: int, phrase: str | None = None) -> None:
        """
        The answer is that.
        """
        self.assertEqual(answer.code, code, answer.start)
        if phrase is not None:
            self.assertEqual(answer.phrase, phrase)


class ProofTests(Case):
    """
    Who may register.
    """

    def test_challengeThenOK(self) -> None:
        """
        A phone is asked for its password, shows that it knows it, and is
        bound at the address that it came from.
        """
        self.assertCode(self.phone.register(), 200)
        (binding,) = self.bindings()
        self.assertEqual(binding.contact, self.phone.contact)
        self.assertEqual(binding.host, self.phone.flow.host)
        self.assertEqual((binding.registered, binding.proven), (START, 1))

    def test_wrongPassword(self) -> None:
        """
        A wrong password binds nothing.
        """
        answer = self.phone.register(proof={"password": "wrong"})
        self.assertCode(answer, 401)
        self.assertNotIn("stale", answer.first["www-authenticate"])
        self.assertEqual(self.bindings(), ())

    def test_unknownNumberLooksTheSame(self) -> None:
        """
        Nobody learns from our answers which numbers exist: an unknown number
        gets the same octets as a wrong password.  With factory log-ins there
        are two ways of asking, of which L{tests.sip.test_factorylogin} tells.
        """
        self.jar.registry.drop(self.jar.registry.accounts[FACTORY])
        seen = set()
        for number in (ALICE, "29999999", FACTORY):
            phone = self.jar.phone(number, "192.168.1.77")
            phone.callID, phone.cseq = "c", 0
            phone.register(proof={"password": "wrong"}, branch="z9hG4bKsame")
            for _, data in self.jar.wire[-2:]:
                text = re.sub(r'nonce="[^"]*"', "nonce", data.decode())
                text = re.sub(r"branch=\w+|CSeq: \w+", "", text)
                seen.add(text.replace(number, "N"))
        self.assertEqual(len(seen), 1, seen)
        self.assertIn("SIP/2.0 401", seen.pop())

    def test_usernames(self) -> None:
        """
        The user name may be written with domain or suffix.
        """
        for name in (f"{ALICE}@{DOMAIN}", f"{ALICE}#9"):
            answer = self.phone.register(proof={"username": name})
            self.assertCode(answer, 200)

    def test_numberSpellings(self) -> None:
        """
        To may carry the number in each of its spellings.
        """
        for user in (f"{ALICE}#9", f"{ALICE}%239", f"+{ALICE}"):
            answer = self.phone.register(to=f"<sip:{user}@{DOMAIN}>")
            self.assertCode(answer, 200)
        self.assertEqual(len(self.bindings()), 1)

    def test_neighbour(self) -> None:
        """
        With one's own password nobody registers a neighbour's number.
        """
        eve = self.jar.phone(BOB)
        answer = eve.register(to=f"<sip:{ALICE}@{DOMAIN}>")
        self.assertCode(answer, 401)
        self.assertEqual(self.bindings(), ())

    def test_switchedOff(self) -> None:
        """
        Who has switched calls off is told so, but only once it has shown the
        password.
        """
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(off="voip"))
        self.assertCode(self.phone.final("REGISTER"), 401)
        self.assertCode(self.phone.register(), 403, "Calls Are Switched Off")
        self.assertEqual(self.bindings(), ())

    def test_foreignDomain(self) -> None:
        """
        Another server's users are refused, without a challenge.
        """
        answer = self.phone.final("REGISTER", to=f"<sip:{ALICE}@example.com>")
        self.assertCode(answer, 403)

    def test_badTo(self) -> None:
        """
        A To that cannot be read is told to be bad.
        """
        for to in ("<mailto:x@y>", "<", '"', "<sip:1@h:99999>"):
            self.assertCode(self.phone.final("REGISTER", to=to), 400)

    def test_require(self) -> None:
        """
        An extension that the phone insists on is named as unknown, however it
        is written.
        """
        for line in ("path, outbound", '"open', "<", ",,"):
            answer = self.phone.final("REGISTER", headers=[f"Require: {line}"])
            self.assertCode(answer, 420)
            self.assertEqual(answer.first["unsupported"], line.strip())

    def test_replay(self) -> None:
        """
        A recorded registration cannot be sent again with another contact.
        """
        self.phone.register()
        recorded = self.jar.registry.bindings[ALICE]
        nonce = self.phone.challenged()
        proof = self.phone.proof(nonce, "REGISTER")
        me = f"<sip:{ALICE}@{DOMAIN}>"
        self.assertCode(self.phone.final("REGISTER", to=me, headers=[proof]), 200)
        evil = ["Contact: <sip:1@203.0.113.66>", proof]
        answer = self.phone.final("REGISTER", to=me, headers=evil, contact=False)
        self.assertCode(answer, 401)
        self.assertIn("stale=true", answer.first["www-authenticate"])
        self.assertEqual(len(self.bindings()), len(recorded))


class BindingTests(Case):
    """
    What is bound, for how long, and what the phone is told.
    """

    def expiresOf(self, answer: Response, index: int = 0) -> int:
        """
        The seconds in one contact of an answer.
        """
        return int(self.contacts(answer)[index].rpartition("expires=")[2])

    def test_answer(self) -> None:
        """
        The 200 names the contact as the phone wrote it with its seconds, the
        date, and has a tag.
        """
        contact = f'"A, B" <sip:{ALICE}@192.168.1.10:5060;x=%41>;foo="b,a;r"'
        answer = self.phone.register(contacts=[contact])
        self.assertEqual(self.contacts(answer), [f"{contact};expires=3600"])
        self.assertEqual(answer.first["date"], "Fri, 15 Jan 2027 08:00:00 GMT")
        self.assertIn(";tag=", answer.first["to"])

    def test_ownContactFirst(self) -> None:
        """
        Of several phones of one number each finds itself first, and the
        others behind, with the seconds that they have left.
        """
        self.phone.register()
        other = self.jar.phone(ALICE)
        self.jar.now += 100
        answer = other.register()
        mine, theirs = other.contact, self.phone.contact
        self.assertEqual(
            self.contacts(answer), [f"{mine};expires=3600", f"{theirs};expires=3500"]
        )
        again = self.phone.register()
        self.assertTrue(self.contacts(again)[0].startswith(theirs))

    def test_expires(self) -> None:
        """
        The contact's own expiry counts most, then the header, then ours;
        rubbish counts as not told, too much is cut.
        """
        for parameter, header, seconds in (
            (";expires=120", "600", 120),
            ("", "600", 600),
            ("", None, 3600),
            ("", "soon", 3600),
            (";expires=soon", "600", 600),
            ("", "99999999999", 3600),
            (";expires=7200", None, 3600),
        ):
            answer = self.phone.register(
                contacts=[self.phone.contact + parameter],
                headers=[f"Expires: {header}"] if header else [],
            )
            self.assertEqual(self.expiresOf(answer), seconds, (parameter, header))

    def test_tooBrief(self) -> None:
        """
        Who asks for too little is told how much is the least, and stays as it
        was.
        """
        answer = self.phone.register(headers=["Expires: 59"])
        self.assertCode(answer, 423)
        self.assertEqual(answer.first["min-expires"], "60")
        self.assertEqual(self.bindings(), ())

    def test_unregister(self) -> None:
        """
        An expiry of 0 removes the binding and is never too brief, and removing
        what is not there is no error.
        """
        self.phone.register()
        for _ in range(2):
            answer = self.phone.register(headers=["Expires: 0"])
            self.assertCode(answer, 200)
            self.assertEqual(self.contacts(answer), [])
            self.assertEqual(self.bindings(), ())

    def test_fetch(self) -> None:
        """
        A REGISTER without Contact asks what is bound, and changes nothing.
        """
        self.phone.register()
        before = self.bindings()
        self.jar.now += 10
        answer = self.phone.register(contacts=[])
        self.assertEqual(self.contacts(answer), [f"{self.phone.contact};expires=3590"])
        self.assertEqual(self.bindings(), before)

    def test_fetchTellsNothingThatIsOver(self) -> None:
        """
        A binding that has run out is not told any more.
        """
        self.phone.register(headers=["Expires: 60"])
        self.jar.now += 61
        self.assertEqual(self.contacts(self.phone.register(contacts=[])), [])

    def test_severalContacts(self) -> None:
        """
        One REGISTER may bind several contacts, in one line or several.
        """
        one, two, three = (f"<sip:{ALICE}@192.168.1.{n}>" for n in (1, 2, 3))
        answer = self.phone.register(contacts=[f"{one};expires=60, {two}", three])
        self.assertEqual(len(self.contacts(answer)), 3)
        self.assertEqual([each.contact for each in self.bindings()], [one, two, three])

    def test_allOrNothing(self) -> None:
        """
        When one contact cannot be taken, none is.
        """
        good = f"<sip:{ALICE}@192.168.1.1>"
        for bad, code in (
            ("<sip:1@h>;expires=10", 423),
            ("<mailto:x@y>", 400),
            ("*", 400),
            ('"open', 400),
        ):
            self.assertCode(self.phone.register(contacts=[good, bad]), code)
            self.assertEqual(self.bindings(), (), bad)

    def test_star(self) -> None:
        """
        An asterisk removes everything, but only alone and with an expiry of 0.
        """
        self.phone.register()
        self.jar.phone(ALICE).register()
        for contacts, headers in (
            (["*"], []),
            (["*"], ["Expires: 60"]),
            (["*", "*"], ["Expires: 0"]),
            (["*;expires=0"], []),
            (["*", self.phone.contact], ["Expires: 0"]),
        ):
            answer = self.phone.register(contacts=contacts, headers=headers)
            self.assertCode(answer, 400)
            self.assertEqual(len(self.bindings()), 2)
        answer = self.phone.register(contacts=["*"], headers=["Expires: 0"])
        self.assertCode(answer, 200)
        self.assertEqual(self.bindings(), ())

    def test_order(self) -> None:
        """
        A request that was overtaken by a later one of the same phone changes
        nothing; after a restart with a new Call-ID the count starts anew.
        """
        self.phone.register(cseq=10)
        self.assertCode(self.phone.register(cseq=9, headers=["Expires: 0"]), 500)
        self.assertEqual(len(self.bindings()), 1)
        answer = self.phone.register(contacts=["*"], headers=["Expires: 0"], cseq=9)
        self.assertCode(answer, 500)
        self.assertCode(self.phone.register(cseq=1, callID="new"), 200)
        self.assertEqual(self.bindings()[0].cseq, 1)

    def test_repetition(self) -> None:
        """
        A REGISTER that UDP delivers twice gets the same answer twice, and is
        written to the disk once.
        """
        self.phone.register(branch="z9hG4bKx")
        sent = self.phone.jar.wire[-1][1]
        changes = self.jar.registry.journal.number
        proof = self._lastRequest
        self.phone.put(proof)
        self.assertEqual(self.phone.jar.wire[-1][1], sent)
        self.assertEqual(self.jar.registry.journal.number, changes)

    def test_repeatedUnregister(self) -> None:
        """
        An unregistration that comes twice is confirmed twice.
        """
        self.phone.register()
        self.phone.register(headers=["Expires: 0"])
        self.phone.put(self._lastRequest)
        self.assertEqual(self.phone.codes()[-1], 200)
        self.assertEqual(self.bindings(), ())

    @property
    def _lastRequest(self) -> bytes:
        """
        What the phone sent last.
        """
        return self.phone.sent[-1]

    def test_tooMany(self) -> None:
        """
        One number has at most so many phones; the one that was silent longest
        gives way, and nobody is refused.
        """
        jar = Jar(max_contacts=3)
        phones = [jar.phone(ALICE) for _ in range(4)]
        for phone in phones[:3]:
            phone.register()
        phones[0].register()
        self.assertCode(phones[3].register(), 200)
        hosts = [binding.host for binding in jar.registry.bindings[ALICE]]
        expected = [phones[each].flow.host for each in (2, 0, 3)]
        self.assertEqual(hosts, expected)
        self.assertEqual(jar.rules.counts["sip_registrar"]["displaced"], 1)

    def test_instance(self) -> None:
        """
        A phone that names itself takes its old binding's place when its
        address has changed, so that it is never rung twice.
        """
        tail = ';+sip.instance="<urn:uuid:00000000-0000-1000-8000-7C2F80AAAA01>"'
        for host in ("192.168.1.10", "192.168.1.99"):
            self.phone.register(contacts=[f"<sip:{ALICE}@{host}>{tail}"])
        (binding,) = self.bindings()
        self.assertIn("192.168.1.99", binding.contact)
        self.phone.register(contacts=[f"<sip:{ALICE}@h>{tail};reg-id=2"])
        self.assertEqual(len(self.bindings()), 2)

    def test_sameContactSpeltOtherwise(self) -> None:
        """
        A contact that is the same by the rules of URIs is the same phone, and
        is told as it is written now.
        """
        self.phone.register(contacts=[f"<sip:{ALICE}@Phone.LAN>"])
        answer = self.phone.register(contacts=[f"<sip:{ALICE}@phone.lan;line=1>"])
        self.assertEqual(len(self.bindings()), 1)
        self.assertEqual(
            self.contacts(answer), [f"<sip:{ALICE}@phone.lan;line=1>;expires=3600"]
        )

    def test_behindNAT(self) -> None:
        """
        A UDP phone behind a NAT is bound for three minutes at most, so that
        it keeps its way in open, and is reached where it came from.
        """
        phone = self.jar.phone(ALICE, "198.51.100.7", port=40001, private="10.0.0.2")
        answer = phone.register()
        self.assertEqual(self.expiresOf(answer), 180)
        self.assertEqual(self.contacts(answer)[0], f"{phone.contact};expires=180")
        (binding,) = self.bindings()
        self.assertEqual((binding.host, binding.port), ("198.51.100.7", 40001))
        self.assertEqual(binding.expires, START + 180)
        self.assertCode(phone.register(headers=["Expires: 0"]), 200)
        self.assertEqual(self.bindings(), ())

    def test_streamBehindNAT(self) -> None:
        """
        A TCP phone holds its own connection: no need to hurry it.
        """
        phone = self.jar.phone(
            ALICE, "198.51.100.7", port=40001, private="10.0.0.2", transport="tcp"
        )
        self.assertEqual(self.expiresOf(phone.register()), 3600)
        (binding,) = self.bindings()
        self.assertEqual(binding.connection, phone.flow.connection)

    def test_userAgentIsKept(self) -> None:
        """
        The operator sees what kind of phone it is, in at most 256 characters.
        """
        self.phone.register(headers=["User-Agent: N510 " + "x" * 500])
        agent = self.bindings()[0].user_agent
        self.assertTrue(agent.startswith("N510 x"))
        self.assertEqual(len(agent), 256)

    def test_lettersOfAllKinds(self) -> None:
        """
        A contact with any octets comes back as it was written.
        """
        contact = f'"M\xfcller \xff" <sip:{ALICE}@192.168.1.10>'
        answer = self.phone.register(contacts=[contact])
        self.assertEqual(self.contacts(answer), [f"{contact};expires=3600"])


class FlowTests(SynchronousTestCase):
    """
    Where answers to REGISTER go.
    """

    def test_anotherPort(self) -> None:
        """
        Without rport the answer goes to the port that Via names, as old
        phones expect; with it to where the request came from.
        """
        jar = Jar()
        phone: Phone = jar.phone(ALICE, port=40001)
        via = f"SIP/2.0/UDP {phone.flow.host}:5062;branch=z9hG4bK1"
        phone.put(phone.compose("REGISTER", via=via))
        self.assertEqual(jar.wire[-1][0], phone.flow._replace(port=5062))
        phone.put(phone.compose("REGISTER", via=via + ";rport"))
        self.assertEqual(jar.wire[-1][0], phone.flow)
