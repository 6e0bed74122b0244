"""
Attacks on what phones report, in the attacker's own bytes.
"""

from __future__ import annotations

from tests.web.case import FAR, MAC, NEAR, bound
from tests.web.test_localtrust import CHROME, TrustCase

FAKE = b"User-Agent: N510 IP PRO/42.999.00.000.000;%s\r\n"
GUEST = b"7C2F80AAAAAA"
LIE = b"mac=%s&name=Evil&private_ip=6.6.6.6&private_port=81&software_version=99.999"


class OverwriteTests(TrustCase):
    """
    A stranger who knows a MAC.
    """

    def setUp(self) -> None:
        """
        The phone has reported from the local network.
        """
        super().setUp()
        facts = b"mac=7C2F80012345&name=Hall&private_ip=192.168.1.7&product=C610 IP"
        self.raw(b"/checkin?" + facts.replace(b" ", b"+"), b"")
        self.before = self.registry.checkins[MAC]

    def test_checkin(self) -> None:
        """
        It changes nothing of the phone, and learns nothing from the answers.
        """
        lie = LIE % MAC.encode()
        for host in (FAR, "2001:db8::1"):
            self.assertEqual(self.raw(b"/checkin?" + lie, b"", host).code, 204)
            self.raw(b"/info/menu.jsp?" + lie, FAKE % b"0", host)
            self.raw(b"/directory?command=get_list&" + lie, FAKE % b"0", host)
            self.raw(b"/device/42/2/master.bin", FAKE % MAC.encode(), host)
            self.raw(b"/7C2F80012345.xml", FAKE % MAC.encode(), host)
        self.assertEqual(self.registry.checkins[MAC], self.before)
        self.assertIn(b"http://192.168.1.7/", self.raw(b"/", CHROME).body)

    def test_rebinding(self) -> None:
        """
        Nor does a page in the local network by its own name, or a client behind
        an unknown proxy.
        """
        target = b"/checkin?" + LIE % MAC.encode()
        self.raw(target, FAKE % b"0", name=b"evil.example")
        self.raw(target, b"X-Forwarded-For: 203.0.113.9\r\n")
        self.assertEqual(self.registry.checkins[MAC], self.before)
        for headers, name in (
            (b"", b"evil.example"),
            (b"Via: 1.1 caddy\r\n", b""),
        ):
            self.raw(b"/checkin?" + LIE % GUEST, headers, name=name)
            self.assertNotIn(GUEST, self.raw(b"/", CHROME).body)

    def test_proven(self) -> None:
        """
        The address of the last proof may report, from anywhere.
        """
        self.registry.bindings["30001"] = bound("30001")
        self.raw(b"/checkin?mac=7C2F80012345&name=Attic", b"", FAR)
        self.assertEqual(self.registry.checkins[MAC].name, "Attic")


class EvictionTests(TrustCase):
    """
    A stranger who makes up MACs.
    """

    def test_guests(self) -> None:
        """
        1,500 of them on any path evict nobody.
        """
        # HTTP's own allowance would stop most of them.
        self.site.limit(self.site.limits._replace(rate=10000))
        self.raw(b"/checkin?mac=%s&name=Guest" % GUEST, b"")
        for number in range(1500):
            mac = b"%012X" % (0x7C2F81000000 + number)
            self.raw(b"/device/x", FAKE % mac, FAR)
        self.assertIn(GUEST.decode(), self.registry.checkins)
        self.assertEqual(len(self.registry.checkins), 21)
        counts = self.built.caches.reports.counts
        self.assertEqual(counts["guests_limited"], 1480)


class BrowserTests(TrustCase):
    """
    A web page that is open in a browser in the local network.
    """

    def test_image(self) -> None:
        """
        Its C{<img>} and its forms report nothing, on no path.
        """
        lie = LIE % GUEST
        for headers in (CHROME, b"Origin: http://evil.example\r\n"):
            for target in (
                b"/checkin?" + lie,
                b"/info/menu.jsp?" + lie,
                b"/directory?command=get_list&" + lie,
                b"/device/42/2/master.bin",
                b"/%s.xml" % GUEST,
            ):
                self.raw(target, headers + FAKE % GUEST, NEAR)
        self.assertEqual(self.registry.checkins, {})
        head = b"POST /checkin HTTP/1.1\r\nHost: 192.168.1.2\r\n" + CHROME
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        body = b"Content-Length: %d\r\n\r\n%s" % (len(lie), lie)
        (answer,) = self.send(head + form + body)
        self.assertEqual(answer.code, 403)
        self.assertEqual(self.registry.checkins, {})

    def test_link(self) -> None:
        """
        A phone's own lie does not lead visitors out of the network, nor to their
        own machine.
        """
        for address in (b"6.6.6.6", b"2001:db8::1", b"127.0.0.1", b"::1"):
            self.raw(b"/checkin?mac=%s&private_ip=%s" % (GUEST, address), b"")
            self.assertNotIn(b"http://", self.raw(b"/", CHROME).body, address)
        self.raw(b"/checkin?mac=%s&private_ip=192.168.1.8" % GUEST, b"")
        self.assertIn(b"http://192.168.1.8/", self.raw(b"/", CHROME).body)
