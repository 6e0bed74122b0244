# -*- test-case-name: tests.control.test_service -*-
"""
The control socket and the operator's verbs, as a part of the daemon.

Layer 4 (assembly).
"""

from __future__ import annotations

from random import SystemRandom
from secrets import token_urlsafe

from gigasetd.accounts.proposal import Numbering, Sealer
from gigasetd.config.schema import Config
from gigasetd.control.service import ControlService, socketPath
from gigasetd.control.verbs.backup import BackupVerbs
from gigasetd.control.verbs.bans import BanVerbs
from gigasetd.control.verbs.books import BookVerbs
from gigasetd.control.verbs.daemon import DaemonVerbs
from gigasetd.control.verbs.devices import DeviceVerbs
from gigasetd.control.verbs.keyrotation import KeyRotation
from gigasetd.control.verbs.messages import MessageVerbs
from gigasetd.control.verbs.notices import NoticeVerbs
from gigasetd.control.verbs.tokens import TokenVerbs
from gigasetd.process.version import version
from gigasetd.site.part import Part
from gigasetd.site.site import Site


def part(site: Site) -> Part:
    """
    Build the control socket, and the verbs of no other package.

    It must be built after the parts whose state the verbs read.
    """
    registry, config = site.registry, site.config
    backup = BackupVerbs(registry, site.store, site.keys, site.reactor)
    tables = (
        _daemonVerbs(site),
        *_deviceVerbs(site, _numbering(config, site.keys)),
        BanVerbs(site.status.guards),
        NoticeVerbs(registry),
        TokenVerbs(registry, token_urlsafe),
        BookVerbs(registry, config.directory.max_contacts),
        backup,
    )
    control = ControlService(socketPath(config), site.dispatcher, backup)
    verbs = {name: verb for each in tables for name, verb in each.table().items()}
    return Part(services=(control,), verbs=verbs)


def keyRotation(site: Site) -> Part:
    """
    Build C{key rotate}; at start it finishes a rotation that an earlier run
    began.
    """
    rotation = KeyRotation(site.keys, site.registry, site.store, site.reactor)
    return Part(services=(rotation,), verbs={"key rotate": rotation.rotate})


def _daemonVerbs(site: Site) -> DaemonVerbs:
    return DaemonVerbs(site.registry, site.status, site.running, site.renew, version())


def _deviceVerbs(site: Site, numbering: Numbering) -> tuple[DeviceVerbs, MessageVerbs]:
    return (
        DeviceVerbs(site.registry, site.running, numbering),
        MessageVerbs(site.registry, numbering, token_urlsafe),
    )


def _numbering(config: Config, sealer: Sealer) -> Numbering:
    random = SystemRandom()
    return Numbering(
        config.server.domain,
        config.sip.reservedNumbers(),
        lambda alphabet, length: "".join(random.choices(alphabet, k=length)),
        sealer,
    )
