# -*- test-case-name: tests.registry.test_model -*-
"""
The registry's values: immutable, each field with its unit.

Every field is C{str}, C{int} or C{float}, and each class lists its key
fields first, so that one value is also the row of the database and the line
of the spool.  Times are epoch seconds in UTC; absent text is C{""}, an absent
time is C{0.0}.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union

SERVICES = ("voip", "messaging", "info")
"""The services that an owner can switch off one by one."""


class Device(NamedTuple):
    """
    A base or phone that the operator added, or that enrolled itself.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    number: str  #: the account's number, "" when it has none
    serial: str  #: serial number as printed on the device
    item_number: str  #: part number ("Sachnummer"), S30852-...
    product: str  #: product name as the operator gave it
    mac_id: str  #: the four characters behind the MAC on the bar code
    added: float  #: when it was added


class CheckIn(NamedTuple):
    """
    The last report of one MAC; a guest is a check-in without a L{Device}.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    seen: float  #: when the report was received
    serial: str  #: serial number, as reported
    item_number: str  #: part number, as reported
    product: str  #: product name, as reported
    software_version: str  #: firmware, as reported
    private_ip: str  #: address inside the owner's network, as reported
    private_port: int  #: port of the base's own web page; 0 when unknown
    public_ip: str  #: the address that the report came from
    name: str  #: the device's name in its network


class Account(NamedTuple):
    """
    A number with its log-in, nickname and services.
    """

    number: str  #: 1 to 15 digits
    login: str  #: "digest" (the password is known) or "factory" (pinned)
    password: str  #: sealed (L{gigasetd.keys.sealing}); "" for a factory login
    ha1: str  #: MD5 of number:realm:password in hexadecimal (RFC 7616); ""
    nickname: str  #: at most 32 characters of ISO 8859-1; "" for none
    off: str  #: services switched off, space-separated, in SERVICES' order
    added: float  #: when it was added
    active: float  #: last registration or log-in
    digest: str = ""  #: algorithms offered, space-separated; "" as sip.digest

    def offers(self, service: str) -> bool:
        """
        Whether a service, one of L{SERVICES}, is switched on.
        """
        return service not in self.off.split()

    def services(self) -> list[str]:
        """
        Return the services that are switched on, in L{SERVICES}' order.
        """
        return [service for service in SERVICES if self.offers(service)]

    def credentialsChanged(self, new: Account | None) -> bool:
        """
        Whether the account's sessions must log in again.

        @param new: the account as it is now, L{None} when it was removed.
        """
        # Not the sealed password: that changes too when the key is rotated.
        return new is None or (new.login, new.ha1) != (self.login, self.ha1)


class Binding(NamedTuple):
    """
    One registered contact of a number, and the flow that reaches it (RFC 3261
    section 10, RFC 5626).
    """

    number: str  #: the address of record
    key: str  #: "+sip.instance;reg-id" of the phone, else its contact URI
    contact: str  #: the Contact value as the phone wrote it, without expires
    call_id: str  #: Call-ID of its last REGISTER
    cseq: int  #: CSeq number of its last REGISTER
    expires: float  #: when it ends
    transport: str  #: "udp", "tcp" or "tls"
    local: str  #: our listener, "address:port"
    host: str  #: the phone's address
    port: int  #: the phone's port
    connection: int  #: the stream's number, 0 for datagrams
    user_agent: str  #: its User-Agent
    q: float  #: its preference, 0 to 1 (RFC 3261 section 20.10)
    registered: float  #: when it last registered
    proven: int  #: 1 when made with the account's password or pinned answer


class Token(NamedTuple):
    """
    An operator's token, for scripts and browsers.
    """

    name: str  #: as the operator gave it
    hash: str  #: SHA-256 of the token in hexadecimal (it is 256 random bits)
    added: float  #: when it was added
    scope: str = "admin"  #: one of L{gigasetd.auth.tokens.SCOPES}


class Offer(NamedTuple):
    """
    The owner's decision about one firmware version for one device.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    version: str  #: as L{gigasetd.devices.firmware.Version} writes it
    decision: str  #: "accepted" or "declined"
    decided: float  #: when it was made


class Redirect(NamedTuple):
    """
    The settings server to which a device is redirected.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    mac_id: str  #: the four characters behind the MAC on the bar code
    url: str  #: of that server
    name: str  #: of the provider, as the integrator gave it
    added: float  #: when it was registered


class Pin(NamedTuple):
    """
    The challenge of a factory log-in, and the response that was pinned.
    """

    number: str  #: the account's
    username: str  #: of the pinned response, "" before the first
    answer: str  #: SHA-256 of that response in hexadecimal, "" before the first
    generation: int  #: how often it was reset
    nonce: str  #: of the pinned response, "" before the first
    rolling: int  #: 1 when each response works for one registration
    pinned: float  #: when it was pinned


class Profile(NamedTuple):
    """
    The owner's settings of one handset for the Info Center.
    """

    mac: str  #: the base, twelve upper-case hexadecimal digits
    handset: str  #: the handset's IPUI; "" for handsets that send none
    language: str  #: a language tag of two letters, "" for the phone's own
    place: str  #: GeoNames id of the city in decimal digits, "" for none
    born: str  #: date of birth, YYYY-MM-DD; "" for none
    services: str  #: ids of the menu's services in the owner's order,
    #: space-separated; "" for the default
    ticker: str  #: ids of the services on the idle display, likewise
    feeds: str  #: URLs of news feeds, space-separated
    calendar: str  #: URL of an iCalendar file, "" for none
    created: float  #: at the first use


class Contact(NamedTuple):
    """
    One entry of an owner's private address book.
    """

    number: str  #: the owner's account
    id: str  #: the entry, unique within the book
    last: str  #: surname, or the whole name
    first: str  #: first name
    nickname: str
    home: str  #: telephone numbers, as dialled
    mobile: str
    office: str
    fax: str
    sip: str  #: a Gigaset.net number or SIP address
    email: str
    street: str  #: with the house's number
    zip: str
    city: str


class WebLogin(NamedTuple):
    """
    An owner's web password.
    """

    number: str  #: the account's
    hash: str  #: Argon2id, in its encoded form (RFC 9106)
    changed: float  #: when it was set


class Notice(NamedTuple):
    """
    A notice of the operator to all phones.
    """

    name: str  #: as the operator gave it
    text: str  #: what phones show
    until: float  #: when it expires; 0.0 for never
    added: float  #: when it was added


class RosterItem(NamedTuple):
    """
    One contact of one account's roster (RFC 6121 section 2 and appendix A).
    """

    number: str  #: the account's
    jid: str  #: the contact's bare JID, as prepared
    name: str  #: as the owner gave it, "" for none
    subscription: str  #: "none", "to", "from" or "both"
    ask: str  #: "subscribe" while a request of ours is pending, else ""
    approved: int  #: 1 for a pre-approved subscription (section 3.4)
    groups: str  #: names, joined by line feeds
    listed: int  #: 0 where it is no roster item yet, only a pending request
    request: str  #: the contact's pending subscribe stanza (XML), "" for none


class HeldMessage(NamedTuple):
    """
    An offline message (XEP-0160).
    """

    number: str  #: the recipient's account
    id: str  #: sorts in the order of arrival
    sender: str  #: full JID
    arrived: float  #: when it was received
    stanza: str  #: the stanza as XML, without namespace prefixes


class Block(NamedTuple):
    """
    A JID that an account has blocked (XEP-0191).
    """

    number: str  #: the account's
    jid: str  #: a JID, as prepared; bare, full, or a domain
    added: float  #: when it was blocked


class Scram(NamedTuple):
    """
    The SCRAM keys of one account's password (RFC 5802 section 3).
    """

    number: str  #: the account's
    mechanism: str  #: "SCRAM-SHA-1" or "SCRAM-SHA-256"
    salt: str  #: base64
    iterations: int
    stored: str  #: StoredKey, base64
    server: str  #: ServerKey, base64


Value = Union[
    Device,
    CheckIn,
    Account,
    Binding,
    Token,
    Offer,
    Redirect,
    Pin,
    Profile,
    Contact,
    WebLogin,
    Notice,
    RosterItem,
    HeldMessage,
    Block,
    Scram,
]


class Kind(NamedTuple):
    """
    How one class of values is stored.
    """

    name: str  #: table name, and the word in the spool
    type: type[Value]  #: the class
    width: int  #: how many leading fields make the key
    through: bool  #: True: on disk before the answer; False: write-behind


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("device", Device, 1, True),
        Kind("checkin", CheckIn, 1, False),
        Kind("account", Account, 1, True),
        Kind("binding", Binding, 2, False),
        Kind("token", Token, 1, True),
        Kind("offer", Offer, 2, True),
        Kind("redirect", Redirect, 1, True),
        Kind("pin", Pin, 1, True),
        Kind("profile", Profile, 2, True),
        Kind("contact", Contact, 2, True),
        Kind("weblogin", WebLogin, 1, True),
        Kind("notice", Notice, 1, True),
        Kind("roster", RosterItem, 2, True),
        Kind("held", HeldMessage, 2, True),
        Kind("block", Block, 2, True),
        Kind("scram", Scram, 2, True),
    )
}
KIND_OF: dict[type, Kind] = {kind.type: kind for kind in KINDS.values()}


class Change(NamedTuple):
    """
    One change of the registry.
    """

    number: int  #: grows by one with each change
    kind: str  #: a name of L{KINDS}
    key: tuple[str, ...]  #: the key fields
    value: Value | None  #: the new value, None for a removed one
