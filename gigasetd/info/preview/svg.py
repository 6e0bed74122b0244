# -*- test-case-name: tests.info.preview.test_svg -*-
"""
Draws a handset's display as SVG.

The SVG is part of an HTML page: it has no scripts and styles, which the content
security policy forbids, and scales with the page.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.page import Page, Screen
from gigasetd.info.page.xhtml import escaped
from gigasetd.info.preview.display import Display, Mark, Run, screen
from gigasetd.info.preview.interactive import interactive

LINE = 14  #: pixels of a line
EDGE = 4  #: pixels around the display
LIGHT, DARK = "#d3dec2", "#1c2618"

_BASE = 11  #: pixels from the top of a line to where letters stand
_WORD = re.compile(r"\S+")
_FONT = 'font-family="Verdana, DejaVu Sans, sans-serif" font-size="11"'


def picture(page: Page, lines: int = 6, top: int = 0) -> str:
    """
    Draw a page.

    @param lines: of the display, 6 or 8.
    @param top: lines scrolled down.
    """
    data = page.encode()
    if isinstance(page, Screen):
        return toSvg(screen(data, lines))
    return toSvg(interactive(data, lines, top))


def toSvg(display: Display) -> str:
    """
    Draw a display as SVG.
    """
    wide, high = DISPLAY + 2 * EDGE, display.lines * LINE + 2 * EDGE
    words = " / ".join(run.text for run in display.runs)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="display" role="img" '
        f"aria-label={quoteattr(words)} "
        f'viewBox="{-EDGE} {-EDGE} {wide} {high}" {_FONT} fill="{DARK}">',
        f'<rect x="{-EDGE}" y="{-EDGE}" width="{wide}" height="{high}" rx="3" '
        f'fill="{LIGHT}"/>',
        *map(_mark, display.marks, _selected(display)),
        *(piece for run in display.runs for piece in _words(run)),
        "</svg>",
    ]
    return "\n".join(parts)


# Whether each mark is on a dark bar.
def _selected(display: Display) -> Iterator[bool]:
    bars = {mark.line for mark in display.marks if mark.kind == "bar"}
    return (mark.line in bars and mark.kind != "bar" for mark in display.marks)


def _words(run: Run) -> Iterator[str]:
    # Each word is as wide as on the handset, whatever font the browser uses.
    weight = ' font-weight="bold"' if run.bold else ""
    fill = f' fill="{LIGHT}"' if run.inverse else ""
    y = run.line * LINE + _BASE
    for word in _WORD.finditer(run.text):
        x = run.x + width(run.text[: word.start()])
        yield (
            f'<text x="{x}" y="{y}" textLength="{width(word[0])}" '
            f'lengthAdjust="spacingAndGlyphs"{weight}{fill}>{escaped(word[0])}</text>'
        )


def _mark(mark: Mark, selected: bool) -> str:
    x, y, high = mark.x, mark.line * LINE, mark.lines * LINE
    fill = f' fill="{LIGHT}"' if selected else ""
    if mark.kind in ("bar", "key"):
        return f'<rect x="{x}" y="{y}" width="{mark.width}" height="{high}"/>'
    if mark.kind in _SHAPES:
        points = " ".join(f"{x + dx},{y + dy}" for dx, dy in _SHAPES[mark.kind])
        return f'<polygon points="{points}"{fill}/>'
    if mark.kind in ("field", "area"):
        return (
            f'<rect x="{x + 0.5}" y="{y + 0.5}" width="{mark.width - 1}" '
            f'height="{high - 1}" fill="none" stroke="{DARK}"/>'
        )
    return _choice(mark, x + 2.5, y + 2.5)


_SHAPES = {
    "link": ((0, 3), (4, 7), (0, 11)),
    "right": ((0, 3), (4, 7), (0, 11)),
    "left": ((4, 3), (0, 7), (4, 11)),
    "more": ((0, 9), (4, 9), (2, 13)),
}
"""Triangles, in pixels from the corner of their mark."""


def _choice(mark: Mark, x: float, y: float) -> str:
    round = ' rx="4.5"' if mark.kind in ("ring", "chosen") else ""
    frame = (
        f'<rect x="{x}" y="{y}" width="9" height="9"{round} fill="none" '
        f'stroke="{DARK}"/>'
    )
    if mark.kind in ("box", "ring"):
        return frame
    return f'{frame}<rect x="{x + 2.5}" y="{y + 2.5}" width="4" height="4"{round}/>'
