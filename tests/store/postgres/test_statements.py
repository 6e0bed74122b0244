"""
Tests for L{gigasetd.store.postgres.statements}.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from gigasetd.registry.model import KIND_OF, KINDS, Value
from gigasetd.store.postgres.statements import BYTES, ROWS, escaped, unescaped, writes
from tests.store import pgserver
from tests.store.pgdirect import DirectPostgres
from tests.store.values import BINDING, TEXT, VALUES, changeOf, dropOf


class EscapedTests(SynchronousTestCase):
    """
    Any text can be stored, and comes back.
    """

    @settings(max_examples=500, deadline=None)
    @given(some.one_of(TEXT, some.text(alphabet="\\\0u0d8\ud800\udfff", max_size=9)))
    def test_comesBack(self, text: str) -> None:
        """
        What is stored holds neither NUL nor lone surrogate, and means the
        text that was given.
        """
        stored = escaped(text)
        stored.encode()
        self.assertNotIn("\0", stored)
        self.assertEqual(unescaped(stored), text)

    def test_usual(self) -> None:
        """
        Usual texts are stored as they are, so that people can read them.
        """
        for text in ("", "sip:1@host", "a\\b", "Bärbel \U0001f600", "\t\r\n"):
            self.assertEqual(escaped(text), text)


class WritesTests(SynchronousTestCase):
    """
    Statements of a bounded size.
    """

    def test_rows(self) -> None:
        """
        No more than so many rows.
        """
        changes = [changeOf(BINDING._replace(key=str(n))) for n in range(450)]
        self.assertEqual([len(w.rows) for w in writes(changes)], [ROWS, ROWS, 50])

    def test_bytes(self) -> None:
        """
        No more than so many bytes and one row.
        """
        long = "x" * 65536
        changes = [
            changeOf(BINDING._replace(key=str(n), user_agent=long)) for n in range(20)
        ]
        for write in writes(changes):
            self.assertLess(len(write.json), BYTES + 70_000)

    def test_kinds(self) -> None:
        """
        Each kind has its statements, deletions apart.
        """
        found = [w.kind for w in writes([dropOf(BINDING), changeOf(BINDING)])]
        self.assertEqual(found, ["binding", "binding"])


class ServerTests(SynchronousTestCase):
    """
    What a real server makes of it.
    """

    def setUp(self) -> None:
        """
        A database.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        server = pgserver.shared()
        url = pgserver.fresh(server)
        self.addCleanup(lambda: pgserver.drop(server, url))
        DirectPostgres.migrate(url)
        self.database = DirectPostgres(url)
        self.addCleanup(self.database.close)

    @settings(max_examples=100, deadline=None)
    @given(some.lists(VALUES, max_size=6))
    def test_anyValue(self, values: list[Value]) -> None:
        """
        Whatever a peer put into a field comes back as it was, and goes when
        it is dropped.
        """
        newest = {(type(v), v[: KIND_OF[type(v)].width]): v for v in values}
        self.database.apply([changeOf(value) for value in values])
        self.assertCountEqual(map(repr, self.all()), map(repr, newest.values()))
        self.database.apply([dropOf(value) for value in values])
        self.assertEqual(self.all(), [])

    def all(self) -> list[Value]:
        """
        All that the database holds.
        """
        pages = (self.database.pages(kind) for kind in KINDS.values())
        return [value for many in pages for page in many for value in page]
