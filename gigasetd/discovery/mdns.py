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
from gigasetd.ratelimit.amplification import fits

GROUP, GROUP6, PORT = "224.0.0.251", "ff02::fb", 5353
LONGEST = 1500  #: bytes of a datagram that we parse
CROWD = 100  #: questions and records that we parse
PROBES, INTERVAL = 3, 0.25
ANNOUNCEMENTS = 2
PAUSE = 1.0  #: seconds before the same record is multicast again
SPREAD = 0.1  #: seconds over which answers of several machines are spread
MOST = 15  #: names that are tried before we give up on the link
QU = 0x8000  #: in the class of a question (section 5.4)


class MdnsResponder:
    """
    Publishes one zone.

    @ivar zone: the published records.
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
        self._multicast: dict[Any, float] = {}
        self._marks = (b"gigasetd", BROWSE.split(b".")[0], *self._kinds())

    def _kinds(self) -> set[bytes]:
        pointers = (entry for entry in self.zone.entries if entry.type == dns.PTR)
        return {entry.name.split(b".")[0].lower() for entry in pointers}

    @property
    def settled(self) -> bool:
        """
        Whether the names are ours.
        """
        return self._step >= PROBES and self.number <= MOST

    def tick(self, now: float) -> list[Outgoing]:
        """
        Return the next probe or announcement.
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
        # Ask whether the names are taken, with what we would publish (section 8.1).
        queries = [
            dns.Query(name, dns.ALL_RECORDS, dns.IN | QU)
            for name in sorted(self.zone.unique)
        ]
        ours = [
            entry for entry in self.zone.entries if entry.unique and entry.type != NSEC
        ]
        message = dns.Message(maxSize=SIZE)
        message.queries = queries
        message.authority = [entry.header(entry.ttl, False) for entry in ours]
        return message.toStr()

    def goodbye(self) -> list[Outgoing]:
        """
        Withdraw all records (section 10.1).
        """
        if not self.settled:
            return []
        return [Outgoing(_message(self.zone.entries, ttl=0))]

    def concerns(self, data: bytes) -> bool:
        """
        Return whether a datagram may concern our records.

        Most datagrams on a link do not, and are not parsed.
        """
        lower = data.lower()
        return any(mark in lower for mark in self._marks)

    def receive(
        self, data: bytes, host: str, port: int, own: bool, now: float
    ) -> list[Outgoing]:
        """
        Handle a datagram.

        @param own: whether it came from this machine, which may publish what it
            likes about itself.
        @return: the answers.
        @raise BadValue: it is malformed.
        """
        message = _read(data)
        if message.opCode or message.rCode:
            return []
        if not message.answer:
            if not (own or self.settled):
                self._yield(message.authority, True, now)
            if not self.settled:
                return []
            return self._answers(message, len(data), (host, port), now)
        # Section 11: answers come from port 5353; others are forged.
        if not own and port == PORT:
            self._yield(message.answers + message.additional, False, now)
        return []

    def _yield(self, records: Sequence[Any], probe: bool, now: float) -> None:
        """
        Take other names where another machine has ours, or probes for them at the
        same time and wins the tie-break (sections 8.2 and 9).
        """
        if self.number > MOST or not any(
            self._beats(record, probe) for record in records
        ):
            return
        self.number += 1
        self._step, self.due = 0, now + INTERVAL
        self.zone = self._zoneOf(self.number)
        self._multicast.clear()
        if self.number > MOST:
            self.due = None

    def _beats(self, record: Any, probe: bool) -> bool:
        # A record of ours with other data.
        name = record.name.name.lower()
        if name not in self.zone.unique or record.type == NSEC or record.ttl == 0:
            return False
        ours = {
            content(entry.type, entry.payload)
            for entry in self.zone.of(name, record.type)
            if entry.type == record.type
        }
        theirs = content(record.type, record.payload)
        if theirs in ours:
            return False
        return theirs > max(ours, default=b"") if probe else True

    def _answers(
        self, message: Any, size: int, sender: tuple[str, int], now: float
    ) -> list[Outgoing]:
        # size: bytes of the query.
        known = {_key(record) for record in message.answers if _isFresh(record)}
        direct: dict[MdnsRecord, None] = {}
        shared: dict[MdnsRecord, None] = {}
        for query in message.queries:
            cls = int(query.cls)
            if cls & ~QU not in (dns.IN, dns.ANY):
                continue
            entries = self.zone.of(query.name.name, query.type)
            new = [entry for entry in entries if entry.key() not in known]
            unicast = sender[1] != PORT or cls & QU
            (direct if unicast else shared).update(dict.fromkeys(new))
        alone = self._direct(message, size, list(direct), sender)
        if direct and not alone and sender[1] == PORT:
            # Section 5.4: the whole link may be answered instead.
            shared = {**direct, **shared}
        return alone + self._shared(list(shared), now)

    def _direct(
        self,
        message: Any,
        size: int,
        entries: list[MdnsRecord],
        sender: tuple[str, int],
    ) -> list[Outgoing]:
        # For one machine alone; a query from another port gets plain DNS (section
        # 6.7).  As its address may be forged, the answer is bounded by the query.
        while entries:
            for beside in (self.zone.beside(entries), []):
                if sender[1] == PORT:
                    data = _message(entries, beside)
                else:
                    data = _legacy(message, entries, beside)
                if fits(size, len(data)):
                    return [Outgoing(data, sender)]
            entries = entries[:-1] if sender[1] != PORT else []
        return []

    def _shared(self, entries: list[MdnsRecord], now: float) -> list[Outgoing]:
        # For the whole link, without what was multicast just now (section 6).
        new = [
            entry
            for entry in entries
            if now - self._multicast.get(entry, -PAUSE) >= PAUSE
        ]
        if not new:
            return []
        self._note(new, now)
        within = 0.0 if all(entry.unique for entry in new) else SPREAD
        return [Outgoing(_message(new, self.zone.beside(new)), None, within)]

    def _note(self, entries: Iterable[MdnsRecord], now: float) -> None:
        self._multicast.update(dict.fromkeys(entries, now))


def _read(data: bytes) -> Any:
    """
    @raise BadValue: it is malformed, too long or too crowded.
    """
    if not 12 <= len(data) <= LONGEST:
        raise BadValue("too short or too long")
    announced = sum(struct.unpack("!4H", data[4:12]))
    if announced > CROWD:
        raise BadValue("too crowded")
    message = dns.Message()
    try:
        message.fromStr(data)
    except Exception as error:
        # The codec raises errors of many kinds.
        raise BadValue(type(error).__name__) from None
    records = message.answers + message.authority + message.additional
    if len(message.queries) + len(records) < announced:
        raise BadValue("cut short")
    return message


def _isFresh(record: Any) -> bool:
    # A known answer suppresses ours for half of its life (section 7.1).
    usual = 4500 if record.type in (dns.PTR, dns.TXT) else 120
    return bool(record.ttl >= usual // 2)


def _key(record: Any) -> tuple[bytes, int, bytes]:
    return (
        record.name.name.lower(),
        record.type,
        content(record.type, record.payload),
    )


def _message(
    entries: Iterable[MdnsRecord],
    beside: Iterable[MdnsRecord] = (),
    ttl: int | None = None,
) -> bytes:
    """
    @param ttl: seconds for all records, L{None} for each record's own.
    """
    message = dns.Message(answer=1, auth=True, maxSize=SIZE)
    message.answers = [
        entry.header(entry.ttl if ttl is None else ttl, True) for entry in entries
    ]
    message.additional = [entry.header(entry.ttl, True) for entry in beside]
    return message.toStr()


def _legacy(
    query: Any, entries: Iterable[MdnsRecord], beside: Iterable[MdnsRecord]
) -> bytes:
    message = dns.Message(query.id, answer=1, auth=True, maxSize=SIZE)
    message.queries = query.queries[:4]
    message.answers = [entry.header(min(entry.ttl, LEGACY), False) for entry in entries]
    message.additional = [
        entry.header(min(entry.ttl, LEGACY), False) for entry in beside
    ]
    return message.toStr()
