"""
Tests of L{gigasetd.config.components}.
"""

from __future__ import annotations

from tests.config.case import ConfigTestCase


class ComponentsTests(ConfigTestCase):
    """
    The components of C{[xmpp]}.
    """

    def test_components(self) -> None:
        """
        External components have a domain and a secret each; what is wrong
        with one is told without its secret.
        """
        text = 'xmpp.components = { "Rooms.example.org" = "hush" }'
        found = self.load(text).xmpp.components
        self.assertEqual(found, (("rooms.example.org", "hush"),))
        (line,) = self.faults('xmpp.components = { "a b" = "hush" }')
        self.assertNotIn("hush", line)
        (line,) = self.faults('xmpp.upstream = { host = "h", secret = "hush" }')
        self.assertNotIn("hush", line)

    def test_upstream(self) -> None:
        """
        The server to attach to is told by all of its four facts.
        """
        text = 'xmpp.upstream = { host = "h", port = 5347, domain = "d", secret = "s" }'
        self.assertEqual(self.load(text).xmpp.upstream, ("h", 5347, "d", "s"))
        self.assertIsNone(self.load("").xmpp.upstream)

    def test_bounds(self) -> None:
        """
        A secret is neither empty nor endless, and a port is one.
        """
        for text in (
            'xmpp.components = { "a.example" = "" }',
            f'xmpp.components = {{ "a.example" = "{"x" * 256}" }}',
            'xmpp.upstream = { host = "h", port = 0, domain = "d", secret = "s" }',
            'xmpp.upstream = "h"',
        ):
            (line,) = self.faults(text)
            self.assertIn(", allowed is ", line)
