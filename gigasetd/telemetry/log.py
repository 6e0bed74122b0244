# -*- test-case-name: tests.telemetry.test_log -*-
"""
Log lines on one stream: text for people and the journal, or one JSON object a
line.

Not Twisted's observers: they write no priority for the journal, and
values unmasked.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any

from twisted.application.service import MultiService
from twisted.logger import ILogObserver, Logger, LogLevel, formatEvent
from twisted.python.components import Componentized
from twisted.python.logfile import LogFile
from zope.interface import implementer

from gigasetd.config.sections.server import LogSection
from gigasetd.telemetry.redact import maskTraceback, safeText, safeValue

log = Logger()

READY = "ready"
LISTENING = (
    "listening service={service} transport={transport} address={interface} port={port}"
)
# sd-daemon(3): the journal reads a line's level from its front.
_PRIORITIES = {"debug": 7, "info": 6, "warn": 4, "error": 3, "critical": 2}


def logListening(service: str, transport: str, interface: str, port: int) -> None:
    """
    Say that one listener is bound, in the words that scripts wait for.
    """
    log.info(
        LISTENING,
        service=service,
        transport=transport,
        interface=interface or "0.0.0.0",  # noqa: S104
        port=port,
    )


def logReady() -> None:
    """
    Say that everything is up, in the word that scripts wait for.
    """
    log.info(READY)


@implementer(ILogObserver)
class LineObserver:
    """
    Writes each event that matters as one piece of text.

    @ivar section: level and format; a reload puts another one here.  At the
        level "debug" nothing is redacted.
    """

    def __init__(self, section: LogSection, stream: IO[str]) -> None:
        self.section = section
        self._stream = stream
        self._journal = isJournal(stream, os.environ)

    def __call__(self, event: Mapping[str, Any]) -> None:
        """
        Write the event, or drop it.
        """
        if matters(event, self.section.level):
            plain = self.section.level == "debug"
            self._write(self._render(event, plain))

    def _render(self, event: Mapping[str, Any], plain: bool) -> str:
        """
        The event as the section's format has it.
        """
        if self.section.format == "json":
            return jsonLine(event, plain)
        return journalLines(event, plain) if self._journal else textLine(event, plain)

    def _write(self, text: str) -> None:
        """
        Write and flush; a letter that the stream cannot take is escaped.
        """
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(
            text.encode(encoding, "backslashreplace").decode(encoding) + "\n"
        )
        self._stream.flush()


def isJournal(stream: IO[str], environ: Mapping[str, str]) -> bool:
    """
    Whether the stream is the one that systemd connected to its journal
    (systemd.exec(5), C{$JOURNAL_STREAM}); a pipe of our own is not.
    """
    told = environ.get("JOURNAL_STREAM")
    if not told:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return told == f"{status.st_dev}:{status.st_ino}"


def levelName(event: Mapping[str, Any]) -> str:
    """
    The event's level; one without is for information.
    """
    return str(getattr(event.get("log_level"), "name", "info"))


def matters(event: Mapping[str, Any], level: str) -> bool:
    """
    Whether this level shows the event.  What Twisted says of itself (each
    factory that starts, each page that is asked for) is for debugging only,
    unless it is a warning.
    """
    at = LogLevel.lookupByName(levelName(event))
    if at < LogLevel.lookupByName(level):
        return False
    foreign = str(event.get("log_namespace", "")).startswith(("twisted.", "log_legacy"))
    return level == "debug" or not foreign or at >= LogLevel.warn


def message(event: Mapping[str, Any], plain: bool) -> str:
    """
    The event's text in one line.  Line breaks in a value would forge lines,
    and no line but one may end in the word that scripts wait for.
    """
    text = formatEvent(dict(event)) if plain else safeText(event)
    if not text and "log_failure" in event:
        text = event["log_failure"].type.__name__
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text.strip())
    if text.endswith(READY) and event.get("log_format") != READY:
        text += "."
    return text


def traceback(event: Mapping[str, Any], plain: bool) -> str:
    """
    The traceback of the event's failure, C{""} when it has none.
    """
    failure = event.get("log_failure")
    if failure is None:
        return ""
    try:
        text = str(failure.getTraceback()).rstrip()
    except Exception as error:
        return f"no traceback: {type(error).__name__}"
    return text if plain else maskTraceback(text)


def _time(event: Mapping[str, Any]) -> str:
    """
    When it happened, in local time with its offset.
    """
    moment = datetime.fromtimestamp(event.get("log_time") or 0.0, UTC)
    return moment.astimezone().isoformat(timespec="milliseconds")


def textLine(event: Mapping[str, Any], plain: bool) -> str:
    """
    Time, level, message; a traceback follows in indented lines.
    """
    line = f"{_time(event)} {levelName(event)} {message(event, plain)}"
    return "\n".join([line, *_indented(event, plain)])


def journalLines(event: Mapping[str, Any], plain: bool) -> str:
    """
    As L{textLine}, but the journal knows the time, and wants each line's
    priority at its front.
    """
    front = f"<{_PRIORITIES[levelName(event)]}>"
    lines = [message(event, plain), *_indented(event, plain)]
    return "\n".join(front + line for line in lines)


def _indented(event: Mapping[str, Any], plain: bool) -> list[str]:
    """
    The traceback's lines, none of which ends in a word of ours.
    """
    lines = traceback(event, plain).splitlines()
    return [f"\t{line}." if line.endswith(READY) else f"\t{line}" for line in lines]


def jsonLine(event: Mapping[str, Any], plain: bool) -> str:
    """
    One object: C{time}, C{level}, C{logger}, C{message}, the event's own
    values under C{values}, and C{traceback} where there is one.
    """
    values = {
        name: value if plain else safeValue(name, value)
        for name, value in event.items()
        if not name.startswith("log_") and name not in ("format", "message", "isError")
    }
    line = {
        "time": _time(event),
        "level": levelName(event),
        "logger": str(event.get("log_namespace", "")),
        "message": message(event, plain),
        "values": values,
        "traceback": traceback(event, plain),
    }
    kept = {name: value for name, value in line.items() if value}
    return json.dumps(kept, ensure_ascii=False, default=repr, skipkeys=True)


class RootService(MultiService):
    """
    The service that twistd is given.  It is the only one that twistd joins to
    an application, and an application's C{ILogObserver} takes the place of
    twistd's own observer before that has written a line.

    @ivar observer: where the log goes; L{None} leaves it to twistd.
    """

    def __init__(self, observer: LineObserver | None) -> None:
        super().__init__()
        self.observer = observer

    def setServiceParent(self, parent: Any) -> None:
        """
        Join the application, and log through our observer.
        """
        if self.observer is not None and isinstance(parent, Componentized):
            parent.setComponent(ILogObserver, self.observer)
        super().setServiceParent(parent)

    def follow(self, section: LogSection) -> None:
        """
        Log by another section from now on, as a reload asks.
        """
        if self.observer is not None:
            self.observer.section = section


def startLogging(section: LogSection, stream: IO[str] | None) -> RootService:
    """
    Make the root service, whose joining turns the log to C{stream}; L{None}
    keeps what twistd was told by its own options.
    """
    return RootService(None if stream is None else LineObserver(section, stream))


def chooseStream(twistd: Mapping[str, Any], stdout: IO[str]) -> IO[str] | None:
    """
    Where twistd's own options (C{nodaemon}, C{logfile}, C{syslog}) send the
    log: standard output, a file that rotates, or L{None} for syslog and for a
    C{--logger} of the operator's own.
    """
    if twistd.get("syslog") or twistd.get("logger"):
        return None
    name = twistd.get("logfile") or ("-" if twistd.get("nodaemon") else "twistd.log")
    if name == "-":
        return stdout
    return LogFile.fromFullPath(name)  # type: ignore[no-any-return]
