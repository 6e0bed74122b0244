"""
Tests of L{gigasetd.xmpp.federation.bot} and L{gigasetd.xmpp.federation.botcomponent}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.xmpp.federation.bot import MINUTE, TALKERS, Bot
from gigasetd.xmpp.federation.botcomponent import informer
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.stanza.stanza import parse, serialize

DOMAIN = "gigaset.net"
INFO = f"info.{DOMAIN}"
ALICE = f"20000001@{DOMAIN}/phone"


def tell(number: str, text: str, language: str, now: float) -> str:
    """
    An answer that shows what was asked.
    """
    return f"{number}:{language}{text}"


class BotCase(SynchronousTestCase):
    """
    A bot that answers three times a minute.
    """

    def setUp(self) -> None:
        """
        Make it.
        """
        self.bot = Bot(DOMAIN, tell, 3)
        self.now = 1000.0

    def say(self, text: str) -> list[str]:
        """
        Send it a stanza.

        @return: what it says to that.
        """
        return [serialize(one) for one in self.bot.answer(parse(text), self.now)]

    def write(self, body: str, sender: str = ALICE, kind: str = "chat") -> list[str]:
        """
        Write to it.
        """
        return self.say(
            f"<message type='{kind}' from='{sender}' to='{INFO}'>"
            f"<body>{body}</body><thread>t</thread></message>"
        )


class MessageTests(BotCase):
    """
    Chatting.
    """

    def test_answered(self) -> None:
        """
        A message is answered to whoever wrote it, with what belongs to the
        account.
        """
        self.assertEqual(
            self.write("weather"),
            [
                f"<message type='chat' from='{INFO}' to='{ALICE}'>"
                "<body>20000001:weather</body><thread>t</thread></message>"
            ],
        )

    def test_stranger(self) -> None:
        """
        Somebody of another server gets what is for everybody, whatever he
        calls himself.
        """
        (answer,) = self.write("weather", "20000001@peer.example/x")
        self.assertIn("<body>:weather</body>", answer)

    def test_language(self) -> None:
        """
        A client that says in which language it writes is answered in it.
        """
        text = f"<message xml:lang='de' from='{ALICE}' to='{INFO}'>"
        (answer,) = self.say(f"{text}<body>hi</body></message>")
        self.assertIn("<body>20000001:dehi</body>", answer)

    def test_silent(self) -> None:
        """
        Errors, headlines and what holds no text are not answered, nor is what
        another server or component writes: it may be a bot like this.
        """
        for kind in ("error", "headline", "groupchat"):
            self.assertEqual(self.write("hi", kind=kind), [])
        self.assertEqual(self.write(" "), [])
        self.assertEqual(self.write("hi", "bot.example.org"), [])
        self.assertEqual(self.say(f"<message to='{INFO}'><body>x</body></message>"), [])

    def test_loop(self) -> None:
        """
        Two programs that answer each other come to an end; after a minute the
        bot listens again.
        """
        said = [self.write("hi") for _ in range(5)]
        self.assertEqual([len(one) for one in said], [1, 1, 1, 0, 0])
        self.assertEqual(self.bot.counts, {"answered": 3, "hushed": 2})
        self.assertEqual(len(self.write("hi", f"20000002@{DOMAIN}/x")), 1)
        self.now += MINUTE
        self.assertEqual(len(self.write("hi")), 1)

    def test_crowd(self) -> None:
        """
        However many write, it does not remember more than some.
        """
        for number in range(TALKERS + 5):
            self.write("hi", f"{number}@{DOMAIN}/x")
        self.assertLessEqual(len(self.bot._talkers), TALKERS)


class ContactTests(BotCase):
    """
    The bot in a contact list.
    """

    def test_subscribed(self) -> None:
        """
        Whoever adds it sees it at once, and each time that he looks.
        """
        bare = ALICE.partition("/")[0]
        yes, here = self.say(f"<presence type='subscribe' from='{bare}' to='{INFO}'/>")
        self.assertEqual(
            yes, f"<presence type='subscribed' from='{INFO}' to='{bare}'/>"
        )
        self.assertEqual(here, f"<presence from='{INFO}' to='{bare}'/>")
        self.assertEqual(
            self.say(f"<presence type='probe' from='{ALICE}' to='{INFO}'/>"),
            [f"<presence from='{INFO}' to='{ALICE}'/>"],
        )
        self.assertEqual(self.say(f"<presence from='{ALICE}' to='{INFO}'/>"), [])
        (gone,) = self.say(f"<presence type='unsubscribe' from='{bare}' to='{INFO}'/>")
        self.assertIn("type='unavailable'", gone)

    def test_asked(self) -> None:
        """
        It says what it is; each question gets one answer, an answer none.
        """
        ask = f"<iq type='{{}}' id='1' from='{ALICE}' to='{INFO}'>{{}}</iq>"
        info = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
        (told,) = self.say(ask.format("get", info))
        self.assertIn("<identity category='client' type='bot' name='gigasetd'/>", told)
        items = info.replace("info", "items")
        self.assertEqual(len(self.say(ask.format("get", items))), 1)
        ping = "<ping xmlns='urn:xmpp:ping'/>"
        (told,) = self.say(ask.format("get", ping))
        self.assertIn("type='result'", told)
        (told,) = self.say(ask.format("set", ping))
        self.assertIn("<service-unavailable ", told)
        (told,) = self.say(ask.format("get", ""))
        self.assertIn("<bad-request ", told)
        self.assertEqual(self.say(ask.format("result", "")), [])


class InformerTests(BotCase):
    """
    The bot behind wokkel's pipe.
    """

    def setUp(self) -> None:
        """
        Start it as a component.
        """
        super().setUp()
        self.told: list[str] = []
        self.routes = DomainRouter(
            DOMAIN,
            self.take,
            lambda domain, served: None,
            {
                "forged": 0,
                "crossed": 0,
                "away": 0,
            },
        )
        self.service = informer(self.routes, INFO, self.bot, lambda: self.now)
        self.service.startService()

    def take(self, domain: str, element: Element) -> None:
        """
        What the rules are told.
        """
        self.told.append(serialize(element))

    def test_answers(self) -> None:
        """
        What is handed to its domain is answered to the rules.
        """
        text = f"<message from='{ALICE}' to='{INFO}'><body>x</body></message>"
        self.routes.forward(INFO, parse(text))
        self.assertEqual(len(self.told), 1)
        self.assertIn("<body>20000001:x</body>", self.told[0])
        self.service.stopService()
        self.assertNotIn(INFO, self.routes.routes)

    def test_fault(self) -> None:
        """
        A fault of ours is one error for the asker, and does not spread.
        """
        self.bot._tell = lambda *facts: 1 // 0  # type: ignore[assignment]
        text = f"<message from='{ALICE}' to='{INFO}'><body>x</body></message>"
        self.routes.forward(INFO, parse(text))
        self.assertIn("<internal-server-error ", self.told[0])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
