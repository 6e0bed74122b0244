"""
Tests for L{gigasetd.xmpp.im.directedpresence}.
"""

from __future__ import annotations

from tests.xmpp.im.test_presence import AWAY, GONE, ThreeCase
from tests.xmpp.jar import ALICE, BOB


class ProbeTests(ThreeCase):
    """
    Section 4.3.
    """

    def test_allowed(self) -> None:
        """
        A contact that asks is told.
        """
        self.alice.send("<presence type='probe' to='$bob'/>")
        self.assertGot(
            self.alice,
            "<presence from='$bob/b' to='$alice/a'><priority>0</priority></presence>",
        )

    def test_oneStream(self) -> None:
        """
        Of one stream a contact learns that it is here, no more; of another
        that is not, nothing.
        """
        self.jar.online(BOB, "2")
        self.alice.take()
        self.alice.send("<presence type='probe' to='$bob/b'/>")
        self.assertGot(self.alice, "<presence from='$bob/b' to='$alice/a'/>")
        self.alice.send("<presence type='probe' to='$bob/gone' id='7'/>")
        self.assertGot(
            self.alice,
            "<presence type='unavailable' from='$bob' to='$alice/a' id='7'/>",
        )

    def test_shown(self) -> None:
        """
        Whoever was shown a presence in particular may ask for it.
        """
        self.alice.send("<presence to='$carol'/>")
        self.carol.take()
        self.carol.send("<presence type='probe' to='$alice'/>")
        self.assertGot(
            self.carol,
            "<presence from='$alice/a' to='$carol/c'><priority>0</priority></presence>",
        )

    def test_stranger(self) -> None:
        """
        A stranger learns the same of somebody who is here, who is not, and who
        does not exist.
        """
        self.bob.lose()
        for to in ("$alice", "$bob", "99@$domain"):
            self.carol.send(f"<presence type='probe' to='{to}'/>")
            self.assertGot(
                self.carol,
                f"<presence type='unsubscribed' from='{to}' to='$carol/c'/>",
            )

    def test_away(self) -> None:
        """
        Of somebody who is not here a contact learns that, not since when.
        """
        self.bob.lose()
        self.alice.take()
        self.alice.send("<presence type='probe' to='$bob'/>")
        self.assertGot(self.alice, GONE.format("$bob", "$alice/a"))


class DirectedTests(ThreeCase):
    """
    Section 4.6.
    """

    section = {"max_directed": 2}

    def test_directed(self) -> None:
        """
        Who was shown one's presence in particular sees one leave.
        """
        self.alice.send("<presence to='$carol'><show>dnd</show></presence>")
        self.assertGot(
            self.carol,
            "<presence from='$alice/a' to='$carol'><show>dnd</show></presence>",
        )
        self.alice.send(AWAY)
        self.assertGot(self.carol)
        self.alice.lose()
        self.assertGot(self.carol, GONE.format("$alice/a", "$carol"))

    def test_nobodyElse(self) -> None:
        """
        Whoever shows itself to one alone is also seen to leave by that one.
        """
        hidden = self.jar.login(ALICE, "h")
        hidden.send("<presence to='$carol'/>")
        self.carol.take()
        hidden.lose()
        self.assertGot(self.carol, GONE.format("$alice/h", "$carol"))
        self.assertGot(self.bob)

    def test_nonsense(self) -> None:
        """
        Presence of a type that there is not reaches nobody.
        """
        for kind in ("invisible", "x"):
            self.alice.send(f"<presence to='$carol' type='{kind}'/>")
            self.assertEqual(self.alice.take()[0].attributes["type"], "error")
        self.assertGot(self.carol)

    def test_ended(self) -> None:
        """
        Who was told of the end already is not told again.
        """
        self.alice.send("<presence to='$carol/c'/>")
        self.alice.send("<presence to='$carol/c' type='unavailable'/>")
        self.carol.take()
        self.alice.lose()
        self.assertGot(self.carol)

    def test_bound(self) -> None:
        """
        Nobody shows oneself to more than allowed.
        """
        for number in (1, 2):
            self.alice.send(f"<presence to='{number}@$domain'/>")
            self.assertGot(self.alice)
        self.alice.send("<presence to='$carol'/>")
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")
        self.assertGot(self.carol)

    def test_foreign(self) -> None:
        """
        Another domain is told where there is one, and refused where not.
        """
        self.alice.send("<presence to='room@rooms.example/me'/>")
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")
        self.jar.messaging.domains.add("rooms.example")
        self.alice.send("<presence to='room@rooms.example/me'/>")
        self.alice.lose()
        types = [one.attributes.get("type") for one in self.jar.forwarded]
        self.assertEqual(types, [None, "unavailable"])
