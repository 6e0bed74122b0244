"""
Tests of L{gigasetd.info.sources.interface}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.interface import (
    Freshness,
    RawDocument,
    Source,
    SourceError,
    coordinates,
    jsonObject,
    real,
    rows,
    table,
    text,
    withQuery,
)


class KeyTests(SynchronousTestCase):
    """
    Keys and URLs.
    """

    def test_coordinates(self) -> None:
        """
        A key begins with a place on earth, or is refused.
        """
        self.assertEqual(coordinates("51.84,-6.62,Europe/Berlin"), (51.84, -6.62))
        for key in ("", "1", "x,y", "91,0", "0,181", "nan,0", "inf,0"):
            with self.assertRaises(SourceError, msg=key):
                coordinates(key)

    def test_query(self) -> None:
        """
        Parameters are appended to a URL with or without others; commas stay.
        """
        self.assertEqual(
            withQuery("http://x/", a="1,2", b="ä"), "http://x/?a=1,2&b=%C3%A4"
        )
        self.assertEqual(withQuery("http://x/?k=v", a=1.5), "http://x/?k=v&a=1.5")

    def test_guards(self) -> None:
        """
        Owners' URLs are checked, except those in the configuration.
        """
        source = Source("x", lambda key, now: key, str, Freshness(1, 2, 3))
        self.assertFalse(source.guards("http://a/"))
        owners = source._replace(guarded=True, trusted=frozenset({"http://a/"}))
        self.assertFalse(owners.guards("http://a/"))
        self.assertTrue(owners.guards("http://b/"))


class JsonTests(SynchronousTestCase):
    """
    Values of documents whose form is not certain.
    """

    def test_object(self) -> None:
        """
        Only a JSON object is a document.
        """
        self.assertEqual(jsonObject(RawDocument(b'{"a": 1}')), {"a": 1})
        for body in (b"", b"[1]", b"{", b"\xff", b"[" * 100_000):
            with self.assertRaises(SourceError, msg=body[:9]):
                jsonObject(RawDocument(body))

    def test_members(self) -> None:
        """
        A member of another type is an empty one.
        """
        document = {"a": {"b": 1}, "c": [1, 2, 3]}
        self.assertEqual(table(document, "a"), {"b": 1})
        self.assertEqual(rows(document, "c", 2), [1, 2])
        for parent in (document, [], None, "x"):
            self.assertEqual(table(parent, "c"), {})
            self.assertEqual(rows(parent, "a"), [])

    def test_values(self) -> None:
        """
        Texts are cut; numbers that no instrument measures are none.
        """
        self.assertEqual((text("abc", 2), text(None), text(3)), ("ab", "", ""))
        self.assertEqual((real(3), real(-2.5)), (3.0, -2.5))
        for value in (True, "3", None, 1e12, float("nan"), float("inf")):
            self.assertIsNone(real(value))
