"""
Tests for L{gigasetd.site.site} and L{gigasetd.site.part}.
"""

from __future__ import annotations

from twisted.application.service import Service
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config
from gigasetd.control.messages import Result
from gigasetd.site.part import Part, joined
from tests.sites import siteOf


class JoinedTests(SynchronousTestCase):
    """
    L{gigasetd.site.site.Site.joined}.
    """

    def setUp(self) -> None:
        """
        A site without parts.
        """
        self.site = siteOf()

    def test_services(self) -> None:
        """
        A part's services start with the store's listeners, in its order.
        """
        first, second = Service(), Service()
        site = self.site.joined(Part(services=(first, second)))
        self.assertEqual(list(site.store.listeners), [first, second])

    def test_verbs(self) -> None:
        """
        The operator finds a part's verbs beside those of the others.
        """
        site = self.site.joined(Part(verbs={"a": lambda asked: Result(1)}))
        site = site.joined(Part(verbs={"b": lambda asked: Result(2)}))
        self.assertEqual(set(site.dispatcher.verbs), {"a", "b"})

    def test_measured(self) -> None:
        """
        Counters and gauges are read by the names that the part gives them.
        """
        part = Part(counters={"x": {"n": 3}}, gauges={"x": lambda: {"g": 0.5}})
        site = self.site.joined(part)
        self.assertEqual(site.status.counters["x"]["n"], 3)
        self.assertEqual(site.status.gauges["x"](), {"g": 0.5})

    def test_warnings(self) -> None:
        """
        The operator sees what all parts warn of.
        """
        site = self.site.joined(Part(warnings=(lambda: ["first"], list)))
        site = site.joined(Part(warnings=(lambda: ["second"],)))
        self.assertEqual(site.status.warn(), ["first", "second"])

    def test_follows(self) -> None:
        """
        A reload applies the keys that the part follows.
        """
        seen: list[Config] = []
        site = self.site.joined(Part(follows=((("sip.listen",), seen.append),)))
        new = Config()
        site.following.follow(new)
        self.assertEqual(seen, [new])
        self.assertIn("sip.listen", site.following.keys)

    def test_running(self) -> None:
        """
        What a part offers is seen by later parts, not by earlier ones.
        """
        site = self.site.joined(Part(running={"calls": lambda: [{"call_id": "1"}]}))
        self.assertEqual(site.running.calls(), [{"call_id": "1"}])
        self.assertEqual(self.site.running.calls(), [])

    def test_unknown(self) -> None:
        """
        A part cannot offer what nothing is declared to read.
        """
        part = Part(running={"unknown": list})
        self.assertRaises(TypeError, self.site.joined, part)


class PartsTests(SynchronousTestCase):
    """
    L{joined}.
    """

    def test_order(self) -> None:
        """
        Several parts make one, in their order, and nothing is lost.
        """
        first, second = Service(), Service()
        whole = joined(
            Part(services=(first,), counters={"a": {"n": 1}}, expires=(print,)),
            Part(services=(second,), counters={"b": {"n": 2}}),
        )
        self.assertEqual(list(whole.services), [first, second])
        self.assertEqual(whole.counters, {"a": {"n": 1}, "b": {"n": 2}})
        self.assertEqual(list(whole.expires), [print])
