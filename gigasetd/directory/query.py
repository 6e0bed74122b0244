# -*- test-case-name: tests.directory.test_query -*-
"""
A request to the online directory, out of whatever a phone sends.

What is missing has its default, what is unknown is not looked at, and what is
out of bounds is taken for the nearest that is not.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gigasetd.directory.match import NUMBER_FIELDS, TEXTS, Search

COMMANDS = ("get_list", "chg_data", "copy_data", "add_data", "del_data")
TYPES = ("pb", "yp", "pr")
USUAL, MOST = 16, 100  #: entries of one answer
SHORTEST, LONGEST = 1024, 65536  #: bytes of one answer

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_HEX = re.compile("[0-9a-f]{1,32}")
_WORD = re.compile("[a-z][a-z_]{0,31}")


class DirectoryQuery(NamedTuple):
    """
    One request.
    """

    command: str  #: what is to be done, C{""} where it is no word
    type: str  #: which book, C{""} where it is no word
    search: Search
    sought: str = "hm"  #: the field that is looked for
    first: int = 0  #: the place of the first entry that is wanted, C{0} any
    last: int = 0  #: that of the last one; C{-1} the last there is, C{0} any
    wanted: int = USUAL  #: entries that are wanted
    limit: int = SHORTEST  #: bytes of the answer
    reqid: str = ""  #: an earlier search that is gone on with
    asked: bool = False  #: whether a person asks, and no incoming call


def parseQuery(told: Mapping[str, str]) -> DirectoryQuery:
    """
    Read a request.

    @param told: parameter name -> its first value.
    """
    names = [(name, told[name]) for name in (*TEXTS, *NUMBER_FIELDS) if name in told]
    reqid = told.get("reqid", "").strip().lower()
    return DirectoryQuery(
        _word(told.get("command", "")),
        _word(told.get("type", "pb") or "pb"),
        Search(names),
        _sought(names),
        max(0, _whole(told, "first", 0)),
        max(-1, _whole(told, "last", 0)),
        _within(_whole(told, "count", USUAL), 1, MOST, USUAL),
        _within(_whole(told, "limit", SHORTEST), 1, LONGEST, SHORTEST),
        reqid if _HEX.fullmatch(reqid) else "",
        told.get("reqsrc", "user").strip().lower() == "user",
    )


def _word(text: str) -> str:
    """
    A command or type.
    """
    text = text.strip().lower()
    return text if _WORD.fullmatch(text) else ""


def _whole(told: Mapping[str, str], name: str, otherwise: int) -> int:
    """
    A whole number.
    """
    text = told.get(name, "").strip()
    return int(text) if _WHOLE.fullmatch(text) else otherwise


def _within(value: int, low: int, high: int, otherwise: int) -> int:
    """
    A number that makes sense: at most C{high}; below C{low} it makes none.
    """
    return min(value, high) if value >= low else otherwise


def _sought(names: list[tuple[str, str]]) -> str:
    """
    The field by which somebody looks; callers are looked up by C{hm}.
    """
    told = [name for name, text in names if text.strip("* ")]
    return "hm" if "hm" in told or not told else told[0]


def window(query: DirectoryQuery, total: int) -> tuple[int, int]:
    """
    The entries that are wanted: the place of the first one, from 1, and how
    many they are.
    """
    if query.first or not query.last:
        first = query.first or 1
        last = min(first + query.wanted - 1, total)
        # Both ends are told against the protocol; the nearer one counts.
        last = min(last, query.last) if query.last > 0 else last
    else:
        last = total if query.last < 0 else min(query.last, total)
        first = max(1, last - query.wanted + 1)
    return first, max(0, last - first + 1)
