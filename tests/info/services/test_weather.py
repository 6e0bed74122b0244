"""
Tests of L{gigasetd.info.services.weather}.
"""

from __future__ import annotations

from gigasetd.info.sources.forecast import Forecast
from tests.info.case import FORECAST, NOON, TOLD, WARNING, InfoCase


class WeatherTests(InfoCase):
    """
    The weather page.
    """

    def test_page(self) -> None:
        """
        Warning first, then now, today, three days, and whose data it is.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("weather")
        for words in (
            "Amtliche WARNUNG vor FROST",
            "bis Mo 15:30",
            "4°C",
            "Regen",
            "-1°C",
            "SW 14 km/h",
            "81 %",
            "Mo Regen",
            "2°/8°",
            "Di Klar",
            "Do Nebel",
            "Open-Meteo.com",
        ):
            self.assertIn(words, shown)
        self.assertLess(shown.index("FROST"), shown.index("4°C"))

    def test_measures(self) -> None:
        """
        A phone of the United States is told Fahrenheit and miles.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("weather", cc="1", lang="1")
        for words in ("40°F", "36°/46°", "SW 9 mph"):
            self.assertIn(words, shown)
        self.assertIn("4°C", self.shown("weather", cc="44", lang="3"))

    def test_keys(self) -> None:
        """
        The sources are asked for the profile's place, rounded.
        """
        self.sources.tell(**TOLD)
        self.fetch("weather")
        self.assertIn(("weather", "52.52,13.41,Europe/Berlin"), self.sources.asked)
        self.assertIn(("warnings", "52.52,13.41"), self.sources.asked)

    def test_yesterday(self) -> None:
        """
        A day that is over where the place is, is not shown, nor a warning.
        """
        self.sources.tell(NOON + 43200, **TOLD)
        self.now = NOON + 12 * 3600
        shown = self.shown("weather")
        self.assertNotIn("Mo Regen", shown)
        self.assertIn("Do Nebel", shown)
        self.assertNotIn("FROST", shown)

    def test_little(self) -> None:
        """
        A source that tells little makes a short page.
        """
        bare = FORECAST.days[0]._replace(low=None, condition="unknown")
        self.sources.tell(
            weather=Forecast("met", "Data from MET Norway", None, (bare,))
        )
        shown = self.shown("weather")
        self.assertIn("-/8°", shown)
        self.assertIn("MET Norway", shown)

    def test_noPlace(self) -> None:
        """
        Where no place is likely, the page leads to where one is chosen.
        """
        self.assertEqual(self.links("weather", cc="999"), ["city"])
        self.assertEqual(self.links("weather", "", cc="999"), [])

    def test_hostile(self) -> None:
        """
        What a source says is text, whatever stands in it.
        """
        bad = WARNING._replace(headline="</p><script>x</script>&amp;" * 30)
        self.sources.tell(**TOLD)
        self.sources.tell(warnings=(bad,))
        self.assertIn("<script>", self.shown("weather"))
        self.assertNotIn(b"<script>", self.fetch("weather"))
