"""
A browser as far as forms and cookies go, and the pages for people under it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus

from argon2 import PasswordHasher
from twisted.internet.defer import maybeDeferred
from twisted.internet.task import Clock

from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.config.sections.server import ServerSection
from gigasetd.control.build import part as control
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.ratelimit.fairqueue import FairQueue
from gigasetd.registry.registry import Registry
from gigasetd.telemetry.running import Running
from gigasetd.web.build import part as web
from tests.control.case import Disk
from tests.registry.populated import BOX, NUMBER, PASSWORD, furnished
from tests.sites import built, siteOf
from tests.web.case import MONDAY, NEAR, Answer, WebCase, answers

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Costs next to nothing, as the tests log in a hundred times."""


class Wall:
    """
    The time of day, which a test turns forward.
    """

    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> float:
        """
        Epoch seconds.
        """
        return self.time


class Page(HTMLParser):
    """
    What a page says and where it leads.

    @ivar forms: the hidden and given fields of each form, with its C{action}.
    @ivar links: where its links lead.
    @ivar text: what is read.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.links: list[str] = []
        self.labels: set[str] = set()
        self.scripts: list[str] = []
        self.text = ""
        self.feed(body.decode("utf-8"))
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """
        Note forms, fields and links.
        """
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": told.get("action", "")})
        elif tag == "input" and "name" in told and self.forms:
            if told.get("type") not in ("checkbox", "radio") or "checked" in told:
                self.forms[-1][told["name"]] = told.get("value", "")
        elif tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "script":
            self.scripts.append(told.get("src", ""))

    def handle_data(self, data: str) -> None:
        """
        Note what is read.
        """
        self.text += f" {data}"


class Browser:
    """
    @ivar cookies: what it was given.
    @ivar last: the last answer, after redirects.
    """

    def __init__(self, case: PeopleCase, host: str = NEAR) -> None:
        self.case = case
        self.host = host
        self.cookies: dict[str, str] = {}
        self.extra: dict[str, str] = {}
        self.hops: list[str] = []

    def get(self, path: str) -> Answer:
        """
        Ask for a page, and follow where it leads.
        """
        return self._follow(self.ask(path))

    def ask(self, path: str, method: bytes = b"GET", body: bytes = b"") -> Answer:
        """
        Send one request.
        """
        headers = dict(self.extra)
        if self.cookies:
            pairs = [f"{name}={value}" for name, value in self.cookies.items()]
            headers["Cookie"] = "; ".join(pairs)
        if body:
            headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        self.last = self.case.ask(path, self.host, method, body, **headers)
        given = self.last.headers.get("set-cookie", "")
        if given:
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value or "Max-Age=0" in given:
                del self.cookies[name]
        return self.last

    def _follow(self, answer: Answer) -> Answer:
        """
        Go where the answer sends it.
        """
        for _ in range(5):
            if answer.code != 303:
                return answer
            self.hops.append(answer.headers["location"])
            answer = self.ask(answer.headers["location"])
        raise AssertionError("round in circles")

    def page(self) -> Page:
        """
        The page that is shown.
        """
        return Page(self.last.body)

    def send(self, path: str, **fields: str) -> Answer:
        """
        Post fields, with the token of the page that is shown.
        """
        token = re.search(rb'name="csrf" value="([^"]*)"', self.last.body)
        told = {"csrf": unescape(token[1].decode()) if token else "", **fields}
        return self.post(path, told)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """
        Post exactly these fields, and follow.
        """
        body = "&".join(
            f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items()
        )
        return self._follow(self.ask(path, b"POST", body.encode()))

    def login(self, number: str = NUMBER, password: str = PASSWORD) -> Answer:
        """
        Log in as an owner.
        """
        self.get("/account/login")
        return self.send("/account/login", number=number, password=password)


class PeopleCase(WebCase):
    """
    The whole of HTTP over a registry with people in it, and the operator's
    verbs behind it.
    """

    http = HttpSection(trusted_proxies=Networks(["10.9.9.0/24"]))

    def setUp(self) -> None:
        """
        Build it.
        """
        self.clock: Any = Clock()
        self.wall = Wall()
        self.registry: Registry = self.people()
        self.disk = Disk(self.registry)
        self.cache = Cache()
        self.calls: list[dict[str, Any]] = []
        config = self.config = Config(
            http=self.http,
            server=ServerSection(
                domain="example.net", local_networks=Networks(["192.168.0.0/16"])
            ),
        )
        site = siteOf(
            config,
            self.registry,
            self.clock,
            clock=self.wall,
            store=self.disk,
            keys=BOX,
            running=Running(reachable=lambda binding: True, calls=lambda: self.calls),
        )
        site.status.ready = True
        caches = replace(site.caches, sources=self.cache, places=self.makePlaces())
        site = replace(site, caches=caches)
        hashing = PasswordHashing(maybeDeferred, FairQueue(16), CHEAP)
        site, self.web = built(site, lambda site: web(site, hashing))
        self.built, _ = built(site, control)
        self.dispatcher = site.dispatcher
        self.dispatcher.cooperator.start()
        self.site = self.web.site
        self.browser = Browser(self)

    def makePlaces(self) -> Gazetteer:
        """
        The cities that there are: none.
        """
        return Gazetteer()

    def people(self) -> Registry:
        """
        Whom it is about.
        """
        return furnished()

    def send(self, data: bytes, host: str = NEAR, heads: bool = False) -> list[Answer]:
        """
        Send bytes on a new connection, and give the answer its time.
        """
        self.registry.notify()
        channel, transport = self.connect(host)
        channel.dataReceived(data)
        for _ in range(60):
            if transport.value():
                break
            self.clock.advance(0.05)
        return answers(transport.value(), heads)

    def notice(self) -> str:
        """
        The sentence on top of the page.
        """
        found = re.search(
            rb'role="(?:status|alert)">(.*?)</p>', self.browser.last.body, re.S
        )
        return unescape(found[1].decode()) if found else ""
