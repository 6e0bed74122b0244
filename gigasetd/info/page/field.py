# -*- test-case-name: tests.info.page.test_form -*-
"""
Form fields. XHTML-GP allows four kinds of forms: edit fields with selections,
check boxes, radio buttons, or a single text area.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

LONGEST = 32  #: characters of an edit field


class Field(NamedTuple):
    """
    A text input.
    """

    name: str
    label: str
    value: str = ""
    longest: int = LONGEST  #: characters
    mode: str = "text"  #: "text", "digits" or "dialpad"


class Choice(NamedTuple):
    """
    One option of a selection or radio button.
    """

    value: str
    text: str


class Select(NamedTuple):
    """
    A selection; the left and right keys change it.
    """

    name: str
    label: str
    choices: Sequence[Choice]
    chosen: str = ""  #: the selected value


class Editor(NamedTuple):
    """
    A form of inputs and selections.
    """

    rows: Sequence[Union[Field, Select]]


class Tick(NamedTuple):
    """
    A check box; its parameter is 1 if it is ticked, else missing.
    """

    name: str
    label: str
    ticked: bool = False


class Ticks(NamedTuple):
    """
    A form of check boxes.
    """

    boxes: Sequence[Tick]


class Radio(NamedTuple):
    """
    A form of radio buttons.
    """

    name: str
    choices: Sequence[Choice]
    chosen: str = ""  #: the selected value


class Area(NamedTuple):
    """
    A form with a text area.
    """

    name: str
    value: str = ""


Body = Union[Editor, Ticks, Radio, Area, None]
