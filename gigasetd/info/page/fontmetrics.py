# -*- test-case-name: tests.info.page.test_fontmetrics -*-
"""
The width of texts on a handset's display, and cutting and wrapping by it.

The advance widths are those of the handsets of 2008 (XHTML Gigaset Profile 2.0,
user agent specification, annex A.1); bold letters are as wide.

Layer 0 (values).
"""

from __future__ import annotations

DISPLAY = 128  #: pixels of one line
USUAL = 7  #: pixels of all characters not in the table

_BY_WIDTH = {
    3: "Il¦ÌÍÎÏ",
    4: "i|·¸ìíîï",
    5: " \"'(),.:;<>[]j¯",
    6: "!EFJL_`frtz{}¡¢ª¬°²³¹ÈÉÊË",
    8: "KNVXYv¥¼½¾Ñ×ØÝ",
    9: "@T",
    10: "%&MWw©®¶",
    11: "mÆ",
    12: "æ",
}
WIDTHS = {letter: pixels for pixels, row in _BY_WIDTH.items() for letter in row}


def width(text: str) -> int:
    """
    Return the width of a text in pixels.
    """
    return sum(WIDTHS.get(letter, USUAL) for letter in text)


def fit(text: str, pixels: int) -> str:
    """
    Return the longest beginning of a text that fits into a number of pixels.
    """
    left = pixels
    for index, letter in enumerate(text):
        left -= WIDTHS.get(letter, USUAL)
        if left < 0:
            return text[:index]
    return text


def cut(text: str, pixels: int = DISPLAY) -> str:
    """
    Cut a text to a number of pixels; three dots mark the cut.
    """
    if width(text) <= pixels:
        return text
    return fit(fit(text, pixels - width("...")).rstrip() + "...", pixels)


def wrap(text: str, pixels: int = DISPLAY) -> list[str]:
    """
    Wrap a text into lines of a number of pixels. Breaks between words, and
    within a word only if it is wider than a line.

    @raise ValueError: C{pixels} is less than the width of a character.
    """
    if pixels < max(_BY_WIDTH):
        raise ValueError(f"no character fits into {pixels} pixels")
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer) <= pixels:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, pixels)
        lines += full
    return [*lines, line] if line else lines


def _pieces(word: str, pixels: int) -> list[str]:
    pieces = []
    while width(word) > pixels:
        piece = fit(word, pixels)
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]


def columns(left: str, right: str, pixels: int = DISPLAY) -> tuple[str, str]:
    """
    Cut two texts so that they share a line without touching.

    The shorter one gets the room it needs, up to half of the line.
    """
    room = pixels - width(" ")
    half = room // 2
    if width(left) <= half:
        return left, cut(right, room - width(left))
    if width(right) <= half:
        return cut(left, room - width(right)), right
    return cut(left, half), cut(right, room - half)


def threeColumns(left: str, middle: str, right: str) -> tuple[str, str, str]:
    """
    Cut three texts to a third of a line each.
    """
    room = (DISPLAY - 2 * width(" ")) // 3
    return cut(left, room), cut(middle, room), cut(right, room)


def fitsBeside(left: str, right: str) -> bool:
    """
    Whether two texts fit into one line uncut.
    """
    return width(left) + width(" ") + width(right) <= DISPLAY
