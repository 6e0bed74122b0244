# -*- test-case-name: tests.discovery.test_ssdp -*-
"""
SSDP: list this server among the devices of a desktop's network
(UPnP Device Architecture 1.1 section 1).

Written by hand: the packages for it block (ssdpy) or need the asyncio reactor
(async-upnp-client).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID
from xml.sax.saxutils import escape

from gigasetd.discovery.interface import Outgoing
from gigasetd.errors import BadValue
from gigasetd.ratelimit.amplification import fits

GROUP, GROUP6, PORT = "239.255.255.250", "ff02::c", 1900
LONGEST = 1024  #: bytes of a search
LIFETIME = 1800  #: seconds that an announcement is valid
SLOWEST = 5  #: seconds that an answer waits at most
TYPE = "urn:schemas-upnp-org:device:Basic:1"
ROOT = "upnp:rootdevice"
PATH = "/description.xml"


class RootDevice(NamedTuple):
    """
    This server as a UPnP device.
    """

    uuid: str  #: the same at each start
    boot: int  #: grows with each start
    name: str = "gigasetd"

    def kinds(self) -> tuple[str, ...]:
        """
        Return the notification types (NT) of a device.
        """
        return ROOT, f"uuid:{self.uuid}", TYPE

    def usn(self, kind: str) -> str:
        """
        Return its unique service name for one type.
        """
        own = f"uuid:{self.uuid}"
        return own if kind == own else f"{own}::{kind}"


def answers(
    data: bytes, device: RootDevice, root: str, date: str, sender: tuple[str, int]
) -> Iterator[Outgoing]:
    """
    Return the answers to a datagram; none where it is no search, or not for us.

    Together they are bounded by the length of the search, whose sender may be
    forged: then the headers that UPnP only allows are left out, and a search for
    everything finds the root device alone.

    @param root: our web server's URL without a path.
    @param date: the time as HTTP writes it.
    @raise BadValue: it is malformed.
    """
    start, fields = _read(data)
    if start[:1] != ["M-SEARCH"]:
        return
    if start != ["M-SEARCH", "*", "HTTP/1.1"] or fields.get("man") != '"ssdp:discover"':
        raise BadValue("no search")
    target = fields.get("st", "")
    wait = _wait(fields.get("mx", "1"))
    sent: list[int] = []
    for kind in device.kinds():
        if target in ("ssdp:all", kind):
            for dated in (date, ""):
                response = _response(device, kind, root, dated)
                if fits(len(data), *sent, len(response)):
                    sent.append(len(response))
                    yield Outgoing(response, sender, wait)
                    break


def _read(data: bytes) -> tuple[list[str], dict[str, str]]:
    """
    @return: the words of the first line, and the fields by lower-case name.
    @raise BadValue: it is too long.
    """
    if len(data) > LONGEST:
        raise BadValue("too long")
    first, *lines = data.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(), {name.lower(): value.strip() for name, _, value in pairs}


def _wait(text: str) -> float:
    # The seconds over which the sender wants the answers spread.
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadValue("no MX")
    return float(min(int(text), SLOWEST))


def _response(device: RootDevice, kind: str, root: str, date: str) -> bytes:
    # The date is C{""} for the shortest response that UPnP 1.1 allows.
    described = _location(device, root)
    lines = [
        "HTTP/1.1 200 OK",
        f"CACHE-CONTROL: max-age={LIFETIME}",
        *([f"DATE: {date}"] if date else []),
        "EXT:",
        *(described if date else described[:-1]),
        f"ST: {kind}",
        f"USN: {device.usn(kind)}",
    ]
    return _joined(lines)


def alive(device: RootDevice, root: str) -> list[Outgoing]:
    """
    Announce this server.
    """
    more = [f"CACHE-CONTROL: max-age={LIFETIME}", *_location(device, root)]
    return [_notify(device, kind, "alive", more) for kind in device.kinds()]


def byebye(device: RootDevice) -> list[Outgoing]:
    """
    Withdraw the announcement.
    """
    more = _versions(device)
    return [_notify(device, kind, "byebye", more) for kind in device.kinds()]


def _notify(device: RootDevice, kind: str, state: str, more: list[str]) -> Outgoing:
    lines = [
        "NOTIFY * HTTP/1.1",
        # The same for both families: no control point checks it.
        f"HOST: {GROUP}:{PORT}",
        f"NT: {kind}",
        f"NTS: ssdp:{state}",
        f"USN: {device.usn(kind)}",
        *more,
    ]
    return Outgoing(_joined(lines))


def _location(device: RootDevice, root: str) -> list[str]:
    return [
        f"LOCATION: {root}{PATH}",
        "SERVER: POSIX/1.0 UPnP/1.1 gigasetd/1.0",
        *_versions(device),
    ]


def _versions(device: RootDevice) -> list[str]:
    # By BOOTID a control point sees that we restarted.
    return [f"BOOTID.UPNP.ORG: {device.boot}", "CONFIGID.UPNP.ORG: 1"]


def _joined(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def deviceOf(secret: bytes, started: float) -> RootDevice:
    """
    Make this server's device.

    @param secret: 16 bytes or more, the same at each start.
    @param started: when the daemon started, epoch seconds.
    """
    return RootDevice(str(UUID(bytes=secret[:16], version=4)), int(started))


def description(device: RootDevice) -> bytes:
    """
    Return the document at L{PATH}.
    """
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<root xmlns="urn:schemas-upnp-org:device-1-0" configId="1">\n'
        "<specVersion><major>1</major><minor>1</minor></specVersion>\n"
        "<device>\n"
        f"<deviceType>{TYPE}</deviceType>\n"
        f"<friendlyName>{escape(device.name)}</friendlyName>\n"
        "<manufacturer>gigasetd</manufacturer>\n"
        "<modelDescription>Server for Gigaset IP phones</modelDescription>\n"
        "<modelName>gigasetd</modelName>\n"
        f"<UDN>uuid:{device.uuid}</UDN>\n"
        "<presentationURL>/</presentationURL>\n"
        "</device>\n"
        "</root>\n"
    ).encode()
