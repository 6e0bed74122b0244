"""
Tests for L{gigasetd.privacy.inventory}.
"""

from __future__ import annotations

from collections import Counter

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.privacy.field import End
from gigasetd.privacy.inventory import INVENTORY, UNSTORED, fieldsOf
from gigasetd.registry.model import KINDS


class InventoryTests(SynchronousTestCase):
    """
    The inventory is the truth about what is stored.
    """

    def test_complete(self):
        """
        No field is stored that the inventory does not name, and it names none
        that is not stored.
        """
        stored = {
            (kind.name, field) for kind in KINDS.values() for field in kind.type._fields
        }
        named = Counter((entry.kind, entry.field) for entry in INVENTORY)
        kept = {place for place in named if place[0] not in UNSTORED}
        self.assertEqual(kept, stored)
        self.assertEqual(set(named.values()), {1})

    def test_reasons(self):
        """
        Each field has a reason and something that ends it.
        """
        for entry in INVENTORY:
            self.assertTrue(entry.why and entry.ends, entry)

    def test_keysGoWhole(self):
        """
        What ends a key ends the whole value, and whatever only blanks a value
        leaves its key.
        """
        for kind in KINDS.values():
            entries = fieldsOf(kind.name)
            for end in End:
                ended = [end in entry.ends for entry in entries]
                if any(ended[: kind.width]):
                    self.assertTrue(all(ended) or end is End.REMOVED, (kind, end))

    def test_forGood(self):
        """
        Number, passwords and how they are asked for, serial and item number,
        MAC, and the last address, product and version are kept for good, and
        nothing else about people.
        """
        kept = {f"{entry.kind}.{entry.field}" for entry in INVENTORY if entry.forGood}
        stock = "mac number serial item_number product mac_id added".split()
        expected = {f"device.{field}" for field in stock}
        expected |= {
            f"checkin.{field}"
            for field in "mac serial item_number product software_version "
            "private_ip".split()
        }
        expected |= {
            f"account.{field}"
            for field in "number login password ha1 digest off added".split()
        }
        expected |= {
            f"redirect.{field}" for field in "mac mac_id url name added".split()
        }
        expected |= {"token.name", "token.hash", "token.added", "token.scope"}
        expected |= {f"notice.{field}" for field in "name text until added".split()}
        expected |= {"pin.number", "pin.generation", "pin.rolling"}
        self.assertEqual(kept, expected)
