# -*- test-case-name: tests.sip.compat.test_sip -*-
"""
The names and shapes of L{twisted.protocols.sip} over our grammar, so that code
for the stock module works with ours.

Values inherit from the stock classes, for C{isinstance} and C{except}; parsing
and encoding are ours.  Texts are UTF-8; other octets become lone surrogates
(PEP 383).

Importing the stock module installs the reactor, so the daemon imports nothing
from here.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.protocols import sip as stock

from gigasetd.auth.quotedstring import unquote
from gigasetd.errors import BadValue
from gigasetd.sip.message import uri as ours
from gigasetd.sip.message.header import (
    PROPER,
    canonical,
    number,
    parameters,
    splitParameters,
)
from gigasetd.sip.message.response import PHRASES
from gigasetd.sip.message.via import parseVia

PORT = stock.PORT
IContact = stock.IContact
ILocator = stock.ILocator
IRegistry = stock.IRegistry
Registration = stock.Registration
Via = stock.Via

statusCodes: dict[int, str] = {**stock.statusCodes, **PHRASES}


class SIPError(stock.SIPError):
    """
    As the stock one, for every code of IANA's registry.
    """

    def __init__(self, code: int, phrase: str | None = None) -> None:
        super().__init__(code, phrase or statusCodes.get(code, "Unknown"))


class RegistrationError(SIPError, stock.RegistrationError):
    """
    A registration failed.
    """


class URL(stock.URL):
    """
    As the stock class, for sips and tel as well; a tel number is in C{host}.

    @ivar scheme: "sip", "sips" or "tel".
    """

    def __init__(self, *arguments: Any, scheme: str = "sip", **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.scheme = scheme

    def toString(self) -> str:
        """
        Return the URL as text; headers keep their spelling.
        """
        user = self.username or ""
        if self.username is not None and self.password is not None:
            user += f":{self.password}"
        text = f"{user}@{self.host}" if self.username is not None else self.host
        if self.port is not None:
            text += f":{self.port}"
        if self.usertype is not None:
            text += f";user={self.usertype}"
        for name in ("transport", "ttl", "maddr", "method", "tag"):
            value = getattr(self, name)
            if value is not None:
                text += f";{name}={value}"
        text += "".join(f";{other}" for other in self.other)
        headers = "&".join(f"{name}={value}" for name, value in self.headers.items())
        return f"{self.scheme}:{text}" + (f"?{headers}" if headers else "")


def parseURL(url: str, host: str | None = None, port: int | None = None) -> URL:
    """
    Parse a URL; C{host} and C{port} replace those in it.

    @raise ValueError: it is neither a sip, sips nor tel URL.
    """
    try:
        uri = ours.parseURI(url)
    except BadValue as error:
        raise ValueError(str(error)) from None
    if uri.scheme == "tel":
        parsed = URL(uri.user, scheme="tel")
    else:
        user, colon, password = uri.user.partition(":")
        parsed = URL(uri.host, user or None, password if colon else None)
        parsed.scheme, parsed.port = uri.scheme, uri.port or None
    for part in uri.params.split(";"):
        if part:
            _setParameter(parsed, part)
    for pair in uri.headers.split("&") if uri.headers else ():
        name, _, value = pair.partition("=")
        parsed.headers[name] = value
    parsed.host = parsed.host if host is None else host
    parsed.port = parsed.port if port is None else port
    return parsed


def _setParameter(url: URL, part: str) -> None:
    name, equals, value = part.partition("=")
    lower = name.lower()
    time = number(value, 255) if lower == "ttl" else None
    if lower == "user" and equals:
        url.usertype = value
    elif time is not None:
        url.ttl = time
    elif lower in ("transport", "maddr", "method", "tag") and equals:
        setattr(url, lower, value)
    else:
        url.other.append(part)


def cleanRequestURL(url: stock.URL) -> None:
    """
    Do nothing: routing needs what the stock function removes.
    """


def parseAddress(
    address: str, host: str | None = None, port: int | None = None, clean: object = 0
) -> tuple[str, URL, dict[str, str]]:
    """
    Parse one value of From, To or Contact.

    @param clean: drop what From and To may not have (RFC 3261 section
        19.1.1).
    @return: display name, URL, header parameters.
    @raise ValueError: it is malformed.
    """
    try:
        display, uri, params = ours.parseAddress(address)
        values = {name: unquote(text) for name, text in parameters(params).items()}
    except BadValue as error:
        raise ValueError(str(error)) from None
    url = parseURL(uri, host, port)
    if clean:
        url.ttl = url.transport = url.maddr = None
        url.headers = {}
    return display, url, values


def parseViaHeader(value: str) -> stock.Via:
    """
    Parse the top value of a Via line.  No parameter can replace the host or
    port of the sender.

    @raise ValueError: it is malformed.
    """
    try:
        via = parseVia(value)
        params = splitParameters(via.top)[1:]
    except BadValue as error:
        raise ValueError(str(error)) from None
    converted = Via(via.host, via.port or PORT, via.transport)
    for part in params:
        name, equals, text = (piece.strip(" \t") for piece in part.partition("="))
        # RFC 2543 allowed a comment behind the parameters.
        _setViaParameter(
            converted, name.lower(), text.partition(" ")[0] if equals else None
        )
    return converted


def _setViaParameter(via: stock.Via, name: str, value: str | None) -> None:
    if name in ("branch", "maddr", "received"):
        setattr(via, name, value)
    elif name == "hidden":
        via.hidden = True
    elif name == "rport" and not value:
        via.rportRequested = True
    elif name in ("rport", "ttl"):
        digits = number(value or "", 65535)
        if digits is None:
            raise ValueError(f"{name} is no number")
        setattr(via, name, digits)
    else:
        via.otherParams[name] = value


class Message(stock.Message):
    """
    A message.

    @ivar headers: canonical name -> list of values.
    @ivar body: text; Content-Length counts its octets.
    """

    body: str
    length: int | None = None

    def addHeader(self, name: str, value: str) -> None:
        """
        Add one header line; a compact name becomes the full one.

        @raise ValueError: it is not allowed in a message.
        """
        try:
            key = canonical(name)
        except BadValue as error:
            raise ValueError(str(error)) from None
        if "\r" in value or "\n" in value:
            raise ValueError("a header value holds a line end")
        if key == "content-length":
            length = number(value, 10**9)
            if length is None or self.length not in (None, length):
                raise ValueError("Content-Length is not one number")
            self.length = length
        self.headers.setdefault(key, []).append(value)

    def bodyDataReceived(self, data: str) -> None:
        """
        Append to the body.
        """
        self.body += data

    def creationFinished(self) -> None:
        """
        Compare the body with Content-Length.

        @raise ValueError: it has another length.
        """
        size = len(self.body.encode("utf-8", "surrogateescape"))
        if self.length not in (None, size):
            raise ValueError("wrong body length")
        self.finished = 1

    def toString(self) -> str:
        """
        Return the message as text, headers of a name together.
        """
        lines = [self._getHeaderLine()]
        for key, values in self.headers.items():
            name = PROPER.get(key) or stock.dashCapitalize(key)
            lines += [f"{name}: {value}" for value in values]
        return "\r\n".join((*lines, "", self.body))

    def _getHeaderLine(self) -> str:
        # Named by the stock class.
        raise NotImplementedError


class Request(Message, stock.Request):
    """
    A request; its URL keeps all parameters.
    """

    def __init__(
        self, method: str, uri: str | stock.URL, version: str = "SIP/2.0"
    ) -> None:
        stock.Message.__init__(self)
        self.method = method
        self.uri = uri if isinstance(uri, stock.URL) else parseURL(uri)

    def _getHeaderLine(self) -> str:
        return f"{self.method} {self.uri.toString()} SIP/2.0"


class Response(Message, stock.Response):
    """
    A response of any code.
    """

    def __init__(
        self, code: int, phrase: str | None = None, version: str = "SIP/2.0"
    ) -> None:
        stock.Message.__init__(self)
        self.code = code
        self.phrase = statusCodes.get(code, "") if phrase is None else phrase

    def _getHeaderLine(self) -> str:
        return f"SIP/2.0 {self.code} {self.phrase}"
