"""
A server that provisions phones, with an operator's directories.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock

from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.auth.digest import parseCredentials, proves
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.config.sections.server import ServerSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Device
from gigasetd.registry.registry import Registry
from gigasetd.telemetry.running import Running
from gigasetd.web.build import part
from tests.registry.populated import BOX, MAC, NOW, NUMBER, OTHER, PASSWORD, numbering
from tests.sites import built, siteOf
from tests.web.case import FAR, Answer, Wall, WebCase

ODD = "Jörg \"<&>' €"
N510 = "N510 IP PRO/42.245.00.000.000"
N870 = "Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605"


class Provisioned(WebCase):
    """
    A device with an account, and one that logs in as its factory set it.
    """

    access = "known"

    def setUp(self) -> None:
        """
        Build it.
        """
        self.state = Path(self.mktemp()).absolute()
        self.firmware = self.state / "firmware"
        self.templates = self.state / "templates"
        self.registry = Registry(Journal())
        addDevice(self.registry, NewDevice(MAC, NUMBER, PASSWORD), numbering(), NOW)
        self.registry.put(Device(OTHER, "", "", "", "N510 IP PRO", "", NOW))
        self.clock: Any = Clock()
        self.start()

    def start(self) -> None:
        """
        A server over this registry and these directories.
        """
        here = Networks(["192.168.0.0/16"])
        config = Config(
            http=HttpSection(phone_access=self.access),
            server=ServerSection("example.net", self.state, "192.0.2.1", here),
        )
        site = siteOf(
            config,
            self.registry,
            self.clock,
            clock=Wall(),
            keys=BOX,
            public="192.0.2.1",
            running=Running(reachable=lambda binding: True),
        )
        self.built, self.web = built(site, part)
        self.site = self.web.site

    def put(self, path: Path, content: str | bytes = b"x") -> None:
        """
        Write one of the operator's files, and have it seen.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        self.start()

    def counted(self, name: str) -> int:
        """
        One of the counters.
        """
        return self.built.status.counters["provisioning"][name]

    def prove(
        self, path: str, user: str = NUMBER, password: str = PASSWORD, host: str = FAR
    ) -> Answer:
        """
        Ask twice, as a phone does that is challenged.
        """
        challenged = self.ask(path, host)
        self.assertEqual(challenged.code, 401)
        asked = challenged.headers["www-authenticate"]
        return self.ask(path, host, Authorization=reply(asked, path, user, password))


def reply(asked: str, path: str, user: str, password: str) -> str:
    """
    The answer to a challenge (RFC 7616 section 3.4).
    """
    from gigasetd.auth.digest import expected
    from gigasetd.auth.passwords import ha1

    parts = dict(re.findall(r'(\w+)="([^"]*)"', asked))
    text = (
        f'Digest username="{user}", realm="{parts["realm"]}", '
        f'nonce="{parts["nonce"]}", uri="{path}", algorithm=MD5, qop=auth, '
        'nc=00000001, cnonce="abc", response="{}"'
    )
    given = parseCredentials(text.format("0" * 32))
    assert given is not None
    secret = ha1(user, parts["realm"], password)
    right = expected(secret, "GET", given)
    assert proves(secret, "GET", given._replace(response=right))
    return text.format(right)
