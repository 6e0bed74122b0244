"""
Tests for L{gigasetd.store.postgres.dsn}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.store.postgres.dsn import parameters, placeOf, resolved


class Names:
    """
    A resolver that knows what the test says.
    """

    def __init__(self, **known: list[str]) -> None:
        self.known = known

    def resolveHostName(self, receiver: Any, hostName: str, *more: Any) -> Any:
        """
        Answer at once.
        """
        receiver.resolutionBegan(self)
        for address in self.known.get(hostName, []):
            receiver.addressResolved(IPv4Address("TCP", address, 0))
        receiver.resolutionComplete()
        return self


class AddressTests(SynchronousTestCase):
    """
    What libpq is given.
    """

    def given(self, url: str, **known: list[str]) -> dict[str, str]:
        """
        The parameters, with names resolved.
        """
        found = resolved(parameters(url), Names(**known))  # type: ignore[arg-type]
        done: Deferred[dict[str, str]] = Deferred.fromCoroutine(found)
        return self.successResultOf(done)

    def test_name(self) -> None:
        """
        A name is resolved before, to each of its addresses, and still named.
        """
        given = self.given("postgresql://me@db:5433/x", db=["10.0.0.1", "10.0.0.2"])
        self.assertEqual(given["host"], "db,db")
        self.assertEqual(given["hostaddr"], "10.0.0.1,10.0.0.2")
        self.assertEqual(given["port"], "5433,5433")

    def test_several(self) -> None:
        """
        Several servers, of any kind, keep their order and ports.
        """
        url = "postgresql://me@a:1,10.0.0.9:2/x"
        given = self.given(url, a=["10.0.0.1"])
        self.assertEqual(given["hostaddr"], "10.0.0.1,10.0.0.9")
        self.assertEqual(given["port"], "1,2")

    def test_ready(self) -> None:
        """
        An address or a socket is left alone.
        """
        for url in (
            "postgresql://me@10.0.0.1/x",
            "postgresql://me@[::1]/x",
            "postgresql:///x?host=/run/postgresql",
            "postgresql:///x",
        ):
            self.assertNotIn("hostaddr", self.given(url))

    def test_ownSettings(self) -> None:
        """
        What the operator says counts more than what we would.
        """
        url = "postgresql://me@10.0.0.1/x?application_name=a&options=-c%20a.b%3Dc"
        given = self.given(url)
        self.assertEqual(given["application_name"], "a")
        self.assertTrue(given["options"].endswith(" -c a.b=c"))
        self.assertIn("statement_timeout", given["options"])

    def test_unknown(self) -> None:
        """
        A name without an address is an error.
        """
        found = resolved(parameters("postgresql://me@db/x"), Names())  # type: ignore[arg-type]
        self.failureResultOf(Deferred.fromCoroutine(found), StoreError)

    def test_secret(self) -> None:
        """
        Neither a fault nor the place repeats the password.
        """
        error = self.assertRaises(StoreError, parameters, "postgresql://a:p%zz@h/d")
        self.assertNotIn("zz", str(error))
        place = placeOf(parameters("postgresql://a:geheim@h:5433/d"))
        self.assertEqual(place, "postgres h:5433/d")
