"""
Tests for L{gigasetd.registry.restore}.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KIND_OF, Account, Binding, Device
from gigasetd.registry.registry import Registry
from gigasetd.registry.restore import replacing
from tests.store.values import ACCOUNT, BINDING, DEVICE

WORDS = some.sampled_from(["1", "2", "3"])
NAMES = some.sampled_from(["", "Anna", "anna", "Tom"])


def accounts() -> some.SearchStrategy[Account]:
    """
    A few accounts that get into each other's way.
    """
    return some.builds(
        lambda number, name, login: ACCOUNT._replace(
            number=number, nickname=name, login=login
        ),
        WORDS,
        NAMES,
        some.sampled_from(["digest", "factory"]),
    )


VALUES = some.one_of(
    accounts(),
    some.builds(lambda m, n: DEVICE._replace(mac=m, number=n), WORDS, WORDS),
    some.builds(
        lambda n, k, c: BINDING._replace(number=n, key=k, cseq=c),
        WORDS,
        WORDS,
        some.integers(0, 2),
    ),
)


def filled(values: list[Account | Device | Binding]) -> Registry:
    """
    A registry that holds these values.
    """
    registry = Registry(Journal())
    taken: set[str] = set()
    for value in {(type(v), v[: KIND_OF[type(v)].width]): v for v in values}.values():
        # As the rules have it: a nickname and a number have one owner.
        owned = value.nickname.casefold() if isinstance(value, Account) else ""
        owned = "of " + value.number if isinstance(value, Device) else owned
        if owned in taken - {""}:
            continue
        taken.add(owned)
        if isinstance(value, Binding):
            others = registry.bindings.get(value.number, ())
            registry.bind(value.number, (*others, value))
        else:
            registry.put(value)
    return registry


class ReplacingTests(SynchronousTestCase):
    """
    Afterwards all is as the backup says, and nothing else.
    """

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        some.lists(VALUES, max_size=8),
        some.lists(VALUES, max_size=8),
        some.integers(1, 9),
    )
    def test_replaced(self, before, after, most) -> None:
        """
        Whatever was there before, in however small steps; each number and
        nickname that has one owner is found.
        """
        registry, wanted = filled(before), filled(after)
        steps = list(replacing(registry, wanted.everything(), most))
        self.assertEqual(steps[-1][0], steps[-1][1])
        self.assertCountEqual(registry.everything(), wanted.everything())
        for number, mac in registry.macs.items():
            self.assertEqual(registry.devices[mac].number, number)
        for name, number in registry.nicknames.items():
            self.assertEqual(registry.accounts[number].nickname.casefold(), name)
        names = [a.nickname.casefold() for a in registry.accounts.values()]
        for name in names:
            if name and names.count(name) == 1:
                self.assertIn(name, registry.nicknames)
