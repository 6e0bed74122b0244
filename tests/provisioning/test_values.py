"""
Tests for L{gigasetd.provisioning.values}.
"""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.provisioning.values import (
    BadValues,
    framed,
    merged,
    parseValues,
    suffix,
    versionOf,
)


class ValuesTests(SynchronousTestCase):
    """
    Values and how they are written.
    """

    def test_merged(self) -> None:
        """
        The last layer counts; tables are merged, all else is replaced.
        """
        below = {"a": 1, "t": {"x": 1, "y": 2}, "l": [1]}
        above = {"t": {"y": 3}, "l": [2], "a": {"z": 1}}
        self.assertEqual(
            merged((below, above)), {"a": {"z": 1}, "t": {"x": 1, "y": 3}, "l": [2]}
        )
        self.assertEqual(below["t"], {"x": 1, "y": 2})

    def test_framed(self) -> None:
        """
        Texts carry inner quotes, numbers none, lists are of bytes, marks are
        bare.
        """
        for value, text in (
            ("pbx.lan", '"pbx.lan"'),
            (0xD96, "3478"),
            (True, "1"),
            ([1, 0, 5], "0x01,0x00,0x05"),
        ):
            self.assertEqual(framed("BS_X.y", value), text)
        self.assertEqual(framed("BS_X.y..attr", "UI_LOCK"), "UI_LOCK")

    def test_suffix(self) -> None:
        """
        The first account has none.
        """
        self.assertEqual([suffix(n) for n in (1, 2, 6)], ["", "_2", "_6"])

    def test_bad(self) -> None:
        """
        What is no TOML, or no value, is refused with its place.
        """
        deep = b"[" + b".".join(b"a" for _ in range(20)) + b"]\nb=1"
        for data in (b"\xff", b"a=", deep, b"a=[[1]]", b"a=2020-01-01", b"[" * 9999):
            with self.assertRaises(BadValues):
                parseValues(data)

    @given(some.binary())
    def test_version(self, content: bytes) -> None:
        """
        A VERSION is a moment as phones write it, the same for the same
        content, today and after a restart.
        """
        version = versionOf(content)
        datetime.strptime(version, "%d%m%y%H%M")
        self.assertEqual(versionOf(content), version)

    def test_known(self) -> None:
        """
        It depends on nothing but the content: this one has not changed since
        it was written here.
        """
        self.assertEqual(versionOf(b"gigasetd"), KNOWN)
        self.assertNotEqual(versionOf(b"gigasete"), KNOWN)


KNOWN = "2205321452"
