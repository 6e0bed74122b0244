# -*- test-case-name: tests.web.test_routes -*-
"""
The errors that cross packages, with the status of each in SIP, HTTP and XMPP.

Layer 0 (values).
"""

from __future__ import annotations


class Refused(Exception):
    """
    A rule declines a request; the text is one sentence for the client.

    @cvar sip: the SIP status code that says the same (RFC 3261 section 21).
    @cvar http: the HTTP status code that says the same.
    @cvar stanza: the XMPP stanza error condition (RFC 6120 section 8.3.3).
    """

    sip = 403
    http = 403
    stanza = "not-allowed"


class Unknown(Refused):
    """
    There is no such device, account or token.
    """

    sip = 404
    http = 404
    stanza = "item-not-found"


class Conflict(Refused):
    """
    The number, MAC, nickname or name is in use.
    """

    sip = 403
    http = 409
    stanza = "conflict"


class BadValue(Refused):
    """
    A value has a wrong form; the text says what is allowed.
    """

    sip = 400
    http = 400
    stanza = "bad-request"


class StoreError(Exception):
    """
    The store cannot be opened, read or written; the text is one line for the
    operator.
    """
