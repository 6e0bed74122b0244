"""
Tests of L{gigasetd.web.phone.directory}.
"""

from __future__ import annotations

import re
from hashlib import md5
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis.strategies import binary, dictionaries, sampled_from

from gigasetd.config.schema import KEYS, Config
from gigasetd.config.sections.info import DirectorySection
from gigasetd.directory.entry import contactOf
from gigasetd.directory.privatebook import putEntry
from gigasetd.directory.resultset import LASTING
from gigasetd.registry.model import Account, Device
from tests.web.case import FAR, MAC, MONDAY, NEAR, Answer, Wall, WebCase, bound

PASSWORD, REALM = "kitchen-42", "gigaset.net"
A540 = (
    "/api/siemens?command=get%5flist&type=pb&fn=%2a&ln=%2a&ct=%2a&st=%2a&hm={}"
    "&nr=%2a&mb=%2a&fx=%2a&sip=%2a&zc=%2a&em=%2a&lang=42&first=1&count=1"
    "&mac=7C2F80012345&reqsrc=auto&handsetid="
)
"""T8: what an A540 IP asks when somebody calls."""
C530 = (
    "/?command=get%5flist&type=pb&fn=%2a&ln=%2a&ct=%2a&st=%2a&hm={}&nr=%2a&mb=%2a"
    "&fx=%2a&sip=%2a&zc=%2a&em=%2a&in=%2a&bp=%2a&lang=9&first=1&count=1"
    "&mac=7C2F80012345&reqsrc=auto&handsetid=23546&limit=2048"
)
"""T9: what a C530 IP asks, at the path that its settings name."""
MANUAL = (
    "/directory?command=get_list&type=pb&ln=Schm%2a&fn=%2a&ct=%2a&st=%2a"
    "&first=17&count=16&reqsrc=user&limit=1024&mac=7C2F80012345"
)
"""T10: the second page of a search by hand."""


def digest(text: str) -> str:
    """
    MD5 in hexadecimal.
    """
    return md5(text.encode()).hexdigest()


def digestAuth(answer: Answer, uri: str, number: str = "30001") -> str:
    """
    The Authorization that a phone answers a challenge with.
    """
    found = re.search('nonce="([^"]+)"', answer.headers["www-authenticate"])
    assert found is not None
    ha1, ha2 = digest(f"{number}:{REALM}:{PASSWORD}"), digest(f"GET:{uri}")
    right = digest(f"{ha1}:{found[1]}:00000001:c:auth:{ha2}")
    return (
        f'Digest username="{number}", realm="{REALM}", nonce="{found[1]}", '
        f'uri="{uri}", qop=auth, nc=00000001, cnonce="c", response="{right}"'
    )


class DirectoryCase(WebCase):
    """
    A household with a private book, and twenty people who can be called.
    """

    def setUp(self) -> None:
        """
        Build it.
        """
        super().setUp()
        for place in range(20):
            number, nickname = f"4{place:04}", f"Schmidt {place:02}"
            self.registry.put(Account(number, "digest", "", "", nickname, "", 0.0, 0.0))
        ha1 = digest(f"30001:{REALM}:{PASSWORD}")
        self.registry.put(Account("30001", "digest", "", ha1, "Zoë", "", 0.0, 0.0))
        putEntry(
            self.registry, contactOf({"last": "Mama", "home": "0725322069"}, "30001")
        )

    def list(self, path: str | bytes, host: str = NEAR, **headers: str) -> Any:
        """
        The document that is answered.
        """
        answer = self.ask(path, host, **headers)
        self.assertEqual(answer.code, 200)
        self.assertEqual(answer.headers["content-type"], "text/xml; charset=utf-8")
        return ElementTree.fromstring(answer.body)


class VectorTests(DirectoryCase):
    """
    Requests as phones have been seen to send them.
    """

    def test_lookupA540(self) -> None:
        """
        T8: an incoming call gets its name; an unknown one gets an empty list.
        """
        root = self.list(A540.format("0725322069"))
        self.assertEqual(root.get("response"), "get_list")
        self.assertEqual([e.findtext("ln") for e in root], ["Mama"])
        nobody = self.list(A540.format("0725322068"))
        self.assertEqual((nobody.get("total"), len(nobody)), ("0", 0))

    def test_lookupC530(self) -> None:
        """
        T9: the same at any path, with fields that nobody knows.
        """
        root = self.list(C530.format("40003"))
        self.assertEqual([e.findtext("ln") for e in root], ["Schmidt 03"])
        for path in ("/any/where.php", "/info/menu.jsp", "/device/x"):
            self.assertEqual(len(self.list(path + C530.format("40003")[1:])), 1)

    def test_manual(self) -> None:
        """
        T10: the second page of a search says where it is in the list, and is
        no longer than the phone can take.
        """
        answer = self.ask(MANUAL)
        self.assertLessEqual(len(answer.body), 1024)
        root = ElementTree.fromstring(answer.body)
        self.assertEqual((root.get("total"), root.get("first")), ("20", "17"))
        self.assertEqual(root.get("last"), "20")
        self.assertEqual(root[0].findtext("ln"), "Schmidt 16")

    def test_unsupported(self) -> None:
        """
        T11: what this directory does not do is refused in its own words, by
        GET and by POST.
        """
        for path in ("/api/siemens", "/directory", "/"):
            root = self.list(path + "?command=del_data&type=pr&id=7")
            self.assertEqual(root.tag, "error")
            self.assertEqual(root.attrib, {"response": "del_data", "type": "pr"})
            self.assertEqual(root.findtext("errorid"), "1")
        answer = self.ask("/directory", method=b"POST", body=b"command=add_data",
                          Content_Type="application/x-www-form-urlencoded")  # fmt: skip
        self.assertIn(b"<errorid>1<", answer.body)

    def test_noCommand(self) -> None:
        """
        The directory's own path without a command is a syntax error; other
        pages are what they were.
        """
        self.assertEqual(self.list("/directory").findtext("errorid"), "2")
        self.assertIn(b"<html", self.ask("/").body)
        self.assertIn(b"<html", self.ask("/?command=format").body)

    def test_letters(self) -> None:
        """
        Umlauts are understood as UTF-8 and as ISO 8859-1, escaped or not.
        """
        for spelling in (b"Zo%c3%ab", b"Zo%eb", b"zo\xc3\xab", b"ZO\xeb", b"zoe"):
            root = self.list(b"/directory?command=get_list&nn=" + spelling)
            self.assertEqual([e.findtext("nn") for e in root], ["Zoë"], spelling)

    def test_doubled(self) -> None:
        """
        Of a doubled parameter the first one counts.
        """
        root = self.list("/directory?command=get_list&nn=zoe&nn=x&command=del_data")
        self.assertEqual(len(root), 1)


class AccessTests(DirectoryCase):
    """
    Who may search.
    """

    def test_outside(self) -> None:
        """
        Nobody outside sees a nickname; an account that proves itself sees all
        of them, and its own book.
        """
        path = "/directory?command=get_list&type=pr&ln=*"
        asked = self.ask(path, FAR)
        self.assertEqual(asked.code, 401)
        self.assertNotIn(b"Mama", asked.body)
        root = self.list(path, FAR, Authorization=digestAuth(asked, path))
        self.assertEqual([e.findtext("ln") for e in root], ["Mama"])
        self.registry.put(Device(MAC, "30001", "", "", "", "", 0.0))
        path = f"/directory?command=get_list&ln=*&mac={MAC}"
        self.assertEqual(self.ask(path, FAR).code, 401)

    def test_wherePhonesAre(self) -> None:
        """
        A phone is served at the place that it registered from.
        """
        self.registry.bind("30001", bound("30001"))
        root = self.list(f"/directory?command=get_list&type=pr&ln=*&mac={MAC}", FAR)
        self.assertEqual(len(root), 1)
        asked = self.ask("/directory?command=get_list&ln=*&mac=7C2F80099999", FAR)
        self.assertEqual(asked.code, 401)

    def test_atHome(self) -> None:
        """
        In the local network a phone that keeps its MAC to itself finds others,
        but no private book without proof.
        """
        self.assertEqual(
            self.list("/directory?command=get_list&ln=*").get("total"), "21"
        )
        path = "/directory?command=get_list&type=pr&ln=*"
        asked = self.ask(path)
        self.assertEqual(asked.code, 401)
        self.assertEqual(len(self.list(path, Authorization=digestAuth(asked, path))), 1)

    def test_noted(self) -> None:
        """
        A search keeps the device's record fresh, as any of its requests does.
        """
        agent = "C530 IP/42.245.00.000.000;" + MAC
        self.ask(C530.format("40003"), User_Agent=agent)
        self.assertEqual(self.registry.checkins[MAC].product, "C530 IP")


class KeptTests(DirectoryCase):
    """
    What is held in memory.
    """

    def setUp(self) -> None:
        """
        Have time go on.
        """
        self.patch(Wall, "now", lambda wall: MONDAY + self.clock.seconds())
        super().setUp()

    def test_notKept(self) -> None:
        """
        What a search has found is forgotten after ten minutes, also when
        nobody asks again.
        """
        self.list("/directory?command=get_list&ln=*")
        self.assertEqual(self.built.status.gauges["directory"]()["results"], 1)
        self.clock.pump([LASTING, LASTING / 10])
        self.assertEqual(self.built.status.gauges["directory"]()["results"], 0)


class HostileTests(DirectoryCase):
    """
    What no phone sends.
    """

    def test_much(self) -> None:
        """
        Thousands of parameters and of characters are no trouble.
        """
        many = "&".join(f"x{n}=%2a" for n in range(1000))
        self.list(f"/directory?command=get_list&ln=%2a&{many}")
        for value in (
            "a" * 10000,
            "*" * 10000,
            "*a" * 5000,
            "%00" * 3000,
            "%26%3c" * 1500,
        ):
            self.list(f"/directory?command=get_list&ln={value}")
            self.list(f"/directory?command=get_list&hm={value}")
            self.list(f"/directory?command=get_list&reqsrc={value}")
        for name in ("first", "last", "count", "limit", "reqid", "lang", "type"):
            for value in ("-1", "0", "9" * 50, "x", "%00", "'", "%d9%a1"):
                self.list(f"/directory?command=get_list&{name}={value}&ln=*")

    @given(
        dictionaries(
            sampled_from("command type ln hm first last count limit reqid mac".split()),
            binary(max_size=20),
        )
    )
    @settings(max_examples=100, deadline=None)
    def test_anything(self, told: dict[str, bytes]) -> None:
        """
        Whatever is sent, a phone can read the answer.
        """
        query = "&".join(f"{name}={quote(value)}" for name, value in told.items())
        answer = self.ask(f"/directory?{query}")
        if answer.code != 401:
            ElementTree.fromstring(answer.body)

    def test_names(self) -> None:
        """
        A nickname with signs of XML in it breaks nothing.
        """
        evil = '"><entry/>&amp;]]>'
        self.registry.put(Account("30009", "digest", "", "", evil, "", 0.0, 0.0))
        (entry,) = self.list("/directory?command=get_list&sip=30009")
        self.assertEqual(entry.findtext("nn"), evil)


class FollowingTests(DirectoryCase):
    """
    A configuration that is read again.
    """

    def test_taken(self) -> None:
        """
        How answers look, and what may be kept, changes without a restart.
        """
        keys = {name for name in KEYS if name.startswith("directory.")}
        restart = {"directory.books", "directory.max_contacts"}
        self.assertEqual(keys - self.built.following.keys, restart)
        section = DirectorySection(no_hit="plain", max_results=0)
        self.built.following.follow(Config(directory=section))
        nobody = self.list("/directory?command=get_list&ln=none")
        self.assertIsNone(nobody.get("first"))
        self.assertIsNone(self.list("/directory?command=get_list&ln=*").get("reqid"))


class PhonebookTests(DirectoryCase):
    """
    The central phonebook.
    """

    def names(self, answer: Answer) -> list[str | None]:
        """
        Who is in it.
        """
        return [entry.get("surname") for entry in ElementTree.fromstring(answer.body)]

    def test_contents(self) -> None:
        """
        It holds the nicknames, and the owner's own book where a device asks
        whose owner that is.
        """
        for path in ("/phonebook.xml", "/device/phonebook.xml"):
            own = self.names(self.ask(f"{path}?mac={MAC}"))
            self.assertEqual((len(own), own[0], own[-1]), (22, "Mama", "Zoë"))
            self.assertEqual(len(self.names(self.ask(path))), 21)
        self.assertEqual(self.ask(f"/phonebook.xml?mac={MAC}", FAR).code, 401)

    def test_unchanged(self) -> None:
        """
        A device that has it already gets nothing, until something changes.
        """
        path = f"/phonebook.xml?mac={MAC}"
        first = self.ask(path)
        self.assertIn("no-cache", first.headers["cache-control"])
        etag, when = first.headers["etag"], first.headers["last-modified"]
        # 304 has no length of its own (RFC 9110 section 15.4.5).
        for headers in ({"If_None_Match": etag}, {"If_Modified_Since": when},
                        {"If_None_Match": etag, "If_Modified_Since": "x"}):  # fmt: skip
            self.assertEqual(self.code(path, **headers), 304, headers)
        self.assertEqual(
            self.code(path, If_None_Match='"x"', If_Modified_Since=when), 200
        )
        putEntry(self.registry, contactOf({"last": "Papa", "home": "1"}, "30001"))
        self.registry.notify()
        self.assertEqual(self.code(path, If_None_Match=etag), 200)

    def code(self, path: str, **headers: str) -> int:
        """
        The status of an answer.
        """
        lines = [f"{name.replace('_', '-')}: {headers[name]}" for name in headers]
        channel, transport = self.connect()
        head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: h", *lines, "", ""])
        channel.dataReceived(head.encode())
        return int(transport.value().split()[1])

    def test_small(self) -> None:
        """
        An N530 gets the five hundred that it takes, the owner's own first.
        """
        for place in range(600):
            number = f"5{place:04}"
            self.registry.put(
                Account(number, "digest", "", "", f"N{number}", "", 0.0, 0.0)
            )
        agent = f"N530 IP PRO/83.V2.50.0;{MAC}"
        found = self.names(self.ask("/phonebook.xml", User_Agent=agent))
        self.assertEqual((len(found), "Mama" in found), (500, True))

    def test_off(self) -> None:
        """
        Who has switched information off gets an empty one.
        """
        zoe = self.registry.accounts["30001"]
        self.registry.put(zoe._replace(off="info"))
        self.assertEqual(self.names(self.ask(f"/phonebook.xml?mac={MAC}")), [])
