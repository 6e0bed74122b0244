"""
Tests of L{gigasetd.info.fetch.threads}.
"""

from __future__ import annotations

from threading import Event, current_thread, main_thread

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from gigasetd.info.fetch.threads import ParserThreads
from gigasetd.info.sources.interface import SourceError


class ThreadsTests(TestCase):
    """
    L{ParserThreads}.
    """

    timeout = 20

    async def test_call(self) -> None:
        """
        Documents are read beside the telephones, not before them.
        """
        threads = ParserThreads(reactor, 10.0)
        threads.start()
        self.addCleanup(threads.stop)
        self.assertIsNot(await threads.call(current_thread), main_thread())
        dividing = Deferred.fromCoroutine(threads.call(lambda: 1 // 0))
        await self.assertFailure(dividing, ZeroDivisionError)

    async def test_slow(self) -> None:
        """
        One that takes too long is waited for no longer.
        """
        threads, end = ParserThreads(reactor, 0.05), Event()
        threads.start()
        try:
            await threads.call(lambda: end.wait(10))
        except SourceError as error:
            self.assertIn("too much time", str(error))
        else:
            raise AssertionError("it was waited for")
        self.assertEqual(threads.running, 1)
        threads.stop()
        end.set()
