# -*- test-case-name: tests.xmpp.federation.test_bot -*-
"""
The bot as a component inside this process, by wokkel's internal component:
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
    Hands the bot what comes, and sends what it says.
    """

    def __init__(self, bot: Bot, now: Callable[[], float]) -> None:
        super().__init__()
        self._bot, self._now = bot, now

    def connectionInitialized(self) -> None:
        """
        The pipe is there.
        """
        self.xmlstream.addObserver("/*", self.came)

    def came(self, element: Element) -> None:
        """
        A stanza for the bot; wokkel's dispatcher would only log a fault.
        """
        try:
            answers = self._bot.came(element, self._now())
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
    The service.
    """
    made = InternalComponent(routes, domain)
    made.name = "bot"
    BotComponent(bot, now).setHandlerParent(made)
    return made
