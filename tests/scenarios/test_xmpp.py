"""
Scenario: real XMPP clients log in by every mechanism.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime
from importlib.util import find_spec
from shutil import which
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread

from gigasetd.tls.certificate import makeSelfSigned
from tests.scenarios.case import ScenarioCase, require
from tests.scenarios.daemon import CHECKOUT

ALICE = "20000001"
HEADER = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='gigaset.net' "
    b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)


AUTH = b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>"
BIND = (
    b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    b"<resource>tablet</resource></bind></iq>"
)


class VisitCase(ScenarioCase):
    """
    A daemon with two listeners, and one number.
    """

    async def setUp(self) -> None:
        """
        Start it.
        """
        await super().setUp()
        self.password = await self.account(ALICE)

    async def visit(
        self, client: str, mechanism: str = "", password: str = ""
    ) -> dict[str, Any]:
        """
        Log in with a real client.

        @return: what it tells.
        """
        program = [sys.executable, "-m", "tests.scenarios.visit", client]
        kind = "tls" if client.endswith("-direct") else "tcp"
        where = str(self.daemon.port("xmpp", kind))
        program += [where, ALICE, password or self.password, mechanism]
        done = await deferToThread(
            subprocess.run,
            program,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        lines = done.stdout.splitlines()
        self.assertTrue(lines, done.stderr[-2000:])
        told: dict[str, Any] = json.loads(lines[-1])
        return told


class ModernTests(VisitCase):
    """
    slixmpp.
    """

    async def test_mechanisms(self) -> None:
        """
        By each mechanism, over STARTTLS; left to itself it takes the best.
        """
        require("slixmpp", find_spec("slixmpp") is not None)
        for asked, used in (
            ("", "SCRAM-SHA-256"),
            ("SCRAM-SHA-1", "SCRAM-SHA-1"),
            ("PLAIN", "PLAIN"),
            ("DIGEST-MD5", "DIGEST-MD5"),
        ):
            told = await self.visit("slixmpp", asked)
            self.assertEqual(told, {"mechanism": used, "body": "hello"})
        told = await self.visit("slixmpp", password="wrong")
        self.assertNotIn("mechanism", told)

    async def test_newPassword(self) -> None:
        """
        A new password is the one that counts, also for SCRAM, whose keys of
        the old one are gone.
        """
        require("slixmpp", find_spec("slixmpp") is not None)
        await self.visit("slixmpp")
        await self.daemon.ctl("device", "password", ALICE, "another-s3cret")
        told = await self.visit("slixmpp", password="another-s3cret")
        self.assertEqual(told["mechanism"], "SCRAM-SHA-256")
        self.assertNotIn("mechanism", await self.visit("slixmpp"))


class OldTests(VisitCase):
    """
    xmpppy, which speaks as phones of 2007 do.
    """

    async def test_ways(self) -> None:
        """
        By XEP-0078 and by DIGEST-MD5, without TLS.
        """
        require("xmpppy", find_spec("xmpp") is not None)
        for way, used in (("", "old_auth"), ("sasl", "sasl")):
            told = await self.visit("xmpppy", way)
            self.assertEqual(told, {"mechanism": used, "body": "hello"})


class TLSTests(VisitCase):
    """
    Which certificate clients get.
    """

    def _certificate(self) -> bytes:
        """
        What a client of direct TLS is presented with, in PEM.
        """
        where = ("127.0.0.1", self.daemon.port("xmpp", "tls"))
        return ssl.get_server_certificate(where).encode()

    async def test_direct(self) -> None:
        """
        A client can begin with TLS.
        """
        require("slixmpp", find_spec("slixmpp") is not None)
        told = await self.visit("slixmpp-direct")
        self.assertEqual(told, {"mechanism": "SCRAM-SHA-256", "body": "hello"})

    async def test_alpn(self) -> None:
        """
        OpenSSL's own client, which asks for xmpp-client, gets it.
        """
        require("openssl", which("openssl") is not None)
        where = f"127.0.0.1:{self.daemon.port('xmpp', 'tls')}"
        done = await deferToThread(
            subprocess.run,
            ["openssl", "s_client", "-connect", where, "-alpn", "xmpp-client"],
            input=HEADER,
            capture_output=True,
            timeout=30,
            check=False,
        )
        self.assertIn(b"ALPN protocol: xmpp-client", done.stdout)
        # OpenSSL 3.0 writes "CN = NAME", OpenSSL 3.2 "CN=NAME".
        shown = (done.stdout + done.stderr).replace(b" = ", b"=")
        self.assertIn(b"CN=gigaset.net", shown)

    async def test_restart(self) -> None:
        """
        The certificate that was made at the first start is the same at the
        next, and only the daemon's user can read its key.
        """
        before = await deferToThread(self._certificate)
        file = self.daemon.state / "tls.pem"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        await self.daemon.restart()
        self.assertEqual(await deferToThread(self._certificate), before)

    async def test_renewed(self) -> None:
        """
        A new certificate is presented without a restart.
        """
        before = await deferToThread(self._certificate)
        file = self.daemon.state / "tls.pem"
        makeSelfSigned(file, "gigaset.net", "127.0.0.1", datetime.now(UTC))
        await deferLater(reactor, 1.5)
        self.assertNotEqual(await deferToThread(self._certificate), before)


class LiveTests(VisitCase):
    """
    What the operator sees, and how a session ends.
    """

    async def test_streams(self) -> None:
        """
        C{streams} lists who is connected; a daemon that stops says so.
        """
        where = ("127.0.0.1", self.daemon.port("xmpp", "tcp"))
        line = socket.create_connection(where, 10)
        self.addCleanup(line.close)
        text = b64encode(f"\0{ALICE}\0{self.password}".encode())
        for said, until in (
            (HEADER, b"</stream:features>"),
            (AUTH % text, b"<success"),
            (HEADER, b"</stream:features>"),
            (BIND, b"</iq>"),
        ):
            line.sendall(said)
            await deferToThread(self._read, line, until)
        [stream] = await self.live("streams")
        self.assertEqual(stream["jid"], f"{ALICE}@gigaset.net/tablet")
        self.assertEqual(stream["mechanism"], "PLAIN")
        self.assertEqual(stream["address"], "127.0.0.1")
        self.assertFalse(stream["secure"])
        status = await self.daemon.ctl("status")
        self.assertEqual(status["counts"]["streams"], 1)
        stopping = Deferred.fromCoroutine(self.daemon.terminate())
        told = await deferToThread(self._read, line, b"</stream:stream>")
        self.assertIn(b"<system-shutdown", told)
        line.close()
        self.assertEqual(await stopping, 0)

    def _read(self, line: socket.socket, until: bytes) -> bytes:
        got = b""
        while until not in got:
            data = line.recv(65536)
            if not data:
                break
            got += data
        return got
