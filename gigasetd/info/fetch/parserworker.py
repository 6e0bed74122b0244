# -*- test-case-name: tests.info.fetch.test_parserprocess -*-
"""
The parser process, for feeds and calendars from any server: a document that
hangs or crashes its parser does not disturb the telephones.

L{gigasetd.info.fetch.parserprocess} starts it. It reads requests from standard
input, one at a time, and writes results to standard output (see
L{gigasetd.info.fetch.ipc}).

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from gigasetd.info.fetch.decode import decode
from gigasetd.info.fetch.ipc import ParseRequest, ParseResult, encodeFrame, frameLength
from gigasetd.info.sources import feed
from gigasetd.info.sources import icalfeed as calendar
from gigasetd.info.sources.interface import Source, SourceError

READERS: dict[str, Callable[[], Source]] = {
    "feed": feed.source,
    "calendar": calendar.source,
}
MEMORY = 512 << 20  #: bytes of address space
NICE = 10  #: calls have priority


class EndOfInput(Exception):
    """
    The daemon has closed the pipe.
    """


def main() -> None:
    """
    Parse documents until the input ends.
    """
    _limitResources()
    while True:
        try:
            request = _readRequest(sys.stdin.buffer)
        except EndOfInput:
            return
        sys.stdout.buffer.write(encodeFrame(parse(request)))
        sys.stdout.buffer.flush()


def _limitResources() -> None:
    # A document that takes the process over cannot write files, dump core or use
    # much memory.
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _readRequest(stream: BinaryIO) -> ParseRequest:
    size = frameLength(_exactly(stream, 4))
    return msgspec.json.decode(_exactly(stream, size), type=ParseRequest)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EndOfInput
    return data


def parse(request: ParseRequest) -> ParseResult:
    """
    Return a document's value, or why there is none.
    """
    try:
        source = READERS[request.source]()
        value = decode(
            source, request.body, request.headers, request.key, request.now,
            request.most,
        )  # fmt: skip
    except SourceError as error:
        return ParseResult(fault=str(error))
    return ParseResult(value=msgspec.Raw(msgspec.json.encode(value)))


if __name__ == "__main__":
    main()
