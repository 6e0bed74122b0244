# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
This server on one link: its sockets there, and the rules behind them.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import SystemRandom
from secrets import token_hex
from typing import Any

from twisted.logger import Logger
from twisted.web.http import datetimeToString

from gigasetd.discovery import mdns, pnp, ssdp
from gigasetd.discovery.interface import NetworkLink, Outgoing
from gigasetd.discovery.mdnszone import MdnsZone
from gigasetd.discovery.multicast import (
    MulticastGroup,
    MulticastSocket,
    Receive,
    unicastSocket,
)
from gigasetd.discovery.shared import LinkContext
from gigasetd.errors import BadValue

ASKING = MulticastGroup("pnp", pnp.GROUP, pnp.PORT, 1)
SEARCHING = (
    MulticastGroup("ssdp", ssdp.GROUP, ssdp.PORT, 2),
    MulticastGroup("ssdp", ssdp.GROUP6, ssdp.PORT, 2),
)
# RFC 6762 section 11: 255 shows that nobody has passed it on.
NAMING = (
    MulticastGroup("mdns", mdns.GROUP, mdns.PORT, 255),
    MulticastGroup("mdns", mdns.GROUP6, mdns.PORT, 255),
)
REPEAT = 0.5  #: seconds after which a NOTIFY that nobody answered goes again
WAITING = 256  #: datagrams of a link that wait for their moment

log = Logger()


class LinkResponder:
    """
    Made open; to be closed.
    """

    def __init__(self, link: NetworkLink, common: LinkContext) -> None:
        self.link = link
        self._common = common
        self._ears: dict[MulticastGroup, MulticastSocket] = {}
        self._voice: MulticastSocket | None = None
        self._calls: set[Any] = set()
        self._alarm: Any = None
        self._thanked: dict[str, Any] = {}
        self._responder = mdns.MdnsResponder(self._zone, common.now())
        self._open()
        self.refresh()
        self.refresh()
        self._tick()

    def _zone(self, number: int) -> MdnsZone:
        """
        What we publish here.
        """
        offers = self._common.offers(self.link)
        return MdnsZone(number, offers, self._common.addresses(self.link))

    # opening and closing

    def _open(self) -> None:
        """
        Join the groups of the families that the link has.
        """
        if self.link.v4:
            with suppress(OSError):
                sender = unicastSocket(self.link.v4[0].partition("/")[0])
                self._voice = self._ear(sender, self._thank)
            self._join(ASKING, self._asked)
        for group in SEARCHING:
            self._join(group, self._searcher(group))
        for group in NAMING:
            self._join(group, self._namer(group))

    def _join(self, group: MulticastGroup, hear: Receive) -> None:
        """
        Join one group, where the link has the family.
        """
        if self.link.v6 if group.isSix else self.link.v4:
            opened = self._common.opened(group, self.link)
            if opened is not None:
                self._ears[group] = self._ear(opened, self._checked(hear))

    def _ear(self, opened: socket.socket, hear: Receive) -> MulticastSocket:
        """
        Listen by a socket.
        """
        return MulticastSocket(opened, hear, self._common.counts, self._common.reactor)

    def close(self) -> None:
        """
        Say goodbye, where anybody can still hear it, and leave.
        """
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        for call in self._calls:
            call.cancel()
        self._calls.clear()
        self._send(SEARCHING, ssdp.byebye(self._common.device))
        self._send(NAMING, self._responder.goodbye())
        for ear in (*self._ears.values(), *filter(None, [self._voice])):
            ear.close()
        self._ears.clear()
        self._voice = None

    # speaking

    def refresh(self) -> None:
        """
        Say by SSDP that we are here.
        """
        root = self._common.root(self.link)
        if root:
            self._send(SEARCHING, ssdp.alive(self._common.device, root))

    def _tick(self) -> None:
        """
        Let the names' probing and announcing go on.
        """
        common = self._common
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._send(NAMING, self._responder.tick(common.now()))
        due = self._responder.due
        if due is not None:
            wait = max(0.01, due - common.now())
            self._alarm = common.reactor.callLater(wait, self._tick)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        """
        Do something at its moment, unless too much waits already.
        """
        if len(self._calls) >= WAITING:
            self._common.counts["postponed"] += 1
            return

        def do() -> None:
            self._calls.discard(call)
            what()

        call = self._common.reactor.callLater(seconds, do)
        self._calls.add(call)

    def _send(self, groups: Iterable[MulticastGroup], outs: Iterable[Outgoing]) -> None:
        """
        Send each datagram into, or by, each of the groups.
        """
        joined = [group for group in groups if group in self._ears]
        for out in outs:
            for group in joined:
                self._sendOne(group, out)

    def _sendOne(self, group: MulticastGroup, out: Outgoing) -> None:
        """
        Send one datagram, at once or a little later.
        """
        host, port = out.to or (group.address, group.port)

        def send() -> None:
            ear = self._ears.get(group)
            if ear is not None:
                ear.send(out.data, host, port)

        if out.within:
            self._later(SystemRandom().uniform(0, out.within), send)
        else:
            send()

    # hearing

    def _checked(self, hear: Receive) -> Receive:
        """
        The same for senders on this link only, with what is broken counted.
        """
        counts = self._common.counts

        def checked(data: bytes, host: str, port: int) -> None:
            if not port or not self.link.holds(host):
                counts["foreign"] += 1
                return
            try:
                hear(data, host, port)
            except BadValue:
                counts["malformed"] += 1
            except Exception:
                # A reader that raises is taken off the reactor, and deaf.
                counts["crashes"] += 1
                log.failure("a question by multicast could not be handled")

        return checked

    def _searcher(self, group: MulticastGroup) -> Receive:
        """
        Answers to SSDP.
        """
        common = self._common

        def hear(data: bytes, host: str, port: int) -> None:
            # Announcements of others are most of what is heard.
            if not data.startswith(b"M-SEARCH") or not common.admits(host):
                return
            root = common.root(self.link)
            if not root:
                common.counts["unplaced"] += 1
                return
            date = datetimeToString(common.now()).decode("ascii")
            outs = list(ssdp.answers(data, common.device, root, date, (host, port)))
            common.counts["ssdp"] += bool(outs)
            self._send([group], outs)

        return hear

    def _namer(self, group: MulticastGroup) -> Receive:
        """
        Answers to multicast DNS.
        """
        common, responder = self._common, self._responder

        def hear(data: bytes, host: str, port: int) -> None:
            if not responder.concerns(data) or not common.admits(host):
                return
            number, own = responder.number, common.isOurs(host)
            outs = responder.receive(data, host, port, own, common.now())
            common.counts["mdns"] += bool(outs)
            self._send([group], outs)
            if responder.number != number:
                common.counts["conflicts"] += 1
                self._tick()

        return hear

    def _asked(self, data: bytes, host: str, port: int) -> None:
        """
        Answer a phone's question for its settings.
        """
        common = self._common
        if not common.admits(host) or self._voice is None:
            return
        ask = pnp.parseRequest(data, common.known)
        root = common.root(self.link)
        if ask is None or not root:
            common.counts["unplaced"] += ask is not None
            return
        own = self.link.v4[0].partition("/")[0]
        us = pnp.PnpServer(f"{root}/device", own, self._voice.port, token_hex(8))
        for out in pnp.answer(ask, us, host, port):
            self._speak(out)
        self._expect(us.fresh, out)
        common.counts["pnp"] += 1
        common.note(ask, host)

    def _speak(self, out: Outgoing) -> None:
        """
        Send by the socket that has no group.
        """
        if self._voice is not None and out.to is not None:
            self._voice.send(out.data, *out.to)

    def _expect(self, fresh: str, notify: Outgoing) -> None:
        """
        Send a NOTIFY once more where nobody says that it came.
        """
        if len(self._thanked) >= WAITING:
            return
        self._thanked[fresh] = notify

        def again() -> None:
            waiting = self._thanked.pop(fresh, None)
            if waiting is not None:
                self._speak(waiting)

        self._later(REPEAT, again)

    def _thank(self, data: bytes, host: str, port: int) -> None:
        """
        A phone answers its NOTIFY.
        """
        for fresh in list(self._thanked):
            if fresh.encode() in data and pnp.isNotifyResponse(data, fresh):
                del self._thanked[fresh]
