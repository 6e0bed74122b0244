"""
Tests of L{gigasetd.info.sources.catalogue}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.sections.info import InfoSection
from gigasetd.info.sources.catalogue import SUBJECTS, catalogue


class CatalogueTests(SynchronousTestCase):
    """
    L{catalogue}.
    """

    def test_subjects(self) -> None:
        """
        Each subject has a source, and the operator's status page knows its keys.
        """
        sources = catalogue(InfoSection())
        self.assertEqual(set(sources), set(SUBJECTS))
        self.assertTrue(all(sources.values()))

    def test_preferred(self) -> None:
        """
        The configured weather source is queried first; the others stand by.
        """
        for name in ("open-meteo", "met", "bright-sky"):
            weather = catalogue(InfoSection(weather=name))["weather"]
            self.assertEqual(weather[0].name, name)
            self.assertEqual(len({source.name for source in weather}), 3)

    def test_trusted(self) -> None:
        """
        The operator's feeds may be in a private network, owners' feeds not.
        """
        section = InfoSection(feeds=("http://intranet/rss",))
        (feed,) = catalogue(section)["feed"]
        self.assertFalse(feed.guards("http://intranet/rss"))
        self.assertTrue(feed.guards("http://intranet/other"))
