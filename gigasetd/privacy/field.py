# -*- test-case-name: tests.privacy.test_field -*-
"""
One stored field: its purpose, and what removes it.

Layer 0 (values).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class End(Enum):
    """
    An event that removes a field; people read the value.
    """

    REMOVED = "the device is removed"
    REPORTED = "the next check-in overwrites it"
    UNSEEN = "no check-in for the retention time"
    INACTIVE = "the device is no longer in use"
    OWNER = "the owner deletes it"
    EXPIRED = "the registration ends"
    RENEWED = "a new password is set"
    VOIP = "VoIP is switched off"
    MESSAGING = "messaging is switched off"
    INFO = "the information services are switched off"
    CALL = "the call ends"
    OPERATOR = "the operator removes it"
    DELIVERED = "it is delivered"
    WAITED = "the retention time of messages is over"
    LOGOUT = "it is used, it expires, or its owner logs out"


STOCK = frozenset((End.REMOVED, End.REPORTED, End.OPERATOR))
"""Fields that only these events remove survive erasure."""


class StoredField(NamedTuple):
    """
    One field of a kind of values.
    """

    kind: str  #: a name of L{gigasetd.registry.model.KINDS}, or "call"
    field: str
    why: str  #: its purpose
    ends: frozenset[End]  #: what removes it

    @property
    def forGood(self) -> bool:
        """
        Whether it survives erasure, until the device is removed.
        """
        return self.ends <= STOCK


def storedFields(kind: str, fields: str, why: str, *ends: End) -> list[StoredField]:
    """
    Build the entries of several fields, named in one string.
    """
    return [StoredField(kind, field, why, frozenset(ends)) for field in fields.split()]
