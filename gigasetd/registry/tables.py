# -*- test-case-name: tests.registry.test_tables -*-
"""
The registry's tables, and the indexes over them.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from gigasetd.registry.bindingexpiry import ExpiryHeap
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

FlowKey = tuple[str, str, str, int, int]


def flowOf(binding: Binding) -> FlowKey:
    """
    Return the flow of a binding, a key of L{Tables.flows}.
    """
    return binding[6:11]


_TEXTS = ("<body>", "<body ", "<subject>", "<subject ")
"""What a stored stanza contains that has something to read."""


FEW = 8
"""Numbers of a flow that are held in a tuple, which is nothing to the garbage
collector; most flows have one."""


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
    @ivar expiries: when bindings expire.
    @ivar flows: flow -> the numbers that have bindings over it, one entry a
        binding; a flow is (transport, local, host, port, connection).
    @ivar hosts: address -> how many bindings phones have there.
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
        self.expiries = ExpiryHeap()
        self.flows: dict[FlowKey, tuple[str, ...] | Counter[str]] = {}
        self.hosts: dict[str, int] = {}

    def binding(self, number: str, key: str) -> Binding | None:
        """
        Get one binding, L{None} where there is none.
        """
        for binding in self.bindings.get(number, NOTHING):
            if binding.key == key:
                return binding
        return None

    def waiting(self, number: str) -> list[HeldMessage]:
        """
        List the offline messages of an account that its phone can show: those
        with text.

        Receipts and the like are left out: they wait for other clients, and a
        phone that counts them as waiting never shows them.
        """
        held = self.held.get(number, {}).values()
        return [message for message in held if any(map(message.stanza.count, _TEXTS))]

    def _get(self, kind: str, key: tuple[str, ...]) -> Any:
        if kind == "binding":
            return self.binding(key[0], key[1])
        if kind in self._nested:
            return self._nested[kind].get(key[0], {}).get(key[1])
        return self._tables[kind].get(key[0])

    def _set(self, kind: str, old: Any, new: Any) -> None:
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
        number = (new or old).number  # type: ignore[union-attr]
        bindings = self.bindings.get(number, NOTHING)
        moved = old is None or new is None or flowOf(old) != flowOf(new)
        if old is not None:
            bindings = tuple(each for each in bindings if each.key != old.key)
            if moved:
                self._unflow(old)
        if new is not None:
            bindings = (*bindings, new)
            self.expiries.note(new)
            if moved:
                self._inflow(new)
        if bindings:
            self.bindings[number] = bindings
        else:
            self.bindings.pop(number, None)

    def _inflow(self, new: Binding) -> None:
        flow = flowOf(new)
        numbers = self.flows.get(flow, ())
        if isinstance(numbers, tuple) and len(numbers) < FEW:
            self.flows[flow] = (*numbers, new.number)
        else:
            # A gateway: with a thousand lines a tuple would cost 60 us a line.
            if isinstance(numbers, tuple):
                numbers = self.flows[flow] = Counter(numbers)
            numbers[new.number] += 1
        self.hosts[new.host] = self.hosts.get(new.host, 0) + 1

    def _unflow(self, old: Binding) -> None:
        flow = flowOf(old)
        numbers = self.flows[flow]
        if isinstance(numbers, tuple):
            at = numbers.index(old.number)
            left: tuple[str, ...] | Counter[str] = numbers[:at] + numbers[at + 1 :]
        else:
            numbers[old.number] -= 1
            if not numbers[old.number]:
                del numbers[old.number]
            left = numbers
        if left:
            self.flows[flow] = left
        else:
            del self.flows[flow]
        self.hosts[old.host] -= 1
        if not self.hosts[old.host]:
            del self.hosts[old.host]

    def _index(self, kind: str, old: Any, new: Any) -> None:
        if kind == "device":
            _point(self.macs, old and old.number, new and new.number, (new or old).mac)
        elif kind == "account":
            _point(
                self.nicknames,
                old and old.nickname.casefold(),
                new and new.nickname.casefold(),
                (new or old).number,
            )
            if old and old.login == "factory":
                self.factory.discard(old.number)
            if new and new.login == "factory":
                self.factory.add(new.number)

    def everything(self) -> list[Value]:
        """
        List all values.
        """
        values = [value for table in self._tables.values() for value in table.values()]
        for bindings in self.bindings.values():
            values += bindings
        for nested in self._nested.values():
            for table in nested.values():
                values += table.values()
        return values


def _point(index: dict[str, str], old: Any, new: Any, target: str) -> None:
    # An empty key (no number, no nickname) is not indexed.  A key that another
    # value has taken over meanwhile stays that one's.
    if old and index.get(old) == target:
        del index[old]
    if new:
        index[new] = target


def _nest(table: dict[str, dict[str, Any]], old: Any, new: Any) -> None:
    # The first key field leads to a table, the second to the value in it.
    if new is not None:
        table.setdefault(new[0], {})[new[1]] = new
    elif old is not None:
        inner = table[old[0]]
        del inner[old[1]]
        if not inner:
            del table[old[0]]
