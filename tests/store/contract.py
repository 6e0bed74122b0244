"""
What every store must do, whatever database is behind it.
"""

from __future__ import annotations

from hashlib import sha256

from gigasetd.errors import StoreError
from gigasetd.registry.model import Value
from gigasetd.store.interface import Store
from tests.store.values import ACCOUNT, BINDING, DEVICE, changeOf, dropOf


class StoreTests:
    """
    What every store does; mixed into a case that gives C{make}.
    """

    def make(self) -> Store:
        """
        A store that is not open, always on the same database.
        """
        raise NotImplementedError

    async def use(self) -> Store:
        """
        An open store, closed when the test ends.
        """
        store = self.make()
        self.addCleanup(store.close)  # type: ignore[attr-defined]
        await store.open()
        return store

    async def loaded(self, store: Store) -> list[Value]:
        """
        All that C{store} holds.
        """
        values: list[Value] = []
        await store.load(values.extend)
        return values

    async def test_empty(self) -> None:
        """
        A fresh database holds nothing.
        """
        self.assertEqual(await self.loaded(await self.use()), [])

    async def test_comesBack(self) -> None:
        """
        What was applied is there after closing and opening, typed as it was.
        """
        store = await self.use()
        await store.apply([changeOf(v) for v in (ACCOUNT, DEVICE, BINDING)])
        await store.close()
        values = await self.loaded(await self.use())
        # repr tells 1 from 1.0, and names the class.
        expected = [repr(value) for value in (ACCOUNT, DEVICE, BINDING)]
        self.assertCountEqual(map(repr, values), expected)

    async def test_replaces(self) -> None:
        """
        A newer value takes the place of the one with its key.
        """
        store = await self.use()
        newer = BINDING._replace(cseq=4712, call_id="another")
        await store.apply([changeOf(BINDING)])
        await store.apply([changeOf(newer)])
        self.assertEqual(await self.loaded(store), [newer])

    async def test_drops(self) -> None:
        """
        A tombstone removes its key and no other; one without a row is fine.
        """
        store = await self.use()
        other = BINDING._replace(key="other")
        await store.apply([changeOf(BINDING), changeOf(other), changeOf(ACCOUNT)])
        await store.apply([dropOf(BINDING), dropOf(DEVICE), dropOf(ACCOUNT)])
        self.assertEqual(await self.loaded(store), [other])

    async def test_order(self) -> None:
        """
        Contacts of a number come in the order in which they registered.
        """
        store = await self.use()
        bindings = [
            BINDING._replace(key=key, registered=moment)
            for key, moment in (("b", 1.0), ("c", 2.0), ("a", 3.0))
        ]
        await store.apply([changeOf(binding) for binding in reversed(bindings)])
        self.assertEqual(await self.loaded(store), bindings)

    async def test_pages(self) -> None:
        """
        More rows than one page holds come whole, in several parts.
        """
        store = await self.use()
        changes = [
            changeOf(BINDING._replace(number=str(number))) for number in range(12_000)
        ]
        await store.apply(changes)
        pages: list[int] = []
        await store.load(lambda values: pages.append(len(values)))
        self.assertEqual(sum(pages), 12_000)
        self.assertGreater(len(pages), 2)

    async def test_hostile(self) -> None:
        """
        NULs, line ends, lone surrogates and 64 KiB come back as they were.
        """
        store = await self.use()
        dense = "".join(sha256(bytes([n])).hexdigest() for n in range(256)) * 4
        texts = ("\0", "a\0b", "\ud800", "\t\r\n\\", "\\0", "ü" * 65536, "\U0001f600")
        texts += (dense, dense + "x")
        values = [
            BINDING._replace(key=text, user_agent=text, registered=float(place))
            for place, text in enumerate(texts)
        ]
        await store.apply([changeOf(value) for value in values])
        self.assertEqual(await self.loaded(store), values)
        await store.apply([dropOf(value) for value in values])
        self.assertEqual(await self.loaded(store), [])

    async def test_manyPoisoned(self) -> None:
        """
        Whatever their places in a large batch, poisoned rows alone stay out.
        """
        store = await self.use()
        places = {0, 1, 199, 200, 777, 2000, 4999}
        bindings = [
            BINDING._replace(number=str(n), cseq=2**70 if n in places else n)
            for n in range(5000)
        ]
        await store.apply([changeOf(binding) for binding in bindings])
        found = {int(value[0]) for value in await self.loaded(store)}
        self.assertEqual(set(range(5000)) - found, places)
        self.assertEqual(store.refused, len(places))

    async def test_twice(self) -> None:
        """
        The same changes written twice, as after a lost answer, are there once.
        """
        store = await self.use()
        for _ in range(2):
            await store.apply([changeOf(BINDING), dropOf(ACCOUNT)])
        self.assertEqual(await self.loaded(store), [BINDING])

    async def test_poisoned(self) -> None:
        """
        One row that no database can hold keeps no other row out.
        """
        store = await self.use()
        poisoned = BINDING._replace(key="poisoned", cseq=2**70)
        await store.apply([changeOf(BINDING), changeOf(poisoned), changeOf(ACCOUNT)])
        self.assertCountEqual(await self.loaded(store), [BINDING, ACCOUNT])
        self.assertEqual(store.refused, 1)

    async def test_second(self) -> None:
        """
        A second daemon on the same database is refused in one line, and gets
        it once the first is gone.
        """
        first, second = await self.use(), self.make()
        with self.assertRaises(StoreError) as refused:  # type: ignore[attr-defined]
            await second.open()
        self.assertIn("another gigasetd", str(refused.exception))
        self.assertNotIn("\n", str(refused.exception))
        await second.close()
        await first.close()
        await self.use()

    async def test_closeTwice(self) -> None:
        """
        Closing what is closed, or was never opened, is fine.
        """
        store = self.make()
        await store.close()
        await store.open()
        await store.close()
        await store.close()
