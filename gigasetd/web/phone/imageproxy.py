# -*- test-case-name: tests.web.phone.test_imageproxy -*-
"""
The image proxy: converts this server's own images, and those of hosts that the
operator lists, to the format of handsets. It fetches nothing else.

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

OWN = Path(__file__).parents[2] / "info" / "images"  #: the images of this package
AT_ONCE = 2  #: conversions at a time
WAITING = 16  #: requests that may wait for a conversion
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
    The operator's settings for images.
    """

    order: str  #: byte order of the header, or "off"
    directories: Sequence[Path]  #: of this server's own images, by precedence
    hosts: frozenset[str]  #: hosts whose images are converted
    pixels: int  #: most pixels of an image
    bytes: int  #: most bytes of a file


class Images:
    """
    @ivar settings: the operator's settings; a reload replaces them.
    @ivar counts: requests, by name; they only grow.
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
        self._slots = DeferredSemaphore(AT_ONCE)

    def own(self, request: Request, name: str) -> bytes:
        """
        Answer with one of this server's own images, unconverted.
        """
        match = _NAME.fullmatch(name)
        data = self._read(name) if match else None
        if match is None or data is None:
            return sendText(request, "There is no such image.", 404)
        return send(request, data, KINDS[match[1]])

    async def proxy(self, request: Request) -> bytes:
        """
        Answer C{/proxy/image.do} with a converted image.
        """
        if self.settings.order == "off":
            self.counts["switched_off"] += 1
            return sendText(request, "The operator has switched images off.", 404)
        try:
            if len(self._slots.waiting) >= WAITING:
                raise Busy("Too many images at once.")
            body = await self._slots.run(self._start, request)
        except Refused as refusal:
            self.counts["busy" if isinstance(refusal, Busy) else "refused"] += 1
            return sendText(request, str(refusal), refusal.http)
        self.counts["converted"] += 1
        return send(request, body, KIND)

    def _start(self, request: Request) -> Deferred[bytes]:
        return Deferred.fromCoroutine(self._convert(request))

    async def _convert(self, request: Request) -> bytes:
        """
        Read and convert the image of a request.

        @raise Refused: the image may not be fetched, or is none.
        """
        url, arguments = _target(request.query)
        packing, settings = compressionOf(arguments), self.settings
        data = await self._load(url)
        if len(data) > settings.bytes:
            raise BadValue(f"an image of more than {settings.bytes} bytes")
        converted: bytes = await self._inThread(
            _toHandset, data, settings.order, settings.pixels, packing
        )
        return converted

    async def _load(self, url: str) -> bytes:
        """
        Read the file behind a URL.

        @raise Refused: there is none, or it may not be fetched.
        """
        try:
            listed = checkAddress(url, False).host in self.settings.hosts
            # This server's own images have the port that it listens on.
            checkAddress(url, listed)
        except SourceError as error:
            raise BadValue(f"data: {error}") from None
        if listed:
            return await self._fetch(url)
        path = splitTarget(url.encode("ascii", "replace"))[0].decode("latin-1")
        folder, _, name = path.rpartition("/")
        own = folder == "/images" and _NAME.fullmatch(name)
        data = self._read(name) if own else None
        if data is None:
            raise Unknown("There is no such image here.")
        return data

    async def _fetch(self, url: str) -> bytes:
        # Redirects are not followed: they could lead to any other host.
        try:
            answer = await self._download.get(
                url, {}, True, [kind.decode() for kind in KINDS.values()], False
            )
        except SourceError as error:
            raise Unknown(f"The image cannot be fetched: {error}.") from None
        if answer.code != 200:
            raise Unknown(f"Its host answered {answer.code} instead of the image.")
        self.counts["fetched"] += 1
        return answer.body

    def _read(self, name: str) -> bytes | None:
        """
        Read one of this server's own images, which are small.

        @param name: matches L{_NAME}, so that it has no path in it.
        """
        for directory in self.settings.directories:
            try:
                with (directory / name).open("rb") as file:
                    return file.read(self.settings.bytes + 1)
            except OSError:
                continue
        return None


def _target(query: bytes) -> tuple[str, dict[str, str]]:
    """
    Return the URL of the image, and the other parameters.
    """
    # COMPAT: handsets put the URL in quotes and do not escape it.
    quoted = _QUOTED.search(query)
    if quoted is None:
        arguments = parameters(query)
        return arguments.get("data", "").strip(), arguments
    arguments = parameters(query[: quoted.start()], query[quoted.end() :])
    url = unquote_to_bytes(quoted[1]).decode("utf-8", "replace").strip()
    return url, arguments


def _toHandset(
    data: bytes, order: str, pixels: int, packing: Compression | None
) -> bytes:
    return compress(encodeFnt(data, order, pixels), packing)
