# -*- test-case-name: tests.accounts.test_proposal -*-
"""
A new device as an operator describes it, and what adding it would change.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from gigasetd.registry.model import Account, Device


class NewDevice(NamedTuple):
    """
    A new device; C{""} where the operator says nothing.
    """

    mac: str
    number: str = ""
    password: str = ""
    factory: bool = False  #: use the factory login; the password is unknown
    serial: str = ""
    item_number: str = ""
    product: str = ""
    nickname: str = ""
    mac_id: str = ""
    rolling: bool = False  #: a factory login whose responses work once


class Sealer(Protocol):
    """
    Seals passwords: the part of L{gigasetd.keys.keyring.Keyring} that is needed
    here.
    """

    def seal(self, text: str, number: str) -> str:
        """
        Seal a password for the account of C{number}.
        """

    def open(self, account: Account) -> str:
        """
        Open an account's password, C{""} where it has none.

        @raise VaultError: it cannot be opened.
        """

    def renewed(self, account: Account) -> Account:
        """
        Return the account with its password sealed under the current key.
        """


class Numbering(NamedTuple):
    """
    How numbers and passwords are made.
    """

    realm: str  #: the digest realm: the server's domain
    reserved: frozenset[str]  #: service numbers, which no device may have
    fresh: Callable[[str, int], str]  #: (alphabet, length) -> random characters
    sealer: Sealer  #: seals passwords for the store


class Proposal(NamedTuple):
    """
    What adding a device would change.
    """

    device: Device
    account: Account
    known: Account | None  #: the account as it stood before, if it did
    password: str  #: the generated one, C{""} where none was
    numbered: bool  #: whether the number was generated
    warnings: tuple[str, ...]
    rolling: bool = False  #: whether each factory response works once


class Renewal(NamedTuple):
    """
    The result of setting a password.
    """

    account: Account  #: the changed account
    password: str  #: the generated one, C{""} where none was
    weakness: str  #: a warning, C{""} for a good password


class Claims:
    """
    What earlier proposals of one batch have claimed: key -> the claimant.
    """

    def __init__(self) -> None:
        self.macs: dict[str, object] = {}
        self.numbers: dict[str, object] = {}
        self.nicknames: dict[str, object] = {}

    def take(self, proposal: Proposal, claimant: object) -> None:
        """
        Claim what C{proposal} would take.
        """
        account = proposal.account
        self.macs[proposal.device.mac] = claimant
        self.numbers[account.number] = claimant
        if account.nickname:
            self.nicknames[account.nickname.casefold()] = claimant
