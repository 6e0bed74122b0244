"""
Tests of L{gigasetd.web.pages.rendering}.
"""

from __future__ import annotations

from jinja2 import UndefinedError
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.web.http.clients import Clients
from gigasetd.web.pages.rendering import PageRenderer, when


class RenderTests(SynchronousTestCase):
    """
    L{PageRenderer.render}.
    """

    def setUp(self) -> None:
        """
        Make a renderer.
        """
        nowhere = Networks([])
        proven = VerifiedAddresses()
        self.renderer = PageRenderer(Clients(nowhere, nowhere, "known", proven))

    def render(self, **values: object) -> str:
        """
        Render the page of an error.
        """
        return self.renderer.render("refused.html", {"notice": "", **values}).decode()

    def test_escapes(self) -> None:
        """
        A value cannot add markup to a page; what has no UTF-8 is replaced.
        """
        page = self.render(sentence="<b>&\udcff")
        self.assertIn("&lt;b&gt;&amp;?", page)

    def test_undefined(self) -> None:
        """
        A value that is missing fails loudly instead of leaving a gap.
        """
        self.assertRaises(UndefinedError, self.render)


class WhenTests(SynchronousTestCase):
    """
    L{when}.
    """

    def test_utc(self) -> None:
        """
        Times are in UTC, to the minute; no time is "never".
        """
        self.assertEqual(when(1795435259.9), "2026-11-23 12:00 UTC")
        self.assertEqual(when(0.0), "never")
        self.assertEqual(when(None), "never")
