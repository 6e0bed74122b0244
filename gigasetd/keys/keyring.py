# -*- test-case-name: tests.keys.test_keyring -*-
"""
The keys at work: read before anything else, made at the first start.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes

from twisted.application.service import Service
from twisted.logger import Logger

from gigasetd.errors import StoreError
from gigasetd.keys.keyfile import KeyFile
from gigasetd.keys.sealing import KEY, NONCE, Vault, VaultError, derived, sealed
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry

log = Logger()


class Keyring(Service):
    """
    To be started when the store has loaded and before anybody listens.

    @ivar file: where the keys are.
    @ivar keys: the keys in it, newest first; one, unless a rotation is under
        way.
    @ivar vault: seals and opens.
    """

    name = "keys"

    def __init__(
        self,
        file: KeyFile,
        registry: Registry,
        settle: Callable[[], None],
        random: Callable[[int], bytes] = token_bytes,
    ) -> None:
        """
        @param settle: spools what has changed.
        @param random: makes so many random bytes.
        @raise StoreError: the file is no good.
        """
        self.file = file
        self._registry = registry
        self._settle = settle
        self._random = random
        found = file.read()
        self._missing = not found
        self.keys = found or (random(KEY),)
        self.vault = Vault(*self.keys)

    # what the rules use

    def seal(self, text: str, number: str) -> str:
        """
        Seal a password for the account of C{number}.
        """
        return self.vault.seal(text, number, self._random(NONCE))

    def open(self, account: Account) -> str:
        """
        An account's password, C{""} where it has none.

        @raise VaultError: it cannot be told.
        """
        text = account.password
        return self.vault.open(text, account.number) if text else ""

    def renewed(self, account: Account) -> Account:
        """
        C{account} with its password sealed under the newest key; itself where
        it is, or has none, or cannot be opened.
        """
        text = account.password
        if not text or self.vault.current(text):
            return account
        try:
            clear = self.open(account) if sealed(text) else text
        except VaultError:
            return account
        return account._replace(password=self.seal(clear, account.number))

    def derive(self, label: str) -> bytes:
        """
        32 bytes for another purpose, the same at each start until the key
        changes.
        """
        return derived(self.keys[0], label)

    def fresh(self) -> bytes:
        """
        A key that nobody has.
        """
        return self._random(KEY)

    def take(self, keys: tuple[bytes, ...]) -> None:
        """
        Go on with what the file holds now.

        Keys that are no longer in it stay good for opening: an import that
        was read before may have sealed under them, and renews that when it
        commits.
        """
        gone = [key for key in self.keys if key not in keys]
        self.keys = keys
        self.vault = Vault(*keys, *gone)

    # the start

    def startService(self) -> None:
        """
        See that the keys are those of the store; make the file at the first
        start; seal what an earlier version left open.

        @raise StoreError: they are not, or the file cannot be made.
        """
        self._check()
        if self._missing:
            self.file.create(self.keys[0])
            self._missing = False
            log.info("made {path}; keep a copy of it", path=str(self.file.path))
        self._sealOpen()
        Service.startService(self)

    def _check(self) -> None:
        """
        Insist that every sealed password was sealed under one of our keys.
        """
        held = [one.password for one in self._registry.accounts.values()]
        strange = [text for text in held if text and not self.vault.knows(text)]
        foreign = [text for text in strange if sealed(text)]
        if not foreign:
            return
        why = "is missing" if self._missing else "is not the key"
        raise StoreError(
            f"store.key_file: {self.file.path}: {why} that {len(foreign)} of the "
            "store's passwords were sealed under: put back the file that belongs to "
            "this store"
        )

    def _sealOpen(self) -> None:
        """
        Seal the passwords of a store from before there was a key.
        """
        clear = [
            account
            for account in self._registry.accounts.values()
            if account.password and not self.vault.knows(account.password)
        ]
        for account in clear:
            self._registry.put(self.renewed(account))
        if clear:
            self._settle()
            log.info("sealed {count} stored passwords", count=len(clear))
