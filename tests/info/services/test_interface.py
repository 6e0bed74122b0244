"""
Tests of L{gigasetd.info.services.interface}, and of the small services.
"""

from __future__ import annotations

from datetime import date

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.services.biorhythm import isCritical, wave
from gigasetd.info.services.horoscope import SIGNS, reading, signOf
from gigasetd.info.services.interface import momentOf
from gigasetd.info.sources.ecbrates import ExchangeRates
from tests.info.case import MAC, NOON, NUMBER, TOLD, InfoCase, account, bound, message


class AgeTests(InfoCase):
    """
    What is old.
    """

    def test_absent(self) -> None:
        """
        What is not there yet is asked for again soon; what cannot be had is
        said to be so.
        """
        page = self.fetch("rates")
        self.assertIn("Moment", self.shown("rates"))
        self.assertIn(b'content="20"', page)
        self.sources.said["rates"] = CachedValue(None, 0.0, "no answer")
        self.assertIn("nicht verfügbar", self.shown("rates"))
        self.assertNotIn("no answer", self.shown("rates"))

    def test_old(self) -> None:
        """
        Old data is shown with its age: the time of today, else the day.
        """
        self.sources.tell(NOON - 3 * 3600, **TOLD)
        self.assertIn("Stand 10:00", self.shown("weather"))
        self.sources.tell(NOON - 86400, **TOLD)
        self.assertIn("Stand So 22.11.2026", self.shown("weather"))
        self.sources.tell(NOON - 600, **TOLD)
        self.assertNotIn("Stand", self.shown("weather"))
        self.sources.tell(NOON - 4000, "no answer", **TOLD)
        self.assertIn("Stand 11:53", self.shown("weather"))

    def test_moments(self) -> None:
        """
        No time that a feed tells is beyond what can be reckoned with.
        """
        for seconds in (-1e300, 0.0, 1e300):
            self.assertTrue(1969 <= momentOf(seconds, None).year <= 9999)


class RatesTests(InfoCase):
    """
    Exchange rates.
    """

    def test_page(self) -> None:
        """
        The day, the currencies that there are with digits that mean something,
        and whose figures these are.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("rates")
        for words in ("20.11.", "USD", "1,1732", "182,50", "Quelle: EZB"):
            self.assertIn(words, shown)
        self.assertNotIn("GBP", shown)
        self.sources.tell(rates=ExchangeRates(date(2026, 11, 20), {"HUF": 38910.4}))
        self.assertIn("38.910", self.shown("rates"))


class PollenTests(InfoCase):
    """
    Pollen.
    """

    def test_page(self) -> None:
        """
        Each plant with its level in words, and the credit.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("pollen")
        for words in ("Berlin", "Hasel", "keine", "wenig-mittel", "Quelle"):
            self.assertIn(words, shown)


class BiorhythmTests(InfoCase):
    """
    The biorhythm.
    """

    def test_waves(self) -> None:
        """
        As it is reckoned everywhere.
        """
        age = (date(2026, 11, 23) - date(1980, 1, 1)).days
        levels = [round(wave(age, days), 3) for days in (23, 28, 33)]
        self.assertEqual(levels, [-0.942, -0.975, 0.189])
        self.assertTrue(isCritical(0, 23))
        self.assertEqual(sum(isCritical(day, 28) for day in range(280)), 20)

    def test_page(self) -> None:
        """
        Without a date of birth it says how to enter it; with one it shows two
        days.
        """
        self.assertIn("born", self.links("biorhythm"))
        self.registry.put(self.profile._replace(born="1980-01-01"))
        shown = self.shown("biorhythm")
        for words in ("-94 %", "-97 %", "+19 %", "Heute", "Morgen", "Spaß"):
            self.assertIn(words, shown)

    def test_stranger(self) -> None:
        """
        Who cannot set anything is not sent to where it is set.
        """
        self.assertEqual(self.links("biorhythm", ""), [])


class HoroscopeTests(InfoCase):
    """
    The horoscope.
    """

    def test_signs(self) -> None:
        """
        Each birthday has its sign.
        """
        for day, sign in {
            date(1980, 1, 20): "Capricorn",
            date(1980, 1, 21): "Aquarius",
            date(1980, 2, 29): "Pisces",
            date(1980, 12, 21): "Sagittarius",
            date(1980, 12, 22): "Capricorn",
        }.items():
            self.assertEqual(signOf(day), sign)

    def test_same(self) -> None:
        """
        One sign has one text on a day, and another one on others.
        """
        days = [date(2026, 11, day) for day in range(1, 29)]
        self.assertEqual(reading("Leo", days[0]), reading("Leo", days[0]))
        self.assertGreater(len({reading("Leo", day) for day in days}), 20)
        self.assertGreater(len({reading(sign, days[0]) for sign, _, _ in SIGNS}), 8)

    def test_page(self) -> None:
        """
        The signs to choose from, or at once the owner's own; marked as fun.
        """
        self.assertEqual(len(self.links("horoscope")), 12)
        self.assertIn("Spaß", self.shown("horoscope", sign="4"))
        self.assertIn("Steinbock", self.shown("horoscope", sign="99"))
        self.registry.put(self.profile._replace(born="1980-08-01"))
        self.assertIn("Spaß", self.shown("horoscope"))
        self.assertEqual(len(self.links("horoscope", sign="all")), 12)


class PhoneTests(InfoCase):
    """
    This phone, and who is registered.
    """

    def test_registered(self) -> None:
        """
        Who can be reached is listed and can be called; who cannot is not.
        """
        for number, nickname in (("30002", "Bob"), ("30003", ""), ("30004", "Eve")):
            self.registry.put(account(number, nickname))
            self.registry.bind(number, bound(number))
        self.gone = {"30004"}
        page = self.fetch("phone")
        self.assertIn(b'<a href="wtai://wp/mc;30002#9">Bob</a>', page)
        self.assertIn(b'<a href="wtai://wp/mc;30003#9">30003</a>', page)
        self.assertNotIn(b"30004", page)
        self.assertIn("30001#9", self.shown("phone"))

    def test_many(self) -> None:
        """
        However many are registered, the page stays one that a phone can load.
        """
        for number in range(40000, 40500):
            self.registry.put(account(str(number), f"Nickname of {number}"))
            self.registry.bind(str(number), bound(str(number)))
        self.assertEqual(len(self.links("phone")), 8)
        self.assertIn("und weitere", self.shown("phone"))


class WaitingTests(InfoCase):
    """
    Messages that wait.
    """

    def test_page(self) -> None:
        """
        How many, and from whom by nickname; never what they say.
        """
        self.assertIn("keine Nachrichten", self.shown("messages"))
        self.registry.put(account("30002", "Bob"))
        for index, sender in enumerate(("30002@h/x", "30002@h/y", "eve@far.example/z")):
            self.registry.put(message(f"{index}", sender))
        shown = self.shown("messages")
        for words in ("3 Nachrichten warten", "Bob", "eve@far.example"):
            self.assertIn(words, shown)
        self.assertNotIn("geheim", shown)
        self.assertIn("3 Nachrichten", self.shown("request.do"))


class AccessTests(InfoCase):
    """
    Web access.
    """

    def test_code(self) -> None:
        """
        The code, in two groups that are easy to read off; only for those who
        have a number.
        """
        self.assertIn("1234 5678", self.shown("access"))
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(number=""))
        self.assertNotIn("1234", self.shown("access"))
        self.assertNotIn(NUMBER, self.shown("menu"))
