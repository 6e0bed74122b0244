"""
Tests of L{gigasetd.directory.match}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import contactOf
from gigasetd.directory.match import Pattern, Search, folded, rowOf, shared, significant

INA = rowOf(
    contactOf(
        {
            "last": "Müller-Lüdenscheidt",
            "first": "Ina",
            "home": "+49 (0)2871 112345",
            "mobile": "0171 5550000",
            "fax": "02871 99",
            "sip": "30001#9",
            "street": "Am Weg 12",
            "zip": "46395",
            "city": "Bocholt",
        }
    )
)


def score(**fields: str) -> int:
    """
    How well Ina goes with a search.
    """
    return Search(list(fields.items())).score(INA)


class PatternTests(SynchronousTestCase):
    """
    Names with wildcards.
    """

    def test_forms(self) -> None:
        """
        A star stands for anything, wherever it is; without one the whole name
        is meant.
        """
        for pattern, fits in (
            ("mueller", False),
            ("MÜLLER-LÜDENSCHEIDT", True),
            ("mull*", True),
            ("*scheidt", True),
            ("*lüd*", True),
            ("m*l*t", True),
            ("m*x*t", False),
            ("müller", False),
            ("*", True),
            ("**", True),
            ("müller-*x", False),
            ("m*müller-lüdenscheidt", False),
        ):
            self.assertEqual(bool(score(ln=pattern)), fits, pattern)

    def test_folded(self) -> None:
        """
        Neither case nor accents nor strokes keep a name from being found.
        """
        for name, plain in (
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ÅSE", "ase"),
            ("Øre", "ore"),
            ("İ", "i"),
        ):
            self.assertEqual(folded(name), plain)

    @given(text(alphabet="ab*", max_size=12), text(alphabet="ab", max_size=12))
    def test_asFnmatch(self, pattern: str, name: str) -> None:
        """
        The quick comparison finds what a slow one would.
        """
        self.assertEqual(Pattern(pattern).fits(name), _slowly(pattern, name))

    def test_hostile(self) -> None:
        """
        A pattern of thousands of stars takes no time.
        """
        self.assertFalse(Pattern("*a" * 5000).fits("a" * 31 + "b" * 64))


def _slowly(pattern: str, name: str) -> bool:
    """
    The definition.
    """
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_slowly(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return name[:1] == pattern[0] and _slowly(pattern[1:], name[1:])


class NumberTests(SynchronousTestCase):
    """
    Who calls.
    """

    def test_forms(self) -> None:
        """
        A caller is known however the network writes the number: with country,
        with area, or as a neighbour.
        """
        for asked in (
            "+492871112345",
            "00492871112345",
            "02871112345",
            "112345",
            "2871112345",
            "0171 5550000",
            "30001",
            "30001#9",
            "30001%239",
        ):
            self.assertTrue(score(hm=asked), asked)
        for asked in ("0287112345", "49287111234", "12345678", "0001", "130001"):
            self.assertFalse(score(hm=asked), asked)

    def test_short(self) -> None:
        """
        Three digits are nobody's, or everybody's.
        """
        self.assertFalse(score(hm="345"))
        self.assertTrue(Search([("hm", "345")]).vague)
        self.assertEqual(shared("", ""), 0)

    def test_best(self) -> None:
        """
        The same number is better than the same end.
        """
        self.assertGreater(score(hm="+492871112345"), score(hm="112345"))

    def test_begun(self) -> None:
        """
        With a star, a number is looked for by its beginning.
        """
        self.assertTrue(score(hm="49287*"))
        self.assertTrue(score(hm="01715*"))
        self.assertFalse(score(hm="12345*"))

    def test_fields(self) -> None:
        """
        The other fields mean one number each.
        """
        self.assertTrue(score(mb="01715550000", sip="30001#9"))
        self.assertFalse(score(mb="02871112345"))

    def test_significant(self) -> None:
        """
        Nothing but digits counts.
        """
        self.assertEqual(significant(" +49 (0) 28-71#9"), "4902871")


class SearchTests(SynchronousTestCase):
    """
    All fields together.
    """

    def test_all(self) -> None:
        """
        Everything that is asked has to be right.
        """
        self.assertTrue(
            score(ln="m*", fn="*", ct="boch*", zc="46395", nr="12", st="am*")
        )
        self.assertFalse(score(ln="m*", ct="Berlin"))
        self.assertFalse(score(ln="m*", nr="13"))

    def test_anything(self) -> None:
        """
        Stars alone ask for everybody.
        """
        self.assertEqual(Search([("ln", "*"), ("hm", "*")]).beginning, "")
        self.assertTrue(score(ln="*", hm=""))
