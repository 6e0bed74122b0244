"""
Tests of L{gigasetd.web.phone.imageproxy}.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from twisted.internet.defer import Deferred, maybeDeferred

from gigasetd.config.schema import Config
from gigasetd.config.sections.info import InfoSection
from gigasetd.info.fetch.download import HttpResponse as Downloaded
from gigasetd.info.sources.interface import SourceError
from gigasetd.web.phone.imageproxy import OWN, WAITING, Images, ImageSettings
from tests.web.case import NEAR, Answer, WebCase

LISTED = "http://images.example.org/a.png?b=c&d=e"


def png(size: int = 8) -> bytes:
    """
    A black square.
    """
    file = io.BytesIO()
    Image.new("RGB", (size, size), "black").save(file, "PNG")
    return file.getvalue()


class World:
    """
    The hosts of the internet.

    @ivar asked: for what.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Downloaded | None = Downloaded(200, {}, png())

    async def get(
        self,
        url: str,
        headers: dict[str, str],
        guarded: bool,
        kinds: Sequence[str],
        follow: bool = True,
    ) -> Downloaded:
        """
        As L{gigasetd.info.fetch.download.Downloader.get}.
        """
        assert guarded and not follow
        self.asked.append(url)
        if self.answer is None:
            raise SourceError("no response in time")
        return self.answer


class ImagesCase(WebCase):
    """
    A server whose operator has switched images on.
    """

    order = "little"

    def setUp(self) -> None:
        """
        Put another proxy in the assembled one's place: one without threads.
        """
        super().setUp()
        self.world = World()
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.use(maybeDeferred)

    def use(self, inThread: Any) -> None:
        """
        Answer from a proxy of our own.
        """
        routes, self.images = self.web._routes, self.make(inThread)
        routes.targets = replace(routes.targets, images=self.images)

    def make(self, inThread: Any) -> Images:
        """
        A proxy.
        """
        hosts = frozenset({"images.example.org"})
        told = ImageSettings(self.order, (self.folder, OWN), hosts, 10000, 5000)
        return Images(told, self.world, inThread)

    def proxy(self, url: str, more: str = "") -> Answer:
        """
        Ask for an image as handsets do.
        """
        return self.ask(f'/proxy/image.do?data="{url}"{more}')


class ProxyTests(ImagesCase):
    """
    What is converted, and what is not.
    """

    def test_own(self) -> None:
        """
        An image of this server, by whatever name the phone knows it, with
        quotes or without.
        """
        for url in (
            "http://gigaset.net/images/sun.png",
            "http://192.168.1.2:8080/images/sun.png",
            "http://192.168.1.2:8000/images/sun.png",
        ):
            for data in (f'"{url}"', url, f"%22{url}%22", quote(url, safe="")):
                answer = self.ask(f"/proxy/image.do?data={data}&mac=7C2F80012345")
                self.assertEqual(answer.code, 200, data)
                self.assertEqual(answer.headers["content-type"], "image/fnt")
                self.assertEqual(answer.body[:4], b"\x10\0\x10\0")
                self.assertEqual(len(answer.body), 4 + 32)
        self.assertEqual(self.world.asked, [])

    def test_operators(self) -> None:
        """
        The operator's own image is found without a restart, and can stand for
        one that comes with us.
        """
        self.assertEqual(self.proxy("http://gigaset.net/images/mine.png").code, 404)
        for name in ("mine.png", "sun.png"):
            (self.folder / name).write_bytes(png())
            answer = self.proxy(f"http://gigaset.net/images/{name}")
            self.assertEqual(answer.body, b"\x08\0\x08\0" + b"\xff" * 8)

    def test_listed(self) -> None:
        """
        An image of a host that the operator lists; its address is not
        escaped by handsets.
        """
        answer = self.proxy(LISTED, "&a=0&mf=hc4")
        self.assertEqual(answer.code, 200)
        self.assertEqual(self.world.asked, [LISTED])
        plain = lzma.decompress(answer.body, lzma.FORMAT_ALONE)
        self.assertEqual(plain, b"\x08\0\x08\0" + b"\xff" * 8)

    def test_nobodyElse(self) -> None:
        """
        It fetches nothing else for anybody, neither from the internet nor
        from the network it stands in nor from its own disk.
        """
        for url in (
            "http://example.org/a.png",
            "http://127.0.0.1/a.png",
            "file:///etc/passwd",
            "http://images.example.org.evil.example/a.png",
            "http://evil@x/a.png",
            "http://images.example.org@127.0.0.1/a.png",
            "http://h/images/../secret.png",
            "http://h/images/..%2f..%2fsecret.png",
            "http://h/images/",
            "/images/sun.png",
            "http://images.example.org:25/a.png",
            "",
            "x" * 5000,
            "http://[::1]/a.png",
            "http://h/images/sun.png%00.txt",
            "ftp://images.example.org/a.png",
        ):
            self.assertIn(self.proxy(url).code, (400, 404), url)
        self.assertEqual(self.world.asked, [])
        self.assertIn(self.ask("/proxy/image.do").code, (400, 404))

    def test_led(self) -> None:
        """
        Where a listed host leads elsewhere, fails, or sends something else,
        there is no image.
        """
        for answer, code in (
            (Downloaded(302, {"location": "http://127.0.0.1/"}, b""), 404),
            (Downloaded(404, {}, b""), 404),
            (Downloaded(200, {}, b"<html>"), 400),
            (Downloaded(200, {}, png() + b"x" * 5000), 400),
            (Downloaded(200, {}, png(200)), 400),
            (None, 404),
        ):
            self.world.answer = answer
            self.assertEqual(self.proxy(LISTED).code, code, answer)
        self.assertEqual(self.images.counts["refused"], 6)

    def test_parameters(self) -> None:
        """
        Compression that there is not is refused.
        """
        self.assertEqual(self.proxy(LISTED, "&d=31").code, 400)
        self.assertEqual(self.world.asked, [])

    def test_flood(self) -> None:
        """
        A flood of requests makes few images at a time, and those beyond are
        told to come again.
        """
        begun: list[Deferred[bytes]] = []

        def slow(*work: Any) -> Deferred[bytes]:
            begun.append(Deferred())
            return begun[-1]

        self.use(slow)
        path = b"/proxy/image.do?data=http://h/images/sun.png"
        transports = []
        for _ in range(WAITING + 5):
            channel, transport = self.connect(NEAR)
            channel.dataReceived(b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n")
            transports.append(transport)
        self.assertEqual(len(begun), 2)
        self.assertEqual(self.images.counts["busy"], 3)
        self.assertIn(b" 503 ", transports[-1].value())
        for made in begun:
            made.callback(b"image")
        self.assertIn(b"image", transports[0].value())


class PlainTests(ImagesCase):
    """
    The images as they are.
    """

    def test_served(self) -> None:
        """
        A browser sees the image that a handset gets.
        """
        answer = self.ask("/images/sun.png")
        self.assertEqual(answer.headers["content-type"], "image/png")
        self.assertEqual(answer.body, (OWN / "sun.png").read_bytes())
        for path in ("/images/none.png", "/images/x.txt", "/images/..%2fx.png"):
            self.assertEqual(self.ask(path).code, 404)


class OffTests(WebCase):
    """
    The server as it is shipped.
    """

    def test_off(self) -> None:
        """
        Nothing is converted unless the operator says how.
        """
        answer = self.ask('/proxy/image.do?data="http://gigaset.net/images/sun.png"')
        self.assertEqual(answer.code, 404)
        self.assertEqual(self.built.status.counters["images"]["switched_off"], 1)
        self.assertEqual(self.ask("/images/sun.png").code, 200)

    def test_followed(self) -> None:
        """
        Images are switched on without a restart.
        """
        self.built.following.follow(
            Config(info=InfoSection(fnt="big", image_hosts=("h",)))
        )
        answer = self.ask("/proxy/image.do?data=http://x/images/none.png")
        self.assertEqual(answer.code, 404)
        self.assertEqual(self.built.status.counters["images"]["refused"], 1)
        self.assertLessEqual({"info.fnt"}, self.built.following.keys)
