"""
Layouts of pages, as tests compare them.
"""

from __future__ import annotations

from gigasetd.info.page.page import Page, Screen
from gigasetd.info.preview.display import Display, screen
from gigasetd.info.preview.interactive import interactive


def layout(page: Page, lines: int = 6, top: int = 0) -> Display:
    """
    What a handset shows.
    """
    if isinstance(page, Screen):
        return screen(page.encode(), lines)
    return interactive(page.encode(), lines, top)


def texts(page: Page, lines: int = 6, top: int = 0) -> list[tuple[int, int, str]]:
    """
    Line, pixel and text of all that is to be read.
    """
    return [(run.line, run.x, run.text) for run in layout(page, lines, top).runs]


def marks(page: Page) -> list[tuple[str, int, int]]:
    """
    Kind, line and pixel of what is no letter.
    """
    return [(mark.kind, mark.line, mark.x) for mark in layout(page).marks]
