"""
Tests of discovery with a real daemon on real links.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.names import dns
from twisted.trial.unittest import SkipTest, TestCase

from tests.discovery.test_mdns import query, read
from tests.discovery.test_pnp import subscribe
from tests.discovery.test_ssdp import search
from tests.namespaces import Elsewhere, Namespace, cable, unable

SERVER, PHONE, FAR = "10.9.0.1", "10.9.0.2", "10.77.0.2"
PNP, SSDP, MDNS = ("224.0.1.75", 5060), ("239.255.255.250", 1900), ("224.0.0.251", 5353)


class NamespaceTests(TestCase):
    """
    A phone and a desktop on the same link as the daemon.
    """

    timeout = 90

    def setUp(self) -> None:
        """
        Two machines and a cable.
        """
        reason = unable()
        if reason:
            if os.environ.get("CI") and os.geteuid() == 0:
                self.fail(reason)
            raise SkipTest(reason)
        self.server, self.home = self.machine("a"), self.machine("b")
        cable(self.server, "lan", self.home, "lan")
        self.server.up("lan", f"{SERVER}/24", "fd09::1/64")
        self.server.ip("route", "add", "default", "via", PHONE)
        self.home.up("lan", f"{PHONE}/24", f"{FAR}/24", "fd09::2/64")
        directory = Path(self.mktemp()).resolve()
        directory.mkdir()
        self.daemon = Elsewhere(reactor, directory, self.server)
        self.addCleanup(lambda: Deferred.fromCoroutine(self.daemon.stop()))

    def machine(self, mark: str) -> Namespace:
        """
        A machine that is gone after the test.
        """
        made = Namespace(mark)
        self.addCleanup(made.remove)
        return made

    def sender(self, address: str = PHONE, patience: float = 3.0) -> socket.socket:
        """
        A socket on the link.
        """
        made = self.home.sender(address, patience)
        self.addCleanup(made.close)
        return made

    def hear(self, sender: socket.socket) -> bytes:
        """
        The next datagram.
        """
        return sender.recvfrom(9000)[0]

    def ask(self, sender: socket.socket, data: bytes, to, tries: int = 1) -> bytes:
        """
        Ask until there is an answer, C{b""} where there is none.
        """
        for _ in range(tries):
            sender.sendto(data, to)
            try:
                return self.hear(sender)
            except TimeoutError:
                continue
        return b""

    def question(self, sender: socket.socket, ident: int = 0) -> bytes:
        """
        What a base sends by that socket.
        """
        host, port = sender.getsockname()
        uri = f"sip:MAC%3A7C2F80{ident:06X}@local"
        data = subscribe(uri, via=f"{host}:{port};branch=z9hG4bK{ident}")
        contact = f"<sip:{host}:{port}>".encode()
        return data.replace(b"<sip:192.168.1.77:5070>", contact)

    async def test_pnp(self) -> None:
        """
        A base that asks its link gets 200 and a NOTIFY with the URL of the
        address it is reached by, and is a guest from then on; the daemon's
        own SIP port is not disturbed.
        """
        await self.daemon.start()
        base = self.sender()
        said = self.ask(base, self.question(base, 0xABC), PNP)
        self.assertTrue(said.startswith(b"SIP/2.0 200 OK"), said)
        notify = self.hear(base)
        self.assertTrue(notify.startswith(b"NOTIFY sip:10.9.0.2:"), notify)
        self.assertTrue(notify.endswith(b"\r\n\r\nhttp://10.9.0.1:8080/device"))
        (guest,) = await self.daemon.ctl("device", "list", "--guests")
        self.assertEqual(guest["mac"], "7C2F80000ABC")
        self.assertEqual(guest["product"], "C610 IP")
        self.assertEqual(guest["private_ip"], PHONE)
        options = self.question(base).replace(b"SUBSCRIBE", b"OPTIONS")
        direct = self.ask(base, options, (SERVER, 5060))
        while direct.startswith(b"NOTIFY"):
            direct = self.hear(base)
        self.assertTrue(direct.startswith(b"SIP/2.0 "), direct)

    async def test_spoofed(self) -> None:
        """
        A question with an address from another subnet gets no answer, though
        there would be a way to it; the next one from the link does.
        """
        await self.daemon.start()
        spoofer, base = self.sender(FAR), self.sender()
        spoofer.sendto(self.question(spoofer, 1), PNP)
        spoofer.sendto(search("ssdp:all", "0"), SSDP)
        spoofer.sendto(query((b"gigasetd.local", dns.A), ident=3), MDNS)
        self.assertTrue(self.ask(base, self.question(base, 2), PNP))
        self.assertTrue(self.ask(base, search("ssdp:all", "0"), SSDP))
        spoofer.setblocking(False)
        self.assertRaises(BlockingIOError, spoofer.recvfrom, 9000)
        guests = await self.daemon.ctl("device", "list", "--guests")
        self.assertEqual([one["mac"] for one in guests], ["7C2F80000002"])

    async def test_flood(self) -> None:
        """
        A flood draws no more answers than the limit, and another phone is
        answered all the same.
        """
        await self.daemon.start()
        flooder = self.sender(patience=1.0)
        self.home.ip("addr", "add", "10.9.0.3/24", "dev", "lan")
        other = self.sender("10.9.0.3", 1.0)
        for ident in range(2000):
            flooder.sendto(self.question(flooder, ident), PNP)
        # The flood fills the socket's buffer, so that this may be lost too.
        self.assertTrue(self.ask(other, self.question(other, 9999), PNP, 10))
        count = 0
        try:
            while True:
                self.hear(flooder)
                count += 1
        except TimeoutError:
            pass
        # Four seconds' worth at once, twenty more for each second of it, and
        # for each question a 200 and one NOTIFY.
        self.assertGreater(count, 0)
        self.assertLess(count, 2 * (80 + 20 * 10))

    async def test_search(self) -> None:
        """
        A desktop finds the server, and the document that it points to.
        """
        await self.daemon.start()
        said = self.ask(self.sender(), search("upnp:rootdevice", "1"), SSDP).decode()
        place = re.search(r"LOCATION: http://10\.9\.0\.1:8080(/\S+)", said)
        uuid = re.search(r"USN: (uuid:[0-9a-f-]{36})::", said)
        stream = self.home.make(
            lambda: socket.create_connection((SERVER, 8080), timeout=5)
        )
        with stream:
            stream.sendall(f"GET {place[1]} HTTP/1.0\r\n\r\n".encode())
            page = b"".join(iter(lambda: stream.recv(4096), b"")).decode()
        self.assertIn("200 OK", page)
        self.assertIn(f"<UDN>{uuid[1]}</UDN>", page)
        first = uuid[1]
        await self.daemon.restart()
        again = self.ask(self.sender(), search("ssdp:all", "1"), SSDP).decode()
        self.assertIn(first, again)

    async def test_names(self) -> None:
        """
        A computer finds the server by its name and its services, by IPv4 and
        by IPv6.
        """
        await self.daemon.start()
        asker = self.sender(patience=0.5)
        for kind, port in (
            (b"_gigaset-config._tcp", 8080),
            (b"_xmpp-client._tcp", 5222),
        ):
            asked = query((kind + b".local", dns.PTR), ident=5)
            message = read(self.ask(asker, asked, MDNS, 10))
            names = [one.payload.name.name for one in message.answers]
            self.assertEqual(names, [b"gigasetd." + kind + b".local"])
            asked = query((names[0], dns.SRV), ident=5)
            message = read(self.ask(asker, asked, MDNS, 10))
            ports = [one.payload.port for one in message.answers]
            self.assertEqual(ports, [port])

        def six() -> socket.socket:
            made = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            made.settimeout(0.5)
            return made

        asker = self.home.make(six)
        self.addCleanup(asker.close)
        scope = self.home.make(lambda: socket.if_nametoindex("lan"))
        asked = query((b"gigasetd.local", dns.A), ident=6)
        message = read(self.ask(asker, asked, ("ff02::fb", 5353, 0, scope), 10))
        self.assertEqual(message.answers[0].payload.dottedQuad(), SERVER)

    async def test_goodbye(self) -> None:
        """
        When the daemon stops, everybody on the link is told.
        """
        await self.daemon.start()
        listener = self.listener(SSDP)
        self.assertEqual(await self.daemon.terminate(), 0)
        heard = [self.hear(listener) for _ in range(3)]
        self.assertTrue(all(b"ssdp:byebye" in data for data in heard), heard)

    def listener(self, group) -> socket.socket:
        """
        A socket of the phone's machine in a group.
        """

        def make() -> socket.socket:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.settimeout(5)
            made.bind(group)
            member = socket.inet_aton(group[0]) + socket.inet_aton(PHONE)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            return made

        made = self.home.make(make)
        self.addCleanup(made.close)
        return made

    async def test_coming(self) -> None:
        """
        An interface that comes later is served too, and one that goes does no
        harm.
        """
        await self.daemon.start()
        cable(self.server, "late", self.home, "late")
        self.server.up("late", "10.10.0.1/24")
        self.home.up("late", "10.10.0.2/24")
        base = self.sender("10.10.0.2", 0.5)
        first = self.ask(base, self.question(base, 1), PNP, 20)
        self.assertTrue(first, self.daemon.run.story())
        for ident in range(10):
            for ours, theirs in ((SERVER, PHONE), ("10.10.0.1", "10.10.0.2")):
                url = f"http://{ours}:8080/device".encode()
                self.assertTrue(self.notified(theirs, ident).endswith(url))
        self.server.ip("link", "del", "lan")
        self.assertTrue(self.ask(base, self.question(base, 2), PNP, 20))
        self.assertTrue((await self.daemon.ctl("status"))["ready"])

    def notified(self, address: str, ident: int) -> bytes:
        """
        What a base at that address is told.
        """
        base = self.sender(address)
        self.ask(base, self.question(base, ident), PNP)
        return self.hear(base)

    async def test_taken(self) -> None:
        """
        A port that another program has to itself does not end the start; it
        is said once, and the rest goes on.
        """

        def take() -> socket.socket:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind(("0.0.0.0", SSDP[1]))
            return made

        taken = self.server.make(take)
        self.addCleanup(taken.close)
        await self.daemon.start()
        told = [line for line in self.daemon.log() if "ssdp is not answered" in line]
        self.assertEqual(len(told), 1)
        base = self.sender()
        self.assertTrue(self.ask(base, self.question(base, 1), PNP))

    async def test_beside(self) -> None:
        """
        Another program in the same groups, as avahi is, changes nothing.
        """

        def take() -> socket.socket:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            made.bind(("0.0.0.0", MDNS[1]))
            member = socket.inet_aton(MDNS[0]) + socket.inet_aton(SERVER)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            return made

        beside = self.server.make(take)
        self.addCleanup(beside.close)
        await self.daemon.start()
        asker = self.sender(patience=0.5)
        asked = query((b"gigasetd.local", dns.A), ident=5)
        self.assertTrue(self.ask(asker, asked, MDNS, 10))
        self.assertTrue(beside.recvfrom(9000)[0])

    async def test_dhcp(self) -> None:
        """
        C{gigasetctl dhcp} tells the URL that phones are sent to.
        """
        await self.daemon.start()
        lines = await self.daemon.ctl("dhcp")
        self.assertEqual(
            lines["dnsmasq"][0], 'dhcp-option=114,"http://10.9.0.1:8080/device"'
        )
