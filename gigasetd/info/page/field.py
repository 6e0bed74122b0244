# -*- test-case-name: tests.info.page.test_form -*-
"""
What can be filled in on a handset.

The mixtures that the profile allows are the only ones that can be made: edit
fields with selections, boxes to tick, one choice among several, or one text
area by itself.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

LONGEST = 32  #: characters that an edit field can take


class Field(NamedTuple):
    """
    A line to write into.
    """

    name: str
    label: str
    value: str = ""
    longest: int = LONGEST  #: characters
    mode: str = "text"  #: "text", "digits" or "dialpad"


class Choice(NamedTuple):
    """
    One of several.
    """

    value: str
    text: str


class Select(NamedTuple):
    """
    A line with a value that the left and right keys change.
    """

    name: str
    label: str
    choices: Sequence[Choice]
    chosen: str = ""  #: the value it shows first


class Editor(NamedTuple):
    """
    Lines to fill in.
    """

    rows: Sequence[Union[Field, Select]]


class Tick(NamedTuple):
    """
    A box; its name is told, with the value 1, where it is ticked.
    """

    name: str
    label: str
    ticked: bool = False


class Ticks(NamedTuple):
    """
    Boxes, any of which may be ticked.
    """

    boxes: Sequence[Tick]


class Radio(NamedTuple):
    """
    Several, of which one is chosen.
    """

    name: str
    choices: Sequence[Choice]
    chosen: str = ""  #: its value


class Area(NamedTuple):
    """
    A text of several lines.
    """

    name: str
    value: str = ""


Body = Union[Editor, Ticks, Radio, Area, None]
