# -*- test-case-name: tests.control.verbs.test_bans -*-
"""
C{bans} and C{bans lift}: sources banned for too many wrong passwords.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from gigasetd.config.networks import readAddress
from gigasetd.control.messages import Result, Verb, VerbRequest, chunks
from gigasetd.errors import BadValue, Unknown
from gigasetd.telemetry.status import Bans


@dataclass
class BanVerbs:
    """
    @ivar guards: part of the daemon -> its ban list.
    """

    guards: Mapping[str, Bans]

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {"bans": self.list, "bans lift": self.lift}

    def list(self, request: VerbRequest) -> Result:
        """
        List all bans: the source (an address or a network), the part that banned
        it, and the seconds left.
        """
        rows = (
            {"address": source, "by": part, "expires_in": ceil(left)}
            for part, guard in self.guards.items()
            for source, left in guard.bans(request.now).items()
        )
        return Result(None, chunks(rows))

    def lift(self, request: VerbRequest) -> Result:
        """
        Lift all bans of the source that holds an address.

        @raise BadValue: it is not an IP address.
        @raise Unknown: its source is not banned.
        """
        text = request.text("address").strip()
        # It may have the prefix that C{bans} shows.
        address = readAddress(text.partition("/")[0])
        if address is None:
            raise BadValue(f"{text!r} is not an IP address")
        host = str(address)
        lifted = {
            part: guard.source(host)
            for part, guard in self.guards.items()
            if guard.source(host) in guard.bans(request.now) and guard.lift(host)
        }
        if not lifted:
            raise Unknown(f"{host} is not banned")
        return Result({"address": max(lifted.values()), "lifted": list(lifted)})
