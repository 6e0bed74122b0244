# -*- test-case-name: tests.info.test_menu -*-
"""
Which page answers which request of a phone.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import NamedTuple

from gigasetd.info.language import Words, dateIn, wordsFor
from gigasetd.info.page import Columns, Info, Line, Page, Part, Screen, Text, call
from gigasetd.model import Account, Binding
from gigasetd.registry.registry import Registry

SHOWN = 8  #: registered people on one page, which keeps it below 2 kB
LOOKED_AT = 200  #: numbers that are looked at to find them
REFRESH = 60  #: seconds after which a screensaver is asked for again
EARLIEST, LATEST = -12 * 60, 14 * 60  #: minutes east of UTC that exist
SUFFIX = "#9"  #: behind a number, chooses the Gigaset.net line

_MINUTES = re.compile("[+-]?[0-9]{1,3}")

Reachable = Callable[[Binding], bool]


class Asked(NamedTuple):
    """
    One request for a page.
    """

    path: str
    told: Mapping[str, str]  #: parameter name -> its first value
    mac: str = ""  #: the device, where the caller may see what belongs to it


class Pages:
    """
    The pages of one server.

    @ivar language: the tag of the language to use where a phone tells none.
    @ivar reachable: whether a binding's phone can be reached now.
    """

    def __init__(self, registry: Registry, language: str, reachable: Reachable) -> None:
        self.registry = registry
        self.language = language
        self.reachable = reachable

    def answer(self, asked: Asked, now: float) -> Page:
        """
        The page for one request; there is always one.

        @param now: epoch seconds.
        """
        words = wordsFor(asked.told, self.language)
        account = self._accountOf(asked.mac)
        if account is not None and "info" in account.off.split():
            return Info(words.title, [Text(words.off)])
        if _isScreen(asked):
            return self._screen(words, localTime(asked.told, now), account)
        return self._first(words, localTime(asked.told, now), account, bool(asked.mac))

    def fault(self, told: Mapping[str, str]) -> Page:
        """
        The page for when something is wrong on our side.
        """
        words = wordsFor(told, self.language)
        return Info(words.title, [Text(words.fault)])

    def _accountOf(self, mac: str) -> Account | None:
        """
        The account of a device, if it has one.
        """
        device = self.registry.devices.get(mac)
        return self.registry.accounts.get(device.number) if device else None

    def _first(
        self, words: Words, time: datetime, account: Account | None, seen: bool
    ) -> Info:
        """
        The page that the Info Center opens with.

        @param seen: whether the caller may see what belongs to its device.
        """
        parts: list[Part] = [Columns(dateIn(words, time), f"{time:%H:%M}")]
        if account is not None:
            parts += _own(words, account) + self._others(words, account)
        else:
            parts.append(Text(words.stranger if seen else words.welcome))
        return Info(words.title, parts)

    def _screen(self, words: Words, time: datetime, account: Account | None) -> Screen:
        """
        What an idle handset shows.
        """
        lines = [Line(left=dateIn(words, time), right=f"{time:%H:%M}")]
        if account is None:
            lines.append(Line(center=words.title))
        else:
            lines.append(Line(center=account.nickname or account.number))
            count = words.present.format(count=len(self.registry.bindings))
            lines.append(Line(center=count))
        return Screen(words.title, lines, REFRESH)

    def _others(self, words: Words, account: Account) -> list[Part]:
        """
        Who else is registered, each as a link that calls.
        """
        found = list(islice(self._registered(account), SHOWN + 1))
        if not found:
            return [Text(words.nobody)]
        parts: list[Part] = [Text(words.reachable, bold=True)]
        for other in found[:SHOWN]:
            name = other.nickname or other.number
            parts.append(call(name, other.number + SUFFIX))
        if len(found) > SHOWN:
            parts.append(Text(words.more))
        return parts

    def _registered(self, account: Account) -> Iterator[Account]:
        """
        The other accounts that a live phone is registered to.
        """
        accounts = self.registry.accounts
        for number, bindings in islice(self.registry.bindings.items(), LOOKED_AT):
            other = accounts.get(number)
            if other is None or other is account:
                continue
            if any(map(self.reachable, bindings)):
                yield other


def _own(words: Words, account: Account) -> list[Part]:
    """
    The phone's own number and name.
    """
    parts: list[Part] = [Columns(words.number, account.number + SUFFIX)]
    if account.nickname:
        parts.append(Columns(words.nickname, account.nickname))
    return parts


def _isScreen(asked: Asked) -> bool:
    """
    Whether an idle handset asks: by its path, or by the two parameters that
    only the screensaver of 2009 sends.
    """
    return asked.path.endswith("/request.do") or not {"g_lang", "g_pnr"}.isdisjoint(
        asked.told
    )


def localTime(told: Mapping[str, str], now: float) -> datetime:
    """
    The time where the phone is, by the minutes east of UTC that it tells.

    @return: UTC where it tells none, or some that don't exist.
    """
    text = told.get("tz", "").strip()
    minutes = int(text) if _MINUTES.fullmatch(text) else 0
    if not EARLIEST <= minutes <= LATEST:
        minutes = 0
    return datetime.fromtimestamp(now, timezone(timedelta(minutes=minutes)))
