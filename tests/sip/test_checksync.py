"""
Tests for L{gigasetd.sip.checksync}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.sip.jar import ALICE, BOB, DOMAIN, Jar, Phone, contactOf


class SyncTests(SynchronousTestCase):
    """
    An operator has phones fetch their settings.
    """

    def setUp(self) -> None:
        """
        Alice has two phones, one of them on TCP.
        """
        self.jar = Jar()
        self.base = self.jar.registered(ALICE)
        self.desk = self.jar.registered(ALICE, transport="tcp")
        self.counts = self.jar.rules.sync.counts

    def sync(self, number: str = ALICE, reboot: bool = True) -> int:
        """
        Ask a number's phones; how many were asked.
        """
        now = self.jar.now
        actions = self.jar.rules.sync.send(number, reboot, now)
        self.jar._perform(self.jar.dispatcher.perform(actions, now))
        return len(actions)

    def notice(self, phone: Phone) -> str:
        """
        The event that a phone was told of, with what belongs to every NOTIFY.
        """
        notice = phone.one()
        self.assertEqual(notice.method, "NOTIFY")
        self.assertEqual(notice.uri, phone.contact.strip("<>"))
        account = f"<sip:{ALICE}@{DOMAIN}>"
        self.assertEqual(notice.first["to"], account)
        self.assertTrue(notice.first["from"].startswith(f"{account};tag="))
        self.assertTrue(contactOf(notice).startswith(f"sip:{ALICE}@"))
        self.assertEqual(notice.first["subscription-state"], "terminated")
        return str(notice.first["event"])

    def test_asked(self) -> None:
        """
        Each phone gets a NOTIFY, at its contact and by its flow.
        """
        self.assertEqual(self.sync(), 2)
        for phone in (self.base, self.desk):
            self.assertEqual(self.notice(phone), "check-sync")

    def test_noReboot(self) -> None:
        """
        A phone can be asked not to start anew.
        """
        self.sync(reboot=False)
        self.assertEqual(self.notice(self.base), "check-sync;reboot=false")

    def test_unreachable(self) -> None:
        """
        Phones that are gone are not counted as asked.
        """
        self.jar.lose(self.desk.flow)
        self.assertEqual(self.sync(), 1)
        self.jar.advance(3601)
        self.assertEqual((self.sync(), self.sync(BOB), self.sync("9")), (0, 0, 0))

    def test_answers(self) -> None:
        """
        What phones make of it is counted; one that keeps silent is asked
        again for half a minute.
        """
        for code in (200, 403):
            self.sync()
            self.base.reply(self.base.take()[-1], code)
        self.jar.advance(40)
        told = {"asked": 4, "accepted": 1, "refused": 1, "silent": 2}
        self.assertEqual(self.counts, told)
