# -*- test-case-name: tests.scenarios.test_base -*-
"""
A simulated Gigaset base with nothing but a network, written from what is known of real
ones; it knows nothing of the daemon's code.

It blocks, which is good enough for a test with a daemon in another process.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
import socket
import struct
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from tests.namespaces import Namespace
from tests.scenarios.voice import Line, Lost, Voice

PNP = ("224.0.1.75", 5060)
FACTORY = "http://profile.gigaset.net/device"
"""Where a base with factory settings looks."""


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """
    Parse an index file into blocks: tag and content of each.
    """
    found, at = [], 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        found.append((tag, data[at + 2 : at + 2 + size]))
        at += 2 + size
    return found


def text(content: bytes) -> str:
    """
    Decode the text of a block.
    """
    ((tag, value),) = blocks(content)
    if tag != 3 or not value.endswith(b"\0"):
        raise Lost(f"no text: {content!r}")
    return value[:-1].decode("ascii")


def first(data: bytes, tag: int) -> str:
    """
    Find the text of the first block with a tag.
    """
    for each, content in blocks(data):
        if each == tag:
            return text(content)
    raise Lost(f"no block {tag} in {data!r}")


class Base(Voice):
    """
    @ivar resolver: the DNS server from DHCP, C{""} for none.
    @ivar fetched: the paths that it asked for, in order.
    """

    def __init__(self, place: Namespace, address: str, mac: str, resolver: str = ""):
        super().__init__(place.sender(address, 5.0), mac)
        self.place = place
        self.address = address
        self.resolver = resolver
        self.dvid = "42/1"
        self.fetched: list[str] = []

    # finding the server

    def find(self, option: str = "") -> str:
        """
        Find the URL of the settings: by DHCP option 114, by multicast, else the
        factory's.
        """
        return option or self.multicast() or FACTORY

    def multicast(self) -> str:
        """
        Search by multicast; C{""} without an answer.
        """
        uri = f"sip:MAC%3A{self.mac}@local"
        event = 'ua-profile;profile-type="device";vendor="Gigaset";model="C610 IP"'
        sent = self._request(
            "SUBSCRIBE",
            uri,
            uri,
            f"Event: {event}",
            "Accept: application/url",
            "Expires: 0",
        )
        self.sip.settimeout(1.0)
        try:
            self.sip.sendto(sent, PNP)
            while not (heard := self.receive()).first.startswith("NOTIFY"):
                if heard.code != 200:
                    raise Lost(heard.first)
        except TimeoutError:
            return ""
        finally:
            self.sip.settimeout(5.0)
        self.answer(heard, 200, "OK")
        return heard.body.strip()

    def resolve(self, host: str) -> str:
        """
        Resolve a host name.
        """
        if re.fullmatch(r"[0-9.]+", host):
            return host
        if not self.resolver:
            raise Lost(f"no DNS server for {host}")
        name = b"".join(bytes((len(part),)) + part.encode() for part in host.split("."))
        asked = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + name + b"\0\0\1\0\1"
        with self.place.sender(self.address) as peer:
            peer.sendto(asked, (self.resolver, 53))
            reply = peer.recvfrom(4096)[0]
        # The one address record is the last one of the answer.
        if struct.unpack("!H", reply[6:8])[0] != 1:
            raise Lost(f"{host}: {reply!r}")
        at = reply.index(b"\0\1\0\1", len(asked)) + 10
        return socket.inet_ntoa(reply[at : at + 4])

    # its settings

    def boot(self, option: str = "") -> Line:
        """
        Boot: everything from power-on to the line's settings.
        """
        start = self.find(option).rstrip("/")
        folder = f"{start}/{self.dvid}"
        name = first(self.get(f"{folder}/master.bin"), 3)
        while not name.rpartition("/")[2].startswith("siu"):
            # Names are put behind the folder as they stand, dots and all.
            name = first(self.get(f"{folder}/{name}"), 4)
        shape = first(self.get(f"{folder}/{name}"), 0)
        places = {"%DURL": start.partition("://")[2], "%MACD": self.mac}
        places |= {"%DVID": self.dvid}
        for place, value in places.items():
            shape = shape.replace(place, value)
        self.line = self.read(self.get(shape))
        return self.line

    def get(self, url: str) -> bytes:
        """
        Fetch a file.

        @raise Lost: it is not given.
        """
        code, body = self.ask(url, f"{self.agent};{self.mac}")
        if code != 200:
            raise Lost(f"{url}: {code}")
        return body

    def ask(self, url: str, agent: str) -> tuple[int, bytes]:
        """
        Fetch a page: status and body; the path is sent unchanged.
        """
        code, _, body = self._page(url, agent)
        return code, body

    def login(self, url: str, agent: str) -> tuple[int, bytes]:
        """
        Like L{ask}, with number and password if the server asks for them.
        """
        code, challenge, body = self._page(url, agent)
        if code != 401:
            raise Lost(f"{url}: {code}, though a log-in must be wanted")
        path = "/" + url.partition("://")[2].partition("/")[2]
        proof = f"Authorization: {self._proof(challenge, 'GET', path)}"
        code, _, body = self._page(url, agent, proof)
        return code, body

    def _page(self, url: str, agent: str, *more: str) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        path = url.partition("://")[2].partition("/")[2]
        host = self.resolve(parts.hostname or "")
        self.fetched.append(f"/{path}")
        lines = (
            f"GET /{path} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"User-Agent: {agent}",
            "Connection: close",
            *more,
        )
        peer = self.place.make(
            lambda: socket.create_connection((host, parts.port or 80), 5)
        )
        with peer:
            peer.sendall("\r\n".join([*lines, "", ""]).encode())
            reply = b"".join(iter(lambda: peer.recv(65536), b""))
        head, _, body = reply.partition(b"\r\n\r\n")
        asked = re.search(r"(?im)^www-authenticate: *(.*?)\r?$", head.decode("latin-1"))
        return int(head.split(b" ")[1]), asked[1] if asked else "", body

    def read(self, data: bytes) -> Line:
        """
        Parse the line settings in a C{ProviderFrame}.

        @raise Lost: the profile is for another base, and not applied.
        """
        root = ElementTree.fromstring(data)
        mac = root.find("./Provider/MAC_ADDRESS")
        if root.tag != "ProviderFrame" or mac is None or mac.get("value") != self.mac:
            raise Lost(f"not for {self.mac}: {data!r}")
        items = {
            item.get("ID", "").partition(".")[2]: item.get("value", "")
            for item in root.iter("SYMB_ITEM")
        }

        def quoted(name: str) -> str:
            return items[name].removeprefix('"').removesuffix('"')

        return Line(
            quoted("aucS_SIP_LOGIN_ID"),
            quoted("aucS_SIP_PASSWORD"),
            quoted("aucS_SIP_DOMAIN"),
            quoted("aucS_SIP_REGISTRAR"),
            int(items["uiI_SIP_REGISTRAR_PORT"], 0),
            int(items["uiI_RE_REGISTRATION_TIMER"], 0),
        )

    def checkin(self, server: str, name: str) -> int:
        """
        Send the daily check-in.

        @return: the status.
        """
        told = {
            "mac": self.mac,
            "product": self.agent.partition("/")[0],
            "private_ip": self.address,
            "private_port": 80,
            "name": name,
        }
        return self.ask(f"{server}/checkin?{urlencode(told)}", self.agent)[0]
