"""
Tests of L{gigasetd.directory.index}.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis.strategies import builds, lists, sampled_from, text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import contactOf
from gigasetd.directory.index import BookIndex
from gigasetd.directory.match import NUMBER_FIELDS, TEXTS, Search, rowOf

NAMES = text(alphabet="abBäÄ ", min_size=1, max_size=4)
DIGITS = text(alphabet="012", min_size=1, max_size=7)
ROWS = builds(
    lambda last, first, home, sip: rowOf(
        contactOf({"last": last + ".", "first": first, "home": home + "1", "sip": sip})
    ),
    NAMES, NAMES, DIGITS, DIGITS,
)  # fmt: skip
ASKED = lists(
    builds(
        lambda name, pattern: (name, pattern),
        sampled_from(["ln", "fn"]),
        text(alphabet="aB*ä.", max_size=4),
    )
    | builds(
        lambda name, pattern: (name, pattern),
        sampled_from(["hm", "sip", "mb"]),
        text(alphabet="0121+*", max_size=7),
    ),
    max_size=2,
)


class IndexTests(SynchronousTestCase):
    """
    Many entries.
    """

    @given(lists(ROWS, max_size=12), ASKED)
    @settings(max_examples=300, deadline=None)
    def test_asAll(self, rows: list, asked: list) -> None:
        """
        It finds what looking at every entry finds.
        """
        search = Search(asked)
        found = sorted(BookIndex(rows).search(search))
        slow = sorted((search.score(row), row) for row in rows if search.score(row))
        self.assertEqual(found, slow)

    @given(lists(ROWS, max_size=8), lists(ROWS, max_size=8))
    @settings(max_examples=100, deadline=None)
    def test_changes(self, old: list, new: list) -> None:
        """
        It is the same however its entries have come, and gone.
        """
        index = BookIndex(old)
        for row in new:
            index.add(row)
            index.add(row)
        for row in old:
            index.drop(row)
            index.drop(row)
        kept = {row for row in new if row not in old}
        left = {row for row in index.rows if row not in old}
        self.assertEqual(left, kept)
        self.assertEqual(index.rows, sorted(index.rows, key=lambda row: row.order))
        for row in kept:
            search = Search([("hm", row.contact.home)])
            self.assertTrue(search.vague or row in [r for _, r in index.search(search)])

    def test_names(self) -> None:
        """
        A field is looked for by its letters or by its digits.
        """
        self.assertFalse(set(TEXTS) & set(NUMBER_FIELDS))
