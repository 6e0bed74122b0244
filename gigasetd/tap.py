# -*- test-case-name: tests.test_tap -*-
"""
The whole program on one screen: options, and the services that they make.

Layer 4 (assembly).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from twisted.application.service import IService
from twisted.python.usage import Options as TwistedOptions

from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import Config, ConfigError
from gigasetd.control.messages import Verb
from gigasetd.control.verbs.keyrotation import Rotation
from gigasetd.devices.household import HouseholdIndex
from gigasetd.devices.service import HouseholdService
from gigasetd.errors import StoreError
from gigasetd.keys.keyfile import keyFile
from gigasetd.keys.keyring import Keyring
from gigasetd.process.clock import SteadyClock
from gigasetd.process.interfaces import guessPublicAddress
from gigasetd.process.lifecycle import Daemon, makeStateDir
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.site.live import Live
from gigasetd.store.service import StoreService
from gigasetd.telemetry.log import chooseStream, startLogging


class Options(TwistedOptions):
    """
    What can be said on the command line; everything else is configuration.
    """

    synopsis = "[--config FILE] [--state-dir DIR]"
    optParameters = [
        ["config", "c", None, "The configuration file (TOML)."],
        ["state-dir", "s", None, "Where the daemon keeps what it knows."],
    ]


def makeService(options: Options, reactor: Any = None) -> IService:
    """
    Build the daemon.

    @raise SystemExit: the configuration is at fault; each fault is told in a
        line on standard error.
    """
    if reactor is None:
        from twisted.internet import reactor
    try:
        config = _configuration(options)
        makeStateDir(config.server.state_dir)
        return _assemble(options, config, reactor)
    except ConfigError as error:
        raise SystemExit(_complain(*error.lines)) from None
    except (OSError, StoreError) as error:
        raise SystemExit(_complain(str(error))) from None


def _configuration(options: Options) -> Config:
    """
    The configuration that the command line asks for.
    """
    file = options["config"]
    return loadConfig(Path(file) if file else None, os.environ, options["state-dir"])


def _complain(*lines: str) -> int:
    """
    Tell the operator what is wrong.

    @return: the exit status.
    """
    for line in lines:
        print(line, file=sys.stderr)
    return 1


def _assemble(options: Options, config: Config, reactor: Any) -> IService:
    """
    Join registry, store and listeners.
    """
    from gigasetd.control import service as control
    from gigasetd.discovery import service as discovery
    from gigasetd.dns import service as override
    from gigasetd.info import service as info
    from gigasetd.privacy import service as privacy
    from gigasetd.process import expiry as tidying
    from gigasetd.sip import service as sip
    from gigasetd.sip.stun import service as stun
    from gigasetd.telemetry.lag import LagMonitor
    from gigasetd.web import service as web
    from gigasetd.xmpp import service as xmpp
    from gigasetd.xmpp.federation import service as neighbours

    clock = SteadyClock(reactor.seconds)
    registry = Registry(Journal())
    live = Live(started=clock.now())
    state = config.server.state_dir
    store = StoreService(config.store, state, registry, clock, reactor)
    file = keyFile(config.store.key_file, state, os.environ)
    ring = Keyring(file, registry, store.settle)
    rotation = Rotation(ring, registry, store, reactor)
    live.store = store.state
    public = config.server.public_address or guessPublicAddress()
    live.counts |= {"store": store.flush.counts, "spool": store.spool.counts}
    live.gauges["store"] = store.gauges
    lag = LagMonitor(reactor)
    live.gauges["reactor"] = lag.gauges
    households = HouseholdIndex(registry, config.server.local_networks)
    phones = sip.service(
        config, registry, live, store.settle, clock, reactor, public, ring, store.safe
    )
    information = info.service(config.info, registry, live, clock, reactor)
    pages = web.service(
        config,
        registry,
        live,
        store.settle,
        clock,
        reactor,
        public,
        ring.open,
        store.safe,
        cache=information.cache,
        places=information.places,
        households=households,
    )
    messages = xmpp.service(
        config,
        registry,
        live,
        store.settle,
        clock,
        reactor,
        public,
        ring,
        store.safe,
        households,
    )
    others = neighbours.neighbours(config, messages.executor, live, reactor)
    found = discovery.service(
        config,
        registry,
        live,
        store.settle,
        clock,
        reactor,
        public,
        ring.derive("discovery"),
        phones,
        pages,
        messages,
    )
    verbs: dict[str, Verb] = {"key rotate": rotation.rotate, "dhcp": found.dhcp}
    operator = control.service(
        config, registry, live, store, clock, reactor, ring, verbs
    )
    pages.commands.desk = operator.desk
    listeners: list[Any] = [
        ring,
        rotation,
        HouseholdService(households),
        phones,
        stun.service(config.stun.listen, phones, reactor),
        information,
        pages,
        messages,
        others,
        found,
        override.service(config, live, clock.now, reactor, public),
        operator,
        privacy.service(config.privacy, registry, store.settle, clock, reactor),
        tidying.service(live, clock, reactor),
        lag,
    ]
    for listener in listeners:
        listener.setServiceParent(store.listeners)
    parent: Any = getattr(options, "parent", None) or {}
    root = startLogging(config.log, chooseStream(parent, sys.stdout))
    Daemon(store, live, reactor, lambda: _configuration(options), config, root)
    store.setServiceParent(root)
    return root
