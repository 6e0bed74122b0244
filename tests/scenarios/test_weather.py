# -*- test-case-name: tests.scenarios.test_weather -*-
"""
Scenario: the weather on a handset, from a simulated weather service.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from twisted.internet import reactor
from twisted.internet.task import deferLater

from tests.info import standin
from tests.info.documents import ECB, RSS, encoded, openMeteo
from tests.info.standin import Standin
from tests.scenarios.test_http import MAC, TICKER, HttpCase

PHONE = f"lang=2&tz=60&mac={MAC}&cc=49&handsetid=0123456789&provid=11"


class WeatherTests(HttpCase):
    """
    With sources on loopback.
    """

    async def setUp(self) -> None:
        """
        Start them, and a daemon that is told where they are.
        """
        self.there = Standin(reactor)
        self.there.start()
        self.addCleanup(self.there.stop)
        today = datetime.now(ZoneInfo("Europe/Berlin")).date()
        self.there.answers |= {
            "/forecast": standin.document(encoded(openMeteo(today)), etag='"1"'),
            "/alerts": standin.document(encoded({"alerts": []})),
            "/ecb": standin.document(ECB, "text/xml"),
            "/feed": standin.document(RSS, "application/rss+xml"),
        }
        told = {
            "contact": "operator@example.org",
            "open_meteo_url": self.there.url("/forecast"),
            "met_url": self.there.url("/met"),
            "bright_sky_url": self.there.url(),
            "ecb_url": self.there.url("/ecb"),
            "pollen_url": self.there.url("/pollen"),
        }
        lines = "\n".join(f'{name} = "{value}"' for name, value in told.items())
        feeds = f'feeds = ["{self.there.url("/feed")}"]'
        self.settings = {"info": f"{lines}\n{feeds}\nfetch_spacing = 0"}
        await super().setUp()

    async def said(self, path: str) -> str:
        """
        Read the text of a page, checked for what a handset can show.
        """
        return "".join((await self.show(path)).itertext())

    async def until(self, path: str, wanted: str) -> str:
        """
        Request a page until it shows a text.
        """
        while wanted not in (said := await self.said(path)):
            await deferLater(reactor, 0.05)  # type: ignore[arg-type]
        return said

    async def test_weather(self) -> None:
        """
        The first look at the weather has none and does not wait; the next one
        has it, and so has the idle display.  The source hears who asks, and
        nothing of the phone.
        """
        page = f"/info/weather.jsp?{PHONE}"
        first = await self.said(page)
        self.assertIn("Berlin", first)
        self.assertNotIn("Open-Meteo", first)
        said = await self.until(page, "Open-Meteo.com")
        self.assertIn("7", said)
        self.assertIn("Regen", said)
        await self.until(TICKER, "Berlin")
        asked = dict(self.there.asked)["/forecast"]
        self.assertRegex(asked["user-agent"], r"gigasetd.*operator@example\.org")
        self.assertNotIn(MAC, repr(self.there.asked))

    async def test_rates(self) -> None:
        """
        So do the exchange rates, also after the bank has gone away.
        """
        page = f"/info/rates.jsp?{PHONE}"
        await self.until(page, "USD")
        await self.there.stop()
        self.there.start()
        self.assertIn("USD", await self.said(page))

    async def test_news(self) -> None:
        """
        And the news, which a process beside the daemon reads.
        """
        await self.until(f"/info/news.jsp?{PHONE}", "Neuer")

    async def test_down(self) -> None:
        """
        When every source is down, each page is there and says so.
        """
        self.there.answers = dict.fromkeys(
            [*self.there.answers, "/met", "/weather", "/pollen"], standin.refusal(500)
        )
        for name in ("weather", "rates", "pollen", "menu"):
            await self.show(f"/info/{name}.jsp?{PHONE}")
        metrics = await self.ask("/metrics")
        while b"gigasetd_sources_failed_total 0" in metrics.body:
            await deferLater(reactor, 0.05)  # type: ignore[arg-type]
            metrics = await self.ask("/metrics")
        for name in ("weather", "rates", "pollen", "menu"):
            await self.show(f"/info/{name}.jsp?{PHONE}")
