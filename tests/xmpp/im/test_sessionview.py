"""
Tests for L{gigasetd.xmpp.im.sessionview}.
"""

from __future__ import annotations

from tests.xmpp.im.test_messaging import SM
from tests.xmpp.jar import ALICE, BOB, JarCase


class ViewTests(JarCase):
    """
    What the operator sees of sessions.
    """

    def test_streams(self) -> None:
        """
        The operator sees who is here, how, and what is unconfirmed; nothing
        of what is said.
        """
        alice = self.jar.online(ALICE, "a", 5)
        alice.send("<presence><show>dnd</show><status>secret</status></presence>")
        bob = self.jar.online(BOB, "b")
        bob.send(SM)
        alice.send("<message to='$bob/b'><body>secret</body></message>")
        bob.lose()
        self.jar.now += 100
        view, other = self.jar.messaging.streams(self.jar.now)
        self.assertEqual(
            view,
            {
                "number": ALICE,
                "stream": alice.stream,
                "resource": "a",
                "address": "192.0.2.7",
                "secure": True,
                "phone": False,
                "presence": "dnd",
                "priority": 0,
                "since": self.jar.now - 100,
                "connected": True,
                "unconfirmed": 0,
                "resume_within": None,
            },
        )
        self.assertEqual((other["connected"], other["unconfirmed"]), (False, 1))
        self.assertEqual(other["resume_within"], 200)

    def test_states(self) -> None:
        """
        The seven states are view by their names.
        """
        alice = self.jar.login(ALICE, "a")
        for text, state in (
            ("", "offline"),
            ("<presence/>", "online"),
            ("<presence><show>chat</show></presence>", "chat"),
            ("<presence type='invisible'/>", "invisible"),
            ("<presence type='unavailable'/>", "offline"),
        ):
            if text:
                alice.send(text)
            (view,) = self.jar.messaging.streams(self.jar.now)
            self.assertEqual(view["presence"], state)
