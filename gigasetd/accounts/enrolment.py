# -*- test-case-name: tests.accounts.test_enrolment -*-
"""
Add a device, set a new password, remove a device.

L{propose} decides and changes nothing, L{commit} changes and decides nothing;
between them an import can check thousands of rows.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.accounts.factorypairing import forgetPin, pinOf
from gigasetd.accounts.nickname import checkFree
from gigasetd.accounts.proposal import (
    Claims,
    NewDevice,
    Numbering,
    Proposal,
    Renewal,
)
from gigasetd.accounts.validation import (
    checkMacId,
    checkNickname,
    checkNumber,
    checkPassword,
    checkWords,
)
from gigasetd.auth.passwords import ha1, weakness
from gigasetd.errors import BadValue, Conflict, Refused
from gigasetd.privacy.erasure import goes
from gigasetd.privacy.field import End
from gigasetd.registry.mac import isReserved, macOf
from gigasetd.registry.model import Account, CheckIn, Device
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, shown, subjectAt

TRIES = 200
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Characters of a generated password; none that people misread."""

GENERATED = 16
"""Characters of a generated password: 93 bits."""


def addDevice(
    registry: Registry, new: NewDevice, numbering: Numbering, now: float
) -> Proposal:
    """
    Add a device and its account.

    @raise Refused: with the reason; nothing has changed.
    """
    proposal = propose(registry, new, numbering, Claims(), now)
    commit(registry, proposal)
    return proposal


def propose(
    registry: Registry,
    new: NewDevice,
    numbering: Numbering,
    claims: Claims,
    now: float,
) -> Proposal:
    """
    Decide what adding C{new} means, without doing it.

    What the operator leaves out is taken from the check-in of a guest with
    this MAC, and from an account that has no device yet.

    @raise Refused: with the reason.
    """
    mac = _freeMac(registry, new.mac, claims)
    number = new.number or _freshNumber(registry, numbering, claims)
    known = _freeNumber(registry, number, numbering, claims)
    account, password = _credentials(known, number, new, numbering, now)
    account = account._replace(
        nickname=_freeNickname(registry, new.nickname, account, claims)
    )
    device = _device(mac, number, new, registry.checkins.get(mac), now)
    weak = weakness(new.password, number) if new.password else ""
    warnings = (f"the password is weak: {weak}",) if weak else ()
    numbered = not new.number
    return Proposal(device, account, known, password, numbered, warnings, new.rolling)


def commit(registry: Registry, proposal: Proposal) -> int:
    """
    Carry out a proposal.

    @return: the number of the last change.
    """
    known, account = proposal.known, proposal.account
    registry.put(account)
    if known and known.credentialsChanged(account):
        registry.bind(account.number, ())
    if account.login != "factory":
        forgetPin(registry, account.number)
    elif proposal.rolling:
        registry.put(pinOf(registry, account.number)._replace(rolling=1))
    return registry.put(proposal.device)


def stale(registry: Registry, proposal: Proposal) -> bool:
    """
    Return whether the registry has changed since C{proposal} was made.
    """
    account = proposal.account
    holder = registry.nicknames.get(account.nickname.casefold(), account.number)
    return (
        proposal.device.mac in registry.devices
        or registry.accounts.get(account.number) is not proposal.known
        or account.number in registry.macs
        or holder != account.number
    )


def setPassword(
    registry: Registry, account: Account, password: str, numbering: Numbering
) -> Renewal:
    """
    Give C{account} a new password, which ends its bindings at once.

    @param password: C{""} to have one generated.
    @raise BadValue: the password is too long or no text.
    """
    checkPassword(password)
    generated = "" if password else numbering.fresh(LETTERS, GENERATED)
    renewed = _withPassword(account, password or generated, numbering)
    registry.put(renewed)
    registry.bind(account.number, ())
    forgetPin(registry, account.number)
    _dropRenewed(registry, account.number)
    weak = weakness(password, account.number) if password else ""
    return Renewal(renewed, generated, weak)


def setMessagingPassword(
    registry: Registry, account: Account, password: str, numbering: Numbering
) -> Renewal:
    """
    Give an account with a factory login a password for messaging and the web.

    Its phone keeps its factory login, so that bindings and pin stay.

    @raise BadValue: the password is empty, too long or no text.
    @raise Refused: the account has a password of its own.
    """
    checkPassword(password)
    if account.login != "factory":
        raise Refused(
            "this account uses one password for the phone and messaging: set it "
            "without --messaging"
        )
    if not password:
        raise BadValue("the password is empty")
    renewed = _withPassword(account, password, numbering)._replace(login="factory")
    registry.put(renewed)
    _dropRenewed(registry, account.number)
    return Renewal(renewed, "", weakness(password, account.number))


def _dropRenewed(registry: Registry, number: str) -> None:
    # What depends on the old password: SCRAM keys, sessions, the web password.
    subject = subjectAt(registry, "", number)
    for value in (*subject.single, *subject.several):
        if goes(value, End.RENEWED):
            registry.drop(value)


def removeDevice(registry: Registry, subject: Subject) -> int:
    """
    Remove a device, its account and everything stored for them.

    @return: the number of the last change.
    """
    if subject.account:
        registry.bind(subject.account.number, ())
    for value in (*subject.several, *subject.single):
        registry.drop(value)
    return registry.journal.number


def _freeMac(registry: Registry, text: str, claims: Claims) -> str:
    mac = macOf(text)
    if isReserved(text):
        raise BadValue(
            f"{shown(text)} is not the address of a device: enter the MAC address on "
            "the label under the base"
        )
    if mac is None:
        raise BadValue(f"{shown(text)} is not a MAC address: twelve hexadecimal digits")
    if mac in claims.macs:
        raise Conflict(f"MAC {mac} is already in {claims.macs[mac]}")
    if mac in registry.devices:
        raise Conflict(f"MAC {mac} has already been added")
    return mac


def _freeNumber(
    registry: Registry, number: str, numbering: Numbering, claims: Claims
) -> Account | None:
    """
    @return: the account that was enrolled under C{number} without a device.
    @raise Refused: it is no number, or reserved, or has a device.
    """
    checkNumber(number)
    if number in numbering.reserved:
        raise Refused(f"{number} is a service or emergency number: choose another")
    if number in claims.numbers:
        raise Conflict(f"number {number} is already in {claims.numbers[number]}")
    if number in registry.macs:
        raise Conflict(f"number {number} already has a device")
    return registry.accounts.get(number)


def _freshNumber(registry: Registry, numbering: Numbering, claims: Claims) -> str:
    # Eight digits; the first is neither 0 nor 1.
    for _ in range(TRIES):
        number = numbering.fresh("23456789", 1) + numbering.fresh("0123456789", 7)
        taken = number in registry.accounts or number in registry.macs
        if not (taken or number in claims.numbers or number in numbering.reserved):
            return number
    raise Refused(f"no free number found in {TRIES} tries: choose one")


def _credentials(
    known: Account | None,
    number: str,
    new: NewDevice,
    numbering: Numbering,
    now: float,
) -> tuple[Account, str]:
    """
    @return: the account, and the password if it was generated, else C{""}.
    """
    checkPassword(new.password)
    account = known or Account(number, "", "", "", "", "", now, 0.0)
    if new.rolling and not new.factory:
        raise BadValue("--rolling needs --factory")
    if new.factory:
        if new.password:
            raise BadValue("a factory login takes no password")
        return account._replace(login="factory", password="", ha1=""), ""
    if known and not new.password:
        return account, ""
    generated = "" if new.password else numbering.fresh(LETTERS, GENERATED)
    chosen = new.password or generated
    return _withPassword(account, chosen, numbering), generated


def _withPassword(account: Account, password: str, numbering: Numbering) -> Account:
    return account._replace(
        login="digest",
        password=numbering.sealer.seal(password, account.number),
        ha1=ha1(account.number, numbering.realm, password),
    )


def _freeNickname(
    registry: Registry, nickname: str, account: Account, claims: Claims
) -> str:
    if not nickname:
        return account.nickname
    checkNickname(nickname)
    folded = nickname.casefold()
    if folded in claims.nicknames:
        raise Conflict(
            f"nickname {shown(nickname)} is already in {claims.nicknames[folded]}"
        )
    checkFree(registry, nickname, account)
    return nickname


def _device(
    mac: str, number: str, new: NewDevice, report: CheckIn | None, now: float
) -> Device:
    serial, item, product = new.serial, new.item_number, new.product
    checkWords("serial", serial)
    checkWords("item_number", item)
    checkWords("product", product)
    if report:
        # A guest's check-in tells what the operator leaves out.
        serial, item = serial or report.serial, item or report.item_number
        product = product or report.product
    macId = checkMacId(new.mac_id)
    return Device(mac, number, serial, item, product, macId, now)
