"""
Tests of L{gigasetd.directory.response}.
"""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis.strategies import dictionaries, integers, lists, sampled_from, text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import FIELDS, contactOf
from gigasetd.directory.response import (
    NO_HITS,
    ListHead,
    cutName,
    error,
    listing,
    noHits,
)

HEAD = ListHead("get_list", "pb", 20)
INA = contactOf(
    {"last": "Beispiel", "first": "Ina", "city": "Bocholt", "home": "0287112345",
     "office": "5", "fax": "6", "mobile": "7", "sip": "123456#9", "email": "a@b",
     "street": "Weg 1", "zip": "46395", "nickname": "Ini"}
)  # fmt: skip


class ListingTests(SynchronousTestCase):
    """
    What phones read.
    """

    def test_order(self) -> None:
        """
        The elements have the protocol's names and stand in its order.
        """
        root = ElementTree.fromstring(listing(HEAD, 1, [INA._replace(id="7")], 1024))
        self.assertEqual((root.tag, root.get("response")), ("list", "get_list"))
        (entry,) = root
        self.assertEqual(entry.get("id"), "7")
        names = "ln fn nn ct zc st hm fx mb sip em bp".split()
        self.assertEqual([child.tag for child in entry], names)
        self.assertEqual(entry.findtext("hm"), "0287112345")

    def test_dialable(self) -> None:
        """
        There is a number to dial wherever there is any, and a name to show.
        """
        only = contactOf({"nickname": "Zoë", "sip": "30001#9"})
        (entry,) = ElementTree.fromstring(listing(HEAD, 1, [only], 1024))
        self.assertEqual([child.text for child in entry],
                         ["Zoë", "Zoë", "30001#9", "30001#9"])  # fmt: skip

    def test_limit(self) -> None:
        """
        An answer is never longer than the phone can take; the last entry that
        it holds is told, so that the phone asks for the rest.
        """
        for limit in (300, 700, 1024, 2048, 65536):
            body = listing(HEAD, 3, [INA] * 18, limit)
            self.assertLessEqual(len(body), limit)
            root = ElementTree.fromstring(body)
            self.assertEqual(int(root.get("last", "")), 2 + len(root))
            # One more would have been too much.
            entry = len(listing(HEAD, 3, [INA], 9999)) - len(listing(HEAD, 3, [], 9999))
            self.assertTrue(len(root) == 18 or len(body) + entry > limit, limit)

    def test_spared(self) -> None:
        """
        An entry that is longer than an answer comes without what can be spared.
        """
        long = contactOf(dict.fromkeys(FIELDS, "&" * 64) | {"home": "1"})
        body = listing(HEAD, 1, [long], 1024)
        self.assertLessEqual(len(body), 1024)
        self.assertEqual(len(ElementTree.fromstring(body)), 1)

    @given(
        lists(dictionaries(sampled_from(FIELDS), text(max_size=70)), max_size=8),
        integers(200, 5000),
    )
    @settings(max_examples=60, deadline=None)
    def test_wellFormed(self, books: list[dict[str, str]], limit: int) -> None:
        """
        Whatever stands in a book, a phone can read the answer.
        """
        found = [contactOf({**one, "last": "A", "home": "1"}) for one in books]
        body = listing(HEAD, 1, found, limit)
        self.assertLessEqual(len(body), limit)
        ElementTree.fromstring(body)

    def test_short(self) -> None:
        """
        A small display gets one short name, as a well-known server made it.
        """
        (entry,) = ElementTree.fromstring(listing(HEAD, 1, [INA], 1024, 8))
        self.assertEqual(entry.findtext("ln"), "Beispiel.")
        self.assertIsNone(entry.find("fn"))
        self.assertEqual(cutName("Ina", 8), "Ina")

    def test_nobody(self) -> None:
        """
        "Nobody" is told in the form that the operator's phones understand.
        """
        told = [ElementTree.fromstring(noHits(HEAD._replace(total=0), form)).attrib
                for form in NO_HITS]  # fmt: skip
        plain = {"response": "get_list", "type": "pb", "total": "0"}
        self.assertEqual(told, [{**plain, "first": "0", "last": "0"},
                                {**plain, "notfound": "hm"}, plain])  # fmt: skip

    def test_error(self) -> None:
        """
        An error says which, and cannot be broken out of.
        """
        root = ElementTree.fromstring(error('a"<', "pr", 6, "<no>"))
        self.assertEqual((root.tag, root.get("response")), ("error", 'a"<'))
        self.assertEqual([child.text for child in root], ["6", "<no>"])
