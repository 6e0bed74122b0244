"""
Tests of L{gigasetd.store.segment}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.store.segment import LONGEST, lines, numberOf, read
from tests.store.values import ACCOUNT, BINDING, changeOf, dropOf

CHANGES = [changeOf(ACCOUNT), changeOf(BINDING), dropOf(BINDING)]


class NumberTests(SynchronousTestCase):
    """
    L{numberOf}.
    """

    def test_number(self) -> None:
        """
        A segment's number is its name; other files have none.
        """
        for name, number in (
            ("00000012.log", 12),
            ("123456789.log", 123456789),
            ("notes.log", 0),
            ("-1.log", 0),
            ("1.5.log", 0),
            (".log", 0),
        ):
            self.assertEqual(numberOf(Path(name)), number, name)


class ReadTests(SynchronousTestCase):
    """
    L{read}.
    """

    def read(self, data: bytes) -> list[object]:
        """
        What a segment with these bytes holds.
        """
        path = Path(self.mktemp())
        path.write_bytes(data)
        return list(read(path))

    def test_whole(self) -> None:
        """
        Every change comes back, in order.
        """
        self.assertEqual(self.read(lines(CHANGES)), CHANGES)
        self.assertEqual(self.read(b""), [])

    def test_cutOff(self) -> None:
        """
        A last line that a crash has cut off costs that line only.
        """
        data = lines(CHANGES)
        self.assertEqual(self.read(data[:-5]), [*CHANGES[:-1], None])

    def test_damaged(self) -> None:
        """
        A damaged line costs that line only; bytes that are no text too.
        """
        first, second, third = lines(CHANGES).splitlines(keepends=True)
        data = first + second.replace(b"\t", b"\xff", 1) + third
        self.assertEqual(self.read(data), [CHANGES[0], None, CHANGES[2]])

    def test_endless(self) -> None:
        """
        A file without line ends is read in pieces of bounded size.
        """
        self.assertEqual(self.read(b"x" * (LONGEST + 1)), [None, None])
