# -*- test-case-name: tests.scenarios.test_call -*-
"""
A softphone in a subprocess, driven by the tests.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol
from twisted.python.failure import Failure

from tests.scenarios.daemon import CHECKOUT
from tests.scenarios.patience import Patience

Event = dict[str, Any]


class Refused(Exception):
    """
    The softphone refused a command.
    """


class Agent(ProcessProtocol):
    """
    One softphone: L{ask} sends a command, L{expect} waits for an event.

    @cvar program: the module that it runs.
    @ivar directory: where its recordings lie.
    @ivar events: events not yet waited for, oldest first.
    @ivar diary: everything it ever told, for a failed test to show.
    """

    program = "tests.scenarios.softphone"

    def __init__(self, reactor: Any, name: str, directory: Path) -> None:
        self.reactor = reactor
        self.name = name
        self.directory = directory
        self.events: list[Event] = []
        self.diary: list[str] = []
        self.ended: Deferred[None] = Deferred()
        self._received = b""
        self._answers: dict[int, Patience] = {}
        self._waiting: list[tuple[Event, Patience]] = []
        self._asked = 0
        self._over = False

    def start(self) -> None:
        """
        Start the subprocess.
        """
        self.reactor.spawnProcess(
            self,
            sys.executable,
            [sys.executable, "-m", self.program],
            env={**os.environ, "TMPDIR": str(self.directory)},
            path=CHECKOUT,
        )

    def ask(self, do: str, **arguments: Any) -> Deferred[Any]:
        """
        Send a command and wait for its result.

        @return: a Deferred with the softphone's result, or L{Refused}.
        """
        self._asked += 1
        answer = Patience(self.reactor, 10, f"{self.name}: {do}", self.story)
        self._answers[self._asked] = answer
        line = {"id": self._asked, "do": do, **arguments}
        self.diary.append(f"> {json.dumps(line)}")
        self.transport.write(json.dumps(line).encode() + b"\n")
        return answer.deferred

    def expect(self, event: str, seconds: float = 15, **facts: Any) -> Deferred[Event]:
        """
        Wait for an event, or take it if it is already there.

        @param facts: what must stand in it.
        @return: a Deferred with the first event that matches; it fails with
            the agent's diary after C{seconds}.
        """
        pattern = {"event": event, **facts}
        for index, told in enumerate(self.events):
            if matches(pattern, told):
                del self.events[index]
                return _ready(told)
        wish = f"{self.name}: {json.dumps(pattern)}"
        patience = Patience(self.reactor, seconds, wish, self.story)
        self._waiting.append((pattern, patience))
        return patience.deferred

    def forget(self) -> None:
        """
        Drop all events so far, so that only later ones can be expected.
        """
        self.events.clear()

    def story(self) -> str:
        """
        List all commands, results and events.
        """
        return "\n".join(self.diary)

    def outReceived(self, data: bytes) -> None:
        """
        Split the output into lines of JSON; other output is only stored.
        """
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace")
            self.diary.append(f"< {text}")
            if text.startswith("{"):
                self._told(json.loads(text))

    def errReceived(self, data: bytes) -> None:
        """
        Store error output for L{story}.
        """
        self.diary.append(data.decode("utf-8", "replace").rstrip())

    def _told(self, line: Event) -> None:
        if "event" not in line:
            self._answered(line)
            return
        for index, (pattern, waiting) in enumerate(self._waiting):
            if matches(pattern, line):
                del self._waiting[index]
                waiting.callback(line)
                return
        self.events.append(line)

    def _answered(self, line: Event) -> None:
        waiting = self._answers.pop(line["id"])
        if "error" in line:
            waiting.errback(Refused(f"{self.name}: {line['error']}"))
        else:
            waiting.callback(line["result"])

    def processEnded(self, reason: Failure) -> None:
        """
        Fail the waiters: no more events will come.
        """
        self._over = True
        left = [*self._answers.values(), *(pair[1] for pair in self._waiting)]
        self._answers, self._waiting = {}, []
        for waiting in left:
            waiting.errback(Refused(f"{self.name} ended: {reason.value}"))
        self.ended.callback(None)

    def stop(self) -> Deferred[None]:
        """
        Kill the subprocess.
        """
        if not self._over:
            with suppress(ProcessExitedAlready):
                self.transport.signalProcess("KILL")
        return self.ended


def matches(pattern: Event, event: Event) -> bool:
    """
    Tell whether an event holds everything that a pattern says.

    A callable in the pattern judges the value itself.
    """
    return all(
        wanted(event.get(key)) if callable(wanted) else event.get(key) == wanted
        for key, wanted in pattern.items()
    )


def _ready(event: Event) -> Deferred[Event]:
    deferred: Deferred[Event] = Deferred()
    deferred.callback(event)
    return deferred
