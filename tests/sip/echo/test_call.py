"""
Tests for L{gigasetd.sip.echo.call}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import CloseMedia
from tests.sip.echo.caller import Caller, answers, asked


class RepetitionTests(SynchronousTestCase):
    """
    The 200 on its way.
    """

    def test_repeated(self) -> None:
        """
        A lost 200 comes again after 0.5, 1, 2, 4, 4 ... seconds.
        """
        caller = Caller()
        first = caller.open()[-1]
        times = []
        while caller.echo.deadline is not None and caller.echo.deadline < 20:
            times.append(caller.echo.deadline)
            self.assertEqual(caller.echo.wake(times[-1]), [first])
        self.assertEqual(times, [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5])

    def test_acknowledged(self) -> None:
        """
        The ACK ends that; the next thing due is the longest call's end.
        """
        caller = Caller()
        caller.talk()
        self.assertEqual(caller.echo.deadline, 300.0)

    def test_otherACK(self) -> None:
        """
        An ACK for something else does not.
        """
        caller = Caller()
        caller.open()
        self.assertEqual(caller.send("ACK", cseq=7), [])
        self.assertEqual(caller.echo.deadline, 0.5)

    def test_neverAcknowledged(self) -> None:
        """
        After 32 seconds without ACK the call is given up with a BYE.
        """
        caller = Caller()
        caller.open()
        actions = caller.echo.wake(32.0)
        self.assertEqual([bye.method for bye in asked(actions)], ["BYE"])
        self.assertIsInstance(actions[-1], CloseMedia)
        self.assertEqual((len(caller.echo), caller.echo.deadline), (0, None))


class TimerTests(SynchronousTestCase):
    """
    Session timers (RFC 4028).
    """

    def test_callerRefreshes(self) -> None:
        """
        A phone with a session timer keeps it itself; when it stops doing so,
        the call ends in time.
        """
        caller = Caller()
        headers = ("Supported: timer", "Session-Expires: 120")
        ok = answers(caller.open(headers=headers))[-1]
        self.assertEqual(ok.get("session-expires"), "120;refresher=uac")
        self.assertEqual(ok.get("require"), "timer")
        caller.send("ACK", cseq=1)
        self.assertEqual(caller.echo.deadline, 88.0)
        caller.send("UPDATE", headers=headers, now=60.0)
        self.assertEqual(caller.echo.deadline, 148.0)
        self.assertEqual(len(asked(caller.echo.wake(148.0))), 1)

    def test_notAgreed(self) -> None:
        """
        A phone that knows no timers, or wants us to refresh, gets none.
        """
        for headers in (
            ("Session-Expires: 1800",),
            ("Supported: timer", "Session-Expires: 1800;refresher=uas"),
        ):
            caller = Caller()
            ok = answers(caller.open(headers=headers))[-1]
            self.assertIsNone(ok.get("session-expires"))
