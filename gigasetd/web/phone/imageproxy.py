# -*- test-case-name: tests.web.phone.test_imageproxy -*-
"""
The image proxy: this server's own images, and those of the hosts that the
operator lists, in the form that handsets read.  It is nobody else's proxy.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from twisted.internet.defer import Deferred, DeferredSemaphore

from gigasetd.auth.passwordhash import Busy
from gigasetd.errors import BadValue, Refused, Unknown
from gigasetd.info.fetch.addresspolicy import checkAddress
from gigasetd.info.fetch.download import Downloader
from gigasetd.info.page.image import (
    KIND,
    Compression,
    compress,
    compressionOf,
    encodeFnt,
)
from gigasetd.info.sources.interface import SourceError
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters, splitTarget
from gigasetd.web.http.response import send, sendText

OWN = Path(__file__).parents[2] / "info" / "images"  #: what comes with us
AT_ONCE = 2  #: images that are made at a time
WAITING = 16  #: requests that may wait for that
KINDS = {
    "png": b"image/png",
    "gif": b"image/gif",
    "jpg": b"image/jpeg",
    "jpeg": b"image/jpeg",
}

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\.(png|gif|jpe?g)")
_QUOTED = re.compile(rb'(?:^|&)data=(?:"|%22)(.*?)(?:"|%22)', re.DOTALL)


class ImageSettings(NamedTuple):
    """
    What the operator has decided.
    """

    order: str  #: of the header's bytes, or "off"
    directories: Sequence[Path]  #: where our own images are, the first counts
    hosts: frozenset[str]  #: whose images are converted too
    pixels: int  #: of the largest image
    bytes: int  #: of the largest file


class Images:
    """
    @ivar settings: what the operator has decided.
    @ivar counts: what was asked and answered, by name; only ever grows.
    """

    def __init__(
        self,
        settings: ImageSettings,
        download: Downloader,
        inThread: Callable[..., Deferred[Any]],
    ) -> None:
        self.counts = dict.fromkeys(
            ("converted", "fetched", "switched_off", "refused", "busy"), 0
        )
        self.settings = settings
        self._download = download
        self._inThread = inThread
        self._turn = DeferredSemaphore(AT_ONCE)

    def own(self, request: Request, name: str) -> bytes:
        """
        One of our own images, as it is.
        """
        found = _NAME.fullmatch(name)
        data = self._read(name) if found else None
        if found is None or data is None:
            return sendText(request, "There is no such image.", 404)
        return send(request, data, KINDS[found[1]])

    async def proxy(self, request: Request) -> bytes:
        """
        An image for a handset.
        """
        if self.settings.order == "off":
            self.counts["switched_off"] += 1
            return sendText(request, "Images are not switched on here.", 404)
        try:
            if len(self._turn.waiting) >= WAITING:
                raise Busy("Too many images at once.")
            body = await self._turn.run(self._made, request)
        except Refused as refusal:
            self.counts["busy" if isinstance(refusal, Busy) else "refused"] += 1
            return sendText(request, str(refusal), refusal.http)
        self.counts["converted"] += 1
        return send(request, body, KIND)

    def _made(self, request: Request) -> Deferred[bytes]:
        """
        Make the image that a request is for.
        """
        return Deferred.fromCoroutine(self._make(request))

    async def _make(self, request: Request) -> bytes:
        """
        Find, read and convert an image.

        @raise Refused: it is none of those that are converted, or no image.
        """
        address, told = _asked(request.query)
        packing, settings = compressionOf(told), self.settings
        data = await self._found(address)
        if len(data) > settings.bytes:
            raise BadValue(f"an image of more than {settings.bytes} bytes")
        made: bytes = await self._inThread(
            _converted, data, settings.order, settings.pixels, packing
        )
        return made

    async def _found(self, url: str) -> bytes:
        """
        The file behind an address.

        @raise Refused: there is none, or we may not fetch it.
        """
        try:
            listed = checkAddress(url, False).host in self.settings.hosts
            # Our own images are at whatever port this server listens at.
            checkAddress(url, listed)
        except SourceError as error:
            raise BadValue(f"data: {error}") from None
        if listed:
            return await self._fetched(url)
        path = splitTarget(url.encode("ascii", "replace"))[0].decode("latin-1")
        folder, _, name = path.rpartition("/")
        own = folder == "/images" and _NAME.fullmatch(name)
        data = self._read(name) if own else None
        if data is None:
            raise Unknown("There is no such image here.")
        return data

    async def _fetched(self, url: str) -> bytes:
        """
        An image of a host that the operator lists, and of none that one leads
        to.
        """
        try:
            answer = await self._download.get(
                url, {}, True, [kind.decode() for kind in KINDS.values()], False
            )
        except SourceError as error:
            raise Unknown(f"The image: {error}.") from None
        if answer.code != 200:
            raise Unknown("The image is not where it should be.")
        self.counts["fetched"] += 1
        return answer.body

    def _read(self, name: str) -> bytes | None:
        """
        One of our own images; they are small.

        @param name: of the form of L{_NAME}, so that it leads nowhere else.
        """
        for directory in self.settings.directories:
            try:
                with (directory / name).open("rb") as file:
                    return file.read(self.settings.bytes + 1)
            except OSError:
                continue
        return None


def _asked(query: bytes) -> tuple[str, dict[str, str]]:
    """
    The address of the image, and the other parameters.

    Handsets put the address in quotes and do not escape what stands in it.
    """
    quoted = _QUOTED.search(query)
    if quoted is None:
        told = parameters(query)
        return told.get("data", "").strip(), told
    told = parameters(query[: quoted.start()], query[quoted.end() :])
    return unquote_to_bytes(quoted[1]).decode("utf-8", "replace").strip(), told


def _converted(
    data: bytes, order: str, pixels: int, packing: Compression | None
) -> bytes:
    """
    What is done in the thread.
    """
    return compress(encodeFnt(data, order, pixels), packing)
