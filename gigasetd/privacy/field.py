# -*- test-case-name: tests.privacy.test_inventory -*-
"""
One stored field: why it is stored, and what ends it.

Layer 0 (values).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class End(Enum):
    """
    What makes a field go; the value says it to people.
    """

    REMOVED = "the device is removed"
    REPORTED = "the next report overwrites it"
    UNSEEN = "no report came for the retention time"
    INACTIVE = "the device is no longer in use"
    OWNER = "the owner clears it"
    EXPIRED = "the registration ends"
    RENEWED = "a new password is set"
    VOIP = "VoIP is switched off"
    MESSAGING = "messaging is switched off"
    INFO = "information is switched off"
    CALL = "the call ends"
    OPERATOR = "the operator removes it"
    DELIVERED = "it is delivered"
    WAITED = "it has waited for the retention time"
    LOGOUT = "it is used up, its owner logs out, or its time is over"


STOCK = frozenset((End.REMOVED, End.REPORTED, End.OPERATOR))
"""A field that only these end is kept for good, erasure included."""


class StoredField(NamedTuple):
    """
    One field.
    """

    kind: str  #: a name of L{gigasetd.registry.model.KINDS}, or "call"
    field: str
    why: str
    ends: frozenset[End]

    @property
    def forGood(self) -> bool:
        """
        Whether erasing leaves it, until the device is removed.
        """
        return self.ends <= STOCK


def storedFields(kind: str, fields: str, why: str, *ends: End) -> list[StoredField]:
    """
    An entry for each field named in C{fields}.
    """
    return [StoredField(kind, field, why, frozenset(ends)) for field in fields.split()]
