# -*- test-case-name: tests.registry.test_registry -*-
"""
Where each value stands, and the indexes over them.

Layer 1 (state).
"""

from __future__ import annotations

from typing import Any

from gigasetd.registry.expiry import ExpiryHeap
from gigasetd.registry.model import (
    Account,
    Binding,
    Block,
    CheckIn,
    Contact,
    Device,
    HeldMessage,
    Notice,
    Offer,
    Pin,
    Profile,
    Redirect,
    RosterItem,
    Scram,
    Token,
    Value,
    WebLogin,
)

NOTHING: tuple[Binding, ...] = ()


_READ = ("<body>", "<body ", "<subject>", "<subject ")
"""What such a message has in it, as it is stored."""


class Tables:
    """
    @ivar devices: by MAC.
    @ivar checkins: by MAC.
    @ivar accounts: by number.
    @ivar bindings: by number; the tuple is in the order of registration.
    @ivar tokens: by name.
    @ivar redirects: by MAC.
    @ivar offers: by MAC, then by version.
    @ivar pins: by number.
    @ivar profiles: by MAC, then by handset.
    @ivar contacts: by number, then by the entry's id.
    @ivar weblogins: by number.
    @ivar notices: by name.
    @ivar rosters: by number, then by bare JID.
    @ivar held: by number, then by the message's id.
    @ivar blocks: by number, then by JID.
    @ivar scrams: by number, then by mechanism.
    @ivar factory: the numbers of accounts with a factory login.
    @ivar macs: number -> MAC of the account's device.
    @ivar nicknames: nickname, case folded -> number.
    @ivar ends: when bindings end.
    """

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.checkins: dict[str, CheckIn] = {}
        self.accounts: dict[str, Account] = {}
        self.bindings: dict[str, tuple[Binding, ...]] = {}
        self.tokens: dict[str, Token] = {}
        self.redirects: dict[str, Redirect] = {}
        self.offers: dict[str, dict[str, Offer]] = {}
        self.pins: dict[str, Pin] = {}
        self.profiles: dict[str, dict[str, Profile]] = {}
        self.contacts: dict[str, dict[str, Contact]] = {}
        self.weblogins: dict[str, WebLogin] = {}
        self.notices: dict[str, Notice] = {}
        self.rosters: dict[str, dict[str, RosterItem]] = {}
        self.held: dict[str, dict[str, HeldMessage]] = {}
        self.blocks: dict[str, dict[str, Block]] = {}
        self.scrams: dict[str, dict[str, Scram]] = {}
        self.factory: set[str] = set()
        self.macs: dict[str, str] = {}
        self.nicknames: dict[str, str] = {}
        self._tables: dict[str, dict[str, Any]] = {
            "device": self.devices,
            "checkin": self.checkins,
            "account": self.accounts,
            "token": self.tokens,
            "redirect": self.redirects,
            "pin": self.pins,
            "weblogin": self.weblogins,
            "notice": self.notices,
        }
        self._nested: dict[str, dict[str, dict[str, Any]]] = {
            "offer": self.offers,
            "profile": self.profiles,
            "contact": self.contacts,
            "roster": self.rosters,
            "held": self.held,
            "block": self.blocks,
            "scram": self.scrams,
        }
        self.ends = ExpiryHeap()

    def binding(self, number: str, key: str) -> Binding | None:
        """
        One binding, or C{None}.
        """
        for binding in self.bindings.get(number, NOTHING):
            if binding.key == key:
                return binding
        return None

    def waiting(self, number: str) -> list[HeldMessage]:
        """
        The messages of an account that its phone can show: those in which
        something is to be read.  Receipts and the like wait for other clients,
        and a phone that was told of them would never find them.
        """
        held = self.held.get(number, {})
        return [one for one in held.values() if any(map(one.stanza.count, _READ))]

    def _get(self, kind: str, key: tuple[str, ...]) -> Any:
        """
        What stands under C{key}, or C{None}.
        """
        if kind == "binding":
            return self.binding(key[0], key[1])
        if kind in self._nested:
            return self._nested[kind].get(key[0], {}).get(key[1])
        return self._tables[kind].get(key[0])

    def _set(self, kind: str, old: Any, new: Any) -> None:
        """
        Put C{new} in C{old}'s place, with the indexes.
        """
        if kind == "binding":
            self._setBinding(old, new)
            return
        if kind in self._nested:
            _nest(self._nested[kind], old, new)
            return
        self._index(kind, old, new)
        if new is None:
            del self._tables[kind][old[0]]
        else:
            self._tables[kind][new[0]] = new

    def _setBinding(self, old: Binding | None, new: Binding | None) -> None:
        """
        As L{_set}, for a stored binding.
        """
        number = (new or old).number  # type: ignore[union-attr]
        rest = self.bindings.get(number, NOTHING)
        if old is not None:
            rest = tuple(other for other in rest if other.key != old.key)
        if new is not None:
            rest = (*rest, new)
            self.ends.note(new)
        if rest:
            self.bindings[number] = rest
        else:
            self.bindings.pop(number, None)

    def _index(self, kind: str, old: Any, new: Any) -> None:
        """
        Keep number -> MAC, nickname -> number and the factory log-ins true.
        """
        if kind == "device":
            _point(self.macs, old and old.number, new and new.number, new and new.mac)
        elif kind == "account":
            _point(
                self.nicknames,
                old and old.nickname.casefold(),
                new and new.nickname.casefold(),
                new and new.number,
            )
            if old and old.login == "factory":
                self.factory.discard(old.number)
            if new and new.login == "factory":
                self.factory.add(new.number)

    def everything(self) -> list[Value]:
        """
        All values there are at this moment.
        """
        values = [value for table in self._tables.values() for value in table.values()]
        for bindings in self.bindings.values():
            values += bindings
        for table in self._nested.values():
            for several in table.values():
                values += several.values()
        return values


def _point(index: dict[str, str], old: Any, new: Any, target: Any) -> None:
    """
    Let an index forget C{old} and know C{new}; empty keys are not indexed.
    """
    if old:
        index.pop(old, None)
    if new:
        index[new] = target


def _nest(table: dict[str, dict[str, Any]], old: Any, new: Any) -> None:
    """
    Put C{new} in C{old}'s place, where two fields make the key.
    """
    if new is not None:
        table.setdefault(new[0], {})[new[1]] = new
    elif old is not None:
        rest = table[old[0]]
        del rest[old[1]]
        if not rest:
            del table[old[0]]
