# -*- test-case-name: tests.discovery.test_pnp -*-
"""
SIP PnP: a phone multicasts a request for its settings, and gets their URL
(RFC 6080's C{ua-profile}, as phone makers use it on 224.0.1.75).

Each request is answered on its own, without state: 200, and a NOTIFY that
carries the URL and ends the subscription.  Requests that are not for us are
ignored: other makers' phones multicast there too, and other servers answer them.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.devices.useragent import UserAgent, parseUserAgent
from gigasetd.discovery.interface import Outgoing
from gigasetd.errors import BadValue
from gigasetd.registry.mac import macOf
from gigasetd.sip.message.header import parameters, splitList
from gigasetd.sip.message.message import MalformedSIP, Request, encode, parse
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.uri import parseAddress, parseURI, unescape
from gigasetd.sip.message.via import marked

GROUP, PORT = "224.0.1.75", 5060
LONGEST = 2048  #: bytes of a request; answers copy parts of it
PREFIXES = ("7C2F80", "589EC6", "002104", "0001E3", "0013A9")
"""The vendors' prefixes of MACs."""
MAKERS = ("gigaset", "siemens")


class PnpRequest(NamedTuple):
    """
    A phone's SUBSCRIBE.
    """

    request: Request
    mac: str  #: twelve upper-case hexadecimal digits
    agent: UserAgent  #: its parsed User-Agent


class PnpServer(NamedTuple):
    """
    What an answer says of this server.
    """

    url: str
    host: str  #: our address on the link
    port: int  #: the port that the answer leaves from
    fresh: str  #: a new random token


def parseRequest(data: bytes, known: Callable[[str], bool]) -> PnpRequest | None:
    """
    Parse a datagram.

    @param known: whether a MAC is one of our devices.
    @return: L{None} where it is no such request, or not for server.
    @raise BadValue: it is malformed.
    """
    if len(data) > LONGEST:
        raise BadValue("too long")
    try:
        request = parse(data)
    except MalformedSIP as error:
        raise BadValue(str(error)) from None
    if not isinstance(request, Request) or request.method != "SUBSCRIBE":
        return None
    if request.fault:
        raise BadValue(request.fault.phrase)
    mac = _mac(request.uri)
    if mac is None or not _wantsUrl(request):
        return None
    if not (mac[:6] in PREFIXES or _isOurMake(request) or known(mac)):
        return None
    return PnpRequest(request, mac, parseUserAgent(request.get("user-agent") or ""))


def _mac(uri: str) -> str | None:
    # The MAC in C{sip:MAC%3A7C2F80XXXXXX@local}.
    user = unescape(parseURI(uri).user)
    mark, colon, digits = user.partition(":")
    return macOf(digits) if colon and mark.upper() == "MAC" else None


def _wantsUrl(request: Request) -> bool:
    # It must request its profile, and accept a URL.
    event = (request.get("event") or "").partition(";")[0].strip().lower()
    accepted = ",".join(request.all("accept")).lower()
    types = [each.partition(";")[0].strip() for each in accepted.split(",")]
    return event == "ua-profile" and (
        not accepted or "application/url" in types or "*/*" in types
    )


def _isOurMake(request: Request) -> bool:
    # Whether the phone names a make that we serve.
    _, colon, behind = (request.get("event") or "").partition(";")
    vendor = parameters(colon + behind).get("vendor", "").lower()
    return any(maker in vendor for maker in MAKERS)


def answer(
    ask: PnpRequest, server: PnpServer, host: str, port: int
) -> tuple[Outgoing, Outgoing]:
    """
    Make the 200 and the NOTIFY; both go to the sender, whatever Via and Contact
    say.

    @param host: the address of the sender.
    @param port: its port.
    @raise BadValue: something in the request cannot be used.
    """
    request = ask.request
    via = request.via
    line = marked(via, host, port) + (f",{via.rest}" if via.rest else "")
    request.lines[request.keys.index("via")] = f"Via: {line}"
    contact = f"Contact: <sip:{server.host}:{server.port}>"
    response = respond(
        request, 200, toTag=server.fresh, headers=(contact, "Expires: 0")
    )
    # RFC 3581: with rport, back to the port that it came from.
    known = via.rport is None and via.host.strip("[]") == host
    back = (via.port or PORT) if known else port
    notify = _notify(request, server, host, port)
    return Outgoing(response, (host, back)), Outgoing(
        notify, (host, _target(request, host, port))
    )


def _notify(request: Request, server: PnpServer, host: str, port: int) -> bytes:
    target = _contact(request) or f"sip:{host}:{port}"
    own = request.first["to"]
    if parseAddress(own).param("tag") is None:
        own = f"{own};tag={server.fresh}"
    address = f"{server.host}:{server.port}"
    lines = [
        f"Via: SIP/2.0/UDP {address};branch=z9hG4bK{server.fresh};rport",
        "Max-Forwards: 20",
        f"From: {own}",
        f"To: {request.first['from']}",
        f"Call-ID: {request.first['call-id']}",
        "CSeq: 1 NOTIFY",
        f"Contact: <sip:{address}>",
        "Event: ua-profile;effective-by=0",
        "Subscription-State: terminated;reason=timeout",
        "Content-Type: application/url",
        f"Content-Length: {len(server.url)}",
    ]
    return encode(f"NOTIFY {target} SIP/2.0", lines, server.url)


def _contact(request: Request) -> str:
    # C{""} for none.
    values = splitList(request.get("contact") or "")
    return parseAddress(values[0]).uri if values else ""


def _target(request: Request, host: str, port: int) -> int:
    # The NOTIFY goes to the port in Contact, if that names the sender.
    contact = _contact(request)
    uri = parseURI(contact) if contact else None
    if uri is None or uri.host.strip("[]") != host:
        return port
    return uri.port or PORT
