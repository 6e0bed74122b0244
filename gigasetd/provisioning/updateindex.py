# -*- test-case-name: tests.provisioning.test_updateindex -*-
"""
Parse and encode the update index and the binary profile: nested
tag-length-value blocks, one byte each for tag and length.

A text ends in a NUL that its length counts, so that it has at most 252
characters inside another block.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

LONGEST = 255  #: bytes of one block's content
TEXT = 252  #: characters of a text inside a block, without its NUL
MOST = 4096  #: blocks that are parsed of one file

NUMBER, STRING = 0x02, 0x03
"""Tags inside a block of the index: a number of two bytes, a text."""

LISTS, BASELINES, PROVISIONERS, FOLDER = 0x01, 0x02, 0x03, 0x05
"""Tags of C{master.bin}; the order of the folders counts."""

NEXT, FORMAT = 0x04, 0x00
"""Tags of the way to a provisioner's URL: the next level, and its end."""

VERSION, NAME, SETTING, KEY = 0x00, 0x40, 0x01, 0x02
"""Tags of the binary profile."""


class BadTlv(ValueError):
    """
    These bytes cannot be parsed, or this value cannot be encoded, as blocks.
    """


class TlvBlock(NamedTuple):
    """
    One tag and its content.
    """

    tag: int
    content: bytes


def block(tag: int, content: bytes) -> bytes:
    """
    Encode one block.

    @raise BadTlv: the content is longer than a length byte can say.
    """
    if len(content) > LONGEST:
        raise BadTlv(f"a block holds at most {LONGEST} bytes, not {len(content)}")
    return bytes((tag, len(content))) + content


def string(text: str) -> bytes:
    """
    Encode a text in ISO 8859-1, with its NUL.

    @raise BadTlv: it is too long or has other characters.
    """
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        raise BadTlv("a text has only characters of ISO 8859-1") from None
    if len(data) > TEXT or b"\0" in data:
        raise BadTlv(f"a text has at most {TEXT} characters and no NUL")
    return data + b"\0"


def named(tag: int, text: str) -> bytes:
    """
    Encode a block that holds nothing but a text.
    """
    return block(tag, block(STRING, string(text)))


def parse(data: bytes) -> list[TlvBlock]:
    """
    Parse the blocks of one level.

    @raise BadTlv: one is cut short, or there are too many.
    """
    blocks: list[TlvBlock] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise BadTlv(f"a block is cut short at byte {at}")
        end = at + 2 + data[at + 1]
        blocks.append(TlvBlock(data[at], data[at + 2 : end]))
        at = end
        if len(blocks) > MOST:
            raise BadTlv(f"there are more than {MOST} blocks")
    return blocks


def textOf(content: bytes) -> str:
    """
    Return the text that a block contains.

    @raise BadTlv: it contains none.
    """
    for inner in parse(content):
        if inner.tag == STRING and inner.content.endswith(b"\0"):
            return inner.content[:-1].decode("latin-1")
    raise BadTlv("there is no text")


class Baseline(NamedTuple):
    """
    A firmware in C{baselines.bin}.

    @ivar more: a block of tag 06, which has the same form; its meaning, and
        that of the two marks, is unknown.
    """

    version: int  #: 0 to 65535
    path: str  #: from the index file's directory
    marks: tuple[int, int] = (0, 0)  #: the bytes of tags 04 and 05
    more: tuple[int, str] | None = None

    def encode(self) -> bytes:
        """
        Encode it.
        """
        first, second = self.marks
        inner = _versioned(self.version, self.path)
        inner += block(0x04, bytes((first,))) + block(0x05, bytes((second,)))
        if self.more is not None:
            inner += block(0x06, _versioned(*self.more))
        return block(0x01, inner)


def _versioned(version: int, path: str) -> bytes:
    if not 0 <= version <= 0xFFFF:
        raise BadTlv(f"a version is 0 to 65535, not {version}")
    return block(NUMBER, version.to_bytes(2, "big")) + block(STRING, string(path))


def setting(key: str, value: bool | int | str) -> bytes:
    """
    Encode one setting of the binary profile: C{03} yes or no, C{04} a number of
    four bytes, C{05} a text.

    @raise BadTlv: it does not fit.
    """
    if isinstance(value, bool):
        typed = block(0x03, bytes((value,)))
    elif isinstance(value, int):
        typed = block(0x04, (value & 0xFFFFFFFF).to_bytes(4, "big"))
    else:
        typed = block(0x05, string(value))
    return block(SETTING, block(KEY, string(key)) + typed)


def profile(
    version: str, name: str, settings: Iterable[tuple[str, bool | int | str]]
) -> bytes:
    """
    Encode a whole binary profile (C{d_*.bin}).

    @param version: C{ddmmyyhhmm}.
    @param name: the file's name.
    """
    head = block(VERSION, string(version)) + block(NAME, string(name))
    return head + b"".join(setting(key, value) for key, value in settings)
