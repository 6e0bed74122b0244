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
from gigasetd.discovery.linkcontext import LinkContext
from gigasetd.discovery.mdnszone import MdnsZone
from gigasetd.discovery.multicast import (
    MulticastGroup,
    MulticastSocket,
    Receive,
    unicastSocket,
)
from gigasetd.errors import BadValue
from gigasetd.ratelimit.amplification import fits

PNP_GROUP = MulticastGroup("pnp", pnp.GROUP, pnp.PORT, 1)
SSDP_GROUPS = (
    MulticastGroup("ssdp", ssdp.GROUP, ssdp.PORT, 2),
    MulticastGroup("ssdp", ssdp.GROUP6, ssdp.PORT, 2),
)
# RFC 6762 section 11: 255 proves that no router forwarded it.
MDNS_GROUPS = (
    MulticastGroup("mdns", mdns.GROUP, mdns.PORT, 255),
    MulticastGroup("mdns", mdns.GROUP6, mdns.PORT, 255),
)
WAITING = 256  #: datagrams of a link that wait to be sent

log = Logger()


class LinkResponder:
    """
    Joins a link when it is made, until it is closed.
    """

    def __init__(self, link: NetworkLink, common: LinkContext) -> None:
        self.link = link
        self._common = common
        self._sockets: dict[MulticastGroup, MulticastSocket] = {}
        self._unicast: MulticastSocket | None = None
        self._calls: set[Any] = set()
        self._alarm: Any = None
        self._responder = mdns.MdnsResponder(self._zone, common.now())
        self._open()
        # Twice, since UDP may lose one (UPnP 1.1 section 1.2.2).
        self.refresh()
        self.refresh()
        self._tick()

    def _zone(self, number: int) -> MdnsZone:
        offers = self._common.offers(self.link)
        return MdnsZone(number, offers, self._common.addresses(self.link))

    # opening and closing

    def _open(self) -> None:
        if self.link.v4:
            with suppress(OSError):
                sender = unicastSocket(self.link.v4[0].partition("/")[0])
                self._unicast = self._listen(sender, self._responded)
            self._join(PNP_GROUP, self._subscribed)
        for group in SSDP_GROUPS:
            self._join(group, self._searcher(group))
        for group in MDNS_GROUPS:
            self._join(group, self._namer(group))

    def _join(self, group: MulticastGroup, received: Receive) -> None:
        if self.link.v6 if group.isSix else self.link.v4:
            bound = self._common.opened(group, self.link)
            if bound is not None:
                self._sockets[group] = self._listen(bound, self._checked(received))

    def _listen(self, bound: socket.socket, received: Receive) -> MulticastSocket:
        return MulticastSocket(
            bound, received, self._common.counts, self._common.reactor
        )

    def close(self) -> None:
        """
        Say goodbye where the link still exists, and leave it.
        """
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        for call in self._calls:
            call.cancel()
        self._calls.clear()
        self._send(SSDP_GROUPS, ssdp.byebye(self._common.device))
        self._send(MDNS_GROUPS, self._responder.goodbye())
        for each in (*self._sockets.values(), *filter(None, [self._unicast])):
            each.close()
        self._sockets.clear()
        self._unicast = None

    # sending

    def refresh(self) -> None:
        """
        Announce this server by SSDP.
        """
        root = self._common.root(self.link)
        if root:
            self._send(SSDP_GROUPS, ssdp.alive(self._common.device, root))

    def _tick(self) -> None:
        common = self._common
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._send(MDNS_GROUPS, self._responder.tick(common.now()))
        due = self._responder.due
        if due is not None:
            wait = max(0.01, due - common.now())
            self._alarm = common.reactor.callLater(wait, self._tick)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        # Unless too many datagrams wait already.
        if len(self._calls) >= WAITING:
            self._common.counts["postponed"] += 1
            return

        def do() -> None:
            self._calls.discard(call)
            action()

        call = self._common.reactor.callLater(seconds, do)
        self._calls.add(call)

    def _send(self, groups: Iterable[MulticastGroup], outs: Iterable[Outgoing]) -> None:
        joined = [group for group in groups if group in self._sockets]
        for out in outs:
            for group in joined:
                self._sendOne(group, out)

    def _sendOne(self, group: MulticastGroup, out: Outgoing) -> None:
        host, port = out.to or (group.address, group.port)

        def send() -> None:
            sender = self._sockets.get(group)
            if sender is not None:
                sender.send(out.data, host, port)

        if out.within:
            self._later(SystemRandom().uniform(0, out.within), send)
        else:
            send()

    # receiving

    def _checked(self, received: Receive) -> Receive:
        # Only senders on this link are served; malformed datagrams are counted.
        counts = self._common.counts

        def checked(data: bytes, host: str, port: int) -> None:
            if not port or not self.link.holds(host):
                counts["foreign"] += 1
                return
            try:
                received(data, host, port)
            except BadValue:
                counts["malformed"] += 1
            except Exception:
                # The other datagrams of this wake are still handled.
                counts["crashes"] += 1
                log.failure("a multicast datagram could not be handled")

        return checked

    def _searcher(self, group: MulticastGroup) -> Receive:
        common = self._common

        def received(data: bytes, host: str, port: int) -> None:
            # Most datagrams are announcements of other devices.
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

        return received

    def _namer(self, group: MulticastGroup) -> Receive:
        common, responder = self._common, self._responder

        def received(data: bytes, host: str, port: int) -> None:
            if not responder.concerns(data) or not common.admits(host):
                return
            number, own = responder.number, common.isOurs(host)
            outs = responder.receive(data, host, port, own, common.now())
            common.counts["mdns"] += bool(outs)
            self._send([group], outs)
            if responder.number != number:
                common.counts["conflicts"] += 1
                self._tick()

        return received

    def _subscribed(self, data: bytes, host: str, port: int) -> None:
        common = self._common
        if not common.admits(host) or self._unicast is None:
            return
        ask = pnp.parseRequest(data, common.known)
        root = common.root(self.link)
        if ask is None or not root:
            common.counts["unplaced"] += ask is not None
            return
        own = self.link.v4[0].partition("/")[0]
        server = pnp.PnpServer(f"{root}/device", own, self._unicast.port, token_hex(8))
        outs = pnp.answer(ask, server, host, port)
        if not fits(len(data), *(len(out.data) for out in outs)):
            # No phone's request is so short; its address may be forged.
            common.counts["amplified"] += 1
            return
        for out in outs:
            self._reply(out)
        common.counts["pnp"] += 1
        common.note(ask, host)

    def _reply(self, out: Outgoing) -> None:
        if self._unicast is not None and out.to is not None:
            self._unicast.send(out.data, *out.to)

    def _responded(self, data: bytes, host: str, port: int) -> None:
        # The phone's 200.  A NOTIFY is not repeated without one: the address of an
        # unproven sender gets one copy, and a phone asks again at its next start.
        pass
