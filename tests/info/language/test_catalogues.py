"""
Tests of L{gigasetd.info.language.catalogues}, and of what translators wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from twisted.trial.unittest import SynchronousTestCase

import gigasetd.info
from gigasetd.info.language.catalogues import readCatalogues
from gigasetd.info.page.latin1 import latin

HERE = Path(gigasetd.info.__file__).parent
LOCALE = HERE / "language" / "locale"
KEYWORDS = {"words": None, "N_": None, "several": (1, 2)}
HOLE = re.compile(r"\{\w+\}")


def said() -> set[str | tuple[str, ...]]:
    """
    All that the code says.
    """
    found = extract_from_dir(str(HERE), [("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def translations() -> Iterator[tuple[str, str, str]]:
    """
    Language, text and translation, each form of a plural by itself.
    """
    for path in LOCALE.glob("*.po"):
        for message in read_po(path.open("rb")):
            if not message.id:
                continue
            strings = message.string
            for one in [strings] if isinstance(strings, str) else strings:
                text = message.id if isinstance(message.id, str) else message.id[1]
                yield path.stem, text, one


class CatalogueTests(SynchronousTestCase):
    """
    The catalogues that come with the program.
    """

    def test_languages(self) -> None:
        """
        All that the issue asks for are there.
        """
        expected = {"de", "en", "fr", "it", "es", "nl", "pl", "tr"}
        self.assertEqual({*readCatalogues()}, expected)

    def test_complete(self) -> None:
        """
        Every catalogue has what the code says, and nothing else.
        """
        wanted = said()
        self.assertGreater(len(wanted), 100)
        for path in LOCALE.glob("*.po"):
            found = {message.id for message in read_po(path.open("rb")) if message.id}
            self.assertEqual(found, wanted, path.name)

    def test_translated(self) -> None:
        """
        Nothing is left empty, and the holes for values are the same.
        """
        for language, text, translated in translations():
            self.assertTrue(translated.strip(), (language, text))
            self.assertEqual(
                sorted(HOLE.findall(translated)),
                sorted(HOLE.findall(text)),
                (language, text),
            )

    def test_letters(self) -> None:
        """
        No translation has a letter that the handset's cannot stand for.
        """
        for _, text, translated in translations():
            self.assertEqual("?" in latin(translated), "?" in translated, text)
