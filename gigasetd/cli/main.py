# -*- test-case-name: tests.cli.test_main -*-
"""
gigasetctl: the operator's command.

Exit status 0 done, 1 refused, 2 wrong usage, 3 the daemon does not answer.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gigasetd.cli.backupfile import backup, restore
from gigasetd.cli.checks import CHECKS, configured
from gigasetd.cli.client import NoAnswer, Refusal, ask
from gigasetd.cli.output import Bar, lines, printable, sentences
from gigasetd.cli.parser import usage
from gigasetd.config.schema import ConfigError
from gigasetd.directory.bookfile import decoded
from gigasetd.discovery.dhcp import optionText

DONE, REFUSED, SILENT = 0, 1, 3

SECRET = 4096
"""Characters of standard input that are looked at for a secret."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Do what the command line says.

    @return: the exit status; wrong usage raises L{SystemExit} with 2.
    """
    parser = usage()
    asked = parser.parse_args(argv)
    if "config" in asked and "socket" in asked:
        parser.error("--config and --socket exclude each other")
    try:
        return _run(asked)
    except BrokenPipeError:
        # Whoever read our output has had enough; the interpreter's own flush
        # at the end must not trip over it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        return 130


def _run(asked: Namespace) -> int:
    """
    Do it, and tell how it went.
    """
    asJson = "json" in asked
    try:
        document = OTHERWISE.get(asked.verb, _ask)(asked)
    except Refusal as refusal:
        return _complain(refusal.lines, asJson, REFUSED)
    except ConfigError as error:
        return _complain(error.lines, asJson, REFUSED)
    except NoAnswer as error:
        return _complain((str(error),), asJson, SILENT)
    if asked.verb == "dhcp" and not asJson:
        print("\n".join(optionText(document)))
        return DONE
    if asked.verb == "check phone":
        return _follow(document, asJson)
    if asked.verb == "book export" and not asJson:
        print(document["vcards"], end="")
        return DONE
    _tell(document, asJson or asked.verb == "device export")
    if isinstance(document, dict) and document.get("ok") is False:
        print(f"gigasetctl: {printable(document['detail'])}", file=sys.stderr)
        return REFUSED
    return DONE


def _follow(steps: list[dict[str, Any]], asJson: bool) -> int:
    """
    Tell how far a phone has come.

    @return: the exit status.
    """
    if asJson:
        print(json.dumps(steps, indent=2))
    else:
        print("\n".join(sentences(steps)))
    stops = [step for step in steps if step["ok"] is False]
    if stops:
        place = printable(stops[0]["step"])
        print(f"gigasetctl: it stops at {place}", file=sys.stderr)
    return REFUSED if stops else DONE


def _complain(reasons: Sequence[str], asJson: bool, status: int) -> int:
    """
    Say on standard error why it was not done.
    """
    for reason in reasons:
        print(f"gigasetctl: {printable(reason)}", file=sys.stderr)
    if asJson:
        print(json.dumps({"error": "; ".join(reasons)}))
    return status


def _tell(document: Any, asJson: bool) -> None:
    """
    Print the answer; warnings go to standard error.
    """
    for warning in _warnings(document):
        print(f"gigasetctl: warning: {warning}", file=sys.stderr)
    if asJson:
        print(json.dumps(document, indent=2))
        return
    if isinstance(document, dict):
        document.pop("warnings", None)
    for line in lines(document):
        print(line)
    if document == []:
        print("none", file=sys.stderr)


def _warnings(document: Any) -> list[str]:
    """
    What the operator should know although it was done.
    """
    return document.get("warnings", []) if isinstance(document, dict) else []


def _ask(asked: Namespace) -> Any:
    """
    Let the daemon do it.
    """
    bar = Bar(sys.stderr)
    arguments = READERS.get(asked.verb, _arguments)(asked)
    try:
        return ask(_socket(asked), asked.verb, arguments, bar.show)
    finally:
        bar.clear()


def _archive(asked: Namespace) -> Any:
    """
    Write a backup, or bring one back.
    """
    bar, path, place = Bar(sys.stderr), Path(asked.archive), _socket(asked)

    def saying(verb: str, arguments: dict[str, Any]) -> Any:
        return ask(place, verb, arguments, bar.show)

    try:
        if asked.verb == "backup":
            return backup(path, saying, bar.show)
        return restore(path, asked.force, saying, bar.show)
    finally:
        bar.clear()


def _socket(asked: Namespace) -> Path:
    """
    Where the daemon listens, as the command line or the configuration says.
    """
    if "socket" in asked:
        return Path(asked.socket)
    config = configured(asked)
    return config.server.state_dir / "control.sock"


def _arguments(asked: Namespace) -> dict[str, Any]:
    """
    The verb's own arguments, secrets read from standard input where asked.
    """
    arguments = {
        name: value
        for name, value in vars(asked).items()
        if name not in ("verb", "json", "config", "socket") and value is not None
    }
    if arguments.get("password") == "-":
        arguments["password"] = _secret()
    return arguments


def _secret() -> str:
    """
    The first line of standard input.

    @raise Refusal: it is no text.
    """
    try:
        return sys.stdin.readline(SECRET).rstrip("\r\n")
    except UnicodeDecodeError:
        raise Refusal("what came on standard input is not valid UTF-8") from None


def _table(asked: Namespace) -> dict[str, Any]:
    """
    The file to import, as text.

    @raise Refusal: it cannot be read, or is no text.
    """
    try:
        return {"text": _bytes(asked.csv).decode()}
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Refusal(f"line {line}: not valid UTF-8; nothing imported") from None


def _book(asked: Namespace) -> dict[str, Any]:
    """
    The book to import, as text; address books write it in many ways.
    """
    return {"id": asked.id, "text": decoded(_bytes(asked.book))}


def _bytes(name: str) -> bytes:
    """
    What is in a file, or comes on standard input.

    @raise Refusal: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Refusal(f"{name}: {error.strerror}") from None


OTHERWISE: dict[str, Callable[[Namespace], Any]] = {
    **CHECKS,
    "backup": _archive,
    "restore": _archive,
}
"""The verbs that are more than one question to the daemon, or none."""

READERS: dict[str, Callable[[Namespace], dict[str, Any]]] = {
    "device import": _table,
    "book import": _book,
}
"""The verbs whose arguments are not sent as they stand."""


if __name__ == "__main__":
    sys.exit(main())
