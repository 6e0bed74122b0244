# -*- test-case-name: tests.test_tap -*-
"""
The whole program on one screen: options, and the services that they make.

Layer 4 (assembly).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from typing import Any

from twisted.application.service import IService
from twisted.python.usage import Options as TwistedOptions

from gigasetd.auth.logincode import DIGITS, LoginCodes
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import Config, ConfigError
from gigasetd.control.dispatcher import Dispatcher
from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.household import HouseholdIndex
from gigasetd.errors import StoreError
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.keys.keyfile import keyFile
from gigasetd.keys.keyring import Keyring
from gigasetd.process.clock import SteadyClock
from gigasetd.process.interfaces import guessPublicAddress
from gigasetd.process.lifecycle import Daemon, makeStateDir, raiseFileLimit
from gigasetd.process.ports import BoundPorts
from gigasetd.process.reload import Reload
from gigasetd.ratelimit.settings import SOURCE, followSources, sourcesOf
from gigasetd.ratelimit.source import Sources
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.site.part import Part
from gigasetd.site.site import Caches, Site
from gigasetd.store.service import StoreService
from gigasetd.telemetry.log import chooseStream, isPrivate, startLogging
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status

LOG_KEYS = ("log.level", "log.format")
"""The keys of the log, which a reload applies."""


class Options(TwistedOptions):
    """
    What can be said on the command line; everything else is configuration.
    """

    synopsis = "[--config FILE] [--state-dir DIR]"
    optParameters = [
        ["config", "c", None, "The configuration file (TOML)."],
        ["state-dir", "s", None, "The daemon's state directory."],
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
        raiseFileLimit()
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
    parent: Any = getattr(options, "parent", None) or {}
    stream = chooseStream(parent, sys.stdout)
    root = startLogging(config.log, stream)
    reload = Reload(config, lambda: _configuration(options))
    reload.following.add(LOG_KEYS, lambda new: root.follow(new.log))
    site = makeSite(config, reload, reactor)
    site = replace(site, logPrivate=isPrivate(stream))
    for part in _parts():
        site = site.joined(part(site))
    Daemon(site.store, site.status, reload, root, reactor)
    site.store.setServiceParent(root)
    return root


def makeSite(config: Config, reload: Reload, reactor: Any) -> Site:
    """
    Build it.

    @raise OSError: the state directory cannot be used.
    @raise gigasetd.errors.StoreError: the store's URL or the key is no good.
    """
    clock, registry = SteadyClock(reactor.seconds), Registry(Journal())
    state = config.server.state_dir
    store = StoreService(config.store, state, registry, clock, reactor)
    file = keyFile(config.store.key_file, state, os.environ)
    sources = sourcesOf(config)
    reload.following.add(SOURCE, lambda new: followSources(sources, new))
    return Site(
        config=config,
        registry=registry,
        store=store,
        clock=clock,
        reactor=reactor,
        keys=Keyring(file, registry, store.settle),
        sources=sources,
        public=config.server.public_address or guessPublicAddress(),
        dispatcher=Dispatcher(registry, store, clock.now, reactor),
        ports=BoundPorts(),
        status=Status(clock.now(), store.state),
        following=reload.following,
        renew=reload.renew,
        caches=makeCaches(config, registry, sources),
        running=Running(),
    )


def makeCaches(config: Config, registry: Registry, sources: Sources) -> Caches:
    """
    Build the state in memory that several parts share.
    """
    info = config.info
    return Caches(
        Cache(info.max_items, info.forget_after),
        Gazetteer(),
        HouseholdIndex(registry, config.server.local_networks),
        LoginCodes(lambda: randbelow(10**DIGITS)),
        ReportAdmission(
            registry,
            config.server.local_networks,
            sources.of,
            config.guard.guests_per_source,
        ),
    )


def _parts() -> Iterable[Callable[[Site], Part]]:
    """
    What the daemon consists of.  Services start in this order; each part sees
    what the ones before it offer.
    """
    # Imported late: `twistd --help` imports this module for every command.
    from gigasetd.control import build as control
    from gigasetd.devices import service as devices
    from gigasetd.discovery import service as discovery
    from gigasetd.dns import service as dns
    from gigasetd.info import service as info
    from gigasetd.keys import service as keys
    from gigasetd.privacy import service as privacy
    from gigasetd.process import expirytimer as expiry
    from gigasetd.sip import service as sip
    from gigasetd.store import service as store
    from gigasetd.telemetry import service as telemetry
    from gigasetd.web import build as web
    from gigasetd.xmpp import service as xmpp

    return (
        store.part,
        keys.part,
        control.keyRotation,
        devices.part,
        sip.part,
        info.part,
        web.part,
        xmpp.part,
        discovery.part,
        dns.part,
        control.part,
        privacy.part,
        expiry.part,
        telemetry.part,
    )
