# -*- test-case-name: tests.test_fuzz -*-
"""
Fuzzing of everything that parses: C{python -m tests.fuzz --seconds 20}.

A parser may refuse with the errors that it names, and nothing else; and it
must be quick about it. The seed is printed, and C{--seed} runs the same again.

Layer 4 (assembly).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from gigasetd.auth.digest import parseCredentials
from gigasetd.devices.useragent import parseUserAgent
from gigasetd.directory.bookfile import decoded, readBook
from gigasetd.directory.query import parseQuery
from gigasetd.errors import BadValue
from gigasetd.sip.echo import sdp
from gigasetd.sip.message.header import parameters, splitList, topValue
from gigasetd.sip.message.message import MalformedSIP, parse
from gigasetd.sip.message.uri import parseAddress, parseURI
from gigasetd.sip.message.via import parseVia
from gigasetd.web.http.query import parameters as asked
from tests.xmpp import hostile

SLOW = 0.25
"""
Seconds that no parser may take for one input of a few kilobytes.
"""

INVITE = (
    b"INVITE sip:30002%239@gigaset.net;transport=udp SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKa;rport, "
    b"SIP / 2.0 / TCP host.example;branch=z9hG4bKb\r\n"
    b'f: "Zo\\"e, <x>" <sip:30001@gigaset.net;lr?a=b>;tag=1\r\n'
    b"t: <sip:30002@gigaset.net>\r\ni: abc@host\r\nCSeq: 1 INVITE\r\n"
    b"Contact: *, <sip:a@127.0.0.1:5062;ob>;expires=60;q=0.5;"
    b'+sip.instance="<urn:uuid:1;2>"\r\n'
    b"Route: <sip:127.0.0.1;lr>,<sip:x;lr>\r\nSubject: a\r\n  folded\r\n"
    b"Max-Forwards: 70\r\nl: 4\r\n\r\nv=0\n"
)

RESPONSE = (
    b"SIP/2.0 407 No\r\nVia: SIP/2.0/TCP a:1;branch=z9hG4bK1\r\nFrom: sip:a@b\r\n"
    b"To: tel:+49;phone-context=x\r\nCall-ID: 1\r\nCSeq: 1 BYE\r\n\r\n"
)

SESSION = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 8 0 9 101\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-16\r\na=sendonly\r\nm=video 0 RTP/AVP 99\r\n"
)

DIGEST = (
    b'Digest username="30001", realm="gigaset.net", nonce="abc", uri="sip:x", '
    b'response="0123", algorithm=MD5, cnonce="a\\"b", qop=auth, nc=00000001'
)

BOOKS = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC;"
    b"In=\r\na\r\nTEL;CELL:+49 1\r\nADR;HOME:;;Weg 1;B;;4;D\r\nPHOTO;ENCODING=b:AAAA"
    b'\r\nEND:VCARD\r\nBEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;TYPE="voice,cell":tel:+1\n'
    b"IMPP:sip:a@b\nORG:A\\, B;C\nitem1.EMAIL:a@b\nEND:VCARD\n",
    b'last;first;home;sip\r\n"M\xc3\xbcller; x";Ina;+49 (0)2871;1#9\r\n;;1\r\n',
)

QUERY = (
    b"command=get%5flist&type=pb&fn=%2a&ln=Schm%2a&hm=0725322069&lang=42&first=1&"
    b"count=1&last=-1&limit=1024&reqid=ff&reqsrc=auto&handsetid="
)

PIECES = (
    b"\0", b"\r\n", b"\r", b"\n", b" ", b"\t", b";", b",", b":", b"<", b">", b'"',
    b"\\", b"[", b"]", b"%", b"%00", b"@", b"=", b"*", b"-1", b"1_0", b"\xff",
    b"\xc3\xbc", b"\xd9\xa1", b"\xe2\x84\xaa", b"99999999999999999999999",
    b";;;;;;;;;;;;;;;;", b'""""""""""""', b"\\\\\\\\\\\\\\\\", b"((((((((((((((",
)  # fmt: skip


class Target(NamedTuple):
    """
    One parser under test.
    """

    name: str
    take: Callable[[bytes], Any]
    seeds: tuple[bytes, ...]


def text(parser: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """
    Feed bytes to a parser of text, as from the wire.
    """
    return lambda data: parser(data.decode("latin-1"))


def whole(data: bytes) -> None:
    """
    Parse a message and read all of it, as the rules would.
    """
    message = parse(data)
    for name in ("contact", "route", "via", "from"):
        for value in message.values(name):
            topValue(value)
            with suppress(BadValue):
                parseAddress(value)
    message.encode()


TARGETS = (
    Target("message", whole, (INVITE, RESPONSE)),
    Target("uri", text(parseURI), (b"sip:30002%239@[::1]:5060;lr?a=b", b"tel:+49;x=y")),
    Target("address", text(parseAddress), (b'"Zo\\"e" <sip:a@b;lr>;tag=1;+x="<;>"',)),
    Target("via", text(parseVia), (b"SIP / 2.0 / UDP [::1]:1;branch=z9hG4bK;rport",)),
    Target("list", text(splitList), (b'"a,b" <sip:c,d>, <sip:e>;f="g,h"',)),
    Target("parameters", text(parameters), (b';lr;a="b;\\"c";expires=60 ; q=0.5',)),
    Target("sdp", text(sdp.parse), (SESSION,)),
    Target("digest", text(parseCredentials), (DIGEST,)),
    Target("book", lambda data: list(readBook(decoded(data))), BOOKS),
    Target("query", lambda data: parseQuery(asked(data)), (QUERY,)),
    Target("agent", text(parseUserAgent), (b"N510 IP PRO/42.263;SL750H PRO/116.076",)),
    Target("stanza", hostile.stanza, (hostile.STANZAS[:400],)),
    Target("stream", hostile.stream, (hostile.STANZAS,)),
    Target("opening", hostile.opening, hostile.OPENINGS),
    Target("login", hostile.login, hostile.LOGINS),
    Target("jid", text(hostile.address), (b"\xfcn\xdf@h\xf6st.example/R \xe9",)),
)

REFUSALS = (BadValue, MalformedSIP)


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """
    Change an input in one to six places.
    """
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 300))
        elif kind == 1:
            del data[at : at + chance.randint(1, 12)]
        elif kind == 2 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 3:
            data[at:at] = data[at : at + chance.randint(1, 200)]
        else:
            other = chance.randrange(len(data) + 1)
            data[at:at] = data[other : other + chance.randint(1, 30)]
    return bytes(data[:65535])


def attempt(target: Target, data: bytes) -> str:
    """
    Feed one input.

    @return: what went wrong, or the empty string.
    """
    before = time.process_time()
    try:
        target.take(data)
    except REFUSALS:
        pass
    except Exception:
        return traceback.format_exc()
    took = time.process_time() - before
    return f"took {took:.2f} s" if took > SLOW else ""


def run(seconds: float, seed: int) -> int:
    """
    Feed all targets in turn until the time is up.

    @return: the exit status.
    """
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:
        for target in TARGETS:
            data = mutated(chance.choice(target.seeds), chance)
            fault = attempt(target, data)
            tried += 1
            if fault:
                print(f"fuzz: {target.name}, seed {seed}: {data!r}\n{fault}")
                return 1
    print(f"fuzz: {tried} inputs, seed {seed}, no fault")
    return 0


def main() -> int:
    """
    Read the command line and run.
    """
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument(
        "--seed", type=int, default=random.SystemRandom().getrandbits(32)
    )
    given = options.parse_args()
    return run(given.seconds, given.seed)


if __name__ == "__main__":
    sys.exit(main())
