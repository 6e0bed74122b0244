# -*- test-case-name: tests.cli.test_main -*-
"""
The command C{gigasetctl}: parses its arguments, performs the verb, prints the
result.

Exit status: 0 done, 1 refused, 2 wrong usage, 3 daemon not reachable.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gigasetd.cli.backupfile import backup, restore
from gigasetd.cli.checks import CHECKS, readConfig
from gigasetd.cli.client import CommandRefused, DaemonUnreachable, ask
from gigasetd.cli.output import ProgressBar, checklist, lines, printable
from gigasetd.cli.parser import commandLine
from gigasetd.cli.sentences import SENTENCES
from gigasetd.config.schema import ConfigError
from gigasetd.directory.bookfile import decoded
from gigasetd.discovery.dhcp import optionText

DONE, REFUSED, SILENT = 0, 1, 3

SECRET = 4096
"""Characters of standard input that are read for a password."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command.

    @return: the exit status; wrong usage raises L{SystemExit} with 2.
    """
    parser = commandLine()
    options = parser.parse_args(argv)
    if "config" in options and "socket" in options:
        parser.error("use either --config or --socket, not both")
    try:
        return _run(options)
    except BrokenPipeError:
        # The reader of our output (head, say) has closed it; the interpreter's
        # own flush at exit must not fail on it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        return 130


def _run(options: Namespace) -> int:
    asJson = "json" in options
    try:
        document = LOCAL.get(options.verb, _ask)(options)
    except (CommandRefused, ConfigError) as refusal:
        return _complain(refusal.lines, asJson, REFUSED)
    except DaemonUnreachable as error:
        return _complain((str(error),), asJson, SILENT)
    if options.verb == "check phone":
        return _printChecklist(document, asJson)
    if options.verb in PLAIN and not asJson:
        print(PLAIN[options.verb](document), end="")
        return DONE
    _print(document, None if asJson else options)
    if isinstance(document, dict) and document.get("ok") is False:
        print(f"gigasetctl: {printable(document['detail'])}", file=sys.stderr)
        return REFUSED
    return DONE


def _printChecklist(steps: list[dict[str, Any]], asJson: bool) -> int:
    """
    Print the steps of C{check phone}.

    @return: the exit status: a failed step counts as refused.
    """
    if asJson:
        print(json.dumps(steps, indent=2))
    else:
        print(_asCalled("\n".join(checklist(steps))))
    failed = [step for step in steps if step["ok"] is False]
    if failed:
        name = printable(failed[0]["step"])
        print(f"gigasetctl: the first problem is at {name}", file=sys.stderr)
    return REFUSED if failed else DONE


def _complain(reasons: Sequence[str], asJson: bool, status: int) -> int:
    for reason in reasons:
        print(f"gigasetctl: {_asCalled(printable(reason))}", file=sys.stderr)
    if asJson:
        print(json.dumps({"error": "; ".join(reasons)}))
    return status


def _asCalled(text: str) -> str:
    """
    Name gigasetctl in advice as it was called, where the shell would not find it.
    """
    program = sys.argv[0]
    if Path(program).name != "gigasetctl" or shutil.which("gigasetctl"):
        return text
    return text.replace("`gigasetctl ", f"`{printable(program)} ")


def _print(document: Any, options: Namespace | None) -> None:
    """
    Print a result; warnings go to standard error, so that scripts can parse
    the rest.

    @param options: L{None} for JSON.
    """
    for warning in _warnings(document):
        print(f"gigasetctl: warning: {_asCalled(warning)}", file=sys.stderr)
    if options is None or options.verb == "device export":
        print(json.dumps(document, indent=2))
        return
    if isinstance(document, dict):
        document.pop("warnings", None)
    for line in _lines(document, options):
        print(line)
    if document == []:
        print("none", file=sys.stderr)


def _lines(document: Any, options: Namespace) -> list[str]:
    if options.verb in SENTENCES:
        return SENTENCES[options.verb](document, vars(options))
    return lines(document)


def _warnings(document: Any) -> list[str]:
    return document.get("warnings", []) if isinstance(document, dict) else []


def _ask(options: Namespace) -> Any:
    bar = ProgressBar(sys.stderr)
    arguments = READERS.get(options.verb, _arguments)(options)
    try:
        return ask(_socket(options), options.verb, arguments, bar.show)
    finally:
        bar.clear()


def _archive(options: Namespace) -> Any:
    """
    Write a backup, or restore one.
    """
    bar, path, socket = ProgressBar(sys.stderr), Path(options.archive), _socket(options)

    def request(verb: str, arguments: dict[str, Any]) -> Any:
        return ask(socket, verb, arguments, bar.show)

    try:
        if options.verb == "backup":
            return backup(path, request, bar.show)
        return restore(path, options.force, request, bar.show)
    finally:
        bar.clear()


def _socket(options: Namespace) -> Path:
    if "socket" in options:
        return Path(options.socket)
    return readConfig(options).server.state_dir / "control.sock"


def _arguments(options: Namespace) -> dict[str, Any]:
    """
    Collect a verb's arguments; a password C{-} is read from standard input.
    """
    arguments = {
        name: value
        for name, value in vars(options).items()
        if name not in ("verb", "json", "config", "socket") and value is not None
    }
    if arguments.get("password") == "-":
        arguments["password"] = _secret()
    return arguments


def _secret() -> str:
    """
    Read the first line of standard input.

    @raise CommandRefused: it is not UTF-8.
    """
    try:
        return sys.stdin.readline(SECRET).rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandRefused("standard input is not valid UTF-8") from None


def _table(options: Namespace) -> dict[str, Any]:
    """
    Read the CSV file of C{device import}.

    @raise CommandRefused: it cannot be read, or is not UTF-8.
    """
    try:
        return {"text": _bytes(options.csv).decode()}
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CommandRefused(
            f"line {line}: not valid UTF-8; nothing imported"
        ) from None


def _book(options: Namespace) -> dict[str, Any]:
    # Address book programs write several encodings; decoded() finds out which.
    return {"id": options.id, "text": decoded(_bytes(options.book))}


def _bytes(name: str) -> bytes:
    """
    Read a file, or standard input where the name is C{-}.

    @raise CommandRefused: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandRefused(f"{name}: {error.strerror}") from None


LOCAL: dict[str, Callable[[Namespace], Any]] = {
    **CHECKS,
    "backup": _archive,
    "restore": _archive,
}
"""Verbs that are not one request to the daemon: several, or none."""

READERS: dict[str, Callable[[Namespace], dict[str, Any]]] = {
    "device import": _table,
    "book import": _book,
}
"""Verbs whose arguments are read from a file."""

PLAIN: dict[str, Callable[[Any], str]] = {
    "dhcp": lambda document: "\n".join([*optionText(document), ""]),
    "book export": lambda document: str(document["vcards"]),
}
"""Verbs whose result is printed as text for another program."""


if __name__ == "__main__":
    sys.exit(main())
