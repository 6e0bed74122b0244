"""
The shapes of C{twisted.protocols.sip} over this server's SIP grammar and registry.

For Twisted programs that use C{twisted.protocols.sip} (its messages, its parser,
C{IRegistry}, C{ILocator}, C{IContact}) and embed this server, or test against
it: they import the same names from here, and get RFC 3261 instead of RFC 2543.
The daemon itself uses none of it.

Layer 0 (values).
"""
