"""
Single turns of a reactor in memory.
"""

from __future__ import annotations

from twisted.internet.task import Clock


def turn(clock: Clock) -> None:
    """
    Make the calls that are due, but not those that they add, as the real reactor
    does; C{Clock.advance(0)} makes these, too.
    """
    due = [call for call in clock.calls if call.getTime() <= clock.seconds()]
    for call in due:
        if call.active():
            clock.calls.remove(call)
            call.called = 1
            call.func(*call.args, **call.kw)
