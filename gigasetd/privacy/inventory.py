# -*- test-case-name: tests.privacy.test_inventory -*-
"""
The inventory of stored fields: their purpose, and what removes them.

Retention, erasure, export and switching a service off follow this table. A
field that is missing here cannot be stored: a test compares the table with
L{gigasetd.registry.model} in both directions.

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.privacy.field import End, StoredField, storedFields

_CHECKIN = (End.REPORTED, End.REMOVED)
_REGISTRATION = (End.EXPIRED, End.VOIP, End.RENEWED, End.INACTIVE, End.REMOVED)

_SETTING = (End.OWNER, End.INACTIVE, End.REMOVED)

INVENTORY: tuple[StoredField, ...] = (
    *storedFields(
        "device",
        "mac number",
        "identifies the device, and assigns its number",
        End.REMOVED,
    ),
    *storedFields(
        "device",
        "serial item_number product",
        "lets the operator tell devices apart, as entered by the operator",
        End.REMOVED,
    ),
    *storedFields(
        "device",
        "mac_id",
        "identifies the device, as printed on its box",
        End.REMOVED,
    ),
    *storedFields("device", "added", "shows when the device was added", End.REMOVED),
    *storedFields("checkin", "mac", "identifies the device", End.REMOVED),
    *storedFields(
        "checkin",
        "serial item_number",
        "lets the operator tell devices apart, as the device reports it",
        *_CHECKIN,
    ),
    *storedFields(
        "checkin",
        "product software_version private_ip",
        "selects firmware updates, and links to the device's own web page",
        *_CHECKIN,
    ),
    *storedFields(
        "checkin",
        "private_port public_ip name",
        "lists the devices in the owner's network",
        *_CHECKIN,
        End.UNSEEN,
        End.INACTIVE,
    ),
    *storedFields(
        "checkin",
        "seen",
        "shows whether the device is still in use",
        *_CHECKIN,
        End.INACTIVE,
    ),
    *storedFields(
        "account",
        "number login ha1 digest",
        "needed for the SIP log-in",
        End.REMOVED,
    ),
    *storedFields(
        "account",
        "added",
        "shows when the account was created",
        End.REMOVED,
    ),
    *storedFields(
        "account",
        "password",
        "needed for log-ins, and sent to the phone with its settings; encrypted with a "
        "key outside the database, shown to its owner as plain text",
        End.REMOVED,
    ),
    *storedFields(
        "account", "off", "records which services are switched off", End.REMOVED
    ),
    *storedFields(
        "account",
        "nickname",
        "the name in the directory",
        End.OWNER,
        End.VOIP,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "account",
        "active",
        "shows whether the account is still in use",
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "binding",
        "number key contact call_id cseq expires transport local host port "
        "connection user_agent q registered proven",
        "routes calls to the phone",
        *_REGISTRATION,
    ),
    *storedFields(
        "offer",
        "mac version decision decided",
        "the owner's decisions about firmware updates",
        End.OWNER,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "redirect",
        "mac mac_id url name added",
        "the operator's redirection of the device to another settings server",
        End.REMOVED,
        End.OPERATOR,
    ),
    *storedFields(
        "pin",
        "number generation rolling",
        "needed for the factory log-in",
        End.REMOVED,
    ),
    *storedFields(
        "pin",
        "username answer nonce pinned",
        "recognizes a phone by its factory log-in; only a hash of its response is "
        "stored",
        End.OWNER,
        End.RENEWED,
        End.REMOVED,
    ),
    *storedFields(
        "token",
        "name hash added scope",
        "lets an operator log in; only a hash of the token is stored",
        End.OPERATOR,
    ),
    *storedFields(
        "profile",
        "mac handset language place born services ticker feeds calendar created",
        "a handset's settings for the information services",
        *_SETTING,
        End.INFO,
    ),
    *storedFields(
        "contact",
        "number id last first nickname home mobile office fax sip email street zip "
        "city",
        "the owner's phone book, for search and caller names",
        *_SETTING,
        End.INFO,
    ),
    *storedFields(
        "weblogin",
        "number hash changed",
        "the owner's web password; only its hash is stored",
        *_SETTING,
        End.RENEWED,
    ),
    *storedFields(
        "notice", "name text until added", "an operator's notice", End.OPERATOR
    ),
    *storedFields(
        "roster",
        "number jid name subscription ask approved groups listed request",
        "the owner's contact list in messaging",
        *_SETTING,
        End.MESSAGING,
    ),
    *storedFields(
        "held",
        "number id sender arrived stanza",
        "an offline message",
        End.DELIVERED,
        End.WAITED,
        End.MESSAGING,
        *_SETTING,
    ),
    *storedFields(
        "block",
        "number jid added",
        "a contact that the owner blocked in messaging",
        *_SETTING,
        End.MESSAGING,
    ),
    *storedFields(
        "scram",
        "number mechanism salt iterations stored server",
        "needed for the log-in to messaging; derived from the password, which it does "
        "not reveal",
        End.RENEWED,
        End.MESSAGING,
        End.INACTIVE,
        End.REMOVED,
    ),
    *storedFields(
        "proof",
        "mac host since",
        "allows a phone to get its settings after the redirect service has identified "
        "it; in memory only, for two days",
        End.UNSEEN,
        End.REMOVED,
    ),
    *storedFields(
        "session",
        "id csrf number token begun used notice",
        "recognizes a browser that has logged in; in memory only",
        End.LOGOUT,
        End.RENEWED,
        End.OWNER,
        End.REMOVED,
        End.OPERATOR,
    ),
    *storedFields(
        "code",
        "code mac until",
        "the log-in code shown on a handset; in memory only, for ten minutes",
        End.LOGOUT,
        End.REMOVED,
    ),
    *storedFields(
        "screen",
        "mac handset body",
        "a cached page for an idle handset; in memory only, for at most an hour",
        End.OWNER,
        End.UNSEEN,
        End.INFO,
        End.REMOVED,
    ),
    *storedFields(
        "attempt",
        "address number count since",
        "blocks password guessing; in memory only, as guard.failure_window and "
        "guard.ban_seconds say",
        End.LOGOUT,
    ),
    *storedFields(
        "search",
        "reqid owner rows until",
        "the result pages of a directory search; in memory only, for ten minutes",
        End.UNSEEN,
        End.OWNER,
        End.INFO,
        End.REMOVED,
    ),
    *storedFields(
        "presence",
        "number resource stream host show status priority directed since",
        "shows who is online to authorized contacts; in memory only, while online",
        End.LOGOUT,
        End.RENEWED,
        End.MESSAGING,
        End.REMOVED,
    ),
    *storedFields(
        "letter",
        "number sender arrived stanza",
        "a message in delivery to an online client; in memory only, until it is "
        "acknowledged",
        End.DELIVERED,
        End.MESSAGING,
        End.REMOVED,
    ),
    *storedFields(
        "news",
        "source key cached accessed",
        "the latest content of owners' feeds and calendars, and the weather of their "
        "cities; in memory only, until info.forget_after seconds after its last use",
        End.UNSEEN,
        *_SETTING,
        End.INFO,
    ),
    *storedFields(
        "talker",
        "sender count",
        "stops message loops between the built-in bot and other bots; in memory only, "
        "until the bot gets a message in a later minute",
        End.LOGOUT,
    ),
    *storedFields(
        "call",
        "call_id caller callee since state",
        "the state of a call; in memory only",
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
"""Kinds that are in memory only."""


def fieldsOf(kind: str) -> tuple[StoredField, ...]:
    """
    Return the fields of a kind.
    """
    return tuple(field for field in INVENTORY if field.kind == kind)
