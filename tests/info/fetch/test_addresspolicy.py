"""
Tests of L{gigasetd.info.fetch.addresspolicy}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.addresspolicy import checkAddress, isGlobal
from gigasetd.info.sources.interface import SourceError

WORLDWIDE = """
1.1.1.1 8.8.8.8 193.99.144.80 2606:4700:4700::1111 2a00:1450:4001:82a::200e
::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
""".split()

ELSEWHERE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.178.1 198.18.0.1
198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:192.168.1.1 ::ffff:0:0 64:ff9b::7f00:1
64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:db8::1 2002:7f00:1:: 2002:c0a8:101::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0
fec0::1 ff02::1 2606:4700:4700::1111%1 localhost 1.1.1 0x7f000001
""".split()


class WorldwideTests(SynchronousTestCase):
    """
    L{isGlobal}.
    """

    def test_worldwide(self) -> None:
        """
        Addresses of the whole internet may be asked, in whatever dress.
        """
        for address in WORLDWIDE:
            self.assertTrue(isGlobal(address), address)

    def test_elsewhere(self) -> None:
        """
        Addresses of a network of one's own may not, in whatever dress.
        """
        for address in ELSEWHERE:
            self.assertFalse(isGlobal(address), address)


class WhereTests(SynchronousTestCase):
    """
    L{checkAddress}.
    """

    def test_address(self) -> None:
        """
        An address is made what goes over the wire, without its fragment.
        """
        found = checkAddress(" HTTP://Example.COM:80/a%20b/ä?q=ö#part ", True)
        self.assertEqual(found.url, "http://example.com/a%20b/%C3%A4?q=%C3%B6")
        self.assertEqual(found.host, "example.com")
        self.assertEqual(
            checkAddress("https://münchen.de", True).host, "xn--mnchen-3ya.de"
        )

    def test_refused(self) -> None:
        """
        An owner's address leads to web servers and nowhere else.
        """
        for text in (
            "", "example.com", "ftp://x/", "file:///etc/passwd", "javascript:alert(1)",
            "gopher://x:70/", "http://", "http:///path", "http://x:22/", "http://x:5060/",
            "http://x:0/", "http://x:99999/", "http://user:pw@x/", "http://user@x/",
            "http://x/a b", "http://x/\r\nHost: y", "http://x/\0", "http://x:http/",
            "http://[::1]/", "http://" + "x" * 5000,
        ):  # fmt: skip
            with self.assertRaises(SourceError, msg=text):
                checkAddress(text, True)

    def test_trusted(self) -> None:
        """
        The operator's addresses may have any port.
        """
        self.assertEqual(checkAddress("http://127.0.0.1:9/x", False).host, "127.0.0.1")

    def test_further(self) -> None:
        """
        A redirection may be a part of an address.
        """
        found = checkAddress("http://x/a/b", True)
        self.assertEqual(found.redirect("../c"), "http://x/c")
        self.assertEqual(found.redirect("//y/d"), "http://y/d")
