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
from contextlib import suppress
from datetime import UTC, datetime
from stat import S_IRGRP, S_IROTH, S_ISREG
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
    Log that a listener is bound, in the words that scripts wait for.
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
    Log that the daemon is up, in the word that scripts wait for.
    """
    log.info(READY)


@implementer(ILogObserver)
class LineObserver:
    """
    Writes each event of the level or above to a stream.

    @ivar section: level and format; a reload replaces it.  At the level
        "debug" nothing is redacted.
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
        if self.section.format == "json":
            return jsonLine(event, plain)
        return journalLines(event, plain) if self._journal else textLine(event, plain)

    def _write(self, text: str) -> None:
        # A character that the stream cannot encode is escaped.
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(
            text.encode(encoding, "backslashreplace").decode(encoding) + "\n"
        )
        self._stream.flush()


def isJournal(stream: IO[str], environ: Mapping[str, str]) -> bool:
    """
    Whether systemd has connected the stream to its journal (systemd.exec(5),
    C{$JOURNAL_STREAM}).
    """
    # A child process inherits the variable, but may have another stream.
    journal = environ.get("JOURNAL_STREAM")
    if not journal:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return journal == f"{status.st_dev}:{status.st_ino}"


def levelName(event: Mapping[str, Any]) -> str:
    """
    Get the name of the event's level, C{"info"} where it has none.
    """
    return str(getattr(event.get("log_level"), "name", "info"))


def matters(event: Mapping[str, Any], level: str) -> bool:
    """
    Whether the level shows the event.
    """
    # Twisted logs each factory that starts and each page that is served; that is
    # shown at "debug" only, except warnings.
    at = LogLevel.lookupByName(levelName(event))
    if at < LogLevel.lookupByName(level):
        return False
    foreign = str(event.get("log_namespace", "")).startswith(("twisted.", "log_legacy"))
    return level == "debug" or not foreign or at >= LogLevel.warn


def message(event: Mapping[str, Any], plain: bool) -> str:
    """
    Format the event in one line.

    @param plain: without redaction.
    """
    # A line break in a value would forge a line; and scripts wait for the one line
    # that ends in READY.
    text = formatEvent(dict(event)) if plain else safeText(event)
    if not text and "log_failure" in event:
        text = event["log_failure"].type.__name__
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text.strip())
    if text.endswith(READY) and event.get("log_format") != READY:
        text += "."
    return text


def traceback(event: Mapping[str, Any], plain: bool) -> str:
    """
    Format the traceback of the event's failure.

    @return: C{""} where it has none.
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
    moment = datetime.fromtimestamp(event.get("log_time") or 0.0, UTC)
    return moment.astimezone().isoformat(timespec="milliseconds")


def textLine(event: Mapping[str, Any], plain: bool) -> str:
    """
    Format an event as text: time, level, message; then its traceback, indented.
    """
    line = f"{_time(event)} {levelName(event)} {message(event, plain)}"
    return "\n".join([line, *_indented(event, plain)])


def journalLines(event: Mapping[str, Any], plain: bool) -> str:
    """
    Format an event for the journal: each line begins with its priority, and
    the journal adds the time.
    """
    front = f"<{_PRIORITIES[levelName(event)]}>"
    lines = [message(event, plain), *_indented(event, plain)]
    return "\n".join(front + line for line in lines)


def _indented(event: Mapping[str, Any], plain: bool) -> list[str]:
    lines = traceback(event, plain).splitlines()
    return [f"\t{line}." if line.endswith(READY) else f"\t{line}" for line in lines]


def jsonLine(event: Mapping[str, Any], plain: bool) -> str:
    """
    Format an event as a JSON object: C{time}, C{level}, C{logger}, C{message},
    the event's values in C{values}, and C{traceback} where there is one.
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
    members = {name: value for name, value in line.items() if value}
    return json.dumps(members, ensure_ascii=False, default=repr, skipkeys=True)


class RootService(MultiService):
    """
    The daemon's root service, which sets the log observer.

    twistd joins only this service to an application; an application's
    C{ILogObserver} replaces twistd's own before that has written a line.

    @ivar observer: writes the log; L{None} leaves it to twistd.
    """

    def __init__(self, observer: LineObserver | None) -> None:
        super().__init__()
        self.observer = observer

    def setServiceParent(self, parent: Any) -> None:
        """
        Join the application and set its log observer.
        """
        if self.observer is not None and isinstance(parent, Componentized):
            parent.setComponent(ILogObserver, self.observer)
        super().setServiceParent(parent)

    def follow(self, section: LogSection) -> None:
        """
        Follow a reload.
        """
        if self.observer is not None:
            self.observer.section = section


def startLogging(section: LogSection, stream: IO[str] | None) -> RootService:
    """
    Make the root service.

    @param stream: for the log; L{None} leaves the log to twistd.
    """
    return RootService(None if stream is None else LineObserver(section, stream))


def chooseStream(twistd: Mapping[str, Any], stdout: IO[str]) -> IO[str] | None:
    """
    Open the stream that twistd's options (C{nodaemon}, C{logfile}) choose:
    standard output, or a file that rotates.

    @return: L{None} for C{syslog} and for the operator's own C{logger}.
    """
    if twistd.get("syslog") or twistd.get("logger"):
        return None
    name = twistd.get("logfile") or ("-" if twistd.get("nodaemon") else "twistd.log")
    if name == "-":
        return stdout
    # A new file is the operator's alone; one that exists keeps its mode.
    with suppress(FileExistsError):
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return LogFile.fromFullPath(name)  # type: ignore[no-any-return]


def isPrivate(stream: IO[str] | None) -> bool:
    """
    Whether a stream is no file that other users may read.

    @param stream: L{None} for the log of twistd, of which nothing is known.
    """
    if stream is None:
        return False
    file = getattr(stream, "_file", stream)  # of a LogFile
    try:
        mode = os.fstat(file.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return True  # no file at all
    return not S_ISREG(mode) or not mode & (S_IRGRP | S_IROTH)
