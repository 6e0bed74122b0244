"""
Tests of L{gigasetd.dns.resolvconf}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.resolvconf import readResolvers, systemResolvers


class ResolversTests(SynchronousTestCase):
    """
    The resolvers of this machine.
    """

    def test_read(self) -> None:
        """
        The first three addresses count, whatever else stands there; a file
        that is not there names none.
        """
        path = Path(self.mktemp())
        self.assertEqual(readResolvers(path), [])
        path.write_text(
            "# x\nsearch lan\nnameserver\nnameserver 192.0.2.1\nnameserver nonsense\n"
            " nameserver  fe80::1%eth0 \nnameserver ::1\nnameserver 192.0.2.2\n"
        )
        expected = [("192.0.2.1", 53), ("fe80::1%eth0", 53), ("::1", 53)]
        self.assertEqual(readResolvers(path), expected)

    def test_again(self) -> None:
        """
        When the network changes, the new resolvers are read soon.
        """
        path, times = Path(self.mktemp()), [0.0, 10.0, 40.0]
        path.write_text("nameserver 192.0.2.1\n")
        resolvers = systemResolvers(path, lambda: times.pop(0))
        self.assertEqual(resolvers(), [("192.0.2.1", 53)])
        path.write_text("nameserver 192.0.2.2\n")
        self.assertEqual(resolvers(), [("192.0.2.1", 53)])
        self.assertEqual(resolvers(), [("192.0.2.2", 53)])
