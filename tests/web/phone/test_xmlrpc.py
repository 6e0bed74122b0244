"""
Tests of L{gigasetd.web.phone.xmlrpc}.
"""

from __future__ import annotations

import contextlib
from random import Random
from xmlrpc.client import Fault, dumps, loads

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.phone.xmlrpc import BadCall, encodeFault, encodeReply, parseCall

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<methodCall><methodName>&d;</methodName></methodCall>"""
FILE = b"""<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<methodCall><methodName>&f;</methodName></methodCall>"""


def called(*arguments: object, method: str = "autoprov.checkDevice") -> bytes:
    """
    A request as Python's own client writes it.
    """
    return dumps(arguments, method).encode()


class RpcTests(SynchronousTestCase):
    """
    The grammar of requests and answers.
    """

    def test_call(self) -> None:
        """
        Texts, numbers and lists of texts come through, typed or not.
        """
        call = parseCall(called("7C", ["ä", "b"], 12))
        self.assertEqual(call.method, "autoprov.checkDevice")
        self.assertEqual(call.arguments, ("7C", ["ä", "b"], "12"))
        bare = b"<methodCall><methodName>m</methodName><params><param><value> x "
        bare += b"</value></param></params></methodCall>"
        self.assertEqual(parseCall(bare).arguments, ("x",))

    def test_bombs(self) -> None:
        """
        Entities neither grow nor fetch anything.
        """
        for body in (BOMB, FILE, b'<!DOCTYPE x SYSTEM "http://h/x.dtd"><methodCall/>'):
            self.assertRaises(BadCall, parseCall, body)

    def test_bounds(self) -> None:
        """
        Too much of anything, and what nobody asked for, is refused.
        """
        for body in (
            called(*["x"] * 11),
            called(["x"] * 1001),
            called("x" * 3000),
            called({"a": "b"}),
            called([["x"]]),
            called(True),
            b"<a>" * 5000 + b"</a>" * 5000,
            b"<methodResponse/>",
            b"",
            b'<?xml version="1.0" encoding="x-nothing"?><methodCall/>',
            b'<?xml version="1.0" encoding="utf-7"?><methodCall/>',
        ):
            self.assertRaises(BadCall, parseCall, body)

    def test_anything(self) -> None:
        """
        Whatever comes is a call or it is not.
        """
        random, good = Random(7), called("7C", ["a"])
        for _ in range(2000):
            data = bytearray(good)
            for _ in range(random.randrange(1, 6)):
                data[random.randrange(len(data))] = random.randrange(256)
            with contextlib.suppress(BadCall):
                parseCall(bytes(data))

    def test_replies(self) -> None:
        """
        Answers are read by Python's own client, letters and marks included.
        """
        rows = [["7C", "Bär & <b>?>\n", "http://h/?a&b"]]
        (found,), _ = loads(encodeReply(rows))
        self.assertEqual(found, rows)
        wrong = self.assertRaises(Fault, loads, encodeFault(BadCall(-1, "no <b>")))
        self.assertEqual((wrong.faultCode, wrong.faultString), (-1, "no <b>"))
