# -*- test-case-name: tests.scenarios.test_call -*-
"""
A softphone without sound devices: PJSIP, driven by lines of JSON.

Run as a program of its own, because a second PJSIP endpoint in one process
aborts it. A line in is C{{"id": 1, "do": "call", ...}}; lines out are answers,
C{{"id": 1, "result": ...}} or C{{"id": 1, "error": "..."}}, and events,
C{{"event": "state", ...}}. It ends when its standard input does.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any

import pjsua2 as pj

from tests.scenarios.line import Line, Phone, status
from tests.scenarios.saying import say

CODECS = ("PCMA/8000/1", "PCMU/8000/1", "G722/16000/1")
"""
What a Gigaset base speaks, first choice first.
"""


class Softphone:
    """
    The library, started, and its commands.

    Each C{do_NAME} takes its arguments from the command's line and returns
    what JSON can carry.
    """

    def __init__(self) -> None:
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        self.endpoint.libInit(self._configuration())
        self.endpoint.audDevManager().setNullDev()
        self.phone: Phone | None = None

    def _configuration(self) -> Any:
        configuration = pj.EpConfig()
        configuration.uaConfig.threadCnt = 0
        configuration.uaConfig.mainThreadOnly = True
        configuration.uaConfig.userAgent = "gigasetd-scenario"
        configuration.medConfig.clockRate = 8000
        configuration.medConfig.sndClockRate = 8000
        configuration.medConfig.noVad = True
        configuration.medConfig.ecTailLen = 0
        level = int(os.environ.get("SOFTPHONE_LOG", "0"))
        configuration.logConfig.level = level
        configuration.logConfig.consoleLevel = level
        return configuration

    def do_start(
        self,
        number: str,
        password: str,
        domain: str = "gigaset.net",
        proxy: str = "",
        transport: str = "udp",
        register: bool = True,
        expires: int = 300,
        ringing: bool = True,
        codecs: list[str] | None = None,
        tones: list[int] | None = None,
        messages: bool = False,
    ) -> dict[str, Any]:
        """
        Open a transport and register the number.

        @param proxy: C{host:port} that everything goes through; without it
            the number answers direct calls only.
        @param messages: subscribe to the number's message summary.
        @return: the port that this phone listens on.
        """
        port = self._open(transport)
        self._choose(codecs or list(CODECS))
        account = pj.AccountConfig()
        account.idUri = f"sip:{number}@{domain}"
        if proxy:
            account.sipConfig.proxies.append(f"sip:{proxy};lr;transport={transport}")
            account.regConfig.registrarUri = f"sip:{domain}"
            account.regConfig.registerOnAdd = register
        account.regConfig.timeoutSec = expires
        # The tests say when to try again; a retry of the library's own would
        # make an unexpected event.
        account.regConfig.retryIntervalSec = 0
        account.regConfig.dropCallsOnFail = False
        account.mwiConfig.enabled = messages
        account.sipConfig.authCreds.append(
            pj.AuthCredInfo("digest", "*", number, 0, password)
        )
        account.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        self.phone = Phone(ringing, tones or [])
        self.phone.create(account)
        return {"port": port}

    def _open(self, transport: str) -> int:
        setting = pj.TransportConfig()
        setting.port = 0
        setting.boundAddress = "127.0.0.1"
        kind = {
            "udp": pj.PJSIP_TRANSPORT_UDP,
            "tcp": pj.PJSIP_TRANSPORT_TCP,
        }[transport]
        identity = self.endpoint.transportCreate(kind, setting)
        self.endpoint.libStart()
        name = self.endpoint.transportGetInfo(identity).localName
        return int(name.rpartition(":")[2])

    def _choose(self, wanted: list[str]) -> None:
        for codec in self.endpoint.codecEnum2():
            self.endpoint.codecSetPriority(codec.codecId, 0)
        for rank, name in enumerate(wanted):
            self.endpoint.codecSetPriority(name, 250 - rank)

    def do_register(self, renew: bool = True) -> None:
        """
        Register again, or remove the registration.
        """
        self._account().setRegistration(renew)

    def do_call(self, to: str) -> int:
        """
        Call an address.

        @return: the call's number here.
        """
        phone = self._account()
        line = Line(phone)
        line.makeCall(to, status(0))
        phone.lines[line.getId()] = line
        return int(line.getId())

    def do_answer(self, call: int, code: int = 200) -> None:
        """
        Answer an incoming call, with any status code.
        """
        self._line(call).answer(status(code))

    def do_hangup(self, call: int, code: int = 0) -> None:
        """
        End a call: BYE, CANCEL or a refusal, according to its state.
        """
        self._line(call).hangup(status(code))

    def do_hold(self, call: int) -> None:
        """
        Put the other side on hold.
        """
        self._line(call).setHold(status(0))

    def do_resume(self, call: int) -> None:
        """
        Resume the other side from hold.
        """
        prm = status(0)
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        self._line(call).reinvite(prm)

    def do_play(self, call: int, frequency: int) -> None:
        """
        Play a tone into the call.
        """
        self._line(call).play(frequency)

    def do_dtmf(self, call: int, digits: str) -> None:
        """
        Send DTMF digits (RFC 4733).
        """
        self._line(call).dialDtmf(digits)

    def do_statistics(self, call: int) -> dict[str, int]:
        """
        Count the RTP packets of a call.
        """
        rtcp = self._line(call).getStreamStat(0).rtcp
        return {"received": rtcp.rxStat.pkt, "sent": rtcp.txStat.pkt}

    def do_codec(self, call: int) -> str:
        """
        Name the negotiated codec.
        """
        return str(self._line(call).getStreamInfo(0).codecName)

    def _account(self) -> Phone:
        if self.phone is None:
            raise ValueError("not started")
        return self.phone

    def _line(self, call: int) -> Line:
        line = self._account().lines.get(call)
        if line is None:
            raise ValueError(f"no call {call}")
        return line

    def obey(self, text: str) -> None:
        """
        Run one command and print its result.
        """
        line = json.loads(text)
        identity, verb = line.pop("id"), line.pop("do")
        try:
            result = getattr(self, f"do_{verb}")(**line)
        except pj.Error as error:
            say(id=identity, error=error.reason)
        except (ValueError, TypeError) as error:
            say(id=identity, error=str(error))
        else:
            say(id=identity, result=result)

    def run(self) -> None:
        """
        Serve the library and standard input, in turns, until input ends.
        """
        waiting = b""
        while True:
            self.endpoint.libHandleEvents(10)
            if self.phone is not None:
                self.phone.tend()
            if not select.select([0], [], [], 0)[0]:
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                self.obey(line.decode())


if __name__ == "__main__":
    Softphone().run()
    # The library's own farewell waits for answers that never come when the
    # daemon is gone, and its destructors race the interpreter's.
    sys.stdout.flush()
    os._exit(0)
