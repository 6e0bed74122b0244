# -*- test-case-name: tests.sip.message.test_response -*-
"""
Encode responses: the lines copied from the request, and ours (RFC 3261 section
8.2.6).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable

from gigasetd.errors import BadValue
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import parseAddress

PHRASES: dict[int, str] = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    199: "Early Dialog Terminated",
    200: "OK",
    202: "Accepted",
    204: "No Notification",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    412: "Conditional Request Failed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    417: "Unknown Resource-Priority",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    424: "Bad Location Information",
    425: "Bad Alert Message",
    428: "Use Identity Header",
    429: "Provide Referrer Identity",
    430: "Flow Failed",
    433: "Anonymity Disallowed",
    436: "Bad Identity Info",
    437: "Unsupported Credential",
    438: "Invalid Identity Header",
    439: "First Hop Lacks Outbound Support",
    440: "Max-Breadth Exceeded",
    469: "Bad Info Package",
    470: "Consent Needed",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    493: "Undecipherable",
    494: "Security Agreement Required",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    555: "Push Notification Service Not Supported",
    580: "Precondition Failure",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
    607: "Unwanted",
    608: "Rejected",
}
"""Status code -> reason phrase: IANA's registry."""

_COPIED = frozenset(("via", "from", "call-id", "cseq"))
_COPIED_INVITE = _COPIED | {"record-route"}


def respond(
    request: Request,
    code: int,
    phrase: str = "",
    *,
    toTag: str = "",
    headers: Iterable[str] = (),
    body: str = "",
) -> bytes:
    """
    Encode a response to a request.

    @param request: its top Via already carries the marks of RFC 3581.
    @param phrase: the reason phrase; IANA's where it is empty.
    @param toTag: our tag, put behind a To that has none.
    @param headers: further header lines, whole ("Allow: INVITE, ACK").
    @param body: latin-1 text; its Content-Type is one of C{headers}.
    """
    lines = [f"SIP/2.0 {code} {phrase or PHRASES.get(code, 'Unknown')}"]
    keys, theirs = request.keys, request.lines
    if request.fault is None and keys.count("via") == 1 and _plain(request):
        place = keys.index
        to = theirs[place("to")]
        lines += (
            theirs[place("via")],
            theirs[place("from")],
            _tagged(to, toTag) if toTag else to,
            theirs[place("call-id")],
            theirs[place("cseq")],
        )
    else:
        lines += _copied(request, toTag)
    lines += headers
    head = "\r\n".join(lines)
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode("latin-1")


def _plain(request: Request) -> bool:
    # Whether the response repeats five lines, one of each name.
    return request.method != "INVITE" or "record-route" not in request.first


def _copied(request: Request, toTag: str) -> list[str]:
    # For a request that may lack some lines, or have some twice.
    copied = _COPIED_INVITE if request.method == "INVITE" else _COPIED
    lines = []
    for key, line in zip(request.keys, request.lines):
        if key in copied:
            lines.append(line)
        elif key == "to":
            lines.append(_tagged(line, toTag) if toTag else line)
    return lines


def _tagged(line: str, tag: str) -> str:
    if "tag" in line.lower():
        # The word may stand in a name or a URI as well; only then look closer.
        try:
            if parseAddress(line.partition(":")[2]).param("tag") is not None:
                return line
        except BadValue:
            return line
    return f"{line};tag={tag}"
