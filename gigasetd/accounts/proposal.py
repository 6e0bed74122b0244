# -*- test-case-name: tests.accounts.test_enrolment -*-
"""
What is said of a new device, and what adding it would mean.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from gigasetd.registry.model import Account, Device


class NewDevice(NamedTuple):
    """
    What somebody says of a device; C{""} where nothing is said.
    """

    mac: str
    number: str = ""
    password: str = ""
    factory: bool = False  #: log in as the factory set it; no password known
    serial: str = ""
    item_number: str = ""
    product: str = ""
    nickname: str = ""
    mac_id: str = ""
    rolling: bool = False  #: a factory login whose answers are good for once


class Sealer(Protocol):
    """
    L{gigasetd.keys.keyring.Keyring}, as far as it is needed here.
    """

    def seal(self, text: str, number: str) -> str:
        """
        A password as it is stored for the account of C{number}.
        """

    def open(self, account: Account) -> str:
        """
        The account's password as its owner knows it, C{""} where it has none.

        @raise VaultError: it cannot be told.
        """

    def renewed(self, account: Account) -> Account:
        """
        The account with its password sealed under the key of today.
        """


class Numbering(NamedTuple):
    """
    What numbers and passwords are made by.
    """

    realm: str  #: the digest realm: the server's domain
    reserved: frozenset[str]  #: service numbers that nobody may have
    fresh: Callable[[str, int], str]  #: (alphabet, length) -> random characters
    sealer: Sealer  #: how passwords become what is stored


class Proposal(NamedTuple):
    """
    What a new device would change, and what its owner must be told.
    """

    device: Device
    account: Account
    known: Account | None  #: the account as it stood before, if it did
    password: str  #: the generated one, C{""} where none was
    numbered: bool  #: whether the number was generated
    warnings: tuple[str, ...]
    rolling: bool = False  #: whether its factory answers are to roll


class Renewal(NamedTuple):
    """
    What a new password has changed.
    """

    account: Account  #: as it is now
    password: str  #: the generated one, C{""} where none was
    weakness: str  #: what to warn of, C{""} for a good one


class Claims:
    """
    What earlier proposals of one batch have taken: key -> who took it.
    """

    def __init__(self) -> None:
        self.macs: dict[str, object] = {}
        self.numbers: dict[str, object] = {}
        self.nicknames: dict[str, object] = {}

    def take(self, proposal: Proposal, who: object) -> None:
        """
        Note what C{proposal} would take.
        """
        account = proposal.account
        self.macs[proposal.device.mac] = who
        self.numbers[account.number] = who
        if account.nickname:
            self.nicknames[account.nickname.casefold()] = who
