# -*- test-case-name: tests.xmpp.test_service -*-
"""
The configuration keys that apply to running streams and rules at a reload.

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.xmpp.stanza.parser import XmlLimits

KEYS = tuple(
    f"xmpp.{name}"
    for name in (
        "phone_networks header_timeout login_timeout login_tries keepalive "
        "close_timeout max_streams max_streams_per_address max_logins_per_address "
        "reserved_streams max_rate max_login_stanza max_stanza max_depth "
        "max_attributes max_elements max_names max_unread"
    ).split()
)

RULES = tuple(
    f"xmpp.{name}"
    for name in (
        "phone_resources shared_roster groups approval max_sessions max_roster "
        "max_household "
        "max_groups max_name max_request_text max_blocks max_directed max_held "
        "max_held_bytes max_unacked hibernation"
    ).split()
)


def limitsAfter(section: XmppSection) -> XmlLimits:
    """
    Limit a stream's XML after the log-in.
    """
    return XmlLimits(
        section.max_stanza,
        section.max_depth,
        section.max_elements,
        section.max_attributes,
        names=section.max_names,
    )


def limitsBefore(section: XmppSection) -> XmlLimits:
    """
    Limit a stream's XML before the log-in.
    """
    return limitsAfter(section)._replace(stanza=section.max_login_stanza)
