# -*- test-case-name: tests.cli.test_main -*-
"""
C{gigasetctl check ...}, as far as it needs no daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gigasetd.config.loading import loadConfig
from gigasetd.config.networks import Networks, readAddress
from gigasetd.config.schema import Config
from gigasetd.dns.check import check, hostAddresses
from gigasetd.dns.resolvconf import readResolvers
from gigasetd.process.interfaces import guessPublicAddress, localAddresses
from gigasetd.tls.check import presented

RESOLV = Path("/etc/resolv.conf")
LOOPBACKS = Networks(("127.0.0.0/8", "::1/128"))


def configured(asked: Namespace) -> Config:
    """
    The configuration, by the file that was named, if any.

    @raise gigasetd.config.schema.ConfigError: it has faults.
    """
    named = getattr(asked, "file", None) or getattr(asked, "config", None)
    return loadConfig(Path(named) if named else None, os.environ)


def _checkConfig(asked: Namespace) -> dict[str, Any]:
    """
    Read the configuration as the daemon would.

    @raise ConfigError: it has faults.
    """
    config = configured(asked)
    return {"ok": True, "file": config.source or None}


def _checkDns(asked: Namespace) -> dict[str, Any]:
    """
    Ask the network's resolver for the vendor's names.

    @raise ConfigError: the configuration has faults.
    """
    config = configured(asked)
    resolvers = [asked.resolver] if asked.resolver else readResolvers(RESOLV)
    public = config.server.public_address
    local = [one for one in localAddresses() if not LOOPBACKS.contains(one)]
    if not public or readAddress(public):
        own = [public or guessPublicAddress()]
    else:
        own = hostAddresses(public, resolvers)
    target = own[0] if own else public
    return check(config.dns.names, {*own, *local}, target, resolvers)


def _checkCertificates(asked: Namespace) -> dict[str, Any]:
    """
    Look at the certificate as clients would.

    @raise ConfigError: the configuration has faults.
    """
    return presented(configured(asked), datetime.now(UTC))


CHECKS: dict[str, Callable[[Namespace], Any]] = {
    "check config": _checkConfig,
    "check dns": _checkDns,
    "check certificates": _checkCertificates,
}
"""The checks by their verbs."""
