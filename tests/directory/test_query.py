"""
Tests of L{gigasetd.directory.query}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import dictionaries, integers, sampled_from, text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.query import LONGEST, MOST, parseQuery, window

NAMES = "command type first last count limit reqid reqsrc lang fn ln hm bp x".split()


def asked(total: int, **told: str) -> tuple[int, int]:
    """
    The window of a request.
    """
    return window(parseQuery(told), total)


class WindowTests(SynchronousTestCase):
    """
    Which entries are wanted.
    """

    def test_windows(self) -> None:
        """
        From a first one, up to a last one, or the end of the list.
        """
        for told, found in (
            ({}, (1, 16)),
            ({"first": "17", "count": "16"}, (17, 14)),
            ({"first": "1", "count": "1"}, (1, 1)),
            ({"last": "-1"}, (15, 16)),
            ({"last": "-1", "count": "3"}, (28, 3)),
            ({"last": "20", "count": "5"}, (16, 5)),
            ({"last": "3", "count": "5"}, (1, 3)),
            ({"first": "31"}, (31, 0)),
            ({"first": "5", "last": "7"}, (5, 3)),
            ({"last": "99"}, (15, 16)),
        ):
            self.assertEqual(asked(30, **told), found, told)

    def test_nonsense(self) -> None:
        """
        Numbers that make no sense are as if they were not there, and huge
        ones ask for what there is.
        """
        for name in ("first", "last", "count"):
            for nonsense in ("", "x", "-5", "0", "1e3", "٣"):
                self.assertEqual(asked(3, **{name: nonsense}), (1, 3))
        self.assertEqual(asked(3, count="9" * 9), (1, 3))
        self.assertEqual(asked(3, first="9" * 9), (999999999, 0))
        self.assertEqual(asked(3, first="9" * 5000), (1, 3))

    @given(dictionaries(sampled_from(NAMES), text(max_size=12)), integers(0, 300))
    def test_inside(self, told: dict[str, str], total: int) -> None:
        """
        A window is inside the list, whatever is sent.
        """
        query = parseQuery(told)
        first, found = window(query, total)
        self.assertTrue(first >= 1 and 0 <= found <= MOST)
        self.assertTrue(found == 0 or first + found - 1 <= total)
        self.assertTrue(1 <= query.limit <= LONGEST)


class QueryTests(SynchronousTestCase):
    """
    The rest of a request.
    """

    def test_defaults(self) -> None:
        """
        A request that leaves everything out asks for the white pages.
        """
        query = parseQuery({"command": "get_list"})
        self.assertEqual((query.type, query.limit, query.byUser), ("pb", 1024, True))
        self.assertEqual((query.search.beginning, query.search.ending), ("", ""))

    def test_spellings(self) -> None:
        """
        Case and blanks do not matter; no attribute can be broken out of.
        """
        query = parseQuery({"command": " GET_LIST", "type": 'pb"><', "reqid": 'a"b'})
        self.assertEqual((query.command, query.type, query.reqid), ("get_list", "", ""))

    def test_sought(self) -> None:
        """
        "Not found" names what was looked for.
        """
        self.assertEqual(parseQuery({"ln": "*", "hm": "12345"}).sought, "hm")
        self.assertEqual(parseQuery({"ln": "x*", "hm": "*"}).sought, "ln")
        self.assertEqual(parseQuery({"ln": "*"}).sought, "hm")
