"""
Tests of L{gigasetd.telemetry.log}.
"""

from __future__ import annotations

import json
import os
import re
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

from twisted.application.service import Application, Service
from twisted.logger import ILogObserver, Logger, LogLevel
from twisted.python import log as legacy
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.sections.server import LogSection
from gigasetd.telemetry import log as module
from gigasetd.telemetry.log import (
    LineObserver,
    chooseStream,
    isJournal,
    isPrivate,
    startLogging,
)

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d "


class LogTestCase(SynchronousTestCase):
    """
    Lines of one logger.
    """

    def setUp(self) -> None:
        """
        A stream to read from.
        """
        self.stream = StringIO()

    def logger(self, observer: LineObserver, namespace: str = "gigasetd.x") -> Logger:
        """
        A logger whose events go to this observer alone.
        """
        return Logger(namespace=namespace, observer=observer)

    def lines(self) -> list[str]:
        """
        What was written so far.
        """
        text = self.stream.getvalue()
        self.assertTrue(text == "" or text.endswith("\n"))
        return text.splitlines()


class ContractTests(LogTestCase):
    """
    The lines that scripts wait for.
    """

    def test_listening(self) -> None:
        """
        A listener's line is shown to the letter, in both formats.
        """
        expected = "listening service=sip transport=udp address=0.0.0.0 port=5060"
        for observer in (
            LineObserver(LogSection(), self.stream),
            LineObserver(LogSection(format="json"), self.stream),
        ):
            self.patch(module, "log", self.logger(observer))
            module.logListening("sip", "udp", "", 5060)
        text, line = self.lines()
        self.assertRegex(text, f"^{STAMP}info {expected}$")
        self.assertEqual(json.loads(line)["message"], expected)

    def test_ready(self) -> None:
        """
        The last word is "ready" once, whatever a peer makes us log.
        """
        observer = LineObserver(LogSection(), self.stream)
        self.patch(module, "log", self.logger(observer))
        module.logReady()
        log = self.logger(observer)
        log.info("agent {agent}", agent="ready")
        log.info("agent {agent}", agent="x\nready")
        log.failure("no", _failureOf(ValueError("x\nready\nready")))
        self.assertRegex(self.lines()[0], f"^{STAMP}info ready$")
        self.assertEqual(
            [n for n, x in enumerate(self.lines()) if x[-5:] == "ready"], [0]
        )


class LevelTests(LogTestCase):
    """
    What is shown at all.
    """

    def test_levels(self) -> None:
        """
        Each level shows itself and what is worse; a reload changes it.
        """
        observer = LineObserver(LogSection(level="warn"), self.stream)
        log = self.logger(observer)
        for level in LogLevel.iterconstants():
            log.emit(level, level.name)
        observer.section = LogSection(level="critical")
        log.error("late")
        words = [line.split()[-1] for line in self.lines()]
        self.assertEqual(words, ["warn", "error", "critical"])

    def test_quiet(self) -> None:
        """
        Twisted's own chatter is for debugging only, its warnings are not.
        """
        for level in ("info", "debug"):
            log = self.logger(
                LineObserver(LogSection(level=level), self.stream), "twisted.internet"
            )
            log.info("Starting factory at " + level)
            log.warn("warning at " + level)
        told = [line.split(" ", 2)[2] for line in self.lines()]
        expected = ["warning at info", "Starting factory at debug", "warning at debug"]
        self.assertEqual(told, expected)

    def test_legacy(self) -> None:
        """
        An error told in Twisted's old way is shown, a message is not.
        """
        observer = LineObserver(LogSection(), self.stream)
        legacy.addObserver(observer)
        self.addCleanup(legacy.removeObserver, observer)
        legacy.msg("chatter")
        legacy.err(ValueError("lost"), "trouble")
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        text = "\n".join(self.lines())
        self.assertIn("ValueError: lost", text)
        self.assertNotIn("chatter", text)


class FormTests(LogTestCase):
    """
    One event, one line.
    """

    def test_jsonIsOneLine(self) -> None:
        """
        A traceback and a broken text stay within one object.
        """
        log = self.logger(LineObserver(LogSection(format="json"), self.stream))
        log.failure("a\nb", _failureOf(ValueError("x")))
        (line,) = self.lines()
        read = json.loads(line)
        self.assertEqual(read["level"], "critical")
        self.assertEqual(read["message"], "a\\nb")
        self.assertIn("\n", read["traceback"])

    def test_forged(self) -> None:
        """
        A peer's line breaks and terminal codes make no line and no colour.
        """
        log = self.logger(LineObserver(LogSection(), self.stream))
        log.info("got {text}", text="a\r\n2026 info ok\x1b[31m\u2028b")
        (line,) = self.lines()
        self.assertTrue(line.endswith(r"got a\r\n2026 info ok\x1b[31m\u2028b"))

    def test_unformattable(self) -> None:
        """
        A message that does not fit its values is still one line.
        """
        self.logger(LineObserver(LogSection(), self.stream)).info(
            "lost {what.ever}", what=1
        )
        (line,) = self.lines()
        self.assertIn("lost {what.ever} (unformattable: AttributeError)", line)

    def test_journal(self) -> None:
        """
        The journal gets priorities and no second time stamp; a pipe of our
        own does not.
        """
        path = Path(self.mktemp())
        with path.open("w") as stream:
            status = os.fstat(stream.fileno())
            told = f"{status.st_dev}:{status.st_ino}"
            self.assertTrue(isJournal(stream, {"JOURNAL_STREAM": told}))
            self.assertFalse(isJournal(stream, {"JOURNAL_STREAM": "1:2"}))
            self.assertFalse(isJournal(stream, {}))
            self.assertFalse(isJournal(StringIO(), {"JOURNAL_STREAM": told}))
            self.patch(os, "environ", {"JOURNAL_STREAM": told})
            log = self.logger(LineObserver(LogSection(), stream))
            log.warn("careful")
            log.failure("oops", _failureOf(ValueError("x")))
        lines = path.read_text().splitlines()
        self.assertEqual(lines[:2], ["<4>careful", "<2>oops"])
        self.assertEqual({line[:4] for line in lines[2:]}, {"<2>\t"})

    def test_narrowStream(self) -> None:
        """
        A terminal that knows only ASCII shows escapes instead of failing.
        """
        data = BytesIO()
        stream = TextIOWrapper(data, "ascii")
        self.logger(LineObserver(LogSection(), stream)).info("{aor} ä", aor="x")
        self.assertTrue(data.getvalue().endswith(b"info \\u2026 \\xe4\n"))


class StartTests(LogTestCase):
    """
    How the log gets its place under twistd.
    """

    def test_application(self) -> None:
        """
        twistd finds our observer at its application, and the services run.
        """
        root = startLogging(LogSection(), self.stream)
        child = Service()
        child.setServiceParent(root)
        application = Application("gigasetd")
        root.setServiceParent(application)
        self.assertIs(application.getComponent(ILogObserver), root.observer)
        root.startService()
        self.assertTrue(child.running)

    def test_operatorsOwn(self) -> None:
        """
        Who chose syslog or a logger on twistd's command line keeps it.
        """
        application = Application("gigasetd")
        startLogging(LogSection(), None).setServiceParent(application)
        self.assertIsNone(application.getComponent(ILogObserver, None))
        self.assertIsNone(chooseStream({"syslog": 1}, sys.stdout))
        self.assertIsNone(chooseStream({"logger": "x"}, sys.stdout))

    def test_stream(self) -> None:
        """
        In the foreground the log is standard output, else a file.
        """
        self.assertIs(chooseStream({"nodaemon": 1}, self.stream), self.stream)
        self.assertIs(chooseStream({"logfile": "-"}, self.stream), self.stream)
        path = os.path.abspath(self.mktemp())
        stream = chooseStream({"nodaemon": 1, "logfile": path}, self.stream)
        assert stream is not None
        self.addCleanup(stream.close)
        self.logger(LineObserver(LogSection(), stream)).info("told")
        self.assertRegex(Path(path).read_text(), re.compile(f"^{STAMP}info told\n$"))

    def test_private(self) -> None:
        """
        A new log file is its owner's alone, whatever the umask; one that others
        may read is not private, nor is a log of which nothing is known.
        """
        path = os.path.abspath(self.mktemp())
        before = os.umask(0o022)
        try:
            stream = chooseStream({"nodaemon": 1, "logfile": path}, self.stream)
        finally:
            os.umask(before)
        assert stream is not None
        self.addCleanup(stream.close)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertTrue(isPrivate(stream))
        for mode, private in ((0o644, False), (0o640, False), (0o600, True)):
            os.chmod(path, mode)
            self.assertEqual(isPrivate(stream), private, oct(mode))
            with open(path) as redirected:
                self.assertEqual(isPrivate(redirected), private, oct(mode))
        self.assertFalse(isPrivate(None))
        self.assertTrue(isPrivate(self.stream))

    def test_follow(self) -> None:
        """
        A reload changes level and format without a restart.
        """
        root = startLogging(LogSection(level="error"), self.stream)
        assert root.observer is not None
        log = self.logger(root.observer)
        log.info("one")
        root.follow(LogSection(level="info", format="json"))
        log.info("two")
        (line,) = self.lines()
        self.assertEqual(json.loads(line)["message"], "two")


def _failureOf(error: Exception) -> Failure:
    """
    A failure as a trap catches it.
    """
    try:
        raise error
    except Exception:
        return Failure()
