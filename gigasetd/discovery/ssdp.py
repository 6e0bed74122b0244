# -*- test-case-name: tests.discovery.test_ssdp -*-
"""
SSDP: how a desktop lists this server among the devices of its network
(UPnP Device Architecture 1.1 section 1).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from gigasetd.discovery.interface import Outgoing
from gigasetd.errors import BadValue

GROUP, GROUP6, PORT = "239.255.255.250", "ff02::c", 1900
LONGEST = 1024  #: bytes of a question
LIFETIME = 1800  #: seconds that what we say holds
SLOWEST = 5  #: seconds that an answer waits at most
TYPE = "urn:schemas-upnp-org:device:Basic:1"
ROOT = "upnp:rootdevice"
PATH = "/description.xml"


class RootDevice(NamedTuple):
    """
    What we tell of ourselves.
    """

    uuid: str  #: the same for good
    boot: int  #: grows with each start
    name: str = "gigasetd"

    def kinds(self) -> tuple[str, ...]:
        """
        What we are.
        """
        return ROOT, f"uuid:{self.uuid}", TYPE

    def usn(self, kind: str) -> str:
        """
        The unique name under which we are that.
        """
        own = f"uuid:{self.uuid}"
        return own if kind == own else f"{own}::{kind}"


def answers(
    data: bytes, device: RootDevice, root: str, date: str, sender: tuple[str, int]
) -> Iterator[Outgoing]:
    """
    The answers to a datagram, none where it is no search or not for us.

    @param root: our web server's URL without a path.
    @param date: the time as HTTP writes it.
    @raise BadValue: it is broken.
    """
    start, fields = _read(data)
    if start[:1] != ["M-SEARCH"]:
        return
    if start != ["M-SEARCH", "*", "HTTP/1.1"] or fields.get("man") != '"ssdp:discover"':
        raise BadValue("no search")
    asked = fields.get("st", "")
    wait = _wait(fields.get("mx", "1"))
    for kind in device.kinds():
        if asked in ("ssdp:all", kind):
            yield Outgoing(_found(device, kind, root, date), sender, wait)


def _read(data: bytes) -> tuple[list[str], dict[str, str]]:
    """
    The words of the first line, and the fields by lower-case name.

    @raise BadValue: it is too long.
    """
    if len(data) > LONGEST:
        raise BadValue("too long")
    first, *lines = data.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(), {name.lower(): value.strip() for name, _, value in pairs}


def _wait(text: str) -> float:
    """
    The seconds over which the sender wants the answers spread.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadValue("no MX")
    return float(min(int(text), SLOWEST))


def _found(device: RootDevice, kind: str, root: str, date: str) -> bytes:
    """
    One answer.
    """
    lines = [
        "HTTP/1.1 200 OK",
        f"CACHE-CONTROL: max-age={LIFETIME}",
        f"DATE: {date}",
        "EXT:",
        *_common(device, root),
        f"ST: {kind}",
        f"USN: {device.usn(kind)}",
    ]
    return _joined(lines)


def alive(device: RootDevice, root: str) -> list[Outgoing]:
    """
    We are here.
    """
    more = [f"CACHE-CONTROL: max-age={LIFETIME}", *_common(device, root)]
    return [_notify(device, kind, "alive", more) for kind in device.kinds()]


def byebye(device: RootDevice) -> list[Outgoing]:
    """
    We are gone.
    """
    more = _versions(device)
    return [_notify(device, kind, "byebye", more) for kind in device.kinds()]


def _notify(device: RootDevice, kind: str, state: str, more: list[str]) -> Outgoing:
    """
    One message to everybody.
    """
    lines = [
        "NOTIFY * HTTP/1.1",
        # The literal is the same for both families: nobody looks at it.
        f"HOST: {GROUP}:{PORT}",
        f"NT: {kind}",
        f"NTS: ssdp:{state}",
        f"USN: {device.usn(kind)}",
        *more,
    ]
    return Outgoing(_joined(lines))


def _common(device: RootDevice, root: str) -> list[str]:
    """
    Where to read more.
    """
    return [
        f"LOCATION: {root}{PATH}",
        "SERVER: POSIX/1.0 UPnP/1.1 gigasetd/1.0",
        *_versions(device),
    ]


def _versions(device: RootDevice) -> list[str]:
    """
    By which a control point sees that we began anew.
    """
    return [f"BOOTID.UPNP.ORG: {device.boot}", "CONFIGID.UPNP.ORG: 1"]


def _joined(lines: list[str]) -> bytes:
    """
    A message without a body.
    """
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def description(device: RootDevice) -> bytes:
    """
    The document at L{PATH}.
    """
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<root xmlns="urn:schemas-upnp-org:device-1-0" configId="1">\n'
        "<specVersion><major>1</major><minor>1</minor></specVersion>\n"
        "<device>\n"
        f"<deviceType>{TYPE}</deviceType>\n"
        f"<friendlyName>{escape(device.name)}</friendlyName>\n"
        "<manufacturer>gigasetd</manufacturer>\n"
        "<modelDescription>A home for Gigaset IP phones</modelDescription>\n"
        "<modelName>gigasetd</modelName>\n"
        f"<UDN>uuid:{device.uuid}</UDN>\n"
        "<presentationURL>/</presentationURL>\n"
        "</device>\n"
        "</root>\n"
    ).encode()
