# -*- test-case-name: tests.config.test_schema -*-
"""
The configuration as frozen values: a class for each section, an attribute for
each key.

L{gigasetd.config.sections} declares each key, with its default as TOML writes
it and its check.  C{etc/gigasetd.toml} documents them; a test compares both.
L{gigasetd.config.loading} reads the file and the environment.

Layer 0 (values).
"""

# The sections are frozen, so that one object can be the default of all.
# ruff: noqa: RUF009

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from typing import Any, NamedTuple

from gigasetd.config.sections.discovery import DiscoverySection
from gigasetd.config.sections.dns import DnsSection
from gigasetd.config.sections.http import FirmwareSection, HttpSection, TemplatesSection
from gigasetd.config.sections.info import DirectorySection, InfoSection
from gigasetd.config.sections.server import (
    LogSection,
    PrivacySection,
    ServerSection,
    StoreSection,
)
from gigasetd.config.sections.sip import GuardSection, SipSection, StunSection
from gigasetd.config.sections.xmpp import XmppSection


class ConfigError(Exception):
    """
    The configuration has faults.

    @ivar lines: one line for each fault: file or variable, dotted key, what
        was found, what is allowed.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Config:
    """
    The whole configuration.

    @ivar source: the file it was read from, C{""} for the built-in defaults.
    """

    server: ServerSection = ServerSection()
    store: StoreSection = StoreSection()
    sip: SipSection = SipSection()
    guard: GuardSection = GuardSection()
    stun: StunSection = StunSection()
    xmpp: XmppSection = XmppSection()
    http: HttpSection = HttpSection()
    dns: DnsSection = DnsSection()
    discovery: DiscoverySection = DiscoverySection()
    firmware: FirmwareSection = FirmwareSection()
    templates: TemplatesSection = TemplatesSection()
    info: InfoSection = InfoSection()
    directory: DirectorySection = DirectorySection()
    privacy: PrivacySection = PrivacySection()
    log: LogSection = LogSection()
    source: str = ""

    def get(self, dotted: str) -> Any:
        """
        Get the value of a dotted key.
        """
        section, _, name = dotted.partition(".")
        return getattr(getattr(self, section), name)


SECTIONS: dict[str, Any] = {
    each.name: type(each.default) for each in fields(Config) if each.name != "source"
}
KEYS: dict[str, Field[Any]] = {
    f"{section}.{each.name}": each
    for section, kind in SECTIONS.items()
    for each in fields(kind)
}


class Order(NamedTuple):
    """
    Two keys; the value of the first must not exceed that of the second.
    """

    low: str
    high: str


ORDERS = (
    Order("sip.shortest_expires", "sip.usual_expires"),
    Order("sip.usual_expires", "sip.longest_expires"),
    Order("sip.max_streams_per_address", "sip.max_streams"),
    Order("xmpp.max_streams_per_address", "xmpp.max_streams"),
)


def disorders(config: Config) -> Iterator[Order]:
    """
    Find the pairs of keys whose values are in the wrong order.
    """
    for order in ORDERS:
        if config.get(order.low) > config.get(order.high):
            yield order


def takenDomains(config: Config) -> Iterator[str]:
    """
    Find the domains of components that this server uses itself: for its
    accounts, for the bot, or at the upstream server.
    """
    own, xmpp = config.server.domain, config.xmpp
    taken = {own, f"{xmpp.bot}.{own}"}
    if xmpp.upstream is not None:
        taken.add(xmpp.upstream.domain)
    for domain, _ in xmpp.components:
        if domain in taken:
            yield domain


def emergencyClashes(config: Config) -> Iterator[tuple[str, str]]:
    """
    Find the service numbers that are emergency numbers: dotted key and number.
    """
    for key in ("sip.echo_numbers", "sip.directory_number"):
        value = config.get(key)
        for number in (value,) if isinstance(value, str) else value:
            if number in config.sip.emergency_numbers:
                yield key, number


def differences(old: Config, new: Config) -> tuple[str, ...]:
    """
    List the dotted keys whose values differ.
    """
    return tuple(name for name in KEYS if old.get(name) != new.get(name))
