# -*- test-case-name: tests.cli.test_checks -*-
"""
The C{gigasetctl check ...} verbs that need no running daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gigasetd.cli.client import CommandRefused, DaemonUnreachable, ask
from gigasetd.config.loading import loadConfig
from gigasetd.config.networks import Networks, readAddress
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.config.sources import fromEnvironment
from gigasetd.dns.check import check, hostAddresses
from gigasetd.dns.resolvconf import readResolvers
from gigasetd.process.interfaces import guessPublicAddress, localAddresses
from gigasetd.tls.check import certificateReport

RESOLV = Path("/etc/resolv.conf")
LOOPBACKS = Networks(("127.0.0.0/8", "::1/128"))


def readConfig(options: Namespace) -> Config:
    """
    Read the configuration file that the command line names, or the usual one.

    @raise gigasetd.config.schema.ConfigError: it has faults.
    """
    path = getattr(options, "file", None) or getattr(options, "config", None)
    return loadConfig(Path(path) if path else None, os.environ)


def checkConfig(options: Namespace) -> dict[str, Any]:
    """
    Read the configuration as the daemon would, and look for settings of reverse
    proxies that decide wrongly which clients are local.

    A running daemon's warnings are added only where no file is named: a named one
    need not be that daemon's.

    @return: C{{"ok": True, "file": path or None}}, and where there are any:
        C{"variables"}, the environment's variables that override the file, and
        C{"warnings"}, sentences.
    @raise gigasetd.config.schema.ConfigError: it has faults.
    """
    config = readConfig(options)
    document: dict[str, Any] = {"ok": True, "file": config.source or None}
    variables = sorted(raw.place for raw in fromEnvironment(os.environ).values())
    seen = [f"the running daemon reports: {each}" for each in _seen(options, config)]
    warnings = [*proxyWarnings(config.http), *seen]
    document |= {"variables": variables} if variables else {}
    return document | ({"warnings": warnings} if warnings else {})


def proxyWarnings(http: HttpSection) -> list[str]:
    """
    Say where C{http.trusted_proxies} does not fit a reverse proxy.
    """
    hosts = [each.interface for each in http.listen]
    if any(text.endswith("/0") for text in http.trusted_proxies.texts):
        return [
            "http.trusted_proxies trusts every address: any client can then claim to"
            " be local; name your reverse proxies alone"
        ]
    if not hosts or not all(map(LOOPBACKS.contains, hosts)):
        return []
    if any(map(http.trusted_proxies.contains, ("127.0.0.1", "::1"))):
        return []
    return [
        "http.listen is on this machine only, as behind a reverse proxy, but"
        " http.trusted_proxies does not name one: if there is one, no client counts"
        ' as local; add "127.0.0.1" then'
    ]


def _seen(options: Namespace, config: Config) -> list[str]:
    # What a running daemon has noticed, such as a proxy that it does not trust. A
    # file that is checked alone need not be that daemon's.
    if getattr(options, "file", None):
        return []
    path = config.server.state_dir / "control.sock"
    try:
        status = ask(path, "status", {}, lambda done, total: None)
    except (CommandRefused, DaemonUnreachable):
        return []
    return list(status.get("warnings", ()))


def checkDns(options: Namespace) -> dict[str, Any]:
    """
    Check that the network's resolver answers the vendor's names with this
    server's address.

    @raise gigasetd.config.schema.ConfigError: the configuration has faults.
    """
    config = readConfig(options)
    resolvers = [options.resolver] if options.resolver else readResolvers(RESOLV)
    public = config.server.public_address
    local = [each for each in localAddresses() if not LOOPBACKS.contains(each)]
    if not public or readAddress(public):
        own = [public or guessPublicAddress()]
    else:
        # server.public_address may be a host name, as behind a changing address.
        own = hostAddresses(public, resolvers)
    target = own[0] if own else public
    return check(config.dns.names, {*own, *local}, target, resolvers)


def checkCertificates(options: Namespace) -> dict[str, Any]:
    """
    Check the TLS certificate as a client would.

    @raise gigasetd.config.schema.ConfigError: the configuration has faults.
    """
    return certificateReport(readConfig(options), datetime.now(UTC))


CHECKS: dict[str, Callable[[Namespace], Any]] = {
    "check config": checkConfig,
    "check dns": checkDns,
    "check certificates": checkCertificates,
}
"""Verb -> check."""
