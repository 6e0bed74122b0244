# -*- test-case-name: tests.xmpp.federation.test_bot -*-
"""
Runs the bot as a component inside this process, by wokkel's internal component:
a pipe to the router instead of a socket.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger
from twisted.words.xish.domish import Element
from wokkel.component import InternalComponent
from wokkel.subprotocols import XMPPHandler

from gigasetd.xmpp.federation.bot import Bot
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.stanza.stanza import answerable, errorReply

log = Logger()


class BotComponent(XMPPHandler):  # type: ignore[misc]
    """
    Passes stanzas to the bot, and sends its answers.
    """

    def __init__(self, bot: Bot, now: Callable[[], float]) -> None:
        super().__init__()
        self._bot, self._now = bot, now

    def connectionInitialized(self) -> None:
        """
        Receive stanzas from now on.
        """
        self.xmlstream.addObserver("/*", self.received)

    def received(self, element: Element) -> None:
        """
        Handle a stanza for the bot.
        """
        # wokkel's dispatcher would log a fault, and answer nothing.
        try:
            answers = self._bot.answer(element, self._now())
        except Exception:
            log.failure("the bot could not answer")
            fault = errorReply(element, "internal-server-error")
            answers = [fault] if answerable(element) else []
        for answer in answers:
            self.send(answer)


def informer(
    routes: DomainRouter, domain: str, bot: Bot, now: Callable[[], float]
) -> InternalComponent:
    """
    Build the bot's service.
    """
    made = InternalComponent(routes, domain)
    made.name = "bot"
    BotComponent(bot, now).setHandlerParent(made)
    return made
