# -*- test-case-name: tests.info.language.test_catalogues -*-
"""
Reads the translation catalogues from their C{.po} files, so that no compile
step can be forgotten.

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
    Read all catalogues, by language.
    """
    return {
        entry.name.removesuffix(".po"): _read(entry.read_bytes())
        for entry in files("gigasetd.info.language").joinpath("locale").iterdir()
        if entry.name.endswith(".po")
    }


def _read(data: bytes) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(data)))
    compiled.seek(0)
    return GNUTranslations(compiled)
