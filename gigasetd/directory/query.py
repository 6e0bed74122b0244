# -*- test-case-name: tests.directory.test_query -*-
"""
Parse a request to the online directory.

A missing parameter has its default, an unknown one is ignored, and a number out
of bounds becomes the nearest allowed one.

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
    A parsed request to the online directory.
    """

    command: str  #: the command, C{""} where it is no word
    type: str  #: the book, C{""} where it is no word
    search: Search
    sought: str = "hm"  #: the field that is searched
    first: int = 0  #: the position of the first requested entry, C{0} any
    last: int = 0  #: that of the last one; C{-1} the last of all, C{0} any
    wanted: int = USUAL  #: the number of entries requested
    limit: int = SHORTEST  #: bytes of the answer
    reqid: str = ""  #: an earlier search that is continued
    byUser: bool = False  #: whether a person searches, not an incoming call


def parseQuery(parameters: Mapping[str, str]) -> DirectoryQuery:
    """
    Parse a request.

    @param parameters: name -> its first value.
    """
    names = [
        (name, parameters[name])
        for name in (*TEXTS, *NUMBER_FIELDS)
        if name in parameters
    ]
    reqid = parameters.get("reqid", "").strip().lower()
    return DirectoryQuery(
        _word(parameters.get("command", "")),
        _word(parameters.get("type", "pb") or "pb"),
        Search(names),
        _sought(names),
        max(0, _whole(parameters, "first", 0)),
        max(-1, _whole(parameters, "last", 0)),
        _within(_whole(parameters, "count", USUAL), 1, MOST, USUAL),
        _within(_whole(parameters, "limit", SHORTEST), 1, LONGEST, SHORTEST),
        reqid if _HEX.fullmatch(reqid) else "",
        parameters.get("reqsrc", "user").strip().lower() == "user",
    )


def _word(text: str) -> str:
    text = text.strip().lower()
    return text if _WORD.fullmatch(text) else ""


def _whole(parameters: Mapping[str, str], name: str, otherwise: int) -> int:
    text = parameters.get(name, "").strip()
    return int(text) if _WHOLE.fullmatch(text) else otherwise


def _within(value: int, low: int, high: int, otherwise: int) -> int:
    # Below C{low} a number makes no sense and is ignored.
    return min(value, high) if value >= low else otherwise


def _sought(names: list[tuple[str, str]]) -> str:
    # Callers are looked up by C{hm}.
    searched = [name for name, text in names if text.strip("* ")]
    return "hm" if "hm" in searched or not searched else searched[0]


def window(query: DirectoryQuery, total: int) -> tuple[int, int]:
    """
    Return the entries that are requested: the position of the first one, from
    1, and their number.
    """
    if query.first or not query.last:
        first = query.first or 1
        last = min(first + query.wanted - 1, total)
        # The protocol forbids both ends; the nearer one counts.
        last = min(last, query.last) if query.last > 0 else last
    else:
        last = total if query.last < 0 else min(query.last, total)
        first = max(1, last - query.wanted + 1)
    return first, max(0, last - first + 1)
