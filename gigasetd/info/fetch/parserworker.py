# -*- test-case-name: tests.info.fetch.test_parserprocess -*-
"""
The process that reads feeds and calendars, which come from anywhere: whatever
they do to their parsers, the telephones notice nothing, and what takes too long
or too much is ended.

It is started by L{gigasetd.info.fetch.parserprocess}, gets documents on its
standard input, one after the other, and writes what they hold to its standard
output, as JSON.

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
NICE = 10  #: telephones go first


class EndOfInput(Exception):
    """
    Nobody asks any longer.
    """


def main() -> None:
    """
    Read until the input ends.
    """
    _bound()
    while True:
        try:
            asked = _take(sys.stdin.buffer)
        except EndOfInput:
            return
        sys.stdout.buffer.write(encodeFrame(parse(asked)))
        sys.stdout.buffer.flush()


def _bound() -> None:
    """
    Give up what is not needed.
    """
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _take(stream: BinaryIO) -> ParseRequest:
    """
    The next document.
    """
    size = frameLength(_exactly(stream, 4))
    return msgspec.json.decode(_exactly(stream, size), type=ParseRequest)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """
    So many bytes.
    """
    data = stream.read(size)
    if len(data) < size:
        raise EndOfInput
    return data


def parse(asked: ParseRequest) -> ParseResult:
    """
    What a document holds, or why nothing.
    """
    try:
        source = READERS[asked.source]()
        value = decode(
            source, asked.body, asked.headers, asked.key, asked.now, asked.most
        )
    except SourceError as error:
        return ParseResult(fault=str(error))
    return ParseResult(value=msgspec.Raw(msgspec.json.encode(value)))


if __name__ == "__main__":
    main()
