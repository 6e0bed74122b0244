# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
C{bans}: the addresses that guessed wrong too often, and how the operator lets
one in again.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from gigasetd.config.networks import readAddress
from gigasetd.control.messages import Answer, Asked, Verb, chunks
from gigasetd.errors import BadValue, Unknown
from gigasetd.telemetry.status import Bans


@dataclass
class Banned:
    """
    @ivar now: epoch seconds.
    """

    guards: Mapping[str, Bans]
    now: Callable[[], float]

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {"bans": self.bans, "bans lift": self.lift}

    def bans(self, asked: Asked) -> Answer:
        """
        Who is banned, by what, and for how long still.
        """
        now = self.now()
        found = (
            {"address": host, "by": part, "expires_in": ceil(left)}
            for part, guard in self.guards.items()
            for host, left in guard.bans(now).items()
        )
        return Answer(None, chunks(found))

    def lift(self, asked: Asked) -> Answer:
        """
        Let an address in again, everywhere.

        @raise BadValue: it is no address.
        @raise Unknown: it is not banned.
        """
        given = asked.text("address").strip()
        address = readAddress(given)
        if address is None:
            raise BadValue(f"{given!r} is no IP address")
        host, now = str(address), self.now()
        parts = [
            part
            for part, guard in self.guards.items()
            if host in guard.bans(now) and guard.lift(host)
        ]
        if not parts:
            raise Unknown(f"{host} is not banned")
        return Answer({"address": host, "lifted": parts})
