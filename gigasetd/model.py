# -*- test-case-name: tests.test_model -*-
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
    password: str  #: sealed (L{gigasetd.vault}); "" for a factory login
    ha1: str  #: MD5 of number:realm:password in hexadecimal (RFC 7616); ""
    nickname: str  #: at most 32 characters of ISO 8859-1; "" for none
    off: str  #: services switched off, space-separated, in SERVICES' order
    added: float  #: when it was added
    active: float  #: last registration or log-in
    digest: str = ""  #: algorithms offered, space-separated; "" as sip.digest


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
    version: str  #: as L{gigasetd.phone.firmware.Version} tells it
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


Value = Union[Device, CheckIn, Account, Binding, Token, Offer, Redirect, Pin]


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
