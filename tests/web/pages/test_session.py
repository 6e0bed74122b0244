"""
Tests of L{gigasetd.web.pages.session}.
"""

from __future__ import annotations

from itertools import count

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Token, WebLogin
from gigasetd.web.pages.session import EACH, SessionLimits, WebSessions
from tests.registry.populated import NUMBER, inhabited


class SessionsTests(SynchronousTestCase):
    """
    Who stays logged in, and for how long.
    """

    def setUp(self) -> None:
        """
        Sessions with names that count.
        """
        self.registry = inhabited()
        turns = count()
        self.sessions = WebSessions(
            self.registry, lambda: f"{next(turns)}", SessionLimits(100.0, 1000.0, 30)
        )

    def test_idle(self) -> None:
        """
        Who asks for nothing is logged out, who does stays; in the end
        everybody is logged out.
        """
        session = self.sessions.begin(0.0, NUMBER)
        for now in range(90, 1000, 90):
            self.assertIs(self.sessions.find(session.id, float(now)), session)
        self.assertIsNone(self.sessions.find(session.id, 1000.0))
        idle = self.sessions.begin(1000.0, NUMBER)
        self.assertIsNone(self.sessions.find(idle.id, 1100.0))
        self.assertEqual(self.sessions.counts["expired"], 2)

    def test_look(self) -> None:
        """
        To look whether a session lasts does not prolong it.
        """
        session = self.sessions.begin(0.0, NUMBER)
        self.assertFalse(self.sessions.lapsed(session, 99.0))
        self.assertTrue(self.sessions.lapsed(session, 100.0))

    def test_bounded(self) -> None:
        """
        One owner has so many sessions, and all together so many; those that
        were idle longest give way.
        """
        first = self.sessions.begin(0.0, NUMBER)
        for _ in range(EACH):
            self.sessions.begin(1.0, NUMBER)
        self.assertTrue(first.over)
        self.assertEqual(len(self.sessions), EACH)
        for turn in range(40):
            self.sessions.begin(2.0, f"3{turn}")
        self.assertEqual(len(self.sessions), 30)

    def test_ends(self) -> None:
        """
        A new password, one for the web, erasure, removal and a token's
        removal end sessions at once, and nobody else's.
        """
        account = self.registry.accounts[NUMBER]
        self.registry.put(Token("t", "hash", 0.0))
        changes = (
            lambda: self.registry.put(account._replace(ha1="other")),
            lambda: self.registry.put(WebLogin(NUMBER, "hash", 1.0)),
            lambda: self.registry.put(account._replace(ha1="other", active=0.0)),
            lambda: self.registry.drop(account),
        )
        other, mine = self.sessions.begin(0.0, "3"), self.sessions.begin(0.0, token="t")
        self.registry.notify()
        for change in changes:
            session = self.sessions.begin(0.0, NUMBER)
            change()
            self.registry.notify()
            self.assertTrue(session.over)
        self.assertFalse(other.over or mine.over)
        self.registry.drop(Token("t", "", 0.0))
        self.registry.notify()
        self.assertTrue(mine.over)

    def test_goesOn(self) -> None:
        """
        A nickname or a new key at rest logs nobody out.
        """
        session = self.sessions.begin(0.0, NUMBER)
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(nickname="Z", password="sealed anew"))
        self.registry.notify()
        self.assertFalse(session.over)
