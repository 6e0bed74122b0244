# -*- test-case-name: tests.scenarios.test_sipp -*-
"""
Scenario: two sipp user agents, which follow Record-Route strictly.

The scenario files are those of the benchmarks, run here at a small scale.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.utils import getProcessOutputAndValue

from tests.scenarios.case import DOMAIN, ScenarioCase, requireSipp
from tests.scenarios.daemon import CHECKOUT

SCRIPTS = Path(CHECKOUT) / "benchmarks" / "scenarios"

CALLS = 200


def freePort() -> int:
    """
    Find an unused UDP port, which sipp needs as an option.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class SippTests(ScenarioCase):
    """
    Calls between two sipp user agents.
    """

    async def setUp(self) -> None:
        """
        Start the daemon; skip without sipp.
        """
        self.sipp = requireSipp()
        await super().setUp()

    def _numbers(self, number: str, password: str) -> Path:
        path = self.directory / f"{number}.csv"
        proof = f"[authentication username={number} password={password}]"
        path.write_text(f"SEQUENTIAL\n{number};{proof}\n")
        return path

    async def _play(self, script: str, port: int, numbers: Path, *more: str) -> None:
        command = [
            f"127.0.0.1:{self.daemon.port('sip', 'udp')}",
            *("-sf", str(SCRIPTS / f"{script}.xml"), "-i", "127.0.0.1"),
            *("-p", str(port), "-bind_local", "-nostdin", "-inf", str(numbers)),
            *("-key", "domain", DOMAIN, "-timeout", "60s", "-timeout_error"),
            *("-trace_err", "-error_file", f"{script}-{port}.err", *more),
        ]
        out, error, status = await getProcessOutputAndValue(
            self.sipp, command, {**os.environ, "TERM": "dumb"}, str(self.directory)
        )
        self.assertEqual(status, 0, (out + error).decode("latin-1")[-3000:])

    async def test_calls(self) -> None:
        """
        Two hundred calls at a hundred a second, none of them failed and none
        left over.
        """
        ports = {}
        for number in ("30001", "30002"):
            numbers = self._numbers(number, await self.account(number))
            ports[number] = freePort()
            await self._play("register", ports[number], numbers, "-m", "1")
        amount = ("-m", str(CALLS))
        callee = self._play(
            "callee", ports["30002"], self.directory / "30002.csv", *amount
        )
        caller = self._play(
            "caller",
            ports["30001"],
            self.directory / "30001.csv",
            *(*amount, "-r", "100", "-d", "200", "-key", "callee", "30002"),
        )
        await gatherResults(
            [Deferred.fromCoroutine(callee), Deferred.fromCoroutine(caller)],
            consumeErrors=True,
        )
        self.assertEqual(await self.live("calls"), [])
