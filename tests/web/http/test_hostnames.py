"""
Tests of L{gigasetd.web.http.hostnames}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.hostnames import HostNames, hostOf

OURS = """
    192.168.1.2 192.168.1.2:8080 [fd00::2] [fd00::2]:8080 [fe80::2%25eth0] gigasetd
    localhost:8080 box.local box.lan:80 a.b.internal box.home.arpa x.localhost
    example.net EXAMPLE.net. sip.example.net:80 info.gigaset.net tel.search.ch
    phones.example.org 2130706433
""".split()
FOREIGN = """
    evil.example evil.example:8080 192.168.1.2.evil.example evilexample.net
    example.net.evil.example x.info.gigaset.net .local evil.example.
    127.1 1.2.3.4.5 a@b.local evil.example/.local [::1].evil.example [evil] [::
    evil.example,box.local xn--\xff evil.example#.local phones.example.org.uk
""".split()


class HostNamesTests(SynchronousTestCase):
    """
    L{HostNames}.
    """

    names = HostNames(("info.gigaset.net", "Phones.Example.ORG."), ("example.net",))

    def test_ours(self) -> None:
        """
        Addresses, names that only the local network assigns, and our own are
        ours, in any spelling.
        """
        for host in OURS:
            self.assertTrue(self.names.covers(host), host)

    def test_foreign(self) -> None:
        """
        A name that a stranger can register is not, however much it looks like one
        of ours.
        """
        for host in FOREIGN:
            self.assertFalse(self.names.covers(host), host)

    def test_hostOf(self) -> None:
        """
        A host has one spelling.
        """
        self.assertEqual(hostOf(" Box.LAN.:80 "), "box.lan")
        self.assertEqual(hostOf("[FD00::2]:80"), "fd00::2")
        self.assertEqual(hostOf("a b"), "")
