# -*- test-case-name: tests.info.services.test_messages -*-
"""
Offline messages: how many wait, and from whom. Their texts are not shown.

Layer 2 (rules).
"""

from __future__ import annotations

from collections import Counter

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry

SHOWN = 12  #: senders on the page


class MessagesService(Service):
    """
    The page of offline messages.
    """

    id = "messages"
    audience = Audience.OWNER
    ticks = True

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        return words("Messages")

    def page(self, context: PageContext) -> Page:
        """
        Show the number of messages per sender.
        """
        words, held = context.words, self._held(context)
        parts: list[Part] = [Text(_count(words, len(held)))]
        senders = Counter(self._name(message.sender) for message in held)
        for name, count in senders.most_common(SHOWN):
            parts.append(Columns(name, words.number(count)))
        return Info(self.title(words), parts)

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the number of messages, if any.
        """
        held = self._held(context)
        return [Line(center=_count(context.words, len(held)))] if held else []

    def _held(self, context: PageContext) -> list[HeldMessage]:
        number = context.account.number if context.account else ""
        return self.registry.waiting(number)

    def _name(self, sender: str) -> str:
        # Senders with an account here are shown by nickname.
        bare = sender.partition("/")[0]
        account = self.registry.accounts.get(bare.partition("@")[0])
        return (account.nickname or account.number) if account else bare


def _count(words: Translator, count: int) -> str:
    if not count:
        return words("No messages are waiting.")
    return words.several(
        "{count} message is waiting", "{count} messages are waiting", count
    )
