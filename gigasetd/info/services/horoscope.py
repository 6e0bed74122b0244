# -*- test-case-name: tests.info.services.test_horoscope -*-
"""
A horoscope, made up locally: one text per sign and day, marked as fun.

No free service offers one for reuse; an operator with a licence can add a
plugin.

Layer 2 (rules).
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.page import Info, Line, Link, Menu, Page, Text
from gigasetd.info.page.xhtml import hrefTo
from gigasetd.info.services.biorhythm import birthDateOf
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.info.services.news import numberOf

SIGNS = (
    (N_("Capricorn"), 1, 20), (N_("Aquarius"), 2, 19), (N_("Pisces"), 3, 20),
    (N_("Aries"), 4, 20), (N_("Taurus"), 5, 21), (N_("Gemini"), 6, 21),
    (N_("Cancer"), 7, 22), (N_("Leo"), 8, 23), (N_("Virgo"), 9, 23),
    (N_("Libra"), 10, 23), (N_("Scorpio"), 11, 22), (N_("Sagittarius"), 12, 21),
)  # fmt: skip
"""Sign, and month and day of its end."""

MOODS = (
    N_("The day begins quietly; use the morning to finish old tasks."),
    N_("You are full of ideas today. Write them down before they fly away."),
    N_("Not everything goes as planned, and that turns out to be good luck."),
    N_("A friend will be glad to hear from you. Pick up the phone!"),
    N_("Take your time: work done slowly today need not be done twice."),
    N_("A small surprise makes you smile."),
)
PEOPLE = (
    N_("A good talk clears up an old misunderstanding."),
    N_("Friends ask for your advice; listen first."),
    N_("At home a kind word works wonders."),
    N_("Pay a friend a compliment. It will come back."),
    N_("Let others have their opinion, and keep yours."),
    N_("An evening in good company does you good."),
)
ADVICE = (
    N_("Go for a walk, whatever the weather."),
    N_("Money stays longer with those who count it."),
    N_("Drink enough, and go to bed in time."),
    N_("Put one thing off, and finally do another."),
    N_("Trust your instinct, but check the figures."),
    N_("Music makes the work lighter."),
)


class HoroscopeService(Service):
    """
    The horoscope page.
    """

    id = "horoscope"

    def title(self, words: Translator) -> str:
        return words("Horoscope")

    def page(self, context: PageContext) -> Page:
        """
        Show the text of the chosen sign, else of the date of birth; else the
        list of signs.
        """
        words = context.words
        names = [name for name, _, _ in SIGNS]
        # "all" asks for the list, also where the date of birth is known.
        chosen = context.parameters.get("sign", "")
        born = birthDateOf(context.profile)
        index = numberOf(chosen)
        if index is not None and index < len(SIGNS):
            return self._text(words, names[index], context.time.date())
        if born is not None and chosen != "all":
            return self._text(words, signOf(born), context.time.date())
        items = [
            Link(words(name), hrefTo(self.id, sign=number))
            for number, name in enumerate(names)
        ]
        return Menu(self.title(words), items)

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the sign alone: a whole text does not fit.
        """
        born = birthDateOf(context.profile)
        return [] if born is None else [Line(center=context.words(signOf(born)))]

    def _text(self, words: Translator, sign: str, today: date) -> Page:
        parts = [Text(words(text)) for text in reading(sign, today)]
        return Info(
            words(sign),
            [
                Text(words.date(today), bold=True),
                *parts,
                Text(words("Just for fun.")),
                Link(words("Other signs"), hrefTo(self.id, sign="all")),
            ],
        )


def signOf(born: date) -> str:
    """
    Return the zodiac sign of a birthday.
    """
    for name, month, last in SIGNS:
        if (born.month, born.day) <= (month, last):
            return name
    return SIGNS[0][0]


def reading(sign: str, day: date) -> tuple[str, str, str]:
    """
    Return three sentences, always the same for a sign and day.
    """
    # Not hash(), which differs in each process.
    digest = sha256(f"{sign} {day}".encode()).digest()
    return (
        MOODS[digest[0] % len(MOODS)],
        PEOPLE[digest[1] % len(PEOPLE)],
        ADVICE[digest[2] % len(ADVICE)],
    )
