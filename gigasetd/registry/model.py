# -*- test-case-name: tests.registry.test_codec -*-
"""
What the registry holds: immutable values, each field with its unit.

Every field is C{str}, C{int} or C{float}, and each class lists its key
fields first, so that one value serves as the row of the store and as the line
of the spool without being rebuilt.  Times are epoch seconds in UTC; absent
text is C{""}, an absent time is C{0.0}.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union

SERVICES = ("voip", "messaging", "info")
"""The services that an owner can switch off, each by itself."""


class Device(NamedTuple):
    """
    A base or phone that somebody added: the stock data.
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
    seen: float  #: when the report came
    serial: str  #: serial number, as reported
    item_number: str  #: part number, as reported
    product: str  #: product name, as reported
    software_version: str  #: firmware, as reported
    private_ip: str  #: address inside the owner's network, as reported
    private_port: int  #: port of the base's own web page; 0 when not told
    public_ip: str  #: where the report came from
    name: str  #: the device's name in its network


class Account(NamedTuple):
    """
    A number and what its owner keeps with it.
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

    def credentialsChanged(self, new: Account | None) -> bool:
        """
        Whether the account's sessions must log in again.

        @param new: the account as it is now, L{None} when it was removed.
        """
        # Not the sealed password: that changes too when the key is rotated.
        return new is None or (new.login, new.ha1) != (self.login, self.ha1)


class Binding(NamedTuple):
    """
    One contact of one number, and the flow it is reached by (RFC 3261
    section 10, RFC 5626).
    """

    number: str  #: the address of record
    key: str  #: "+sip.instance;reg-id" of the phone, else its contact URI
    contact: str  #: the Contact value as the phone wrote it, without expires
    call_id: str  #: Call-ID of its last REGISTER
    cseq: int  #: CSeq number of its last REGISTER
    expires: float  #: when it ends
    transport: str  #: "udp", "tcp" or "tls"
    local: str  #: the listener it came to, "address:port"
    host: str  #: the address it came from
    port: int  #: the port it came from
    connection: int  #: the stream's number, 0 for datagrams
    user_agent: str  #: its User-Agent
    q: float  #: its preference, 0 to 1 (RFC 3261 section 20.10)
    registered: float  #: when it last registered
    proven: int  #: 1 when made with the account's password or pinned answer


class Token(NamedTuple):
    """
    A secret by which an operator's script or browser logs in.
    """

    name: str  #: what the operator calls it
    hash: str  #: SHA-256 of the token in hexadecimal (it is 256 random bits)
    added: float  #: when it was made


class Offer(NamedTuple):
    """
    What the owner decided about one firmware version of one device.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    version: str  #: as L{gigasetd.devices.firmware.Version} tells it
    decision: str  #: "accepted" or "declined"
    decided: float  #: when


class Redirect(NamedTuple):
    """
    Where one device is sent that asks who provisions it.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    mac_id: str  #: the four characters behind the MAC on the bar code
    url: str  #: where its settings are
    name: str  #: who provides them, as the integrator calls it
    added: float  #: when it was registered


class Pin(NamedTuple):
    """
    What a factory account is asked, and the answer that was pinned.
    """

    number: str  #: the account's
    username: str  #: the user name of the pinned answer, "" when none is
    answer: str  #: SHA-256 of that answer in hexadecimal, "" when none is
    generation: int  #: how often it was reset
    nonce: str  #: what the pinned answer answers, "" when none is
    rolling: int  #: 1 when each answer is good for one registration
    pinned: float  #: when it was pinned


class Profile(NamedTuple):
    """
    What one handset's owner chose for the information services.
    """

    mac: str  #: the base, twelve upper-case hexadecimal digits
    handset: str  #: the handset's IPUI as it tells it; "" where it tells none
    language: str  #: a language tag of two letters, "" as the phone says
    place: str  #: GeoNames id of the city in decimal digits, "" for none
    born: str  #: date of birth, YYYY-MM-DD; "" for none
    services: str  #: ids of the menu's services in the owner's order,
    #: space-separated; "" for the standard choice
    ticker: str  #: ids of what an idle handset shows, likewise
    feeds: str  #: URLs of news feeds, space-separated
    calendar: str  #: URL of an iCalendar file, "" for none
    created: float  #: when it was made, at the first use


class Contact(NamedTuple):
    """
    One entry of an owner's private book.
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
    A password of its own that an owner set for the web pages.
    """

    number: str  #: the account's
    hash: str  #: Argon2id, in its encoded form (RFC 9106)
    changed: float  #: when it was set


class Notice(NamedTuple):
    """
    What the operator tells everybody.
    """

    name: str  #: what the operator calls it
    text: str  #: what phones show
    until: float  #: when it goes; 0.0 for never
    added: float  #: when it was made


class RosterItem(NamedTuple):
    """
    One contact of one account's roster (RFC 6121 section 2 and appendix A).
    """

    number: str  #: the account's
    jid: str  #: the contact's bare JID, as prepared
    name: str  #: what the owner calls it, "" for none
    subscription: str  #: "none", "to", "from" or "both"
    ask: str  #: "subscribe" while a request of ours is pending, else ""
    approved: int  #: 1 where a request is approved before it comes
    groups: str  #: names, joined by line feeds
    listed: int  #: 0 where it is no item yet, only a request that waits
    request: str  #: the contact's pending subscribe stanza (XML), "" for none


class HeldMessage(NamedTuple):
    """
    A message that waits for its recipient (XEP-0160).
    """

    number: str  #: the recipient's account
    id: str  #: when and which: sorts in the order of arrival
    sender: str  #: full JID it came from
    arrived: float  #: when it came
    stanza: str  #: the stanza as XML, without namespace prefixes


class Block(NamedTuple):
    """
    Somebody an account wants to hear nothing of (XEP-0191).
    """

    number: str  #: the account's
    jid: str  #: a JID, as prepared; bare, full, or a domain
    added: float  #: when it was blocked


class Scram(NamedTuple):
    """
    What SCRAM needs of one account's password (RFC 5802 section 3).
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
    What the store and the journal know of one class of values.
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
    One numbered step of the registry; the number only ever grows.
    """

    number: int  #: position in the history
    kind: str  #: a name of L{KINDS}
    key: tuple[str, ...]  #: the key fields
    value: Value | None  #: the new value, None when it is gone
