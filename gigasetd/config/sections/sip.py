# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[sip]}, C{[guard]} and C{[stun]} sections.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.auth.passwords import ALGORITHMS
from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import LOCAL, Networks
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    algorithms,
    listeners,
    listOf,
    matching,
    mediaPorts,
    networks,
    oneOf,
    switch,
    whole,
)

_digits = matching("[0-9]{1,15}", "a text of 1 to 15 digits")


@dataclass(frozen=True)
class SipSection:
    """
    Registrations and calls; times in seconds.

    @ivar media_ports: the first and the last port, L{None} where the system
        chooses.
    """

    listen: tuple[Endpoint, ...] = key(
        ["udp:5060", "tcp:5060"], listeners(["udp", "tcp"])
    )
    digest: tuple[str, ...] = key(["MD5"], algorithms(*ALGORITHMS))
    max_contacts: int = key(10, whole(1, 100))
    enrol: str = key("operator", oneOf("operator", "lan"))
    max_enrolled: int = key(1000, whole(0, 1000000))
    echo_numbers: tuple[str, ...] = key(
        ["12341", "12340"], listOf(_digits, "numbers of 1 to 15 digits", 20)
    )
    directory_number: str = key("1188", _digits)
    emergency_numbers: tuple[str, ...] = key(
        ["110", "112", "911", "999"], listOf(_digits, "numbers of 1 to 15 digits", 50)
    )
    asserted_identity: bool = key(False, switch)
    shortest_expires: int = key(60, whole(1, 3600, "seconds"))
    usual_expires: int = key(3600, whole(1, 86400, "seconds"))
    longest_expires: int = key(3600, whole(1, 86400, "seconds"))
    nat_expires: int = key(180, whole(30, 86400, "seconds"))
    nonce_lifetime: int = key(300, whole(10, 86400, "seconds"))
    ring_timeout: int = key(185, whole(181, 600, "seconds"))
    max_transactions: int = key(100000, whole(100, 10000000))
    max_unregistered_transactions: int = key(5000, whole(10, 10000000))
    max_unregistered_per_source: int = key(200, whole(1, 10000000))
    max_calls: int = key(10000, whole(1, 1000000))
    max_subscriptions: int = key(100000, whole(0, 10000000))
    max_message: int = key(65536, whole(2048, 1048576, "bytes"))
    max_headers: int = key(200, whole(20, 10000))
    max_streams: int = key(4096, whole(1, 1000000))
    max_streams_per_address: int = key(64, whole(1, 1000000))
    max_unproven_streams_per_address: int = key(16, whole(1, 1000000))
    reserved_streams: int = key(1024, whole(0, 1000000))
    stream_greeting: int = key(10, whole(1, 600, "seconds"))
    stream_unproven: int = key(60, whole(1, 86400, "seconds"))
    stream_idle: int = key(3600, whole(30, 86400, "seconds"))
    stream_timeout: int = key(30, whole(1, 600, "seconds"))
    echo_calls: int = key(20, whole(0, 1000))
    echo_calls_each: int = key(2, whole(0, 1000))
    echo_seconds: int = key(300, whole(1, 86400, "seconds"))
    media_ports: tuple[int, int] | None = key("auto", mediaPorts)

    def reservedNumbers(self) -> frozenset[str]:
        """
        Return the numbers that no account may have: services and emergencies.
        """
        services = (*self.echo_numbers, self.directory_number)
        return frozenset((*services, *self.emergency_numbers))


@dataclass(frozen=True)
class GuardSection:
    """
    Limits against floods, scanners and guessed passwords.
    """

    ipv4_prefix: int = key(32, whole(8, 32, "bits"))
    ipv6_prefix: int = key(64, whole(16, 128, "bits"))
    exempt: Networks = key(list(LOCAL), networks, follows="server.local_networks")
    requests_per_second: int = key(50, whole(1, 100000))
    burst: int = key(200, whole(1, 1000000))
    login_failures: int = key(10, whole(1, 10000))
    account_failures: int = key(100, whole(1, 1000000))
    failure_window: int = key(600, whole(1, 86400, "seconds"))
    ban_seconds: int = key(600, whole(1, 2592000, "seconds"))
    max_addresses: int = key(100000, whole(100, 10000000))
    guests_per_source: int = key(20, whole(0, 1000))


@dataclass(frozen=True)
class StunSection:
    """
    The STUN server.
    """

    listen: tuple[Endpoint, ...] = key(["udp:3478"], listeners(["udp"]))
