"""
Tests of L{gigasetd.info.fetch.decode}.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.sections.info import InfoSection
from gigasetd.info.fetch.decode import decode
from gigasetd.info.fetch.decompress import SAVED_ENCODING
from gigasetd.info.sources.catalogue import catalogue
from gigasetd.info.sources.interface import Source, SourceError
from tests.info.documents import (
    AIR_QUALITY,
    ALERTS,
    ATOM,
    BOMB,
    BRIGHT_SKY,
    ECB,
    MET,
    NOON,
    OPEN_METEO,
    PLACE,
    POLLEN,
    RSS,
    calendar,
    encoded,
)

DOCUMENTS = [
    *map(encoded, (OPEN_METEO, MET, BRIGHT_SKY, ALERTS, POLLEN, AIR_QUALITY)),
    ECB, RSS, ATOM, BOMB,
    calendar("DTSTART:20261124T090000Z\nRRULE:FREQ=DAILY\nSUMMARY:x"),
]  # fmt: skip


def sources() -> Iterator[Source]:
    """
    All there are.
    """
    for several in catalogue(InfoSection(contact="me@example.org")).values():
        yield from several


def bent(document: bytes, at: int, into: bytes) -> bytes:
    """
    A document with some bytes of it replaced.
    """
    at %= len(document)
    return document[:at] + into + document[at + len(into) :]


class ReadTests(SynchronousTestCase):
    """
    L{decode}.
    """

    def test_all(self) -> None:
        """
        Each source reads one of the documents at least.
        """
        for source in sources():
            self.assertTrue(self.readers(source), source.name)

    def readers(self, source: Source) -> list[Any]:
        """
        What a source reads of the documents.
        """
        found = []
        for document in DOCUMENTS:
            try:
                found.append(decode(source, document, {}, PLACE, NOON, 1 << 20))
            except SourceError:
                continue
        return found

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(DOCUMENTS), st.integers(0), st.binary(max_size=9))
    def test_bent(self, document: bytes, at: int, into: bytes) -> None:
        """
        Whatever a source says, it is read or refused, and nothing else.
        """
        for source in sources():
            try:
                decode(source, bent(document, at, into), {}, PLACE, NOON, 1 << 20)
            except SourceError as error:
                self.assertLess(len(str(error)), 60)

    @settings(max_examples=30, deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(
                st.sampled_from([
                    "current", "daily", "hourly", "time", "properties", "timeseries",
                    "data", "instant", "details", "weather", "timestamp", "alerts",
                    "content", "Pollen", "Hasel", "last_update", "weather_code",
                ]),
                inner,
            ),
        )
    )  # fmt: skip
    def test_oddJson(self, told: Any) -> None:
        """
        A document of the right words in wrong places is read or refused.
        """
        for source in sources():
            try:
                decode(source, encoded(told), {}, PLACE, NOON, 1 << 20)
            except SourceError:
                continue

    def test_kind(self) -> None:
        """
        An error page is not taken for a forecast.
        """
        (source, *_) = catalogue(InfoSection())["weather"]
        document = encoded(OPEN_METEO)
        for kind in ("application/json", "Application/JSON; charset=utf-8", ""):
            decode(source, document, {"content-type": kind}, PLACE, NOON, 1 << 20)
        with self.assertRaisesRegex(SourceError, "content type"):
            decode(
                source, document, {"content-type": "text/html"}, PLACE, NOON, 1 << 20
            )

    def test_packed(self) -> None:
        """
        What is compressed is unpacked, but not without bounds.
        """
        (source, *_) = catalogue(InfoSection())["weather"]
        body = gzip.compress(encoded(OPEN_METEO))
        headers = {SAVED_ENCODING: "gzip"}
        self.assertTrue(decode(source, body, headers, PLACE, NOON, 1 << 20))
        with self.assertRaisesRegex(SourceError, "the response is too large"):
            decode(source, body, headers, PLACE, NOON, 500)
