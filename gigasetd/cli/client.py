# -*- test-case-name: tests.cli.test_client -*-
"""
Client of the control socket, with blocking calls: gigasetctl does one thing
and ends.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from errno import EACCES, ECONNREFUSED, ENOENT
from pathlib import Path
from typing import Any, BinaryIO

from gigasetd.control.unixsocket import connected

PATIENCE = 120.0
"""Seconds that the daemon may be silent."""

LONGEST = 16 * 1024 * 1024
"""Bytes of a request that the daemon accepts."""

_ELSEWHERE = "start it, or name its --config or --socket"
ADVICE = {
    ENOENT: _ELSEWHERE,
    ECONNREFUSED: _ELSEWHERE,
    EACCES: "run gigasetctl as root or as the daemon's user",
}
"""Error of the socket -> what to do."""

Progress = Callable[[int, int], None]
"""Shows progress: (done, total)."""


class CommandRefused(Exception):
    """
    The daemon, or gigasetctl itself, refuses the command.

    @ivar lines: the reasons, one a line.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class DaemonUnreachable(Exception):
    """
    The daemon does not answer.
    """


def ask(path: Path, verb: str, arguments: dict[str, Any], progress: Progress) -> Any:
    """
    Have the daemon perform a verb.

    @param path: its control socket.
    @param progress: called with the work done and the work in total.
    @return: the document that the verb results in.
    @raise CommandRefused: the daemon refuses it, or failed to do it.
    @raise DaemonUnreachable: the daemon is not running, or does not answer.
    """
    request = json.dumps({"verb": verb, "arguments": arguments}).encode() + b"\n"
    if len(request) > LONGEST:
        raise CommandRefused(
            f"too much data for one request: at most {LONGEST >> 20} MiB are allowed"
        )
    try:
        with connected(path, PATIENCE) as stream:
            return _exchange(stream, request, progress)
    except OSError as error:
        why = error.strerror or "no answer in time"
        advice = f"; {ADVICE[error.errno]}" if error.errno in ADVICE else ""
        raise DaemonUnreachable(
            f"cannot reach the daemon at {path}: {why}{advice}"
        ) from None
    except ValueError:
        raise DaemonUnreachable(
            f"the program that answers at {path} is not gigasetd"
        ) from None


def _exchange(stream: socket.socket, request: bytes, progress: Progress) -> Any:
    stream.sendall(request)
    with stream.makefile("rb") as lines:
        parts, last = _read(lines, progress)
    if "done" in last:
        return _joined(last, parts)
    if "faults" in last:
        raise CommandRefused(*_faults(last))
    if "refused" in last:
        raise CommandRefused(str(last["refused"]))
    raise CommandRefused(str(last.get("failed")))


def _read(lines: BinaryIO, progress: Progress) -> tuple[list[Any], dict[str, Any]]:
    """
    Read one answer.

    @return: the parts of its list, and its last line.
    """
    parts: list[Any] = []
    for line in lines:
        message = json.loads(line)
        if "part" in message:
            parts.extend(message["part"])
        elif "progress" in message:
            progress(*message["progress"])
        else:
            return parts, message
    raise OSError(0, "the daemon closed the connection")


def _joined(last: dict[str, Any], parts: list[Any]) -> Any:
    if "key" not in last:
        return last["done"]
    if not last["key"]:
        return parts
    return {**last["done"], last["key"]: parts}


def _faults(last: dict[str, Any]) -> list[str]:
    lines = [f"line {line}: {reason}" for line, reason in last["faults"]]
    if last["more"]:
        lines.append(f"and {last['more']} more")
    lines[-1] += f"; {last['refused']}"
    return lines
