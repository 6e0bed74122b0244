# -*- test-case-name: tests.discovery.test_pnp -*-
"""
SIP PnP: a phone asks all of its link for its settings, and is told their URL
(RFC 6080's C{ua-profile}, as phone makers use it on 224.0.1.75).

Each question is answered by itself and nothing is remembered of it: 200, and
a NOTIFY that carries the URL and ends the subscription.  Everything that is
not for us is passed over in silence: other makers' phones ask there too, and
other servers answer them.

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
LONGEST = 2048  #: bytes of a question; answers copy parts of it
PREFIXES = ("7C2F80", "589EC6", "002104", "0001E3", "0013A9")
"""What the MACs of the phones begin with."""
MAKERS = ("gigaset", "siemens")


class PnpRequest(NamedTuple):
    """
    A phone's question.
    """

    request: Request
    mac: str  #: twelve upper-case hexadecimal digits
    agent: UserAgent  #: what its User-Agent tells


class PnpServer(NamedTuple):
    """
    What an answer says of ourselves.
    """

    url: str
    host: str  #: our address on the link
    port: int  #: the port that the answer leaves from
    fresh: str  #: a token that was never used


def parseRequest(data: bytes, known: Callable[[str], bool]) -> PnpRequest | None:
    """
    Read a datagram.

    @param known: whether a MAC is one of our devices.
    @return: L{None} where it is no question, or none to us.
    @raise BadValue: it is broken.
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
    """
    The MAC in C{sip:MAC%3A7C2F80XXXXXX@local}.
    """
    user = unescape(parseURI(uri).user)
    mark, colon, digits = user.partition(":")
    return macOf(digits) if colon and mark.upper() == "MAC" else None


def _wantsUrl(request: Request) -> bool:
    """
    Whether it asks for its profile, and as a URL.
    """
    event = (request.get("event") or "").partition(";")[0].strip().lower()
    accepted = ",".join(request.all("accept")).lower()
    kinds = [one.partition(";")[0].strip() for one in accepted.split(",")]
    return event == "ua-profile" and (
        not accepted or "application/url" in kinds or "*/*" in kinds
    )


def _isOurMake(request: Request) -> bool:
    """
    Whether the phone says that it is of a make we serve.
    """
    _, colon, behind = (request.get("event") or "").partition(";")
    vendor = parameters(colon + behind).get("vendor", "").lower()
    return any(maker in vendor for maker in MAKERS)


def answer(
    ask: PnpRequest, us: PnpServer, host: str, port: int
) -> tuple[Outgoing, Outgoing]:
    """
    The 200 and the NOTIFY; both go to the sender and nobody else, whatever
    Via and Contact say.

    @param host: where the question came from.
    @param port: the port it came from.
    @raise BadValue: something in it cannot be used.
    """
    request = ask.request
    via = request.via
    line = marked(via, host, port) + (f",{via.rest}" if via.rest else "")
    request.lines[request.keys.index("via")] = f"Via: {line}"
    contact = f"Contact: <sip:{us.host}:{us.port}>"
    said = respond(request, 200, toTag=us.fresh, headers=(contact, "Expires: 0"))
    # RFC 3581: back to where it came from where that is asked for.
    known = via.rport is None and via.host.strip("[]") == host
    back = (via.port or PORT) if known else port
    notify = _notify(request, us, host, port)
    return Outgoing(said, (host, back)), Outgoing(
        notify, (host, _target(request, host, port))
    )


def _notify(request: Request, us: PnpServer, host: str, port: int) -> bytes:
    """
    The NOTIFY that tells the URL.
    """
    target = _contact(request) or f"sip:{host}:{port}"
    own = request.first["to"]
    if parseAddress(own).param("tag") is None:
        own = f"{own};tag={us.fresh}"
    lines = [
        f"Via: SIP/2.0/UDP {us.host}:{us.port};branch=z9hG4bK{us.fresh};rport",
        "Max-Forwards: 20",
        f"From: {own}",
        f"To: {request.first['from']}",
        f"Call-ID: {request.first['call-id']}",
        "CSeq: 1 NOTIFY",
        f"Contact: <sip:{us.host}:{us.port}>",
        "Event: ua-profile;effective-by=0",
        "Subscription-State: terminated;reason=timeout",
        "Content-Type: application/url",
        f"Content-Length: {len(us.url)}",
    ]
    return encode(f"NOTIFY {target} SIP/2.0", lines, us.url)


def _contact(request: Request) -> str:
    """
    The URI of the first Contact, C{""} for none.
    """
    values = splitList(request.get("contact") or "")
    return parseAddress(values[0]).uri if values else ""


def _target(request: Request, host: str, port: int) -> int:
    """
    The port that the phone wants its NOTIFY at.
    """
    contact = _contact(request)
    uri = parseURI(contact) if contact else None
    if uri is None or uri.host.strip("[]") != host:
        return port
    return uri.port or PORT


def isNotifyResponse(data: bytes, fresh: str) -> bool:
    """
    Whether a datagram is the final answer to the NOTIFY with that token.
    """
    try:
        response = parse(data[:LONGEST])
    except MalformedSIP:
        return False
    branch = response.via.branch
    return not isinstance(response, Request) and branch == f"z9hG4bK{fresh}"
