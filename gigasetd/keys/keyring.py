# -*- test-case-name: tests.keys.test_keyring -*-
"""
The keyring: reads the keys, or creates the first one; seals stored passwords.

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
    Seals and opens passwords; its start checks the keys against the store.

    It starts when the registry is loaded, before any listener.

    @ivar file: the key file.
    @ivar keys: the keys, newest first; two during a rotation, else one.
    @ivar vault: encrypts by these keys.
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
        @param settle: spools changes of the registry.
        @param random: makes so many random bytes.
        @raise StoreError: the key file cannot be used.
        """
        self.file = file
        self._registry = registry
        self._settle = settle
        self._random = random
        keys = file.read()
        self._missing = not keys
        self.keys = keys or (random(KEY),)
        self.vault = Vault(*self.keys)

    # for the rules

    def seal(self, text: str, number: str) -> str:
        """
        Seal the password of an account.
        """
        return self.vault.seal(text, number, self._random(NONCE))

    def open(self, account: Account) -> str:
        """
        Open the password of an account.

        @return: C{""} where it has none.
        @raise VaultError: it cannot be opened.
        """
        text = account.password
        return self.vault.open(text, account.number) if text else ""

    def renewed(self, account: Account) -> Account:
        """
        Seal an account's password under the newest key.

        @return: the new account; the same one where it is sealed so already,
            has no password, or cannot be opened.
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
        Derive a key for another purpose.

        @param label: names the purpose.
        @return: 32 bytes, the same at each start until the key is rotated.
        """
        return derived(self.keys[0], label)

    def fresh(self) -> bytes:
        """
        Make a new random key.
        """
        return self._random(KEY)

    def take(self, keys: tuple[bytes, ...]) -> None:
        """
        Use these keys from now on.

        Removed keys still open passwords: an import that was read before may
        have sealed under them, and seals again when it commits.
        """
        removed = [key for key in self.keys if key not in keys]
        self.keys = keys
        self.vault = Vault(*keys, *removed)

    # the start

    def startService(self) -> None:
        """
        Check the keys against the store; create the file at the first start;
        seal passwords that an early version stored in the clear.

        @raise StoreError: the store's passwords are sealed under another key,
            or the file cannot be created.
        """
        self._check()
        if self._missing:
            self.file.create(self.keys[0])
            self._missing = False
            log.info("created {path}; keep a copy of it", path=str(self.file.path))
        self._sealOpen()
        Service.startService(self)

    def _check(self) -> None:
        accounts = self._registry.accounts.values()
        texts = [account.password for account in accounts if account.password]
        foreign = [t for t in texts if sealed(t) and not self.vault.knows(t)]
        if not foreign:
            return
        why = "is missing" if self._missing else "has another key"
        raise StoreError(
            f"store.key_file: {self.file.path}: the file {why}, but {len(foreign)} of "
            "the store's passwords need its key: restore the file that belongs to "
            "this store"
        )

    def _sealOpen(self) -> None:
        # Stores from before there was a key hold them in the clear.
        clear = [
            account
            for account in self._registry.accounts.values()
            if account.password and not self.vault.knows(account.password)
        ]
        for account in clear:
            self._registry.put(self.renewed(account))
        if clear:
            self._settle()
            log.info("encrypted {count} stored passwords", count=len(clear))
