"""
Tests of L{gigasetd.info.page.linemarkup}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.elements import Columns, Link, Text, Three
from gigasetd.info.page.linemarkup import partsOf


class LinesTests(SynchronousTestCase):
    """
    L{partsOf}.
    """

    def test_kinds(self) -> None:
        """
        Each kind of line.
        """
        said = "# a b\n\nl | r\n1 | 2 | 3\nplain |x\n@call 1#9\n@page x y z\n#nr"
        self.assertEqual(
            partsOf(said),
            [
                Text("a b", bold=True),
                Columns("l", "r"),
                Three("1", "2", "3"),
                Text("plain |x"),
                Link("1#9", "wtai://wp/mc;1#9"),
                Link("y z", "x"),
                Text("#nr"),
            ],
        )
