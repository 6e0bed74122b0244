# -*- test-case-name: tests.control.test_service -*-
"""
The control socket and its verbs, as a part of the daemon.

Layer 4 (assembly).
"""

from __future__ import annotations

from random import SystemRandom
from secrets import token_urlsafe

from gigasetd.accounts.proposal import Numbering, Sealer
from gigasetd.config.schema import Config
from gigasetd.control.service import ControlService, socketPath
from gigasetd.control.verbs.backup import Backup
from gigasetd.control.verbs.books import Bookcase
from gigasetd.control.verbs.daemon import Verbs
from gigasetd.control.verbs.keyrotation import Rotation
from gigasetd.process.version import version
from gigasetd.site.part import Part
from gigasetd.site.site import Site


def part(site: Site) -> Part:
    """
    Build the control socket, and the verbs of no other package.

    To be built when the parts whose state the verbs read are.
    """
    registry, store, now = site.registry, site.store, site.clock.now
    backup = Backup(registry, store, site.keys, now, site.reactor)
    books = Bookcase(registry, site.config.directory.max_contacts)
    control = ControlService(socketPath(site.config), site.dispatcher, backup)
    return Part(
        services=(control,),
        verbs={
            **_verbs(site).table(),
            **backup.table(),
            **books.table(),
        },
    )


def keyRotation(site: Site) -> Part:
    """
    Build C{key rotate}, which finishes at the start what an earlier run left
    half done.
    """
    rotation = Rotation(site.keys, site.registry, site.store, site.reactor)
    return Part(services=(rotation,), verbs={"key rotate": rotation.rotate})


def _verbs(site: Site) -> Verbs:
    return Verbs(
        site.registry,
        site.status,
        site.running,
        site.renew,
        _numbering(site.config, site.keys),
        token_urlsafe,
        site.clock.now,
        version(),
    )


def _numbering(config: Config, sealer: Sealer) -> Numbering:
    random = SystemRandom()
    return Numbering(
        config.server.domain,
        frozenset((*config.sip.echo_numbers, config.sip.directory_number)),
        lambda alphabet, length: "".join(random.choices(alphabet, k=length)),
        sealer,
    )
