# -*- test-case-name: tests.sip.echo.test_sdp -*-
"""
Read session descriptions, as far as the echo call needs them (RFC 8866, RFC
3264).

Layer 0 (values).
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.message.header import number

EVENT = "telephone-event"
STATIC = {0: "PCMU", 8: "PCMA", 9: "G722"}
"""Payload types that need no rtpmap (RFC 3551 table 4)."""

_ENCODINGS = {"pcmu": "PCMU", "pcma": "PCMA", "g722": "G722", EVENT: EVENT}
_PROFILES = ("RTP/AVP", "RTP/AVPF")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_TOKENS = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*\Z")
_EVENTS = re.compile(r"[0-9][0-9,-]{0,39}\Z")
_TIME = re.compile(r"[0-9]{1,20} [0-9]{1,20}\Z")


class SDPLimits(NamedTuple):
    """
    The largest description that is read.
    """

    size: int = 16384  #: characters
    lines: int = 512  #: lines
    streams: int = 16  #: m-lines
    formats: int = 32  #: formats an m-line


class Codec(NamedTuple):
    """
    A payload type that the echo call can send back.
    """

    payload: int  #: RTP payload type, 0 to 127
    name: str  #: "PCMA", "PCMU", "G722" or "telephone-event"
    events: str = ""  #: the events of a telephone-event, "0-15"


class MediaDescription(NamedTuple):
    """
    One m-line and its attributes.
    """

    kind: str  #: "audio", "video", ...
    port: int  #: 0 when it is refused
    profile: str  #: "RTP/AVP", ...
    formats: tuple[str, ...]  #: as written
    host: str  #: where media goes: an address literal, "" when unusable
    direction: str  #: "sendrecv", "sendonly", "recvonly" or "inactive"
    codecs: tuple[Codec, ...]  #: the known ones among C{formats}, in order

    @property
    def usable(self) -> bool:
        """
        Whether the echo call can use it: plain RTP audio with a known codec.
        """
        return (
            self.kind == "audio"
            and self.port != 0
            and self.profile.upper() in _PROFILES
            and any(codec.name != EVENT for codec in self.codecs)
        )


class SessionDescription(NamedTuple):
    """
    A whole session description.
    """

    streams: tuple[MediaDescription, ...]
    time: str = "0 0"  #: the t= line; an answer repeats it

    def chosen(self) -> int | None:
        """
        Return the index of the first usable stream, C{None} without any.
        """
        for index, stream in enumerate(self.streams):
            if stream.usable:
                return index
        return None


def parse(text: str, limits: SDPLimits = SDPLimits()) -> SessionDescription:
    """
    Parse a session description; unknown lines are skipped.

    @raise BadValue: it is too large, or a line that we need is broken.
    """
    if len(text) > limits.size:
        raise BadValue("the session description is too large")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > limits.lines or not lines[0].startswith("v="):
        raise BadValue("this is no session description")
    head, blocks = _divide(lines, limits)
    streams = tuple(_stream(block, head, limits) for block in blocks)
    return SessionDescription(streams, _time(head))


def _divide(lines: list[str], limits: SDPLimits) -> tuple[list[str], list[list[str]]]:
    head: list[str] = []
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        (blocks[-1] if blocks else head).append(line.rstrip(" \t"))
    if len(blocks) > limits.streams:
        raise BadValue("the session description has too many media lines")
    return head, blocks


def _time(head: list[str]) -> str:
    for line in head:
        if line.startswith("t=") and _TIME.match(line[2:]):
            return line[2:]
    return "0 0"


def _stream(block: list[str], head: list[str], limits: SDPLimits) -> MediaDescription:
    kind, port, profile, formats = _mediaLine(block[0], limits)
    host, held = _connection(block) or _connection(head) or ("", False)
    direction = _direction(block) or _direction(head) or "sendrecv"
    if held:
        # RFC 3264 section 8.4: the old way of holding, by c=0.0.0.0.
        direction = "sendonly" if direction == "sendrecv" else direction
        direction = "inactive" if direction == "recvonly" else direction
    codecs = _codecs(formats, block) if kind == "audio" else ()
    return MediaDescription(kind, port, profile, formats, host, direction, codecs)


def _mediaLine(line: str, limits: SDPLimits) -> tuple[str, int, str, tuple[str, ...]]:
    # For example m=audio 5004 RTP/AVP 8 0.
    if not _TOKENS.match(line):
        raise BadValue("a media line has a form that is not allowed")
    kind, *rest = line[2:].split(" ")
    if len(rest) < 3 or not kind:
        raise BadValue("a media line is too short")
    port = number(rest[0].partition("/")[0], 65535)
    if port is None:
        raise BadValue("a media line has a port that is not from 0 to 65535")
    if len(rest) - 2 > limits.formats:
        raise BadValue("a media line has too many formats")
    return kind.lower(), port, rest[1], tuple(rest[2:])


def _connection(lines: list[str]) -> tuple[str, bool] | None:
    # The address, and whether it means hold.
    for line in lines:
        if line.startswith("c="):
            return _address(line[2:].split(" "))
    return None


def _address(parts: list[str]) -> tuple[str, bool]:
    # Unicast literals only; names are not looked up.
    if len(parts) != 3 or parts[0] != "IN":
        raise BadValue("a connection line has a form that is not allowed")
    try:
        address = ip_address(parts[2].partition("/")[0])
    except ValueError:
        return "", False
    if address.is_unspecified:
        return "", True
    return ("" if address.is_multicast else str(address)), False


def _direction(lines: list[str]) -> str:
    for line in lines:
        if line.startswith("a=") and line[2:] in _DIRECTIONS:
            return line[2:]
    return ""


def _codecs(formats: tuple[str, ...], block: list[str]) -> tuple[Codec, ...]:
    maps = _attributes(block, "a=rtpmap:")
    events = _attributes(block, "a=fmtp:")
    codecs: dict[int, Codec] = {}
    for text in formats:
        payload = number(text, 127)
        name = "" if payload is None else _encoding(payload, maps.get(payload))
        if payload is not None and name:
            allowed = events.get(payload, "") if name == EVENT else ""
            codec = Codec(payload, name, allowed if _EVENTS.match(allowed) else "")
            codecs.setdefault(payload, codec)
    return tuple(codecs.values())


def _attributes(block: list[str], prefix: str) -> dict[int, str]:
    # Payload type -> value of its rtpmap or fmtp.
    values: dict[int, str] = {}
    for line in block:
        if line.startswith(prefix):
            text, _, value = line[len(prefix) :].strip(" ").partition(" ")
            payload = number(text, 127)
            if payload is not None:
                values.setdefault(payload, value.strip(" "))
    return values


def _encoding(payload: int, mapping: str | None) -> str:
    # G.722 says 8000 though it samples at 16,000 (RFC 3551 section 4.5.2).
    if mapping is None:
        return STATIC.get(payload, "")
    name, _, rate = mapping.partition("/")
    return _ENCODINGS.get(name.lower(), "") if rate in ("8000", "8000/1") else ""
