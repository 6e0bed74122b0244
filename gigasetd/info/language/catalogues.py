# -*- test-case-name: tests.info.language.test_catalogues -*-
"""
The catalogues of translations, read from the sources that translators write:
there is no step that compiles them, so none that can be forgotten.

Layer 3 (I/O).
"""

from __future__ import annotations

from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def readCatalogues() -> dict[str, GNUTranslations]:
    """
    Those that come with the program, by language.
    """
    return {
        entry.name.removesuffix(".po"): _read(entry.read_bytes())
        for entry in files("gigasetd.info.language").joinpath("locale").iterdir()
        if entry.name.endswith(".po")
    }


def _read(data: bytes) -> GNUTranslations:
    """
    One catalogue.
    """
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(data)))
    compiled.seek(0)
    return GNUTranslations(compiled)
