"""
What a stranger sends costs no more than its length, in all that reads headers.
"""

from __future__ import annotations

import contextlib

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.digest import parseCredentials
from gigasetd.errors import BadValue
from gigasetd.sip.contact import parseContact
from tests.sip.wire import Patience

UNITS = ("a", " ", ";", ",", "=", '"', "\\", "<", ">", "a=", '="', '\\"', "; ", ' ;x="')


class HostileTests(SynchronousTestCase):
    """
    Contact and Authorization are read before anybody is known.
    """

    def test_contact(self) -> None:
        """
        64 KiB of any piece of syntax in a Contact.
        """
        for unit in UNITS:
            text = (unit * (1 << 16))[: 1 << 16]
            for value in (text, f"<sip:a@b>;{text}", f'<sip:a@b>;x="{text}"'):
                with Patience(), contextlib.suppress(BadValue):
                    parseContact(value)

    def test_credentials(self) -> None:
        """
        64 KiB of any piece of syntax in an Authorization.
        """
        for unit in UNITS:
            text = (unit * (1 << 16))[: 1 << 16]
            for value in (text, f'username="{text}', f'username="{text}", {text}'):
                with Patience():
                    parseCredentials(f"Digest {value}")

    def test_expires(self) -> None:
        """
        A binding's own text keeps all but the header's expires.
        """
        for value, plain in (
            ("<sip:a@b>;expires=5", "<sip:a@b>"),
            ("<sip:a@b;expires=5>;q=1 ; Expires = 5;ob", "<sip:a@b;expires=5>;q=1 ;ob"),
            (
                '<sip:a@b>;expires=5;+sip.instance="<urn:x>"',
                '<sip:a@b>;+sip.instance="<urn:x>"',
            ),
            ('<sip:a@b>;x=";expires=5;"', '<sip:a@b>;x=";expires=5;"'),
            ("sip:a@b;expires=5", "sip:a@b"),
        ):
            self.assertEqual(parseContact(value).value, plain)
        self.assertIsNotNone(parseContact("<sip:a@b>;expires=" + "9" * 5000).expires)
