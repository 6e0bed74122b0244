"""
Tests for L{gigasetd.cli.client}, against a socket that answers what a test
says.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from threading import Thread
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli import client
from gigasetd.cli.client import CommandRefused, DaemonUnreachable, ask


class AskTests(SynchronousTestCase):
    """
    L{ask}.
    """

    def setUp(self) -> None:
        """
        Listen on a control socket.
        """
        self.path = Path(os.path.relpath(self.mktemp()))
        self.progress: list[tuple[int, int]] = []
        self.request: dict[str, Any] = {}
        self.server = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.server.close)
        self.server.bind(str(self.path))
        self.server.listen()

    def ask(self, *answer: Any, verb: str = "status") -> Any:
        """
        Make one request, which gets these lines.
        """
        lines = [a if isinstance(a, bytes) else json.dumps(a).encode() for a in answer]

        def serve() -> None:
            stream, _ = self.server.accept()
            with stream, stream.makefile("rb") as received:
                self.request = json.loads(received.readline())
                stream.sendall(b"".join(line + b"\n" for line in lines))

        thread = Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        return ask(self.path, verb, {"a": 1}, lambda *step: self.progress.append(step))

    def test_document(self) -> None:
        """
        The request is one JSON line; the document comes back, progress before
        it.
        """
        document = self.ask({"progress": [1, 2]}, {"done": {"ok": True}})
        self.assertEqual(document, {"ok": True})
        self.assertEqual(self.request, {"verb": "status", "arguments": {"a": 1}})
        self.assertEqual(self.progress, [(1, 2)])

    def test_parts(self) -> None:
        """
        A list that comes in parts is joined, alone or under its key.
        """
        parts = {"part": [1, 2]}, {"part": [3]}
        self.assertEqual(self.ask(*parts, {"done": None, "key": ""}), [1, 2, 3])
        document = self.ask(*parts, {"done": {"n": 3}, "key": "devices"})
        self.assertEqual(document, {"n": 3, "devices": [1, 2, 3]})

    def test_refused(self) -> None:
        """
        A refusal or failure is raised with the daemon's words.
        """
        for word in ("refused", "failed"):
            error = self.assertRaises(CommandRefused, self.ask, {word: "why"})
            self.assertEqual(error.lines, ("why",))

    def test_faults(self) -> None:
        """
        Each faulty line of an import is a line; the last one says that
        nothing was imported.
        """
        last = {"refused": "nothing imported", "faults": [[3, "no MAC"]], "more": 7}
        error = self.assertRaises(CommandRefused, self.ask, last)
        self.assertEqual(
            error.lines, ("line 3: no MAC", "and 7 more; nothing imported")
        )

    def test_unreachable(self) -> None:
        """
        A daemon that is not there, hangs up or is another program is an error
        that names the socket.
        """
        for answer in ((), (b"HTTP/1.1 400 Bad Request",)):
            error = self.assertRaises(DaemonUnreachable, self.ask, *answer)
            self.assertIn(str(self.path), str(error))
        missing = self.path.with_name("missing")
        error = self.assertRaises(DaemonUnreachable, ask, missing, "status", {}, print)
        self.assertIn(str(missing), str(error))
        self.assertIn("--socket", str(error))

    def test_silent(self) -> None:
        """
        A daemon that accepts and says nothing is given up after a while.
        """
        self.patch(client, "PATIENCE", 0.05)
        error = self.assertRaises(
            DaemonUnreachable, ask, self.path, "status", {}, print
        )
        self.assertIn("in time", str(error))

    def test_tooLarge(self) -> None:
        """
        A request that the daemon would refuse for its length is not sent.
        """
        arguments = {"text": "x" * client.LONGEST}
        error = self.assertRaises(
            CommandRefused, ask, self.path, "device import", arguments, print
        )
        self.assertIn("16 MiB", str(error))
