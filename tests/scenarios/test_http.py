# -*- test-case-name: tests.scenarios.test_http -*-
"""
Scenario: phones, browsers and monitoring request pages of a real daemon.

T1 to T7 are the requests of real phones that the project knows.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from twisted.internet import reactor
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.http_headers import Headers

from tests.scenarios.case import ScenarioCase
from tests.scenarios.page import bodyOf

XHTML = "{http://www.w3.org/1999/xhtml}"

MAC = "7C2F80000001"

MENU = f"/info/menu.jsp?lang=2&tz=120&mac={MAC}&cc=49&handsetid=0123456789&provid=11"

TICKER = (
    "/info/request.do?lang=2&tz=120&tick=true"
    f"&mac={MAC}&cc=49&provid=11&handsetid=0123456789"
)

PRO = "N510 IP PRO/42.263.00.000.000;SL750H PRO/116.076.00.000.000"

OLD = "Gigaset C675IP 045.025.000000 S67H 02.077.0000000"


class Page:
    """
    One response.
    """

    def __init__(self, response: Any, body: bytes) -> None:
        self.code = response.code
        self.kind = response.headers.getRawHeaders("content-type", [""])[0]
        self.body = body

    def json(self) -> Any:
        """
        Read it as JSON.
        """
        return json.loads(self.body)


class HttpCase(ScenarioCase):
    """
    Asks the daemon by HTTP.
    """

    async def setUp(self) -> None:
        """
        Start the daemon, with one device.
        """
        await super().setUp()
        await self.daemon.ctl(
            "device", "add", "--mac", MAC, "--number", "30001",
            "--password", "s3cret-s3cret", "--nickname", "Zo\u00eb",
        )  # fmt: skip
        self.agent = Agent(reactor, pool=HTTPConnectionPool(reactor, False))

    async def ask(self, path: str, agent: str = "test", method: str = "GET") -> Page:
        """
        Send one request.

        @param agent: its C{User-Agent}.
        """
        port = self.daemon.port("http", "tcp")
        response = await self.agent.request(
            method.encode(),
            f"http://127.0.0.1:{port}{path}".encode(),
            Headers({"User-Agent": [agent], "Host": ["info.gigaset.net"]}),
        )
        return Page(response, await bodyOf(response))

    async def show(self, path: str, agent: str = "test") -> ElementTree.Element:
        """
        Fetch a page that a handset can show.

        @return: its root, after everything was checked that a handset is
            strict about.
        """
        page = await self.ask(path, agent)
        self.assertEqual(page.code, 200, page.body)
        self.assertTrue(page.kind.startswith("application/xhtml+xml"), page.kind)
        self.assertIn(b"-//OMA//DTD XHTML Mobile 1.2//EN", page.body)
        root = ElementTree.fromstring(page.body)
        self.assertEqual(root.tag, f"{XHTML}html")
        "".join(root.itertext()).encode("iso-8859-1")
        return root


class PhoneTests(HttpCase):
    """
    Requests of phones.
    """

    def _first(self, root: ElementTree.Element) -> str:
        body = root.find(f"{XHTML}body")
        assert body is not None
        return body[0].tag.removeprefix(XHTML)

    async def test_menu(self) -> None:
        """
        T1: the Info Center opens with a page of a kind that handsets know,
        and it shows the number of the phone that asks.
        """
        root = await self.show(MENU)
        self.assertIn(self._first(root), ("ul", "p"))
        self.assertIn("30001", "".join(root.itertext()))

    async def test_ticker(self) -> None:
        """
        T2: the idle screen gets lines of text only, and is told when to ask
        again; with and without C{tick}.
        """
        for path in (TICKER, TICKER.replace("&tick=true", "")):
            root = await self.show(path)
            names = [meta.get("name") for meta in root.iter(f"{XHTML}meta")]
            self.assertIn("expires", names)
            body = root.find(f"{XHTML}body")
            assert body is not None
            kinds = {child.tag.removeprefix(XHTML) for child in body}
            self.assertLessEqual(kinds, {"p", "br", "object", "a"})

    async def test_agents(self) -> None:
        """
        T3 and T4: a base of 2008 and one of today get the same page.
        """
        first = await self.show(MENU, PRO)
        second = await self.show(MENU, OLD)
        self.assertEqual(self._first(first), self._first(second))

    async def test_unknownPage(self) -> None:
        """
        T4, T5, T7: pages that we do not have are the menu, also when a
        parameter comes twice or a form sends more.
        """
        facts = f"mac={MAC}&handsetid=037018BE69&lang=2&tz=120"
        for path in (
            "/info/example.html?lang=3&cc=44&ppid=1&dt=200810091530"
            "&mac=7C-2F-80-00-00-01",
            f"/info/weather_search?{facts}&mac={MAC}&handsetid=037018BE69",
            f"/info/treininfo.jsp?treinnummer=5172&{facts}",
            '/info/request.do?g_lang=2&g_pnr="S30852-S1713-B121-9"'.replace('"', "%22"),
        ):
            await self.show(path)

    async def test_absurd(self) -> None:
        """
        Missing, doubled and absurd parameters: still a page that the phone
        can show.
        """
        for query in (
            "",
            "?",
            "?lang=999&tz=never&mac=zz&cc=-1",
            "?lang=2&lang=3&tz=1&tz=2",
            "?mac=" + "A" * 3000,
            "?tz=99999999999999999999",
            "?tz=-99999999999999999999&lang=-1",
            "?%00=%FF&mac=%C3%28&handsetid=%00",
            "?&&==&=&mac",
        ):
            await self.show(f"/info/menu.jsp{query}")
            await self.show(f"/info/request.do{query}")

    async def test_switchedOff(self) -> None:
        """
        With the information service off, the phone is shown how to switch it
        on.
        """
        on = await self.ask(MENU)
        await self.daemon.ctl("service", "disable", "30001", "info")
        root = await self.show(MENU)
        self.assertNotEqual("".join(root.itertext()), on.body.decode())

    async def test_checkin(self) -> None:
        """
        The daily hello is taken without a word, and the operator sees it.
        """
        page = await self.ask(f"/checkin?mac={MAC}&product=C430A+GO")
        self.assertEqual((page.code, page.body), (204, b""))
        page = await self.ask(f"/checkin?mac={MAC}", method="POST")
        self.assertEqual(page.code, 204)
        shown = await self.daemon.ctl("device", "show", MAC)
        self.assertIn("C430A GO", json.dumps(shown))

    async def test_badCheckin(self) -> None:
        """
        A hello without a MAC, or with a broken one, is the caller's fault.
        """
        for query in ("", "?mac=", "?mac=zz", "?mac=" + "1" * 5000):
            page = await self.ask(f"/checkin{query}")
            self.assertEqual(page.code, 400, query)

    async def test_guest(self) -> None:
        """
        An unknown phone that says hello becomes a guest.
        """
        await self.ask("/checkin?mac=7C2F80ABCDEF")
        self.assertIn(
            "7C2F80ABCDEF",
            json.dumps(await self.daemon.ctl("device", "list", "--guests")),
        )


class PersonTests(HttpCase):
    """
    Requests of browsers and monitoring.
    """

    async def test_devices(self) -> None:
        """
        A person in the same network finds the phones there: name, address,
        number and MAC.
        """
        await self.ask(f"/checkin?mac={MAC}&private_ip=192.168.1.20")
        page = await self.ask("/")
        self.assertEqual(page.code, 200)
        self.assertTrue(page.kind.startswith("text/html"), page.kind)
        for fact in (b"30001", b"192.168.1.20"):
            self.assertIn(fact, page.body)
        self.assertIn(MAC.encode(), page.body.upper().replace(b":", b""))

    async def test_health(self) -> None:
        """
        A machine is told that all is well.
        """
        page = await self.ask("/health")
        self.assertEqual(page.code, 200)
        page.json()

    async def test_metrics(self) -> None:
        """
        Prometheus finds text it can read: every line a comment, or a name
        and a number.
        """
        page = await self.ask("/metrics")
        self.assertEqual(page.code, 200)
        lines = [
            line
            for line in page.body.decode().splitlines()
            if line[:1] not in ("#", "")
        ]
        self.assertTrue(lines)
        for line in lines:
            float(line.rsplit(" ", 1)[1])

    async def test_nothingThere(self) -> None:
        """
        A path that leads nowhere says so.
        """
        page = await self.ask("/no/such/path")
        self.assertEqual(page.code, 404)
        self.assertNotIn(b"Traceback", page.body)
