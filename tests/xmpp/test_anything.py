"""
Whatever a client or a component sends: the rules never fail, a question has
one answer at most, nobody else is hurt, and what is stored can be read.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import SendStanza
from gigasetd.xmpp.stanza import namespaces as names
from gigasetd.xmpp.stanza.stanza import CLIENT, parse, serialize
from tests.xmpp.jar import ALICE, BOB, DOMAIN, MALLORY, Client, Jar

URIS = sorted(
    {
        one
        for one in vars(names).values()
        if str(one).startswith(("urn:", "jabber:", "http:"))
    }
    | {CLIENT, "", "other", "jabber:server"}
)
NAMES = (
    "message presence iq query item group body subject thread show status priority "
    "vCard NICKNAME ping bind resource session enable disable resume r a block "
    "unblock blocklist delay x composing received private no-store no-copy error"
).split()
KEYS = "type id to from jid name subscription ask ver h previd resume max node".split()
VALUES = (
    "get set result error subscribe subscribed unsubscribe unsubscribed probe "
    "unavailable invisible chat normal headline groupchat remove both none to from 0 1 "
    "-1 4294967295 4294967296 true t1 t2 t9 @@ x y.example u@y.example/r "
    f"{DOMAIN} {BOB}@{DOMAIN} {BOB}@{DOMAIN}/b {MALLORY}@{DOMAIN} {ALICE}@{DOMAIN} "
    f"{MALLORY}@{DOMAIN}/m {DOMAIN}/r 99@{DOMAIN}"
).split()
TEXTS = [" ", "x", "-128", "200", "away", "m", "b", "\ufffd", "Anna"]


def element(uri: str, name: str, attributes: dict[str, str], inner: list) -> Element:
    """
    Made of these.
    """
    made = Element((uri, name))
    made.attributes = dict(attributes)
    made.children = list(inner)
    return made


PAIRS = st.dictionaries(
    st.sampled_from(KEYS), st.sampled_from([*VALUES, ""]), max_size=4
)
INNER = st.recursive(
    st.sampled_from(TEXTS),
    lambda inner: st.builds(
        element,
        st.sampled_from(URIS),
        st.sampled_from(NAMES),
        PAIRS,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
STANZAS = st.builds(
    element,
    st.sampled_from([CLIENT] * 6 + [names.SM] * 3 + URIS),
    st.sampled_from(["message", "presence", "iq"] * 6 + ["enable", "a", "r"] + NAMES),
    PAIRS,
    st.lists(INNER, max_size=3),
)


class AnythingTests(SynchronousTestCase):
    """
    Mallory has an account and means no good.
    """

    def world(self) -> tuple[Jar, Client, Client]:
        """
        Alice and Bob are friends; a component is attached.
        """
        jar = Jar(max_roster=5, max_blocks=3, max_directed=3, max_held=5)
        jar.messaging.domains.add("y.example")
        alice, bob = jar.online(ALICE, "a"), jar.online(BOB, "b")
        jar.befriend(alice, bob)
        return jar, alice, bob

    def check(self, jar: Jar, alice: Client, bob: Client) -> None:
        """
        The others are well, and so is what is stored.
        """
        for client in (alice, bob):
            self.assertIsNone(client.closed)
            for one in client.take():
                self.assertNotEqual(one.attributes.get("from"), alice.full)
        alice.send("<message to='$bob/b' type='chat'><body>fine</body></message>")
        self.assertEqual(bob.bodies(), ["fine"])
        for value in jar.registry.everything():
            text = getattr(value, "stanza", "") or getattr(value, "request", "")
            if text:
                self.assertEqual(serialize(parse(text)), text)
        self.assertEqual(jar.messaging.counts["quarantined"], 0)

    @settings(max_examples=250, deadline=None)
    @given(st.lists(STANZAS, max_size=8), st.booleans(), st.booleans())
    def test_client(self, stanzas: list[Element], bound: bool, again: bool) -> None:
        """
        Anything from a client.
        """
        jar, alice, bob = self.world()
        mallory = jar.online(MALLORY, "m") if bound else jar.connect(MALLORY)
        for client in (alice, bob):
            client.take()
        for stanza in stanzas:
            got = jar.messaging.received(mallory.stream, stanza, jar.now)
            answers = [
                action.element
                for action in got
                if isinstance(action, SendStanza)
                and action.stream == mallory.stream
                and action.element.name == "iq"
                and action.element.attributes.get("type") in ("result", "error")
            ]
            self.assertLessEqual(len(answers), 1)
            jar.perform(got)
        mallory.lose()
        jar.advance(1000)
        if again:
            jar.online(MALLORY, "m")
        self.check(jar, alice, bob)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(STANZAS, max_size=8))
    def test_component(self, stanzas: list[Element]) -> None:
        """
        Anything from a component, whose from is its own.
        """
        jar, alice, bob = self.world()
        for stanza in stanzas:
            stanza.attributes["from"] = "u@y.example/r"
            jar.perform(jar.messaging.routed("y.example", stanza, jar.now))
        self.check(jar, alice, bob)
