"""
Registries with people in them, for the tests that need some.
"""

from __future__ import annotations

from itertools import count

from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice, Numbering
from gigasetd.keys.sealing import KEY, NONCE, Vault, derived
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import (
    Account,
    Binding,
    Block,
    CheckIn,
    Contact,
    HeldMessage,
    Offer,
    Profile,
    RosterItem,
    Scram,
    WebLogin,
)
from gigasetd.registry.registry import Registry

NOW = 1_700_000_000.0
DAY = 86400.0
MAC = "7C2F80AAAA01"
OTHER = "7C2F80AAAA02"
NUMBER = "20000001"
PASSWORD = "correct horse 7"


class Counted:
    """
    "Random" characters that count up, so that a test knows them.
    """

    def __init__(self) -> None:
        self._turns = count()

    def __call__(self, alphabet: str, length: int) -> str:
        turn, letters = next(self._turns), []
        for _ in range(length):
            turn, rest = divmod(turn, len(alphabet))
            letters.append(alphabet[rest])
        return "".join(reversed(letters))


class Box:
    """
    Seals under one key, as the keyring does.
    """

    def __init__(self) -> None:
        self.keys = (b"k" * KEY,)
        self.vault = Vault(*self.keys)
        self._turns = count()

    def seal(self, text: str, number: str) -> str:
        """
        Seal a password.
        """
        return self.vault.seal(text, number, next(self._turns).to_bytes(NONCE, "big"))

    def open(self, account: Account) -> str:
        """
        A password in clear.
        """
        text = account.password
        return self.vault.open(text, account.number) if text else ""

    def derive(self, label: str) -> bytes:
        """
        A key for another purpose.
        """
        return derived(self.keys[0], label)

    def renewed(self, account: Account) -> Account:
        """
        There is one key only.
        """
        return account


BOX = Box()


def numbering() -> Numbering:
    """
    A server called example.net with three service numbers.
    """
    reserved = frozenset(("12341", "12340", "1188"))
    return Numbering("example.net", reserved, Counted(), BOX)


def empty() -> Registry:
    """
    A registry with nobody in it.
    """
    return Registry(Journal())


def inhabited() -> Registry:
    """
    A registry with one device that has an account, a nickname, a report and a
    binding, all from C{NOW}.
    """
    registry = empty()
    addDevice(
        registry,
        NewDevice(MAC, NUMBER, PASSWORD, serial="SER1", nickname="Anna"),
        numbering(),
        NOW,
    )
    account = registry.accounts[NUMBER]
    registry.put(account._replace(active=NOW))
    registry.put(report(MAC))
    registry.bind(NUMBER, (binding(NUMBER),))
    return registry


def furnished() -> Registry:
    """
    As L{inhabited}, with one of everything else that an owner can have.
    """
    registry = inhabited()
    book = dict.fromkeys(Contact._fields, "") | {"number": NUMBER, "id": "1"}
    for value in (
        Offer(MAC, "42.251", "accepted", NOW),
        Profile(MAC, "02B6EC8AA5", "de", "2950159", "1980-01-01", "", "", "", "", NOW),
        Contact(**book)._replace(last="Bauer", home="0287112345"),
        WebLogin(NUMBER, "$argon2id$", NOW),
        RosterItem(NUMBER, "20000002@example.net", "Ben", "both", "", 0, "", 1, ""),
        HeldMessage(NUMBER, "1", "20000002@example.net/a", NOW, "<message/>"),
        Block(NUMBER, "20000003@example.net", NOW),
        Scram(NUMBER, "SCRAM-SHA-256", "c2FsdA==", 4096, "c3RvcmVk", "c2VydmVy"),
    ):
        registry.put(value)
    return registry


def report(mac: str, seen: float = NOW) -> CheckIn:
    """
    A check-in with something in every field.
    """
    return CheckIn(
        mac,
        seen,
        "SER9",
        "S30852-H2716-R101",
        "N510 IP PRO",
        "42.250",
        "192.168.1.20",
        80,
        "203.0.113.9",
        "base-in-the-hall",
    )


def binding(number: str, expires: float = NOW + 3600, key: str = "k") -> Binding:
    """
    A registration made at C{NOW}.
    """
    return Binding(
        number,
        key,
        f"<sip:{number}@192.168.1.20:5060>",
        "call-1",
        1,
        expires,
        "udp",
        "0.0.0.0:5060",
        "192.168.1.20",
        5060,
        0,
        "N510 IP PRO/42.250",
        1.0,
        NOW,
        1,
    )
