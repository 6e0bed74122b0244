"""
Tests of L{gigasetd.discovery.service}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.messages import VerbRequest
from gigasetd.discovery.pnp import parseRequest
from gigasetd.discovery.service import part
from gigasetd.errors import BadValue
from tests.sites import built, siteOf

MAC = "7C2F80012345"
SUBSCRIBE = (
    b"SUBSCRIBE sip:MAC%%3A%s@local SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.168.1.7:5060;branch=z9hG4bK1\r\n"
    b"From: <sip:MAC%%3A%s@local>;tag=1\r\n"
    b"To: <sip:MAC%%3A%s@local>\r\n"
    b"Call-ID: 1\r\nCSeq: 1 SUBSCRIBE\r\nMax-Forwards: 70\r\n"
    b"Event: ua-profile;profile-type=device;vendor=Gigaset\r\n"
    b"User-Agent: %s\r\nContent-Length: 0\r\n\r\n"
)


class ReportTests(SynchronousTestCase):
    """
    What phones report by SIP PnP.
    """

    def setUp(self) -> None:
        """
        Build it.
        """
        self.site, self.service = built(siteOf(), part)

    def hears(self, agent: bytes, host: str, mac: bytes = MAC.encode()) -> None:
        """
        Note a SUBSCRIBE.
        """
        request = parseRequest(SUBSCRIBE % (mac, mac, mac, agent), lambda mac: True)
        assert request is not None
        self.service._note(request, host)

    def test_admission(self) -> None:
        """
        The local networks report; a stranger on a link changes nothing that was
        reported, and adds no more guests than its share.
        """
        self.hears(b"C610 IP/42.075.00.000.000", "192.168.1.7")
        before = self.site.registry.checkins[MAC]
        self.assertEqual(before.private_ip, "192.168.1.7")
        self.hears(b"N510 IP PRO/42.999.00.000.000", "203.0.113.9")
        self.assertEqual(self.site.registry.checkins[MAC], before)
        for number in range(100):
            mac = b"7C2F81%06X" % number
            self.hears(b"C610 IP/42.075.00.000.000", "203.0.113.9", mac)
        self.assertEqual(len(self.site.registry.checkins), 21)


class DhcpTests(SynchronousTestCase):
    """
    C{gigasetctl dhcp}.
    """

    def setUp(self) -> None:
        """
        Build it.
        """
        self.site, self.service = built(siteOf(), part)

    def test_boundAddress(self) -> None:
        """
        A web server on one address is named by that address.
        """
        self.site.ports.add("http", "tcp", "192.0.2.9", 8080)
        document = self.service.dhcp(VerbRequest({}, 0.0)).document
        expected = 'dhcp-option=114,"http://192.0.2.9:8080/device"'
        self.assertEqual(document["dnsmasq"][0], expected)

    def test_notListening(self) -> None:
        """
        Without a web server there is nothing to point to.
        """
        self.assertRaises(BadValue, self.service.dhcp, VerbRequest({}, 0.0))
