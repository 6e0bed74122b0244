"""
Tests of L{gigasetd.web.http.query}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.query import LONGEST, MOST, parameters, splitTarget


class ParametersTests(SynchronousTestCase):
    """
    L{parameters}.
    """

    def test_first(self) -> None:
        """
        Of a doubled parameter the first counts (T5), the link's before the
        form's.
        """
        told = parameters(b"mac=1&lang=2&mac=3", b"lang=4&x=a+b%20c")
        self.assertEqual(told, {"mac": "1", "lang": "2", "x": "a b c"})

    def test_broken(self) -> None:
        """
        Broken escapes and foreign letters still come out as text.
        """
        told = parameters(b"a=%&b=%zz&c=%C3%A4&d=%E4&=x&e&f==&&%00=%00")
        self.assertEqual(
            told,
            {"a": "%", "b": "%zz", "c": "ä", "d": "ä", "e": "", "f": "=", "\0": "\0"},
        )

    def test_bounded(self) -> None:
        """
        Neither many parameters nor long ones grow without end.
        """
        many = b"&".join(b"p%d=1" % number for number in range(5000))
        self.assertEqual(len(parameters(many)), MOST)
        self.assertEqual(len(parameters(b"a=" + b"x" * 10000)["a"]), LONGEST)


class SplitTargetTests(SynchronousTestCase):
    """
    L{splitTarget}.
    """

    def test_forms(self) -> None:
        """
        Each way to write a target leads to the path that is meant.
        """
        cases = {
            b"/info/menu.jsp?lang=2": (b"/info/menu.jsp", b"lang=2"),
            b"http://info.gigaset.net/info/menu.jsp?a=1": (b"/info/menu.jsp", b"a=1"),
            b"http://info.gigaset.net?a=1": (b"/", b"a=1"),
            b"http://info.gigaset.net": (b"/", b""),
            b"/device/42/2/../../sifs/siu_123.bin": (b"/device/sifs/siu_123.bin", b""),
            b"//info//menu.jsp": (b"/info/menu.jsp", b""),
            b"/../../etc/passwd": (b"/etc/passwd", b""),
            b"/%2e%2e/a/%2e/b/": (b"/a/b/", b""),
            b"/a/..": (b"/", b""),
            b"/a?x=/../b?c#d": (b"/a", b"x=/../b?c"),
            b"/%E4%00": ("/\ufffd".encode(), b""),
            b"*": (b"/*", b""),
            b"": (b"/", b""),
        }
        for target, expected in cases.items():
            self.assertEqual(splitTarget(target), expected, target)

    @given(some.binary(max_size=60))
    def test_anything(self, target: bytes) -> None:
        """
        Any bytes lead to a path without a step upward, in UTF-8.
        """
        path, _ = splitTarget(target)
        self.assertTrue(path.startswith(b"/"))
        self.assertNotIn("..", path.decode("utf-8").split("/"))
