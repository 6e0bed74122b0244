"""
Tests of L{gigasetd.info.fetch.download} and L{gigasetd.info.fetch.body}.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.ssl import Certificate, PrivateCertificate
from twisted.logger import formatEvent, globalLogPublisher
from twisted.trial.unittest import TestCase
from twisted.web.client import BrowserLikePolicyForHTTPS

from gigasetd.info.fetch.decompress import SAVED_ENCODING
from gigasetd.info.fetch.download import Downloader, DownloadLimits, HttpResponse
from gigasetd.info.sources.interface import SourceError
from gigasetd.tls.certificate import makeSelfSigned
from tests.info import standin
from tests.info.standin import Standin


class DownloadCase(TestCase):
    """
    With a server on loopback.

    @ivar private: whether owners' addresses may lead there.
    """

    private = True
    timeout = 30

    def setUp(self) -> None:
        """
        Start it.
        """
        self.there = Standin(reactor)
        self.there.start()
        self.addCleanup(self.there.stop)
        self.download = self.downloading(DownloadLimits(2.0, 10.0, 100_000))

    def downloading(self, bounds: DownloadLimits, policy: Any = None) -> Downloader:
        """
        Something to ask with.
        """
        agent = "gigasetd/1 (+me@example.org)"
        return Downloader(reactor, bounds, agent, self.private, policy)

    async def get(
        self, path: str, guarded: bool = True, **headers: str
    ) -> HttpResponse:
        """
        Ask the server.
        """
        url = self.there.url(path) if path.startswith("/") else path
        return await self.download.get(url, headers, guarded, ("application/json",))

    async def refused(self, path: str, guarded: bool = True) -> str:
        """
        Ask, and be told why not.
        """
        try:
            answer = await self.get(path, guarded)
        except SourceError as error:
            return str(error)
        raise AssertionError(f"{path} was answered {answer.code}")


class DownloadTests(DownloadCase):
    """
    L{Downloader}.
    """

    async def test_document(self) -> None:
        """
        A document comes with its headers; the server is told who asks, and
        gets no cookie back.
        """
        self.there.answers["/"] = standin.document(b"{}", etag='"1"', set_cookie="a=b")
        for _ in range(2):
            answer = await self.get("/", **{"If-None-Match": '"0"'})
        self.assertEqual((answer.code, answer.body), (200, b"{}"))
        self.assertEqual(answer.headers["etag"], '"1"')
        _, headers = self.there.asked[-1]
        self.assertEqual(headers["user-agent"], "gigasetd/1 (+me@example.org)")
        self.assertEqual(headers["if-none-match"], '"0"')
        self.assertIn("application/json", headers["accept"])
        self.assertNotIn("cookie", headers)

    async def test_quiet(self) -> None:
        """
        Which feeds an owner reads stands in no log.
        """
        lines: list[str] = []

        def note(event: Any) -> None:
            lines.append(formatEvent(event))

        globalLogPublisher.addObserver(note)
        self.addCleanup(globalLogPublisher.removeObserver, note)
        self.there.answers["/diary"] = standin.document(b"{}")
        self.there.answers["/broken"] = standin.brokenOff
        await self.get(self.there.url("/diary", "localhost"))
        await self.refused(self.there.url("/broken", "localhost"))
        # The server that was asked keeps its own log, in this process too.
        ours = [one for one in lines if "GET" not in one]
        told = [one for one in ours if "diary" in one or "localhost" in one]
        self.assertEqual(told, [])

    async def test_packed(self) -> None:
        """
        What is compressed stays so, however small it looks: a bomb is
        unpacked by somebody who counts.
        """
        self.there.answers["/"] = standin.packed(b"0" * 50_000_000)
        answer = await self.get("/")
        self.assertEqual(answer.headers[SAVED_ENCODING], "gzip")
        self.assertLess(len(answer.body), 60_000)

    async def test_large(self) -> None:
        """
        A document without an end is read no further than is allowed.
        """
        self.there.answers["/"] = standin.endless
        self.there.answers["/big"] = standin.document(b" " * 100_001)
        self.there.answers["/fits"] = standin.document(b" " * 100_000)
        self.assertEqual(await self.refused("/"), "the response is too large")
        self.assertEqual(await self.refused("/big"), "the response is too large")
        self.assertEqual(len((await self.get("/fits")).body), 100_000)

    async def test_headers(self) -> None:
        """
        Nor are headers without an end.
        """
        self.there.answers["/"] = standin.headless
        self.assertEqual(await self.refused("/"), "the response is incomplete")

    async def test_slow(self) -> None:
        """
        A server that says nothing, or begins and says no more, is waited for
        so long and no longer.
        """
        self.download = self.downloading(DownloadLimits(1.0, 0.2, 1000))
        for answers in (standin.silent, standin.slow):
            self.there.answers["/"] = answers
            self.assertEqual(await self.refused("/"), "no response in time")

    async def test_broken(self) -> None:
        """
        A connection that breaks off is told as that.
        """
        self.there.answers["/"] = standin.brokenOff
        self.assertEqual(await self.refused("/"), "the response is incomplete")

    async def test_away(self) -> None:
        """
        A server that is not there is told as that.
        """
        url = self.there.url("/")
        await self.there.stop()
        self.there.start()
        self.assertEqual(await self.refused(url), "the server cannot be reached")

    async def test_moved(self) -> None:
        """
        A document that has moved is found, within reason.
        """
        self.there.answers["/"] = standin.moved("/b", 301)
        self.there.answers["/b"] = standin.moved("c?x=1", 307)
        self.there.answers["/c"] = standin.document(b"{}")
        self.assertEqual((await self.get("/")).body, b"{}")
        self.there.answers["/c"] = standin.moved("/")
        self.assertEqual(await self.refused("/"), "too many redirects")

    async def test_notFollowed(self) -> None:
        """
        Who wants to know of one host only is told where that one leads.
        """
        self.there.answers["/"] = standin.moved("/b", 302)
        self.there.answers["/b"] = standin.document(b"{}")
        url = self.there.url("/")
        answer = await self.download.get(url, {}, False, (), False)
        self.assertEqual(answer.code, 302)

    async def test_movedNowhere(self) -> None:
        """
        A redirection leads to no file and no other protocol.
        """
        for location in ("file:///etc/passwd", "gopher://x/", "ftp://x"):
            self.there.answers["/"] = standin.moved(location)
            self.assertIn("only http", await self.refused("/"))


class SecureTests(DownloadCase):
    """
    Servers that speak TLS.
    """

    def secure(self) -> PrivateCertificate:
        """
        Start a server with a certificate of its own.
        """
        path = Path(self.mktemp())
        makeSelfSigned(path, "localhost", "127.0.0.1", datetime.now(UTC))
        pair: PrivateCertificate = PrivateCertificate.loadPEM(path.read_bytes())
        port = reactor.listenSSL(  # type: ignore[attr-defined]
            0, self.there.site, pair.options(), interface="127.0.0.1"
        )
        self.addCleanup(port.stopListening)
        self.there.answers["/"] = standin.document(b"{}")
        self.url = f"https://localhost:{port.getHost().port}/"
        return pair

    async def test_unknown(self) -> None:
        """
        A server that nobody vouches for is not believed, and not told what it
        was to be asked.
        """
        self.secure()
        self.assertEqual(await self.refused(self.url), "the TLS connection failed")
        self.assertEqual(self.there.asked, [])

    async def test_known(self) -> None:
        """
        One that somebody vouches for is asked.
        """
        pair = self.secure()
        policy = BrowserLikePolicyForHTTPS(Certificate(pair.original))
        self.download = self.downloading(DownloadLimits(), policy)
        self.assertEqual((await self.get(self.url)).body, b"{}")


class GuardTests(DownloadCase):
    """
    Addresses that owners give.
    """

    private = False

    async def test_private(self) -> None:
        """
        An owner cannot make this server ask itself or its network, by
        whatever name; nobody is connected to.
        """
        reasons = (
            "addresses in private networks are not allowed",
            "unknown host name",
            "not a valid address",
        )
        for url in (
            "http://127.0.0.1:8080/", "http://localhost:8080/", "http://0.0.0.0:8080/",
            "http://[::1]:8080/", "http://2130706433:8080/", "http://127.1:8080/",
            "http://0x7f000001:8080/", "http://[::ffff:127.0.0.1]:8080/",
            "http://169.254.169.254/latest/meta-data/", "https://192.168.178.1/",
        ):  # fmt: skip
            why = await self.refused(url)
            self.assertIn(why, reasons, url)

    async def test_port(self) -> None:
        """
        Nor any service that is not of the web.
        """
        self.assertEqual(
            await self.refused("/"), "the port must be one of 80, 443, 8080, 8443"
        )
        self.assertEqual(self.there.asked, [])

    async def test_trusted(self) -> None:
        """
        An operator's address may lead anywhere, also after a redirection on
        the same host.
        """
        self.there.answers["/"] = standin.moved("/b")
        self.there.answers["/b"] = standin.document(b"{}")
        self.assertEqual((await self.get("/", guarded=False)).body, b"{}")

    async def test_trustedEndsElsewhere(self) -> None:
        """
        But trust ends where that server sends us to another host.
        """
        self.there.answers["/"] = standin.moved("http://localhost:8080/")
        why = await self.refused("/", guarded=False)
        self.assertEqual(why, "addresses in private networks are not allowed")
        self.there.answers["/"] = standin.moved("http://localhost:22/")
        why = await self.refused("/", guarded=False)
        self.assertEqual(why, "the port must be one of 80, 443, 8080, 8443")
