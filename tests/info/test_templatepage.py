"""
Tests of L{gigasetd.info.templatepage}.
"""

from __future__ import annotations

from typing import Any

from gigasetd.errors import BadValue
from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.pages import PageRequest
from gigasetd.info.services.interface import Audience, PageContext
from gigasetd.info.templatepage import TemplateService, parseDescription
from tests.info.case import GUEST, HANDSET, MAC, NOON, InfoCase


class DescriptionTests(InfoCase):
    """
    L{parseDescription}.
    """

    def test_defaults(self) -> None:
        """
        A page without a description is called by its file, and needs a device.
        """
        description = parseDescription("heating", {})
        self.assertEqual(description.titles, {"": "heating"})
        self.assertEqual(description.audience, Audience.DEVICE)
        self.assertEqual((description.url, description.ticker), ("", False))

    def test_keys(self) -> None:
        """
        Titles may differ by language.
        """
        document = {"title": {"": "Heat", "de": "Heizung"}, "url": "https://x/",
                    "audience": "owner", "ticker": True}  # fmt: skip
        description = parseDescription("heating", document)
        self.assertEqual(description.titles["de"], "Heizung")
        self.assertEqual(description.audience, Audience.OWNER)
        self.assertTrue(description.ticker)

    def test_refused(self) -> None:
        """
        A mistake is named to the operator.
        """
        for document, words in (
            ({"colour": 1}, "unknown key colour"),
            ({"url": 1}, "strings"),
            ({"title": {"de": 1}}, "strings"),
            ({"audience": "me"}, "anybody, device, owner"),
        ):
            with self.assertRaisesRegex(BadValue, words):
                parseDescription("x", document)


class TemplateTests(InfoCase):
    """
    L{TemplateService}.
    """

    def service(self, **document: Any) -> TemplateService:
        """
        A page whose template lists its variables.
        """
        description = parseDescription("x", document)
        return TemplateService("x", description, self.render)

    def render(self, values: dict[str, Any]) -> str:
        """
        Three lines, one per variable.
        """
        place = values["place"].name if values["place"] else "-"
        return f"{values['data']}\n{place} | {values['language']}\nlast"

    def context(self, mac: str = MAC) -> PageContext:
        """
        A request of a German handset.
        """
        parameters = {"lang": "2", "tz": "60", "cc": "49", "handsetid": HANDSET}
        return self.pages.context(PageRequest("/info/x", parameters, mac), NOON)

    def test_title(self) -> None:
        """
        The title is in the phone's language, else the general one, else the name.
        """
        words = self.context().words
        titles = {"": "Heat", "de": "Heizung"}
        self.assertEqual(self.service(title=titles).title(words), "Heizung")
        self.assertEqual(self.service(title="Heat").title(words), "Heat")
        self.assertEqual(self.service(title={"fr": "x"}).title(words), "x")

    def test_url(self) -> None:
        """
        The URL has the handset's city and language.
        """
        url = "https://x/{language}/{latitude},{longitude}"
        self.service(url=url).page(self.context())
        self.assertEqual(self.sources.asked[-1], ("json", "https://x/de/52.52,13.41"))

    def test_lines(self) -> None:
        """
        The idle display shows two lines, and none before the document is there.
        """
        service = self.service(url="https://x/", ticker=True)
        self.assertTrue(service.ticks)
        self.assertEqual(service.lines(self.context()), [])
        self.sources.said["json"] = CachedValue("warm", NOON, "")
        lines = service.lines(self.context())
        self.assertEqual([line.left for line in lines], ["warm", "Berlin"])

    def test_noDocument(self) -> None:
        """
        A page without a document needs no source.
        """
        before = list(self.sources.asked)
        page = self.service().page(self.context(GUEST))
        self.assertIn(b"None", page.encode())
        self.assertEqual(self.sources.asked, before)
