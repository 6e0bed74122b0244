# -*- test-case-name: tests.info.test_profiles -*-
"""
Which services a profile shows, and in which order.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NONE = "none"
"""What a profile holds where everything was left out; C{""} is the standard."""

TICKER = ("weather", "notices", "messages")
"""What an idle handset shows as long as nobody has chosen."""


def chosenServices(
    text: str, standard: Iterable[str], known: Iterable[str]
) -> list[str]:
    """
    The ids of a choice that there are.

    @param text: as a profile keeps it.
    @param standard: what counts where nothing was chosen.
    """
    there = {*known}
    return [one for one in (text.split() or standard) if one in there]


def encodeChoice(ids: Sequence[str]) -> str:
    """
    A choice as a profile keeps it.
    """
    return " ".join(dict.fromkeys(ids)) or NONE


def applyTicks(
    chosen: Sequence[str], group: Sequence[str], on: Iterable[str]
) -> list[str]:
    """
    A choice after some boxes were ticked and others not; what is new comes
    last.

    @param group: the ids that the boxes were for.
    @param on: those that were ticked.
    """
    wanted = {*on}
    left = [one for one in chosen if one not in group or one in wanted]
    return left + [one for one in group if one in wanted and one not in left]


def moveUp(chosen: Sequence[str], one: str) -> list[str]:
    """
    A choice with one of its services a place further up.
    """
    order = list(chosen)
    if one in order[1:]:
        at = order.index(one)
        order[at - 1 : at + 1] = order[at], order[at - 1]
    return order
