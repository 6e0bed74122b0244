"""
Tests of L{gigasetd.process.hostname}.
"""

from __future__ import annotations

import socket
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.hostname import machineNames


class MachineNamesTests(SynchronousTestCase):
    """
    L{machineNames}.
    """

    def names(self, host: str, resolv: str | None) -> frozenset[str]:
        """
        The names of a machine.
        """
        self.patch(socket, "gethostname", lambda: host)
        path = Path(self.mktemp())
        if resolv is not None:
            path.write_text(resolv)
        return machineNames(path)

    def test_search(self) -> None:
        """
        A router's domain makes a name of this machine, as FRITZ!Box owners type
        it.
        """
        text = "nameserver 192.168.178.1\nsearch fritz.box Example.NET.\n"
        expected = {"box", "box.fritz.box", "box.example.net"}
        self.assertEqual(self.names("Box", text), expected)

    def test_none(self) -> None:
        """
        A file that is missing or says nothing leaves the name alone.
        """
        self.assertEqual(self.names("box.example.org", None), {"box.example.org"})
        self.assertEqual(self.names("box", "search\n.\n"), {"box"})
        self.assertEqual(self.names("", "search fritz.box\n"), frozenset())
