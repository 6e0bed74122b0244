# -*- test-case-name: tests.info.services.test_settings -*-
"""
The settings that an owner makes on the phone itself.

Phones only ever send GET, so a setting is made by one; only for those who may
see what belongs to the device.

Layer 2 (rules).
"""

from __future__ import annotations

from datetime import date

from babel import Locale, UnknownLocaleError

from gigasetd.errors import BadValue
from gigasetd.info import profiles
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.field import Choice, Editor, Field, Radio
from gigasetd.info.page.form import Form
from gigasetd.info.page.page import Info, Item, Link, Menu, Page, Part, Text
from gigasetd.info.services.biorhythm import birthDateOf
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.info.services.news import numberOf
from gigasetd.registry.registry import Registry


def savedPage(context: PageContext, title: str, said: str = "") -> Page:
    """
    What was done, and the way back.
    """
    words = context.words
    parts: list[Part] = [
        Text(said or words("Saved.")),
        Link(words("Settings"), "settings"),
    ]
    return Info(title, parts)


class SettingsService(Service):
    """
    The menu of settings, and deleting them.
    """

    id = "settings"
    parts = True
    audience = Audience.DEVICE

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Settings")

    def page(self, context: PageContext) -> Page:
        """
        What can be set; or delete it all.
        """
        words, profile = context.words, context.profile
        if context.part == "delete":
            return self._ask(words)
        if context.part == "deleted":
            profiles.delete(self.registry, profile)
            said = words("Your settings are deleted.")
            return Info(self.title(words), [Text(said)])
        place, born = context.place, birthDateOf(profile)
        items: list[Text | Link | Item] = [
            Item(words("City"), place.name if place else "-", "city"),
            Item(words("Date of birth"), words.date(born) if born else "-", "born"),
            Item(words("Language"), languageName(profile.language) or "-", "language"),
            Link(words("Choose services"), "choose"),
            Link(words("Order of services"), "order"),
            Link(words("Idle display"), "choose_ticker"),
            Link(words("Order when idle"), "order_ticker"),
            Link(words("Delete my settings"), "settings_delete"),
        ]
        return Menu(self.title(words), items)

    def _ask(self, words: Translator) -> Page:
        """
        Make sure.
        """
        text = words("City, date of birth and all choices go. Are you sure?")
        yes = Link(words("Delete my settings"), "settings_deleted")
        return Info(self.title(words), [Text(text), yes])


class BirthDateService(Service):
    """
    The date of birth for biorhythm and horoscope.
    """

    id = "born"
    audience = Audience.DEVICE
    usual = False

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        """
        What the settings call it.
        """
        return words("Date of birth")

    def page(self, context: PageContext) -> Page:
        """
        Ask for it, or take it; three empty fields delete it.
        """
        told = [context.parameters.get(name, "").strip() for name in ("d", "m", "y")]
        if not {"d", "m", "y"} <= context.parameters.keys():
            return self._form(context, "")
        try:
            day = _day(told, context.time.date())
            profiles.change(self.registry, context.profile, born=day)
        except (BadValue, ValueError):
            return self._form(context, context.words("There is no such day."))
        return savedPage(context, self.title(context.words))

    def _form(self, context: PageContext, said: str) -> Page:
        """
        Three fields: every country has an order of its own for them.
        """
        words, born = context.words, birthDateOf(context.profile)
        was = (str(born.day), str(born.month), str(born.year)) if born else ("",) * 3
        fields = [
            Field("d", words("Day"), was[0], 2, "digits"),
            Field("m", words("Month"), was[1], 2, "digits"),
            Field("y", words("Year"), was[2], 4, "digits"),
        ]
        texts = [Text(said)] if said else []
        title = self.title(words)
        return Form(title, self.id, words("Save"), Editor(fields), texts)


class LanguageService(Service):
    """
    The language for phones whose own is not there.

    @ivar known: the languages that there are.
    """

    id = "language"
    audience = Audience.DEVICE
    usual = False

    def __init__(self, registry: Registry, known: list[str]) -> None:
        self.registry = registry
        self.known = known

    def title(self, words: Translator) -> str:
        """
        What the settings call it.
        """
        return words("Language")

    def page(self, context: PageContext) -> Page:
        """
        Choose one, or take what was chosen.
        """
        words, wanted = context.words, context.parameters.get("code")
        if wanted in ("", *self.known):
            profiles.change(self.registry, context.profile, language=wanted or "")
            return savedPage(context, self.title(words))
        choices = [Choice("", words("as the phone"))]
        choices += [Choice(one, languageName(one)) for one in self.known]
        radio = Radio("code", choices, context.profile.language)
        text = Text(words("For phones whose own language is not here:"))
        return Form(self.title(words), self.id, words("Save"), radio, [text])


def _day(told: list[str], today: date) -> str:
    """
    The day that was entered, as a profile keeps it.

    @raise ValueError: there is none, or it is still to come.
    """
    if not any(told):
        return ""
    numbers = [numberOf(text) for text in told]
    if None in numbers:
        raise ValueError("no number")
    day, month, year = (number or 0 for number in numbers)
    born = date(year, month, day)
    if born > today:
        raise ValueError("not born yet")
    return born.isoformat()


def languageName(language: str) -> str:
    """
    What a language calls itself.
    """
    try:
        return (Locale(language).get_display_name() or language) if language else ""
    except UnknownLocaleError:
        return language
