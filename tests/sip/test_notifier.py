"""
Tests for L{gigasetd.sip.notifier} and L{gigasetd.sip.subscription}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.message.message import Request, Response, parse
from tests.sip.jar import ALICE, BOB, DOMAIN, FACTORY, PUBLIC, Jar, Phone, contactOf

EVENT = "Event: message-summary"
ACCEPT = "Accept: application/simple-message-summary"


class Case(SynchronousTestCase):
    """
    A server and a phone that has registered.
    """

    def setUp(self) -> None:
        """
        Alice is there.
        """
        self.jar = Jar(max_subscriptions=20)
        self.alice = self.jar.registered(ALICE)
        self.subscriptions = self.jar.rules.subscriptions
        self.counts = self.subscriptions.counts

    def subscribe(
        self,
        phone: Phone | None = None,
        *headers: str,
        expires: int | None = 3600,
        number: str = "",
        **options: Any,
    ) -> list[Any]:
        """
        Subscribe to one's own number as phones do; what came back at once.
        """
        phone = phone or self.alice
        uri = f"sip:{number or phone.number}@{DOMAIN}"
        lasting = [] if expires is None else [f"Expires: {expires}"]
        lines = [*(headers or (EVENT, ACCEPT)), *lasting]
        return phone.ask("SUBSCRIBE", uri, headers=lines, **options)

    def begun(self, phone: Phone | None = None, **options: Any) -> Response:
        """
        Subscribe and take the first NOTIFY; the 200.
        """
        phone = phone or self.alice
        accepted, notice = self.subscribe(phone, **options)
        self.assertEqual(accepted.code, 200)
        phone.reply(notice, 200)
        assert isinstance(accepted, Response)
        return accepted

    def inside(self, accepted: Response, expires: int, **options: Any) -> list[Any]:
        """
        SUBSCRIBE once more in the dialog.
        """
        lines = [EVENT, f"Expires: {expires}"]
        return self.alice.ask(
            options.pop("method", "SUBSCRIBE"),
            contactOf(accepted),
            to=accepted.first["to"],
            headers=lines,
            **options,
        )

    def changed(self, waiting: int) -> list[Any]:
        """
        Messages come, or are read; what the phone is told.
        """
        now = self.jar.now
        actions = self.subscriptions.changed(ALICE, waiting, now)
        self.jar._perform(self.jar.dispatcher.perform(actions, now))
        return self.alice.take()

    def code(self, *headers: str, **options: Any) -> int:
        """
        The status of a subscription that is refused.
        """
        (answer,) = self.subscribe(None, *headers, **options)
        self.assertEqual(len(self.subscriptions), 0)
        return int(answer.code)


class SubscribeTests(Case):
    """
    A subscription from its beginning to its end.
    """

    def test_accepted(self) -> None:
        """
        A phone that asks about its own messages is told at once that there
        are none, over the flow that it asked by.
        """
        accepted, notice = self.subscribe(None, EVENT + ";id=7", ACCEPT)
        self.assertEqual(accepted.code, 200)
        self.assertEqual(accepted.first["expires"], "3600")
        self.assertEqual(contactOf(accepted), f"sip:{ALICE}@{PUBLIC}:5060")
        self.assertEqual((notice.method, notice.uri), ("NOTIFY", contactOf(self.asked)))
        self.assertEqual(notice.first["to"], self.asked.first["from"])
        self.assertEqual(notice.first["from"], accepted.first["to"])
        self.assertEqual(notice.first["call-id"], accepted.first["call-id"])
        self.assertEqual(notice.first["event"], "message-summary;id=7")
        self.assertEqual(notice.first["subscription-state"], "active;expires=3600")
        kind = "application/simple-message-summary"
        self.assertEqual(notice.first["content-type"], kind)
        told = f"Messages-Waiting: no\r\nMessage-Account: sip:{ALICE}@{DOMAIN}\r\n"
        self.assertEqual(notice.body, told)
        self.assertEqual(self.jar.wire[-1][0], self.alice.flow)

    @property
    def asked(self) -> Request:
        """
        What the phone sent last.
        """
        sent = parse(self.alice.sent[-1])
        assert isinstance(sent, Request)
        return sent

    def test_repeated(self) -> None:
        """
        A request that the network doubles is one subscription.
        """
        self.begun()
        self.alice.put(self.alice.sent[-2])
        self.assertEqual(self.alice.codes(), [200])
        self.assertEqual((len(self.subscriptions), self.counts["begun"]), (1, 1))

    def test_unanswered(self) -> None:
        """
        A NOTIFY that gets no answer is repeated, and then the subscription
        ends, and costs nothing any more.
        """
        self.subscribe()
        self.jar.advance(3)
        self.assertEqual(set(self.alice.codes()), {0})
        self.jar.advance(33)
        self.assertEqual((len(self.subscriptions), self.counts["failed"]), (0, 1))

    def test_refused(self) -> None:
        """
        A phone that was restarted and knows nothing of it (481) is left alone.
        """
        _, notice = self.subscribe()
        self.alice.reply(notice, 481)
        self.assertEqual(self.changed(True), [])
        self.assertEqual((len(self.subscriptions), self.counts["failed"]), (0, 1))

    def test_refreshed(self) -> None:
        """
        A phone that goes on in time is told again, for as long as it goes on.
        """
        accepted = self.begun()
        for _ in range(5):
            self.jar.advance(3000)
            self.alice.register()
            again, notice = self.inside(accepted, 3600)
            self.assertEqual((again.code, again.first["expires"]), (200, "3600"))
            self.assertEqual(notice.first["subscription-state"], "active;expires=3600")
            self.alice.reply(notice, 200)
        self.assertEqual(self.counts["refreshed"], 5)
        self.assertEqual(len(self.subscriptions._table._ends), 1)

    def test_moved(self) -> None:
        """
        A refresh from elsewhere takes the subscription along.
        """
        accepted = self.begun()
        self.alice.flow = self.alice.flow._replace(port=6060)
        answers = self.inside(accepted, 3600)
        self.assertEqual(answers[0].code, 200)
        self.alice.reply(answers[1], 200)
        (notice,) = self.changed(True)
        self.assertEqual(self.jar.wire[-1][0].port, 6060)
        self.assertEqual(notice.method, "NOTIFY")

    def test_elsewhere(self) -> None:
        """
        Whoever has recorded the dialog cannot have the NOTIFYs sent elsewhere.
        """
        accepted = self.begun()
        stranger = self.jar.phone(BOB, "203.0.113.66")
        (refusal,) = stranger.ask(
            "SUBSCRIBE",
            contactOf(accepted),
            sender=accepted.first["from"],
            to=accepted.first["to"],
            callID=self.alice.callID,
            cseq=90,
            headers=[EVENT, "Expires: 3600"],
        )
        self.assertEqual(refusal.code, 481)

    def test_unsubscribed(self) -> None:
        """
        Expires 0 ends it, with one last word.
        """
        accepted = self.begun()
        last, notice = self.inside(accepted, 0)
        self.assertEqual((last.code, last.first["expires"]), (200, "0"))
        self.assertEqual(
            notice.first["subscription-state"], "terminated;reason=timeout"
        )
        self.assertEqual(len(self.subscriptions), 0)
        self.assertEqual(self.inside(accepted, 3600)[0].code, 481)

    def test_fetched(self) -> None:
        """
        Expires 0 at once is one look, and nothing stays.
        """
        answer, notice = self.subscribe(expires=0)
        self.assertEqual(answer.code, 200)
        self.assertIn("Messages-Waiting: no", notice.body)
        self.assertEqual(len(self.subscriptions), 0)

    def test_expired(self) -> None:
        """
        A phone that does not go on is told the end.
        """
        accepted = self.begun(expires=600)
        self.jar.advance(599)
        self.assertEqual(self.alice.take(), [])
        self.jar.advance(1)
        notice = self.alice.one()
        self.assertEqual(
            notice.first["subscription-state"], "terminated;reason=timeout"
        )
        self.assertEqual((len(self.subscriptions), self.counts["expired"]), (0, 1))
        self.assertEqual(self.inside(accepted, 600)[0].code, 481)

    def test_shortened(self) -> None:
        """
        A refresh may shorten it.
        """
        accepted = self.begun()
        _, notice = self.inside(accepted, 60)
        self.alice.reply(notice, 200)
        self.jar.advance(61)
        self.assertEqual(self.counts["expired"], 1)

    def test_usual(self) -> None:
        """
        Who does not say how long gets the usual time, who asks for years the
        longest, and who asks for seconds is told the shortest.
        """
        self.assertEqual(self.begun(expires=None).first["expires"], "3600")
        self.assertEqual(self.begun(expires=999999).first["expires"], "3600")
        answer, *_ = self.subscribe(expires=5)
        self.assertEqual((answer.code, answer.first["min-expires"]), (423, "60"))


class ChangedTests(Case):
    """
    Messages come and are read.
    """

    def test_told(self) -> None:
        """
        The phone is told of each change.
        """
        self.begun()
        for waiting, word in ((True, "yes"), (False, "no")):
            (notice,) = self.changed(waiting)
            self.assertIn(f"Messages-Waiting: {word}\r\n", notice.body)
            self.alice.reply(notice, 200)

    def test_number(self) -> None:
        """
        It is told how many there are, and nothing where that is as before.
        """
        self.begun()
        for count in (1, 2):
            (notice,) = self.changed(count)
            self.assertIn(f"\r\nText-Message: {count}/0\r\n", notice.body)
            self.alice.reply(notice, 200)
        self.assertEqual(self.changed(2), [])
        (notice,) = self.changed(0)
        self.assertNotIn("Text-Message", notice.body)

    def test_counted(self) -> None:
        """
        NOTIFYs of one dialog count up, as phones demand.
        """
        self.begun()
        first = self.changed(True)[0]
        self.alice.reply(first, 200)
        self.assertEqual((first.cseq, self.changed(False)[0].cseq), (2, 3))

    def test_lastWordCounts(self) -> None:
        """
        While one NOTIFY is on its way no other overtakes it; afterwards the
        phone is told how things are then.
        """
        self.begun()
        (notice,) = self.changed(True)
        self.assertEqual(self.changed(False), [])
        self.assertEqual(self.changed(True), [])
        self.assertEqual(self.changed(False), [])
        self.alice.reply(notice, 200)
        self.jar.advance(0)
        last = self.alice.one()
        self.assertIn("Messages-Waiting: no", last.body)
        self.alice.reply(last, 200)
        self.jar.advance(10)
        self.assertEqual(self.alice.take(), [])

    def test_nobody(self) -> None:
        """
        A number without subscription costs nothing.
        """
        self.assertEqual(self.changed(True), [])


class RefusalTests(Case):
    """
    Who may not subscribe, and to what nobody can.
    """

    def test_otherPackages(self) -> None:
        """
        A phone that wants something else learns what there is.
        """
        for event in ("Event: presence", "Event: ua-profile", "Accept: */*", "o: x;"):
            (answer,) = self.subscribe(None, event)
            self.assertEqual(answer.code, 489, event)
            self.assertEqual(answer.first["allow-events"], "message-summary")

    def test_otherForms(self) -> None:
        """
        A phone that reads another form only is told which there is.
        """
        self.assertEqual(self.code(EVENT, "Accept: application/pidf+xml"), 406)
        self.assertEqual(self.subscribe(None, EVENT, "Accept: */*")[0].code, 200)

    def test_otherNumbers(self) -> None:
        """
        Nobody learns of another number's messages, nor whether it exists.
        """
        self.jar.registered(BOB)
        for number in (BOB, "99999999", "12341"):
            self.assertEqual(self.code(number=number), 403, number)

    def test_otherDomains(self) -> None:
        """
        The server subscribes to nothing elsewhere.
        """
        uri = f"sip:{ALICE}@elsewhere.example"
        answer = self.alice.final("SUBSCRIBE", uri, headers=[EVENT])
        self.assertEqual(answer.code, 403)

    def test_unregistered(self) -> None:
        """
        A phone that has not registered has to prove who it is; it does not show
        which numbers can.
        """
        bob = self.jar.phone(BOB)
        (answer,) = self.subscribe(bob)
        self.assertEqual(answer.code, 407)
        challenge = answer.first["proxy-authenticate"]
        uri = f"sip:{BOB}@{DOMAIN}"
        proof = bob.proof(challenge, "SUBSCRIBE", uri, header="Proxy-Authorization")
        self.assertEqual(self.subscribe(bob, EVENT, proof)[0].code, 200)
        for stranger in (FACTORY, "99999999"):
            phone = self.jar.phone(stranger)
            self.assertEqual(self.subscribe(phone)[0].code, 407, stranger)

    def test_broken(self) -> None:
        """
        Without a way to be told, and with demands that we do not know, there
        is nothing.
        """
        self.assertEqual(self.code(contact=False), 400)
        self.assertEqual(self.code(EVENT, "Require: eventlist"), 420)
        self.assertEqual(self.code(EVENT + ";id=" + "x" * 9000, ACCEPT), 513)
        self.assertEqual(self.counts["declined"], 3)

    def test_insideDialog(self) -> None:
        """
        In the dialog there is nothing but SUBSCRIBE, in its order, and nobody
        without its tags has a part in it.
        """
        accepted = self.begun()
        self.assertEqual(self.inside(accepted, 60, method="INFO")[0].code, 405)
        self.assertEqual(self.inside(accepted, 60, cseq=1)[0].code, 500)
        stranger = f"<sip:{ALICE}@{DOMAIN}>;tag=other"
        self.assertEqual(self.inside(accepted, 0, sender=stranger)[0].code, 481)
        self.assertEqual(len(self.subscriptions), 1)

    def test_bound(self) -> None:
        """
        A number has so many, of which the oldest gives way, and the server so
        many, beyond which a phone is asked to come later.
        """
        for index in range(15):
            self.begun(callID=f"c{index}")
        self.assertEqual(len(self.subscriptions), 10)
        bob = self.jar.registered(BOB)
        for index in range(10):
            self.begun(bob, callID=f"b{index}")
        (answer,) = self.subscribe(bob, callID="b10")
        self.assertEqual((answer.code, answer.first["retry-after"]), (503, "300"))
        self.assertEqual(self.counts["full"], 1)
        self.assertLess(len(self.subscriptions._table._ends), 2000)

    def test_sameCall(self) -> None:
        """
        A phone that begins again under its Call-ID has one subscription;
        somebody else's request with that Call-ID changes nothing.
        """
        self.begun(callID="c")
        self.begun(callID="c")
        bob = self.jar.registered(BOB)
        self.assertEqual(self.subscribe(bob, callID="c")[0].code, 482)
        self.assertEqual(len(self.subscriptions), 1)

    def test_churn(self) -> None:
        """
        Coming and going without end takes no memory.
        """
        for index in range(3000):
            accepted = self.begun(callID=f"c{index}")
            self.inside(accepted, 0, callID=f"c{index}")
        self.assertLess(len(self.subscriptions._table._ends), 1100)
        self.assertEqual(len(self.subscriptions._table.numbers), 0)


class AccountTests(Case):
    """
    What becomes of a subscription when the account changes.
    """

    def test_ends(self) -> None:
        """
        With the account, its password or its telephony the subscription goes,
        and nobody is told anything any more.
        """
        account = self.jar.registry.accounts[ALICE]
        for change in ({"ha1": "0" * 32}, {"off": "voip"}, None):
            self.begun()
            if change is None:
                self.jar.registry.drop(account)
            else:
                self.jar.registry.put(account._replace(**change))  # type: ignore
            self.jar.registry.notify()
            self.assertEqual(len(self.subscriptions), 0, change)
            self.jar.registry.put(account)
            self.jar.registry.notify()
            self.assertEqual(self.changed(True), [])

    def test_stays(self) -> None:
        """
        A new nickname ends nothing.
        """
        self.begun()
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(nickname="Ali", off="info"))
        self.jar.registry.notify()
        self.assertEqual(len(self.subscriptions), 1)
