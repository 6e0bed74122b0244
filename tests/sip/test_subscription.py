"""
Tests for L{gigasetd.sip.subscription}.
"""

from __future__ import annotations

from itertools import count

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Flow
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.subscription import EventSubscription, RequestFactory
from tests.sip.jar import ALICE, DOMAIN, Jar, Phone


def factory(address: str = "192.0.2.1") -> RequestFactory:
    """
    A factory whose tokens count up.
    """
    numbers = count(1)
    return RequestFactory(lambda flow: address, lambda: f"{next(numbers):x}", DOMAIN)


class RequestFactoryTests(SynchronousTestCase):
    """
    The header values of our own requests.
    """

    udp = Flow("udp", "0.0.0.0:5062", "192.168.1.10", 5060, 0)
    tcp = udp._replace(transport="tcp", connection=3)

    def test_via(self) -> None:
        """
        Via names the address that this peer can reach, the port of the
        listener and the transport, and asks for rport.
        """
        self.assertEqual(
            factory().via(self.udp, "z9hG4bKx"),
            "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKx;rport",
        )
        self.assertEqual(
            factory("2001:db8::1").via(self.tcp, "z9hG4bKx"),
            "SIP/2.0/TCP [2001:db8::1]:5062;branch=z9hG4bKx;rport",
        )

    def test_contact(self) -> None:
        """
        Contact names the transport where it is not the usual one.
        """
        contact = f"Contact: <sip:{ALICE}@192.0.2.1:5062"
        self.assertEqual(factory().contact(ALICE, self.udp), f"{contact}>")
        self.assertEqual(
            factory().contact(ALICE, self.tcp), f"{contact};transport=tcp>"
        )

    def test_branch(self) -> None:
        """
        No two branches are alike, and each is one of RFC 3261.
        """
        requests = factory()
        self.assertEqual(
            [requests.branch() for _ in range(2)], ["z9hG4bK1", "z9hG4bK2"]
        )


class NotifyTests(SynchronousTestCase):
    """
    NOTIFYs of a subscription.
    """

    def setUp(self) -> None:
        """
        A subscription for one minute.
        """
        phone = Phone(Jar(), ALICE, "192.168.1.10")
        data = phone.compose("SUBSCRIBE", f"sip:{ALICE}@{DOMAIN}")
        request = parse(data)
        assert isinstance(request, Request)
        event = "message-summary;id=7"
        dialog = Dialog(request, "ours")
        self.subscription = EventSubscription(ALICE, dialog, event, phone.flow, 0)
        self.subscription.expires = 60.0

    def notify(self, now: float = 0.0) -> Request:
        """
        The NOTIFY at that time.
        """
        send = self.subscription.notify(factory(), None, now)
        self.assertEqual((send.method, send.flow), ("NOTIFY", self.subscription.flow))
        request = parse(send.data)
        assert isinstance(request, Request)
        self.assertEqual(request.via.branch, send.branch)
        self.assertIsNone(request.fault)
        return request

    def test_state(self) -> None:
        """
        It says how many seconds are left, or that it is over.
        """
        for now, state in (
            (0.0, "active;expires=60"),
            (59.5, "active;expires=1"),
            (60.0, "terminated;reason=timeout"),
        ):
            self.assertEqual(self.notify(now).first["subscription-state"], state)
        self.subscription.live = False
        state = self.notify().first["subscription-state"]
        self.assertEqual(state, "terminated;reason=timeout")

    def test_event(self) -> None:
        """
        The phone finds its own id in Event (RFC 6665 section 4.4.1).
        """
        self.assertEqual(self.notify().first["event"], "message-summary;id=7")

    def test_summary(self) -> None:
        """
        The count stands in the body where there is one (RFC 3842).
        """
        account = f"Message-Account: sip:{ALICE}@{DOMAIN}\r\n"
        self.assertEqual(self.notify().body, f"Messages-Waiting: no\r\n{account}")
        self.subscription.waiting = 3
        notify = self.notify()
        self.assertEqual(
            notify.body,
            f"Messages-Waiting: yes\r\n{account}Text-Message: 3/0\r\n",
        )
        self.assertEqual(
            notify.first["content-type"], "application/simple-message-summary"
        )
