"""
Tests of L{gigasetd.provisioning.urlformat}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.provisioning.urlformat import BadFormat, checkFormat


class CheckFormatTests(SynchronousTestCase):
    """
    L{checkFormat}.
    """

    def test_places(self) -> None:
        """
        A URL with any of the places is a format.
        """
        for text in (
            "http://%DURL/%MACD.xml",
            "http://h/%DVID/%MACC",
            "http://h/?ac=%ACTC&s=%SUBLIST&p=100%%",
            "http://h/%%MACD",
            "http://h/",
        ):
            self.assertEqual(checkFormat(text), text)

    def test_bad(self) -> None:
        """
        What a phone could not use is refused.
        """
        for text in ("", "http://h/%", "http://h/%MAC", "a" * 253, "http://h/é", "a\0"):
            with self.assertRaises(BadFormat):
                checkFormat(text)
