# -*- test-case-name: tests.cli.test_main -*-
"""
The other end of the control socket, with plain blocking calls.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from gigasetd.control.unixsocket import connected

PATIENCE = 120.0
"""Seconds that the daemon may be silent."""

LONGEST = 16 * 1024 * 1024
"""Bytes of a request that the daemon takes."""

Progress = Callable[[int, int], None]


class Refusal(Exception):
    """
    The daemon, or we, decline.

    @ivar lines: the reasons, one a line.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class NoAnswer(Exception):
    """
    The daemon does not answer.
    """


def ask(path: Path, verb: str, arguments: dict[str, Any], progress: Progress) -> Any:
    """
    Have the daemon do something.

    @param path: its control socket.
    @param progress: called with what is done and what there is to do.
    @return: the document that it answers with.
    @raise Refusal: it declines.
    @raise NoAnswer: it is not there, or does not answer.
    """
    request = json.dumps({"verb": verb, "arguments": arguments}).encode() + b"\n"
    if len(request) > LONGEST:
        raise Refusal(f"that is too much at once: {LONGEST >> 20} MiB is the limit")
    try:
        with connected(path, PATIENCE) as stream:
            return _exchange(stream, request, progress)
    except OSError as error:
        why = error.strerror or "no answer in time"
        raise NoAnswer(f"the daemon does not answer at {path}: {why}") from None
    except ValueError:
        raise NoAnswer(f"what answers at {path} is no gigasetd") from None


def _exchange(stream: socket.socket, request: bytes, progress: Progress) -> Any:
    """
    Send a request and read until its end.
    """
    stream.sendall(request)
    with stream.makefile("rb") as lines:
        parts, last = _read(lines, progress)
    if "done" in last:
        return _joined(last, parts)
    if "faults" in last:
        raise Refusal(*_faults(last))
    if "refused" in last:
        raise Refusal(str(last["refused"]))
    raise Refusal(str(last.get("failed")))


def _read(lines: BinaryIO, progress: Progress) -> tuple[list[Any], dict[str, Any]]:
    """
    The collected parts, and the last line.
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
    raise OSError(0, "it hung up")


def _joined(last: dict[str, Any], parts: list[Any]) -> Any:
    """
    The document: a list, or an object that may hold one.
    """
    if "key" not in last:
        return last["done"]
    if not last["key"]:
        return parts
    return {**last["done"], last["key"]: parts}


def _faults(last: dict[str, Any]) -> list[str]:
    """
    One line for each fault of an import.
    """
    lines = [f"line {line}: {reason}" for line, reason in last["faults"]]
    if last["more"]:
        lines.append(f"and {last['more']} more")
    lines[-1] += f"; {last['refused']}"
    return lines
