"""
Tests for L{gigasetd.sip.subscriptions}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.dialog import Dialog
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.subscription import EventSubscription
from gigasetd.sip.subscriptions import SPARE, SubscriptionTable
from tests.sip.jar import ALICE, BOB, DOMAIN, Jar, Phone


class SubscriptionTableTests(SynchronousTestCase):
    """
    The table and its queue of ends.
    """

    def setUp(self) -> None:
        """
        An empty table.
        """
        self.table = SubscriptionTable()
        self.phone = Phone(Jar(), ALICE, "192.168.1.10")

    def request(self, call: str, to: str = "", sender: str = "") -> Request:
        """
        A SUBSCRIBE of that call.
        """
        uri = f"sip:{ALICE}@{DOMAIN}"
        data = self.phone.compose("SUBSCRIBE", uri, callID=call, to=to, sender=sender)
        request = parse(data)
        assert isinstance(request, Request)
        return request

    def add(
        self, call: str, expires: float = 60.0, number: str = ALICE
    ) -> EventSubscription:
        """
        Add a subscription.
        """
        dialog = Dialog(self.request(call), "ours")
        each = EventSubscription(number, dialog, "x", self.phone.flow, 0)
        each.expires = expires
        self.table.add(each)
        return each

    def over(self, now: float) -> list[EventSubscription]:
        """
        Those that have ended.
        """
        return list(self.table.over(now))

    def test_find(self) -> None:
        """
        A dialog is known by Call-ID and both tags.
        """
        each = self.add("a")
        to = f"<sip:{ALICE}@{DOMAIN}>;tag="
        self.assertIs(self.table.find(self.request("a", f"{to}ours")), each)
        self.assertIsNone(self.table.find(self.request("a", f"{to}forged")))
        self.assertIsNone(self.table.find(self.request("b", f"{to}ours")))
        forged = f"<sip:{ALICE}@{DOMAIN}>;tag=other"
        self.assertIsNone(self.table.find(self.request("a", f"{to}ours", forged)))
        self.assertIsNone(self.table.find(self.request("a", "<")))

    def test_numbers(self) -> None:
        """
        A number's subscriptions are listed from the oldest; the list is a
        copy, so that they can be dropped on the way.
        """
        first, second, other = self.add("a"), self.add("b"), self.add("c", number=BOB)
        self.assertEqual(self.table.of(ALICE), [first, second])
        for each in self.table.of(ALICE):
            self.table.drop(each)
        self.assertEqual((self.table.of(ALICE), self.table.of(BOB)), ([], [other]))
        self.assertEqual(list(self.table.numbers), [BOB])
        self.assertFalse(first.live)
        self.assertEqual(len(self.table), 1)

    def test_ends(self) -> None:
        """
        They end in order, all of one second together.
        """
        late, early, same = (
            self.add("a", 61.0),
            self.add("b", 59.2),
            self.add("c", 59.9),
        )
        self.assertEqual(self.table.deadline(), 60.0)
        self.assertEqual(self.over(59.9), [])
        self.assertEqual(self.over(60.0), [early, same])
        self.assertEqual(self.table.deadline(), 61.0)
        self.table.drop(late)
        self.assertEqual(self.over(100.0), [])
        self.assertIsNone(self.table.deadline())

    def test_prolonged(self) -> None:
        """
        A later end counts, and an earlier one too.
        """
        each = self.add("a", 60.0)
        self.table.prolong(each, 120.0)
        self.assertEqual(self.over(60.0), [])
        self.assertEqual(self.table.deadline(), 120.0)
        self.table.prolong(each, 90.0)
        self.assertEqual(self.table.deadline(), 90.0)
        self.assertEqual(self.over(90.0), [each])

    def test_memory(self) -> None:
        """
        Subscriptions that come and go leave a bounded queue behind.
        """
        for turn in range(3 * SPARE):
            self.table.drop(self.add(str(turn), 1000.0))
        self.assertLessEqual(len(self.table._ends), SPARE + 2)
