"""
Tests for L{gigasetd.sip.dialog}.
"""

from __future__ import annotations

from collections.abc import Iterable

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.dialog import Dialog, contactOf
from gigasetd.sip.message.message import Request, parse
from tests.sip.jar import ALICE, DOMAIN, Jar, Phone

OUT = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKours;rport"
CONTACT = f"Contact: <sip:{ALICE}@192.168.1.10:5060>"


class DialogTests(SynchronousTestCase):
    """
    A dialog that a phone has opened.
    """

    def setUp(self) -> None:
        """
        A phone.
        """
        self.phone = Phone(Jar(), ALICE, "192.168.1.10")

    def request(
        self, *lines: str, method: str = "INVITE", cseq: int = 5, sender: str = ""
    ) -> Request:
        """
        A request of the phone with these lines.
        """
        request = parse(
            self.phone.compose(
                method,
                f"sip:12341@{DOMAIN}",
                contact=False,
                headers=lines,
                cseq=cseq,
                sender=sender,
            )
        )
        assert isinstance(request, Request)
        return request

    def sent(self, dialog: Dialog, headers: Iterable[str] = ()) -> Request:
        """
        Our BYE, parsed.
        """
        request = parse(dialog.request("BYE", OUT, headers))
        assert isinstance(request, Request)
        self.assertIsNone(request.fault)
        return request

    def test_swapped(self) -> None:
        """
        Our requests have the phone's From as To, and our tag in From.
        """
        invite = self.request(CONTACT)
        bye = self.sent(Dialog(invite, "ours"), ("Subject: y",))
        self.assertEqual(bye.uri, f"sip:{ALICE}@192.168.1.10:5060")
        self.assertEqual(bye.first["to"], invite.first["from"])
        self.assertEqual(bye.first["from"], invite.first["to"] + ";tag=ours")
        self.assertEqual(bye.first["call-id"], invite.first["call-id"])
        self.assertEqual((bye.first["via"], bye.first["subject"]), (OUT, "y"))

    def test_ownSequence(self) -> None:
        """
        We count our own requests, from 1.
        """
        dialog = Dialog(self.request(CONTACT), "ours")
        self.assertEqual([self.sent(dialog).cseq for _ in range(3)], [1, 2, 3])

    def test_advances(self) -> None:
        """
        Only a request with a higher CSeq number is new.
        """
        dialog = Dialog(self.request(CONTACT), "ours")
        for cseq, new in ((5, False), (4, False), (7, True), (6, False), (8, True)):
            request = self.request(method="BYE", cseq=cseq)
            self.assertIs(dialog.advances(request), new, cseq)

    def test_looseRoute(self) -> None:
        """
        The route set stands in Route as it came, the target in the
        Request-URI.
        """
        routes = ("<sip:a@p1;lr>", "<sip:b@p2;lr>")
        lines = [f"Record-Route: {route}" for route in routes]
        bye = self.sent(Dialog(self.request(CONTACT, *lines), "ours"))
        self.assertEqual(bye.uri, f"sip:{ALICE}@192.168.1.10:5060")
        self.assertEqual(bye.all("route"), list(routes))

    def test_strictRoute(self) -> None:
        """
        A first hop of RFC 2543 gets its own URI, and the target last.
        """
        lines = ("Record-Route: <sip:a@p1>", "Record-Route: <sip:b@p2;lr>")
        bye = self.sent(Dialog(self.request(CONTACT, *lines), "ours"))
        self.assertEqual(bye.uri, "sip:a@p1")
        target = f"<sip:{ALICE}@192.168.1.10:5060>"
        self.assertEqual(bye.all("route"), ["<sip:b@p2;lr>", target])

    def test_retarget(self) -> None:
        """
        A later Contact moves the target; one that cannot be used does not.
        """
        dialog = Dialog(self.request(CONTACT), "ours")
        dialog.retarget(self.request("Contact: <sip:a@10.9.9.9>"))
        self.assertEqual(self.sent(dialog).uri, "sip:a@10.9.9.9")
        for contact in ("Contact: <tel:1>", "Contact: <", "X: no Contact"):
            dialog.retarget(self.request(contact))
            self.assertEqual(self.sent(dialog).uri, "sip:a@10.9.9.9")

    def test_broken(self) -> None:
        """
        A dialog that could not be used later is not opened.
        """
        for lines in (
            (),
            ("Contact: <tel:1>",),
            (CONTACT, 'Record-Route: "open'),
            (CONTACT, "Record-Route: <mailto:a>"),
        ):
            self.assertRaises(BadValue, Dialog, self.request(*lines), "ours")

    def test_noTag(self) -> None:
        """
        A phone of RFC 2543 has no tag.
        """
        sender = f"<sip:{ALICE}@{DOMAIN}>"
        self.assertEqual(Dialog(self.request(CONTACT, sender=sender), "x").theirs, "")

    def test_contactHeaders(self) -> None:
        """
        Headers that a Contact asks for are left out.
        """
        request = self.request("Contact: <sip:a@h;x=y?Subject=z>, <sip:b@h>")
        self.assertEqual(contactOf(request), "sip:a@h;x=y")
