# -*- test-case-name: tests.discovery.test_mdns -*-
"""
Multicast DNS on one link: probe, announce, answer, say goodbye (RFC 6762).

Left out: a question whose known answers fill several datagrams is answered at
its first one, which costs a few bytes and breaks nothing.

Layer 2 (rules).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from twisted.names import dns

from gigasetd.discovery.interface import Outgoing
from gigasetd.discovery.mdnszone import (
    BROWSE,
    LEGACY,
    NSEC,
    SIZE,
    MdnsRecord,
    MdnsZone,
    content,
)
from gigasetd.errors import BadValue

GROUP, GROUP6, PORT = "224.0.0.251", "ff02::fb", 5353
LONGEST = 1500  #: bytes of what we read
CROWD = 100  #: questions and records that we read
PROBES, INTERVAL = 3, 0.25
ANNOUNCEMENTS = 2
PAUSE = 1.0  #: seconds before the same record is multicast again
SPREAD = 0.1  #: seconds over which answers of several machines are spread
MOST = 15  #: names that are tried before we leave the link alone
QU = 0x8000  #: in the class of a question (section 5.4)


class MdnsResponder:
    """
    @ivar zone: what we publish now.
    @ivar number: how many names were tried.
    @ivar due: when L{tick} has something to do, L{None} for never.
    """

    def __init__(self, zoneOf: Callable[[int], MdnsZone], now: float) -> None:
        """
        @param zoneOf: makes the records under the first, second, ... name.
        """
        self._zoneOf = zoneOf
        self.number = 1
        self.zone = zoneOf(1)
        self._step = 0
        self.due: float | None = now if self.zone.unique else None
        self._said: dict[Any, float] = {}
        self._marks = (b"gigasetd", BROWSE.split(b".")[0], *self._kinds())

    def _kinds(self) -> set[bytes]:
        """
        The first labels of the services' kinds.
        """
        pointers = (one for one in self.zone.entries if one.type == dns.PTR)
        return {one.name.split(b".")[0].lower() for one in pointers}

    @property
    def settled(self) -> bool:
        """
        Whether the names are ours.
        """
        return self._step >= PROBES and self.number <= MOST

    def tick(self, now: float) -> list[Outgoing]:
        """
        The next probe or announcement.
        """
        if self.due is None or now < self.due:
            return []
        self._step += 1
        if self._step <= PROBES:
            self.due = now + INTERVAL
            return [Outgoing(self._probe())]
        last = self._step >= PROBES + ANNOUNCEMENTS
        self.due = None if last else now + PAUSE
        self._note(self.zone.entries, now)
        return [Outgoing(_message(self.zone.entries))]

    def _probe(self) -> bytes:
        """
        Ask whether anybody has our names, and say what we would publish
        (section 8.1).
        """
        asked = [
            dns.Query(name, dns.ALL_RECORDS, dns.IN | QU)
            for name in sorted(self.zone.unique)
        ]
        mine = [one for one in self.zone.entries if one.unique and one.type != NSEC]
        message = dns.Message(maxSize=SIZE)
        message.queries = asked
        message.authority = [one.header(one.ttl, False) for one in mine]
        return message.toStr()

    def goodbye(self) -> list[Outgoing]:
        """
        Take everything back (section 10.1).
        """
        if not self.settled:
            return []
        return [Outgoing(_message(self.zone.entries, ttl=0))]

    def concerns(self, data: bytes) -> bool:
        """
        Whether a datagram may be about us; most on a link are not, and are
        worth no more than this look.
        """
        lower = data.lower()
        return any(mark in lower for mark in self._marks)

    def receive(
        self, data: bytes, host: str, port: int, own: bool, now: float
    ) -> list[Outgoing]:
        """
        Take a datagram in.

        @param own: whether it came from this machine, which may publish what
            it likes about itself.
        @return: the answers.
        @raise BadValue: it is broken.
        """
        message = _read(data)
        if message.opCode or message.rCode:
            return []
        if not message.answer:
            if not (own or self.settled):
                self._yield(message.authority, True, now)
            return self._answers(message, host, port, now) if self.settled else []
        # Section 11: an answer comes from the port.
        if not own and port == PORT:
            self._yield(message.answers + message.additional, False, now)
        return []

    def _yield(self, told: Sequence[Any], probe: bool, now: float) -> None:
        """
        Take other names where somebody else has ours, or asks for them at the
        same time with the better claim (sections 8.2 and 9).
        """
        if self.number > MOST or not any(self._beats(one, probe) for one in told):
            return
        self.number += 1
        self._step, self.due = 0, now + INTERVAL
        self.zone = self._zoneOf(self.number)
        self._said.clear()
        if self.number > MOST:
            self.due = None

    def _beats(self, told: Any, probe: bool) -> bool:
        """
        Whether a record is one of ours with another content.
        """
        name = told.name.name.lower()
        if name not in self.zone.unique or told.type == NSEC or told.ttl == 0:
            return False
        ours = {
            content(one.type, one.payload)
            for one in self.zone.of(name, told.type)
            if one.type == told.type
        }
        theirs = content(told.type, told.payload)
        if theirs in ours:
            return False
        return theirs > max(ours, default=b"") if probe else True

    def _answers(
        self, message: Any, host: str, port: int, now: float
    ) -> list[Outgoing]:
        """
        What there is to say to a query's questions.
        """
        known = {_key(one) for one in message.answers if _isFresh(one)}
        direct: dict[MdnsRecord, None] = {}
        shared: dict[MdnsRecord, None] = {}
        for query in message.queries:
            cls = int(query.cls)
            if cls & ~QU not in (dns.IN, dns.ANY):
                continue
            found = self.zone.of(query.name.name, query.type)
            wanted = [one for one in found if one.key() not in known]
            alone = port != PORT or cls & QU
            (direct if alone else shared).update(dict.fromkeys(wanted))
        outs: list[Outgoing] = []
        if direct:
            outs.append(self._direct(message, list(direct), host, port))
        return outs + self._shared(list(shared), now)

    def _direct(
        self, message: Any, found: list[MdnsRecord], host: str, port: int
    ) -> Outgoing:
        """
        An answer for one machine alone; one that asks from another port gets
        it as plain DNS would give it (section 6.7).
        """
        beside = self.zone.beside(found)
        if port == PORT:
            return Outgoing(_message(found, beside), (host, port))
        return Outgoing(_legacy(message, found, beside), (host, port))

    def _shared(self, found: list[MdnsRecord], now: float) -> list[Outgoing]:
        """
        An answer for everybody, without what everybody has just heard
        (section 6).
        """
        new = [one for one in found if now - self._said.get(one, -PAUSE) >= PAUSE]
        if not new:
            return []
        self._note(new, now)
        within = 0.0 if all(one.unique for one in new) else SPREAD
        return [Outgoing(_message(new, self.zone.beside(new)), None, within)]

    def _note(self, told: Iterable[MdnsRecord], now: float) -> None:
        """
        Remember when a record was multicast; never more than the zone holds.
        """
        self._said.update(dict.fromkeys(told, now))


def _read(data: bytes) -> Any:
    """
    A message.

    @raise BadValue: it is broken, too long or too crowded.
    """
    if not 12 <= len(data) <= LONGEST:
        raise BadValue("its size")
    promised = sum(struct.unpack("!4H", data[4:12]))
    if promised > CROWD:
        raise BadValue("too crowded")
    message = dns.Message()
    try:
        message.fromStr(data)
    except Exception as error:
        # The codec raises whatever it stumbles over.
        raise BadValue(type(error).__name__) from None
    records = message.answers + message.authority + message.additional
    if len(message.queries) + len(records) < promised:
        raise BadValue("cut short")
    return message


def _isFresh(told: Any) -> bool:
    """
    Whether a known answer has half of its life before it (section 7.1).
    """
    usual = 4500 if told.type in (dns.PTR, dns.TXT) else 120
    return bool(told.ttl >= usual // 2)


def _key(told: Any) -> tuple[bytes, int, bytes]:
    """
    As L{MdnsRecord.key}, of a record that came.
    """
    return told.name.name.lower(), told.type, content(told.type, told.payload)


def _message(
    found: Iterable[MdnsRecord],
    beside: Iterable[MdnsRecord] = (),
    ttl: int | None = None,
) -> bytes:
    """
    An answer as multicast DNS has it.

    @param ttl: seconds for all of it, L{None} for each record's own.
    """
    message = dns.Message(answer=1, auth=True, maxSize=SIZE)
    message.answers = [
        one.header(one.ttl if ttl is None else ttl, True) for one in found
    ]
    message.additional = [one.header(one.ttl, True) for one in beside]
    return message.toStr()


def _legacy(
    asked: Any, found: Iterable[MdnsRecord], beside: Iterable[MdnsRecord]
) -> bytes:
    """
    An answer as plain DNS has it.
    """
    message = dns.Message(asked.id, answer=1, auth=True, maxSize=SIZE)
    message.queries = asked.queries[:4]
    message.answers = [one.header(min(one.ttl, LEGACY), False) for one in found]
    message.additional = [one.header(min(one.ttl, LEGACY), False) for one in beside]
    return message.toStr()
