# -*- test-case-name: tests.sip.echo.test_rtp -*-
"""
The RTP of one echo call: which packets are sent back, how, and the greeting
before (RFC 3550, RFC 4733, RFC 4961).

Layer 2 (rules).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from gigasetd.config.networks import readAddress
from gigasetd.sip.actions import Media
from gigasetd.sip.echo.sdp import EVENT
from gigasetd.sip.echo.tone import FRAME, FRAMES, frames

HEAD = struct.Struct("!BBHII")
LARGEST = 1500
"""Octets of the largest packet that is sent back."""

BUSIEST = 250
"""Packets sent back in a second; a call sends 50, at most 100."""

PATIENCE = 0.2
"""Seconds for which the greeting waits for the peer's first packet."""

STRANGER = 1
"""Trust in an address that neither the offer nor the signalling named."""

Address = tuple[str, int]


class Packet(NamedTuple):
    """
    The fields of an RTP packet that are used.
    """

    payload: int  #: payload type
    marker: int  #: 128 or 0
    sequence: int
    timestamp: int
    source: int  #: SSRC
    body: bytes


def parse(data: bytes) -> Packet | None:
    """
    Parse a packet; return C{None} for anything else (RFC 3550 sections 5.1 and A.1).
    """
    if not 12 <= len(data) <= LARGEST or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, source = HEAD.unpack_from(data)
    start, end = 12 + 4 * (first & 15), len(data)
    if first & 0x10:
        if start + 4 > end:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if first & 0x20:
        if not data[-1]:
            return None
        end -= data[-1]
    if start > end:
        return None
    body = data[start:end]
    return Packet(second & 127, second & 128, sequence, timestamp, source, body)


def plain(host: str) -> str:
    """
    Return an address in the one form that can be compared: IPv4 not mapped into
    IPv6, no zone.  A name stays as it is.
    """
    address = readAddress(host.partition("%")[0].strip("[]"))
    return host if address is None else str(address)


class RTPEcho:
    """
    Sends the peer's packets back.

    @ivar lastHeard: when the last good packet came.
    @ivar source: where it came from, C{None} before the first one.
    @ivar dropped: packets that were not sent back.
    @ivar highest: the peer's highest sequence number, with its wraps.
    @ivar received: good packets since the peer's first.
    @ivar peerSource: the peer's SSRC, C{None} before the first packet.
    @ivar greeted: whether the greeting is over.
    """

    def __init__(
        self, media: Media, ssrc: int, sequence: int, timestamp: int, now: float
    ) -> None:
        """
        @param ssrc: our own SSRC, random like the first sequence number and
            timestamp: an echo of the peer's own would look like a loop to it
            (RFC 3550 section 8.2).
        """
        self.ssrc, self._sequence, self._timestamp = ssrc, sequence, timestamp
        self.lastHeard = self._since = now
        self.source: Address | None = None
        self.dropped = self.received = self.highest = self._first = 0
        self.peerSource: int | None = None
        self.greeted = False
        self._played = 0
        self._previous: Address | None = None
        self._trusted = 0
        self._shift: tuple[int, int] | None = None
        self._second, self._count = 0.0, 0
        self.change(media, now)

    def change(self, media: Media, now: float) -> None:
        """
        Take a new offer: other codecs, hold, or another address.

        The next good packet decides where packets go.
        """
        self.media = media
        self._names = dict(media.payloads)
        self._near = {plain(host) for host in (media.host, media.peer) if host}
        self._previous, self.source, self._trusted = self.source, None, 0
        self.lastHeard = self._since = now
        tones = [frames(name) for _, name in media.payloads]
        self._tone = next((tone for tone in tones if tone), ())

    def receive(
        self, data: bytes, host: str, port: int, now: float
    ) -> tuple[bytes, Address] | None:
        """
        Handle a datagram that came to the RTP port.

        @return: the packet to send and its target; C{None} for nothing.
        """
        packet = parse(data)
        if packet is None or not self._isPeer(packet, host, port):
            self.dropped += 1
            return None
        self.lastHeard = now
        self._note(packet)
        playing = self._tone and not self.greeted and self._trusted > STRANGER
        mute = not (self.media.sends and self.media.reflects)
        if mute or playing or not self._withinRate(now):
            self._shift = None
            return None
        return self._reflect(packet), (host, port)

    def _isPeer(self, packet: Packet, host: str, port: int) -> bool:
        # The first good packet decides where the peer is; only one from an address
        # with more trust can change that.
        if packet.payload not in self._names or packet.source == self.ssrc or not port:
            return False
        if self.source == (host, port):
            return True
        trust = self._trust(host, port)
        if trust <= self._trusted:
            return False
        self.source, self._trusted = (host, port), trust
        return True

    def _trust(self, host: str, port: int) -> int:
        # 4 for the address and port of the offer, 3 for an address of the offer or the
        # signalling, 2 for the previous source, 1 for others.
        plainHost = plain(host)
        if plainHost not in self._near:
            return STRANGER
        if (plainHost, port) == (plain(self.media.host), self.media.port):
            return 4
        # Late packets from the old port must not keep the new one out.
        return 2 if (host, port) == self._previous else 3

    def _note(self, packet: Packet) -> None:
        # For the receiver reports; another SSRC begins again.
        if packet.source != self.peerSource:
            self.peerSource, self._shift = packet.source, None
            self.highest = self._first = packet.sequence
            self.received = 0
        self.received += 1
        step = (packet.sequence - self.highest) & 0xFFFF
        if step < 0x8000:
            self.highest += step

    def lost(self) -> int:
        """
        Return how many of the peer's packets never came.
        """
        return max(0, self.highest - self._first + 1 - self.received)

    def _withinRate(self, now: float) -> bool:
        if now - self._second >= 1:
            self._second, self._count = now, 0
        self._count += 1
        return self._count <= BUSIEST

    def _reflect(self, packet: Packet) -> bytes:
        # The same payload in a packet of ours: gaps, order and pauses stay.
        if self._shift is None:
            self._shift = (
                self._sequence - packet.sequence,
                self._timestamp - packet.timestamp,
            )
        sequence = (packet.sequence + self._shift[0]) & 0xFFFF
        timestamp = (packet.timestamp + self._shift[1]) & 0xFFFFFFFF
        if (sequence - self._sequence) & 0xFFFF < 0x8000:
            self._sequence = (sequence + 1) & 0xFFFF
            self._timestamp = (timestamp + FRAME) & 0xFFFFFFFF
        return self._head(packet.marker | packet.payload, sequence, timestamp) + (
            packet.body
        )

    def _head(self, second: int, sequence: int, timestamp: int) -> bytes:
        return HEAD.pack(0x80, second, sequence, timestamp, self.ssrc)

    def greet(self, now: float) -> tuple[bytes, Address] | None:
        """
        Return the next 20 milliseconds of the greeting and its target.
        """
        target = self._greetingTarget(now)
        if self.greeted or target is None or not self._tone or not self.media.sends:
            return None
        payload = self._tonePayload()
        marker = 0 if self._played else 128
        head = self._head(marker | payload, self._sequence, self._timestamp)
        body = self._tone[self._played]
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF
        self._played += 1
        self.greeted = self._played == FRAMES
        return head + body, target

    def _tonePayload(self) -> int:
        return next(number for number, name in self.media.payloads if name != EVENT)

    def _greetingTarget(self, now: float) -> Address | None:
        # Where the peer was heard, if the offer or the signalling names that address:
        # a stranger would get fifty packets for one.  Without a packet, after a
        # moment, the address of the offer, if the signalling comes from it.
        if self.source is not None:
            return self.source if self._trusted > STRANGER else None
        media = self.media
        if not media.port or now - self._since < PATIENCE:
            return None
        if plain(media.host) != plain(media.peer):
            return None
        return media.host, media.port
