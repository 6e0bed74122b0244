# -*- test-case-name: tests.info.test_serviceorder -*-
"""
The selection and order of services in a profile.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NONE = "none"
"""A profile's value for an empty selection; C{""} is the default selection."""

TICKER = ("weather", "notices", "messages")
"""The default selection of the idle display."""


def chosenServices(
    text: str, standard: Iterable[str], known: Iterable[str]
) -> list[str]:
    """
    Return the ids of a selection that exist.

    @param text: as a profile stores it.
    @param standard: the default selection.
    @param known: the ids that exist.
    """
    existing = {*known}
    return [id for id in (text.split() or standard) if id in existing]


def encodeChoice(ids: Sequence[str]) -> str:
    """
    Encode a selection as profiles store it.
    """
    return " ".join(dict.fromkeys(ids)) or NONE


def applyTicks(
    chosen: Sequence[str], group: Sequence[str], on: Iterable[str]
) -> list[str]:
    """
    Apply the check boxes of a form to a selection; new services come last.

    @param group: ids of the form's boxes.
    @param on: ids of the ticked ones.
    """
    ticked = {*on}
    left = [id for id in chosen if id not in group or id in ticked]
    return left + [id for id in group if id in ticked and id not in left]


def moveUp(chosen: Sequence[str], id: str) -> list[str]:
    """
    Move a service up by one.
    """
    order = list(chosen)
    if id in order[1:]:
        at = order.index(id)
        order[at - 1 : at + 1] = order[at], order[at - 1]
    return order
