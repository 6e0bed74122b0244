# -*- test-case-name: tests.scenarios.test_directory -*-
"""
Scenario: a phone looks up callers in address books on disk.

T8 and T9 are the requests of real phones that the project knows.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from twisted.internet import reactor
from twisted.internet.task import deferLater

from tests.scenarios.test_http import MAC, HttpCase

A540 = (
    "/api/siemens?command=get%5flist&type=pb&fn=%2a&ln=%2a&ct=%2a&st=%2a&hm={}"
    "&nr=%2a&mb=%2a&fx=%2a&sip=%2a&zc=%2a&em=%2a&lang=42&first=1&count=1"
    f"&mac={MAC}&reqsrc=auto&handsetid="
)

C530 = A540.replace("/api/siemens", "/") + "23546&in=%2a&bp=%2a&limit=2048"


class DirectoryTests(HttpCase):
    """
    A daemon with an operator's books in its state directory.
    """

    settings = {"info": 'fnt = "little"'}

    def _makeDirectory(self) -> Path:
        directory = super()._makeDirectory()
        self.books = directory / "state" / "books"
        self.books.mkdir(parents=True)
        (directory / "state").chmod(0o700)
        self.write("club.csv", "last,first,home\nSchmitz,Ina,+49 2871 112345\n")
        self.write("business-town.csv", "company,office\nPizza,02871 7777\n")
        return directory

    def write(self, name: str, text: str) -> None:
        """
        Write a book.
        """
        (self.books / name).write_text(text, "utf-8")

    async def names(self, path: str) -> list[str]:
        """
        List the names in a response.
        """
        page = await self.ask(path)
        self.assertEqual((page.code, page.kind), (200, "text/xml; charset=utf-8"))
        root = ElementTree.fromstring(page.body)
        return [entry.findtext("ln", "") for entry in root]

    async def until(self, path: str, wanted: list[str]) -> None:
        """
        Ask until an entry is found; books are read in the background.
        """
        for _ in range(100):
            if await self.names(path) == wanted:
                return
            await deferLater(reactor, 0.2, lambda: None)
        self.fail(f"{await self.names(path)} instead of {wanted}")

    async def test_books(self) -> None:
        """
        Callers are named from the operator's books, and a book that changes
        counts without a restart.
        """
        for form in (A540, C530):
            await self.until(form.format("02871112345"), ["Schmitz"])
            self.assertEqual(await self.names(form.format("30001")), ["Zo\u00eb"])
            self.assertEqual(await self.names(form.format("02871112346")), [])
        search = f"/directory?command=get_list&type=yp&ln=p*&mac={MAC}"
        self.assertEqual(await self.names(search), ["Pizza"])
        self.write("family.vcf", "BEGIN:VCARD\nN:Mama\nTEL:0171 5555\nEND:VCARD\n")
        await self.until(A540.format("+491715555"), ["Mama"])

    async def test_ownBook(self) -> None:
        """
        An owner's book is imported, named to that owner's phones, and told in
        the central phonebook.
        """
        file = self.directory / "own.csv"
        file.write_text("last,mobile\nOma,0171 4711\n", "utf-8")
        done = await self.daemon.ctl("book", "import", MAC, str(file))
        self.assertEqual(done["entries"], 1)
        self.assertEqual(await self.names(A540.format("01714711")), ["Oma"])
        page = await self.ask(f"/phonebook.xml?mac={MAC}", "N870 IP PRO/83.V2.50.0")
        names = [one.get("surname") for one in ElementTree.fromstring(page.body)]
        self.assertIn("Oma", names)
        told = await self.daemon.ctl("book", "export", MAC)
        self.assertIn("Oma", told["vcards"])

    async def test_image(self) -> None:
        """
        A handset gets an image in its own form, and of no other host.
        """
        path = '/proxy/image.do?data="http://gigaset.net/images/{}.png"'
        page = await self.ask(path.format("sun").replace('"', "%22"))
        self.assertEqual((page.code, page.kind), (200, "image/fnt"))
        self.assertEqual((page.body[:4], len(page.body)), (b"\x10\0\x10\0", 36))
        page = await self.ask("/proxy/image.do?data=http://127.0.0.1/x.png")
        self.assertEqual(page.code, 404)
