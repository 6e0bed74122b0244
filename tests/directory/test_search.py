"""
Tests of L{gigasetd.directory.search}.
"""

from __future__ import annotations

from itertools import count
from xml.etree import ElementTree

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import contactOf
from gigasetd.directory.index import BookIndex
from gigasetd.directory.match import IndexRow, rowOf
from gigasetd.directory.privatebook import putEntry
from gigasetd.directory.query import parseQuery
from gigasetd.directory.resultset import ResultSets
from gigasetd.directory.search import OnlineDirectory, OperatorBooks, ResponseStyle
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry


def row(**fields: str) -> IndexRow:
    """
    An entry of an operator's book.
    """
    return rowOf(contactOf(fields))


class DirectoryCase(SynchronousTestCase):
    """
    Two accounts, one private entry, and the operator's books.
    """

    manner = ResponseStyle()
    rate = 1000.0

    def setUp(self) -> None:
        """
        Build it.
        """
        self.registry = Registry(Journal())
        for number, nickname in (("30001", "Zoë"), ("30002", "Schmidt")):
            self.registry.put(Account(number, "digest", "", "", nickname, "", 0.0, 0.0))
        putEntry(
            self.registry, contactOf({"last": "Mama", "home": "02871 5555"}, "30001")
        )
        self.books = OperatorBooks(
            BookIndex([row(last="Schmitz", first="Ina", home="+49 2871 112345"),
                   row(last="Müller", first="Bo", home="02871 4444")]),
            BookIndex([row(last="Pizza Schmidt", home="02871 7777")]),
        )  # fmt: skip
        numbers = count(1)
        self.results = ResultSets(lambda: f"{next(numbers):x}", 10)
        self.directory = OnlineDirectory(
            self.registry,
            lambda: self.books,
            self.manner,
            self.results,
            RateLimiter(self.rate),
        )
        self.registry.listen("account", self.directory.accountChanged)
        self.registry.listen("contact", self.directory.contactChanged)

    def ask(self, number: str = "30001", **told: str) -> ElementTree.Element:
        """
        The answer to a request.
        """
        told.setdefault("command", "get_list")
        self.registry.notify()
        return ElementTree.fromstring(
            self.directory.answer(parseQuery(told), number, 0.0)
        )

    def names(self, number: str = "30001", **told: str) -> list[str]:
        """
        Who is found.
        """
        root = self.ask(number, **told)
        self.assertEqual(root.tag, "list")
        return [entry.findtext("ln", "") for entry in root]

    def fault(self, number: str = "30001", **told: str) -> int:
        """
        The error that is answered.
        """
        root = self.ask(number, **told)
        self.assertEqual(root.tag, "error")
        return int(root.findtext("errorid", ""))


class SearchTests(DirectoryCase):
    """
    Manual searches.
    """

    def test_white(self) -> None:
        """
        White pages hold nicknames and the operator's books by name, and
        nothing of anybody's own.
        """
        self.assertEqual(self.names(ln="*"), ["Müller", "Schmidt", "Schmitz", "Zoë"])
        self.assertEqual(self.names(ln="Schm*"), ["Schmidt", "Schmitz"])
        self.assertEqual(self.names(nn="zoe"), ["Zoë"])
        self.assertEqual(self.names(sip="30002#9"), ["Schmidt"])

    def test_yellow(self) -> None:
        """
        Yellow pages hold the operator's firms.
        """
        self.assertEqual(self.names(type="yp", ln="*schmidt*"), ["Pizza Schmidt"])
        self.books = OperatorBooks()
        self.assertEqual(self.names(type="yp", ln="*"), [])

    def test_private(self) -> None:
        """
        The private book is its owner's alone.
        """
        self.assertEqual(self.names(type="pr", ln="*"), ["Mama"])
        (entry,) = self.ask(type="pr", ln="*")
        self.assertEqual(entry.get("id"), "1")
        self.assertEqual(self.names("30002", type="pr", ln="*"), [])
        self.assertEqual(self.fault("", type="pr", ln="*"), 1)

    def test_privateChanges(self) -> None:
        """
        What an owner puts into the book or takes out of it counts at once.
        """
        self.assertEqual(self.names(type="pr", ln="*"), ["Mama"])
        papa = contactOf({"last": "Papa", "home": "1"}, "30001")
        kept = putEntry(self.registry, papa)
        self.assertEqual(self.names(type="pr", ln="*"), ["Mama", "Papa"])
        self.registry.drop(kept)
        self.assertEqual(self.names(type="pr", ln="*"), ["Mama"])

    def test_gone(self) -> None:
        """
        What an account has found is forgotten with it.
        """
        self.registry.put(self.registry.accounts["30001"]._replace(nickname=""))
        self.ask(ln="*")
        self.assertEqual(len(self.results), 1)
        self.registry.drop(self.registry.accounts["30001"])
        self.registry.notify()
        self.assertEqual(len(self.results), 0)

    def test_switchedOff(self) -> None:
        """
        Who cannot be called is not found, who has no information is told so.
        """
        zoe = self.registry.accounts["30001"]
        self.registry.put(zoe._replace(off="voip"))
        self.assertEqual(self.names("30002", nn="z*"), [])
        self.registry.put(zoe._replace(off="info"))
        self.assertEqual(self.fault(ln="*"), 6)

    def test_renamed(self) -> None:
        """
        A new nickname is found at once, the old one no more, leafing included.
        """
        reqid = self.ask(ln="*").get("reqid", "")
        zoe = self.registry.accounts["30001"]
        self.registry.put(zoe._replace(nickname="Anna"))
        found = self.names(ln="*", reqid=reqid)
        self.assertEqual(found, ["Anna", "Müller", "Schmidt", "Schmitz"])
        self.registry.drop(self.registry.accounts["30002"])
        self.assertEqual(self.names(ln="s*"), ["Schmitz"])
        self.assertEqual(self.names(hm="30002"), [])

    def test_errors(self) -> None:
        """
        What cannot be done is said in the protocol's words.
        """
        for command in ("add_data", "chg_data", "copy_data", "del_data"):
            root = self.ask(command=command, type="pr", id="7")
            self.assertEqual(root.attrib, {"response": command, "type": "pr"})
            self.assertEqual(root.findtext("errorid"), "1")
        self.assertEqual(self.fault(command="get_all"), 2)
        self.assertEqual(self.fault(command=""), 2)
        self.assertEqual(self.fault(type="xx"), 4)
        self.assertEqual(self.fault(hm="123"), 5)
        self.assertEqual(self.directory.counts["not_allowed"], 4)

    def test_leafing(self) -> None:
        """
        A phone leafs through what its first search has found, though the
        books have changed meanwhile.
        """
        root = self.ask(ln="*", count="3")
        self.assertEqual((root.get("total"), root.get("last")), ("4", "3"))
        reqid = root.get("reqid", "")
        self.books = OperatorBooks()
        self.assertEqual(self.names(reqid=reqid, first="4", count="3"), ["Zoë"])
        self.assertEqual(self.names(reqid=reqid, last="-1", count="2"),
                         ["Schmitz", "Zoë"])  # fmt: skip
        # An unknown name is a new search.
        self.assertEqual(self.names(ln="z*", reqid="ffff"), ["Zoë"])
        self.assertEqual(self.ask(reqid=reqid, first="99").get("first"), "0")

    def test_hugeBooks(self) -> None:
        """
        However many are found, an answer stays small, and says that there are
        more.
        """
        self.books = OperatorBooks(
            BookIndex(row(last=f"A{n:05}", home="1") for n in range(3000))
        )
        root = self.ask(ln="a*", count="99999", limit="1024")
        self.assertEqual(root.get("total"), "3000")
        self.assertEqual(int(root.get("last", "")), len(root))
        self.assertEqual(self.directory.counts["cut"], 1)


class FloodTests(DirectoryCase):
    """
    Somebody who searches without end.
    """

    rate = 1.0

    def test_limited(self) -> None:
        """
        Searches are bounded by account, and callers are looked up all the same.
        """
        for _ in range(4):
            self.assertEqual(self.names(ln="*z*"), ["Schmitz", "Zoë"])
        self.assertEqual(self.fault(ln="*z*"), 6)
        self.assertEqual(self.names("30002", nn="z*"), ["Zoë"])
        self.assertEqual(self.names(hm="30002", reqsrc="auto"), ["Schmidt"])
        self.assertEqual(self.directory.counts["limited"], 1)


class LookupTests(DirectoryCase):
    """
    Who calls.
    """

    def test_caller(self) -> None:
        """
        A caller is named from the operator's books, from the nicknames, and
        from the book of whoever is called, and from nobody else's.
        """
        self.assertEqual(self.names(hm="02871112345", reqsrc="auto"), ["Schmitz"])
        self.assertEqual(self.names(hm="30002", reqsrc="auto"), ["Schmidt"])
        self.assertEqual(self.names(hm="30002#9", reqsrc="auto"), ["Schmidt"])
        self.assertEqual(self.names(hm="004928715555", reqsrc="auto"), ["Mama"])
        self.assertEqual(self.names("30002", hm="028715555", reqsrc="auto"), [])

    def test_best(self) -> None:
        """
        Where only one is wanted, it is the one that fits best.
        """
        both = [row(last="A", home="2345"), row(last="B", home="112345")]
        self.books = OperatorBooks(BookIndex(both))
        found = self.names(hm="02871112345", count="1", reqsrc="auto")
        self.assertEqual(found, ["B"])
        self.assertEqual(len(self.results), 0)

    def test_short(self) -> None:
        """
        A call from inside, with three digits, finds nobody and is no fault.
        """
        self.assertEqual(self.names(hm="345", reqsrc="auto"), [])
        self.assertEqual(self.directory.counts["nobody"], 1)
        self.books = OperatorBooks(BookIndex([row(last="Door", home="345")]))
        self.assertEqual(self.names(hm="345", reqsrc="auto"), ["Door"])


class SmallDisplayTests(DirectoryCase):
    """
    The operator's choices.
    """

    manner = ResponseStyle("notfound", 8)

    def test_names(self) -> None:
        """
        Callers' names are short, those that somebody searches are not.
        """
        self.books = OperatorBooks(
            BookIndex([row(last="Beispielsweise", first="Ina", home="4444")])
        )
        self.assertEqual(self.names(hm="4444", reqsrc="auto"), ["Beispiel."])
        self.assertEqual(self.names(hm="4444"), ["Beispielsweise"])

    def test_nobody(self) -> None:
        """
        "Nobody" is said in the form that was chosen.
        """
        root = self.ask(hm="99999999", reqsrc="auto")
        self.assertEqual(root.get("notfound"), "hm")
        self.assertEqual(self.ask(ln="none").get("notfound"), "ln")
