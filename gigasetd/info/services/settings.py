# -*- test-case-name: tests.info.services.test_settings -*-
"""
The settings pages of a handset.

Phones only send GET, so GET changes settings here; the pages are only for
phones that may see the device's data.

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


def savedPage(context: PageContext, title: str, text: str = "") -> Page:
    """
    Build the page that confirms a change.
    """
    words = context.words
    parts: list[Part] = [
        Text(text or words("Saved.")),
        Link(words("Settings"), "settings"),
    ]
    return Info(title, parts)


class SettingsService(Service):
    """
    The menu of settings, and their deletion.
    """

    id = "settings"
    parts = True
    audience = Audience.DEVICE

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        return words("Settings")

    def page(self, context: PageContext) -> Page:
        """
        Show the settings, or delete them all.
        """
        words, profile = context.words, context.profile
        if context.part == "delete":
            return self._confirm(words)
        if context.part == "deleted":
            profiles.delete(self.registry, profile)
            text = words("Your settings have been deleted.")
            return Info(self.title(words), [Text(text)])
        place, born = context.place, birthDateOf(profile)
        items: list[Text | Link | Item] = [
            Item(words("City"), place.name if place else "-", "city"),
            Item(words("Date of birth"), words.date(born) if born else "-", "born"),
            Item(words("Language"), languageName(profile.language) or "-", "language"),
            Link(words("Choose services"), "choose"),
            Link(words("Order of services"), "order"),
            Link(words("Idle display"), "choose_ticker"),
            Link(words("Idle display order"), "order_ticker"),
            Link(words("Delete my settings"), "settings_delete"),
        ]
        return Menu(self.title(words), items)

    def _confirm(self, words: Translator) -> Page:
        text = words(
            "This deletes your city, date of birth and other settings. Are you sure?"
        )
        yes = Link(words("Delete my settings"), "settings_deleted")
        return Info(self.title(words), [Text(text), yes])


class BirthDateService(Service):
    """
    The page that sets the date of birth, for biorhythm and horoscope.
    """

    id = "born"
    audience = Audience.DEVICE
    usual = False

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        return words("Date of birth")

    def page(self, context: PageContext) -> Page:
        """
        Show the form, or save the date; empty fields delete it.
        """
        fields = [context.parameters.get(name, "").strip() for name in ("d", "m", "y")]
        if not {"d", "m", "y"} <= context.parameters.keys():
            return self._form(context, "")
        try:
            day = _day(fields, context.time.date())
            profiles.change(self.registry, context.profile, born=day)
        except (BadValue, ValueError):
            return self._form(context, context.words("This is not a valid date."))
        return savedPage(context, self.title(context.words))

    def _form(self, context: PageContext, notice: str) -> Page:
        # Three fields, because the order of a date differs from country to country.
        words, born = context.words, birthDateOf(context.profile)
        was = (str(born.day), str(born.month), str(born.year)) if born else ("",) * 3
        fields = [
            Field("d", words("Day"), was[0], 2, "digits"),
            Field("m", words("Month"), was[1], 2, "digits"),
            Field("y", words("Year"), was[2], 4, "digits"),
        ]
        texts = [Text(notice)] if notice else []
        title = self.title(words)
        return Form(title, self.id, words("Save"), Editor(fields), texts)


class LanguageService(Service):
    """
    The page that sets the language, for phones whose own is not available.

    @ivar known: the available languages.
    """

    id = "language"
    audience = Audience.DEVICE
    usual = False

    def __init__(self, registry: Registry, known: list[str]) -> None:
        self.registry = registry
        self.known = known

    def title(self, words: Translator) -> str:
        return words("Language")

    def page(self, context: PageContext) -> Page:
        """
        Show the form, or save the language.
        """
        words, code = context.words, context.parameters.get("code")
        if code in ("", *self.known):
            profiles.change(self.registry, context.profile, language=code or "")
            return savedPage(context, self.title(words))
        choices = [Choice("", words("same as the phone"))]
        choices += [Choice(language, languageName(language)) for language in self.known]
        radio = Radio("code", choices, context.profile.language)
        text = Text(words("For phones whose own language is not available:"))
        return Form(self.title(words), self.id, words("Save"), radio, [text])


def _day(fields: list[str], today: date) -> str:
    """
    Return a date as profiles store it.

    @raise ValueError: it is not a date, or in the future.
    """
    if not any(fields):
        return ""
    numbers = [numberOf(text) for text in fields]
    if None in numbers:
        raise ValueError("not a number")
    day, month, year = (number or 0 for number in numbers)
    born = date(year, month, day)
    if born > today:
        raise ValueError("in the future")
    return born.isoformat()


def languageName(language: str) -> str:
    """
    Return a language's own name for itself.
    """
    try:
        return (Locale(language).get_display_name() or language) if language else ""
    except UnknownLocaleError:
        return language
