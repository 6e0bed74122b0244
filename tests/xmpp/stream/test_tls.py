"""
TLS over real sockets: from the first byte, and from the open.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import struct
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.server import ServerSection
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.tls.certificate import ServerCertificate, endPoint
from gigasetd.xmpp.service import XMPPService, part
from tests.sites import built, siteOf
from tests.xmpp.streaming import ALICE, BIND, HEADER, PASSWORD, SASL, plain

ANY = "127.0.0.1"
PROCEED = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


class Wire:
    """
    A blocking client; every call runs in a thread.
    """

    def __init__(self, port: int) -> None:
        self.line: Any = socket.create_connection((ANY, port), 10)
        self.context = SSL.Context(SSL.TLS_CLIENT_METHOD)

    def secure(self, protocols: list[bytes] | None = None) -> None:
        """
        Go on in TLS.
        """
        if protocols:
            self.context.set_alpn_protos(protocols)
        plain = self.line
        # OpenSSL wants a socket that blocks, though not for ever.
        plain.settimeout(None)
        patience = struct.pack("ll", 10, 0)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        self.line = SSL.Connection(self.context, plain)
        self.line.set_tlsext_host_name(b"gigaset.net")
        self.line.set_connect_state()
        self.line.do_handshake()

    def say(self, text: str, until: str) -> str:
        """
        Send, and read until something comes.
        """
        self.line.sendall(text.encode())
        return self.read(until)

    def read(self, until: str) -> str:
        """
        Read until something comes, or the end.
        """
        got = b""
        while until.encode() not in got:
            try:
                data = self.line.recv(65536)
            except SSL.Error:
                break
            if not data:
                break
            got += data
        return got.decode()

    def close(self) -> None:
        """
        Hang up.
        """
        self.line.close()


class TLSCase(TestCase):
    """
    A server that listens on loopback, for phones or for nobody's phones.
    """

    phones = False
    old = False
    unread = 1048576

    def setUp(self) -> None:
        state = Path(self.mktemp())
        state.mkdir()
        section = replace(
            XmppSection(),
            listen=(Endpoint("tcp", 0, ANY), Endpoint("tls", 0, ANY)),
            phone_networks=Networks(["127.0.0.0/8"] if self.phones else []),
            shared_roster="off",
            old_tls=self.old,
            max_unread=self.unread,
            max_rate=1 << 30,
            close_timeout=1,
        )
        config = Config(server=ServerSection(state_dir=state), xmpp=section)
        registry = Registry(Journal())
        account = Account(ALICE, "digest", PASSWORD, "", "", "", 1.0, 0.0)
        registry.put(account)
        self.server = self.build(config, registry)
        self.server.startService()
        self.addCleanup(self.server.stopService)
        self.tcp, self.tls = (one.getHost().port for one in self.server._ports)

    def build(self, config: Config, registry: Registry) -> XMPPService:
        """
        The service, with a store that is never slow.
        """
        _, made = built(siteOf(config, registry, reactor, public=ANY), part)
        xmpp: XMPPService = made
        return xmpp

    def play(self, port: int, script: Any) -> Deferred[Any]:
        """
        Run a blocking script against a port.
        """

        def run() -> Any:
            wire = Wire(port)
            try:
                return script(wire)
            finally:
                wire.close()

        return deferToThread(run)


def login(wire: Wire) -> str:
    """
    Log in and bind, in TLS.
    """
    wire.say(HEADER, "</stream:features>")
    wire.say(plain(), "<success")
    wire.say(HEADER, "</stream:features>")
    return wire.say(BIND.format("r"), "</iq>")


class DirectTests(TLSCase):
    """
    TLS from the first byte.
    """

    async def test_alpn(self) -> None:
        """
        Trap 6: a client that asks for xmpp-client, among others, gets it; one
        that asks for nothing is served too; one that asks for something else
        is in the wrong place.
        """
        for asked, got in (
            ([b"xmpp-client"], b"xmpp-client"),
            ([b"h2", b"xmpp-client"], b"xmpp-client"),
            ([], b""),
        ):

            def script(wire: Wire, asked: Any = asked) -> Any:
                wire.secure(asked)
                return wire.line.get_alpn_proto_negotiated(), login(wire)

            found, told = await self.play(self.tls, script)
            self.assertEqual(found, got)
            self.assertIn(f"{ALICE}@gigaset.net/r", told)

        def wrong(wire: Wire) -> None:
            wire.secure([b"http/1.1"])

        await self.assertFailure(self.play(self.tls, wrong), SSL.Error)

    async def test_plainIsRefused(self) -> None:
        """
        Nothing is told to who does not speak TLS, not even by mistake.
        """

        def script(wire: Wire) -> Any:
            return wire.say(HEADER, "never")

        told = await self.play(self.tls, script)
        self.assertNotIn("stream", told)

    async def test_oldIsRefused(self) -> None:
        """
        TLS 1.1 is too old for everybody but phones that may use it.
        """

        def script(wire: Wire) -> Any:
            wire.context.set_min_proto_version(SSL.TLS1_VERSION)
            wire.context.set_max_proto_version(SSL.TLS1_1_VERSION)
            wire.context.set_cipher_list(b"ALL:@SECLEVEL=0")
            wire.secure()

        await self.assertFailure(self.play(self.tls, script), SSL.Error)


class StartTLSTests(TLSCase):
    """
    From the open into TLS.
    """

    async def test_login(self) -> None:
        """
        The stream goes on encrypted, with the header anew.
        """

        def script(wire: Wire) -> Any:
            first = wire.say(HEADER, "</stream:features>")
            wire.say(PROCEED, "<proceed")
            wire.secure([b"xmpp-client"])
            return first, login(wire)

        first, told = await self.play(self.tcp, script)
        self.assertIn("<required/>", first)
        self.assertIn(f"{ALICE}@gigaset.net/r", told)

    async def test_python(self) -> None:
        """
        Python's own TLS trusts our certificate where it was told to.
        """
        own = str(self.server.certificate.files.certificate)

        def script(wire: Wire) -> Any:
            wire.say(HEADER, "</stream:features>")
            wire.say(PROCEED, "<proceed")
            context = ssl.create_default_context(cafile=own)
            wire.line = context.wrap_socket(wire.line, server_hostname="gigaset.net")
            return login(wire)

        told = await self.play(self.tcp, script)
        self.assertIn(f"{ALICE}@gigaset.net/r", told)


class BindingTests(TLSCase):
    """
    SCRAM bound to the connection.
    """

    def bound(self, kind: str, wire: Wire) -> str:
        """
        Log in by SCRAM-SHA-256-PLUS.
        """
        wire.secure()
        told = wire.say(HEADER, "</stream:features>")
        self.assertIn(f"<channel-binding type='{kind}'/>", told)
        if kind == "tls-exporter":
            data = wire.line.export_keying_material(
                b"EXPORTER-Channel-Binding", 32, b""
            )
        else:
            data = endPoint(wire.line.get_peer_certificate(as_cryptography=True))
        bare = f"n={ALICE},r=abcdef"
        first = b64encode(f"p={kind},,{bare}".encode()).decode()
        told = wire.say(
            f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-256-PLUS'>{first}</auth>",
            "</challenge>",
        )
        challenge = b64decode(told.partition(">")[2].partition("<")[0]).decode()
        final = b64encode(self.final(kind, data, bare, challenge).encode()).decode()
        return wire.say(f"<response xmlns='{SASL}'>{final}</response>", ">")

    def final(self, kind: str, data: bytes, bare: str, challenge: str) -> str:
        """
        The client's last message.
        """
        told = dict(one.split("=", 1) for one in challenge.split(","))
        salt, rounds = b64decode(told["s"]), int(told["i"])
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, rounds)
        key = hmac.digest(salted, b"Client Key", "sha256")
        channel = b64encode(f"p={kind},,".encode() + data).decode()
        without = f"c={channel},r={told['r']}"
        signed = f"{bare},{challenge},{without}".encode()
        signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        return f"{without},p={b64encode(proof).decode()}"

    async def test_kinds(self) -> None:
        """
        By the exporter of TLS 1.3 and by the certificate.
        """
        for kind in ("tls-exporter", "tls-server-end-point"):
            told = await self.play(self.tls, lambda wire, k=kind: self.bound(k, wire))
            self.assertIn("<success", told)

    async def test_below13(self) -> None:
        """
        TLS 1.2 has no exporter that binds for sure, so that only the
        certificate is offered.
        """

        def script(wire: Wire) -> Any:
            wire.context.set_max_proto_version(SSL.TLS1_2_VERSION)
            wire.secure()
            return wire.say(HEADER, "</stream:features>")

        told = await self.play(self.tls, script)
        self.assertNotIn("tls-exporter", told)
        self.assertIn("tls-server-end-point", told)


class OldTests(TLSCase):
    """
    Phones of 2007, where the operator lets them.
    """

    phones = old = True

    async def test_versions(self) -> None:
        """
        TLS 1.0 and 1.1 are served, without ciphers that hide nothing.
        """
        for version in (SSL.TLS1_VERSION, SSL.TLS1_1_VERSION, SSL.TLS1_3_VERSION):

            def script(wire: Wire, version: int = version) -> Any:
                wire.context.set_min_proto_version(version)
                wire.context.set_max_proto_version(version)
                wire.context.set_cipher_list(b"ALL:@SECLEVEL=0")
                wire.say(HEADER, "</stream:features>")
                wire.say(PROCEED, "<proceed")
                wire.secure()
                return login(wire)

            told = await self.play(self.tcp, script)
            self.assertIn(f"{ALICE}@gigaset.net/r", told)

        def anonymous(wire: Wire) -> None:
            wire.context.set_max_proto_version(SSL.TLS1_2_VERSION)
            wire.context.set_cipher_list(b"aNULL:@SECLEVEL=0")
            wire.secure()

        await self.assertFailure(self.play(self.tls, anonymous), SSL.Error)


class UnreadTests(TLSCase):
    """
    A peer that never reads.
    """

    phones = True
    unread = 65536

    async def test_cutOff(self) -> None:
        """
        It is cut off as soon as too much waits for it, and the daemon holds
        no more than that.
        """

        def script(wire: Wire) -> None:
            login(wire)
            ping = "<iq type='get' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>"
            wire.line.settimeout(20)
            for _ in range(2000):
                wire.line.sendall((ping % ("x" * 15000)).encode())

        await self.assertFailure(self.play(self.tcp, script), ConnectionError)
        self.assertEqual(self.server.executor.counts["unread"], 1)


class StopTests(TLSCase):
    """
    The server stops.
    """

    async def test_told(self) -> None:
        """
        Whoever is connected is told why, in TLS too.
        """
        ready: Deferred[None] = Deferred()
        loop: Any = reactor

        def script(wire: Wire) -> Any:
            wire.secure()
            login(wire)
            loop.callFromThread(ready.callback, None)
            return wire.read("</stream:stream>")

        playing = self.play(self.tls, script)
        await ready
        await self.server.stopService()
        self.assertIn("<system-shutdown", await playing)

    def test_certificate(self) -> None:
        """
        The certificate of the service is the one in the state directory.
        """
        self.assertIsInstance(self.server.certificate, ServerCertificate)
