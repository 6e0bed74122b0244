# -*- test-case-name: tests.privacy.test_inventory -*-
"""
Every stored field: why it is stored, and what ends it.

This table is what retention, erasure, export and switching off go by, so a
field that is not in it cannot be stored: a test compares it with
L{gigasetd.registry.model} in both directions.

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.privacy.field import End, StoredField, storedFields

_REPORT = (End.REPORTED, End.REMOVED)
_PLACE = (End.EXPIRED, End.VOIP, End.RENEWED, End.INACTIVE, End.REMOVED)

_CHOICE = (End.OWNER, End.INACTIVE, End.REMOVED)

INVENTORY: tuple[StoredField, ...] = (
    *storedFields(
        "device",
        "mac number serial item_number product mac_id added",
        "which device it is, and which number belongs to it",
        End.REMOVED,
    ),
    *storedFields("checkin", "mac", "which device reported", End.REMOVED),
    *storedFields(
        "checkin",
        "serial item_number",
        "which device it is, as it says itself",
        *_REPORT,
    ),
    *storedFields(
        "checkin",
        "product software_version private_ip",
        "the link to the device's own page, and which update it needs",
        *_REPORT,
    ),
    *storedFields(
        "checkin",
        "private_port public_ip name",
        "the page of devices in one's own network",
        *_REPORT,
        End.UNSEEN,
        End.INACTIVE,
    ),
    *storedFields(
        "checkin", "seen", "to tell when use has ended", *_REPORT, End.INACTIVE
    ),
    *storedFields(
        "account",
        "number login ha1 added digest",
        "to log in by SIP",
        End.REMOVED,
    ),
    *storedFields(
        "account",
        "password",
        "to log in by SIP and for settings sent to the phone; stored sealed under a "
        "key outside the database, told to its owner in clear",
        End.REMOVED,
    ),
    *storedFields(
        "account", "off", "what the owner switched off stays off", End.REMOVED
    ),
    *storedFields(
        "account",
        "nickname",
        "to be found in the directory",
        End.OWNER,
        End.VOIP,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "account", "active", "to tell when use has ended", End.INACTIVE, End.REMOVED
    ),
    *storedFields(
        "binding",
        "number key contact call_id cseq expires transport local host port "
        "connection user_agent q registered proven",
        "to reach the phone with a call",
        *_PLACE,
    ),
    *storedFields(
        "offer",
        "mac version decision decided",
        "which firmware the owner wants, and which not",
        End.OWNER,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "redirect",
        "mac mac_id url name added",
        "an operator's note of where the device gets its settings",
        End.REMOVED,
        End.OPERATOR,
    ),
    *storedFields(
        "pin",
        "number generation rolling",
        "what a phone with a factory log-in is asked",
        End.REMOVED,
    ),
    *storedFields(
        "pin",
        "username answer nonce pinned",
        "to know such a phone again; of its answer only a hash is stored",
        End.OWNER,
        End.RENEWED,
        End.REMOVED,
    ),
    *storedFields("token", "name hash added", "an operator's log-in", End.OPERATOR),
    *storedFields(
        "profile",
        "mac handset language place born services ticker feeds calendar created",
        "what a handset's information pages are made from",
        *_CHOICE,
        End.INFO,
    ),
    *storedFields(
        "contact",
        "number id last first nickname home mobile office fax sip email street zip "
        "city",
        "the owner's private book, for search and for names of callers",
        *_CHOICE,
        End.INFO,
    ),
    *storedFields(
        "weblogin",
        "number hash changed",
        "a password of its own for the web pages; only a hash of it",
        *_CHOICE,
        End.RENEWED,
    ),
    *storedFields(
        "notice", "name text until added", "what an operator tells all", End.OPERATOR
    ),
    *storedFields(
        "roster",
        "number jid name subscription ask approved groups listed request",
        "the owner's list of contacts in messaging",
        *_CHOICE,
        End.MESSAGING,
    ),
    *storedFields(
        "held",
        "number id sender arrived stanza",
        "a message whose recipient was offline",
        End.DELIVERED,
        End.WAITED,
        End.MESSAGING,
        *_CHOICE,
    ),
    *storedFields(
        "block",
        "number jid added",
        "whom the owner wants to hear nothing of in messaging",
        *_CHOICE,
        End.MESSAGING,
    ),
    *storedFields(
        "scram",
        "number mechanism salt iterations stored server",
        "to log in to messaging; made from the password, which it does not tell",
        End.RENEWED,
        End.MESSAGING,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "proof",
        "mac host since",
        "to give settings to the phone that proved itself to the redirect service; "
        "held in memory only, for two days",
        End.UNSEEN,
        End.REMOVED,
    ),
    *storedFields(
        "session",
        "id csrf number token begun used notice",
        "to know a browser again that has logged in; held in memory only",
        End.LOGOUT,
        End.RENEWED,
        End.OWNER,
        End.REMOVED,
        End.OPERATOR,
    ),
    *storedFields(
        "code",
        "code mac until",
        "the code on a handset by which its owner logs in; held in memory only, for "
        "ten minutes",
        End.LOGOUT,
        End.REMOVED,
    ),
    *storedFields(
        "screen",
        "mac handset body",
        "to show an idle handset its page again without making it anew; held in "
        "memory only, an hour at most",
        End.OWNER,
        End.UNSEEN,
        End.INFO,
        End.REMOVED,
    ),
    *storedFields(
        "attempt",
        "address number count since",
        "to stop those who guess passwords; held in memory only, for as long as "
        "guard.failure_window and guard.ban_seconds say",
        End.LOGOUT,
    ),
    *storedFields(
        "search",
        "reqid owner rows until",
        "to leaf through what a search of the directory has found; held in memory "
        "only, for ten minutes",
        End.UNSEEN,
        End.OWNER,
        End.INFO,
        End.REMOVED,
    ),
    *storedFields(
        "presence",
        "number resource stream host show status priority directed since",
        "to show who is here to those who may see it; held in memory only, while "
        "somebody is",
        End.LOGOUT,
        End.RENEWED,
        End.MESSAGING,
        End.REMOVED,
    ),
    *storedFields(
        "letter",
        "number sender arrived stanza",
        "a message on its way to somebody who is here; held in memory only, until "
        "it has arrived",
        End.DELIVERED,
        End.MESSAGING,
        End.REMOVED,
    ),
    *storedFields(
        "news",
        "source key found wanted",
        "what the feeds and calendars of owners, and the weather of their towns, last "
        "said; held in memory only, until nobody has asked for it for the time that "
        "info.forget_after says",
        End.UNSEEN,
        *_CHOICE,
        End.INFO,
    ),
    *storedFields(
        "talker",
        "sender count",
        "to stop two programs that answer each other, of which one is our bot; held "
        "in memory only, until it is written to in a later minute",
        End.LOGOUT,
    ),
    *storedFields(
        "call",
        "call_id caller callee since state",
        "to carry a call while it lasts; held in memory only",
        End.CALL,
    ),
)

UNSTORED = frozenset(
    (
        "attempt",
        "call",
        "code",
        "letter",
        "news",
        "presence",
        "proof",
        "screen",
        "search",
        "session",
        "talker",
    )
)
"""Kinds that are held in memory and never written anywhere."""


def fieldsOf(kind: str) -> tuple[StoredField, ...]:
    """
    The entries of one kind.
    """
    return tuple(entry for entry in INVENTORY if entry.kind == kind)
