"""
Tests of L{gigasetd.dns.check} and of C{gigasetctl check dns}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.threads import deferToThread

from gigasetd.config.sections.dns import VENDOR
from gigasetd.dns.check import check
from tests.cli.case import CtlCase
from tests.dns.test_service import LOOP, OverrideCase

HERE = "192.168.1.2"


class CheckTests(OverrideCase):
    """
    What the operator is told of the network's resolver.
    """

    async def check(self, *names: str, resolvers=None):
        """
        Ask our own resolver.
        """
        where = resolvers or [(LOOP, self.port)]
        return await deferToThread(check, names, {HERE}, HERE, where)

    async def test_good(self) -> None:
        """
        Where all names lead here, that is all there is to say.
        """
        told = await self.check(*VENDOR)
        self.assertTrue(told["ok"], told)
        self.assertNotIn("detail", told)

    async def test_wrong(self) -> None:
        """
        A name that leads elsewhere is told with what to change.
        """
        told = await self.check("gigaset.net", "tel.example.org", "none.example.org")
        self.assertFalse(told["ok"])
        good, wrong, missing = told["names"]
        self.assertEqual((good["here"], good["change"]), (True, ""))
        self.assertEqual(wrong["answers"], ["192.0.2.7"])
        self.assertEqual(wrong["change"], f"override it: tel.example.org A {HERE}")
        self.assertEqual(missing["change"], f"add a record: none.example.org A {HERE}")
        self.assertIn("2 of 3", told["detail"])

    async def test_silent(self) -> None:
        """
        A resolver that is not there is passed over, and that none is there is
        said.
        """
        closed = reactor.listenUDP(0, DatagramProtocol(), LOOP)
        gone = (LOOP, closed.getHost().port)
        await closed.stopListening()
        told = await self.check("gigaset.net", resolvers=[gone, (LOOP, self.port)])
        self.assertTrue(told["ok"])
        told = await self.check("gigaset.net", resolvers=[gone])
        self.assertIn("no resolver answers", told["detail"])


class CtlDnsTests(OverrideCase, CtlCase):
    """
    The verb.
    """

    async def setUp(self) -> None:
        """
        Resolver and configuration.
        """
        await OverrideCase.setUp(self)
        await CtlCase.setUp(self)
        with self.config_.open("a") as file:
            file.write(f"public_address = '{HERE}'\n")

    @property
    def config_(self) -> Path:
        """
        The file.
        """
        return self.folder / "gigasetd.toml"

    async def test_verb(self) -> None:
        """
        Exit status 0 when all is well, 1 and one line when not, 2 for no
        address.
        """
        self.config = self.config_
        where = ("check", "dns", "--resolver", f"{LOOP}:{self.port}")
        ended = await self.ctl("--json", *where)
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertEqual(len(ended.document["names"]), len(VENDOR))
        names = '["gigaset.net", "other.example.org"]'
        ended = await self.ctl("--json", *where, env={"GIGASETD_DNS__NAMES": names})
        self.assertEqual((ended.status, ended.document["ok"]), (1, False))
        self.assertEqual(len(ended.err.splitlines()), 1)
        ended = await self.ctl(*where, env={"GIGASETD_DNS__NAMES": names})
        self.assertIn("override it", ended.out)
        ended = await self.ctl("check", "dns", "--resolver", "somewhere")
        self.assertEqual((ended.status, ended.out), (2, ""))
