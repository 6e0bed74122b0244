"""
Tests for L{gigasetd.registry.codec}.
"""

from __future__ import annotations

from zlib import crc32

from hypothesis import given, settings
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.codec import BrokenLine, parse, render
from gigasetd.registry.model import Account, Change
from tests.store.values import BINDING, CHANGES, changeOf, dropOf


class RenderTests(SynchronousTestCase):
    """
    What is spooled comes back as it was, or not at all.
    """

    @settings(max_examples=300, deadline=None)
    @given(CHANGES)
    def test_comesBack(self, change: Change) -> None:
        """
        Any change survives being written and read, types included.
        """
        back = parse(render(change))
        self.assertEqual(back, change)
        if change.value is not None and back.value is not None:
            self.assertEqual(list(map(type, back.value)), list(map(type, change.value)))
            self.assertIs(type(back.value), type(change.value))

    @settings(max_examples=200, deadline=None)
    @given(CHANGES)
    def test_isOneLine(self, change: Change) -> None:
        """
        No field can end the line early: as bytes there is one LF, the last.
        """
        line = render(change).encode("utf-8", "surrogatepass")
        self.assertEqual(line.count(b"\n"), 1)
        self.assertTrue(line.endswith(b"\n"))
        self.assertNotIn(b"\0", line)

    def test_forgedUserAgent(self) -> None:
        """
        A User-Agent that holds a whole spool line stays a User-Agent.
        """
        forged = render(dropOf(BINDING, 7))
        evil = BINDING._replace(user_agent="X\t" + forged + forged)
        change = changeOf(evil)
        self.assertEqual(parse(render(change)), change)
        self.assertEqual(render(change).count("\n"), 1)

    def test_earlierVersion(self) -> None:
        """
        A line of a version that had fewer fields is read, the others as they
        are in a new value; one that lacks more than those is not.
        """
        account = Account("1", "digest", "x", "y", "Tom", "", 1.5, 2.5)
        for fewer, whole in ((1, True), (2, False)):
            body = render(changeOf(account, 42)).rpartition("\t")[0]
            body = body.rsplit("\t", fewer)[0]
            line = f"{body}\t{crc32(body.encode()):08x}\n"
            if whole:
                self.assertEqual(parse(line), changeOf(account, 42))
            else:
                self.assertRaises(BrokenLine, parse, line)

    def test_readable(self) -> None:
        """
        An operator who looks into the spool sees number, kind, sign, fields.
        """
        fields = render(changeOf(BINDING, 42)).split("\t")
        self.assertEqual(fields[:4], ["42", "binding", "+", "12345678"])
        self.assertEqual(render(dropOf(BINDING, 43)).split("\t")[:3][2], "-")

    def test_cutAnywhere(self) -> None:
        """
        A line that lost any part of its end is told from a whole one.
        """
        line = render(changeOf(BINDING)).removesuffix("\n")
        for length in range(len(line)):
            self.assertRaises(BrokenLine, parse, line[:length])

    def test_oneCharacterChanged(self) -> None:
        """
        A line in which one character changed is told from a true one.
        """
        line = render(changeOf(BINDING)).removesuffix("\n")
        for place in range(len(line)):
            other = "x" if line[place] != "x" else "y"
            broken = line[:place] + other + line[place + 1 :]
            self.assertRaises(BrokenLine, parse, broken)

    def test_wrongShape(self) -> None:
        """
        A line of another program's making, checked rightly, is refused with
        a reason, whatever is wrong with it.
        """
        for body in (
            "",
            "1",
            "1\tbinding",
            "1\tnothing\t+\ta",
            "1\tdevice\t+\ta",
            "1\tdevice\t-\ta\tb",
            "1\tdevice\t*\ta",
            "x\tdevice\t-\ta",
            "1\tdevice\t-\ta\\x",
            "1\tdevice\t-\ta\\",
            "1\tdevice\t+\tm\tn\ts\ti\tp\tx\tnever",
        ):
            line = f"{body}\t{crc32(body.encode()):08x}"
            self.assertRaises(ValueError, parse, line)
