"""
Tests of L{gigasetd.info.sources.recurrence}.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from icalendar import vRecur
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.recurrence import countBefore, occurs, ruleOf

RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,WE,SU",
    "FREQ=DAILY;BYMONTH=1,12",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=23,24",
)


def rule(text: str):  # type: ignore[no-untyped-def]
    """
    A rule as a calendar has it.
    """
    return ruleOf(vRecur.from_ical(text))


class OccursTests(SynchronousTestCase):
    """
    L{occurs}.
    """

    def test_asDateutil(self) -> None:
        """
        For every kind of rule, the days are those that the common library
        finds.
        """
        chance = random.Random(23)
        for text in RULES:
            first = date(2025, 1, 1) + timedelta(days=chance.randrange(400))
            ours = rule(text)
            assert ours is not None, text
            begin = datetime(first.year, first.month, first.day)
            end = begin + timedelta(days=1500)
            theirs = {
                one.date() for one in rrulestr(text, dtstart=begin).between(begin, end)
            }
            days = (first + timedelta(days=n) for n in range(1, 1500))
            found = {day for day in days if occurs(ours, first, day)}
            # The first time counts here though the rule may not name it.
            self.assertEqual(found, theirs - {first}, f"{text} from {first}")

    def test_ends(self) -> None:
        """
        Nothing repeats after its last day.
        """
        until = rule("FREQ=DAILY;UNTIL=20261125T120000Z")
        first = date(2026, 11, 23)
        self.assertTrue(occurs(until, first, date(2026, 11, 25)))
        self.assertFalse(occurs(until, first, date(2026, 11, 26)))
        self.assertFalse(occurs(until, first, date(2026, 11, 22)))

    def test_counted(self) -> None:
        """
        Turns are counted from the first on.
        """
        daily = rule("FREQ=DAILY;INTERVAL=2;COUNT=5")
        self.assertEqual(daily.total, 5)
        self.assertEqual(countBefore(daily, date(2026, 1, 1), date(2026, 1, 8)), 4)

    def test_leftOut(self) -> None:
        """
        A rule that is not understood is none, and never a wrong one.
        """
        for text in (
            "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=3", "FREQ=YEARLY;BYWEEKNO=20",
            "FREQ=YEARLY;BYYEARDAY=100", "FREQ=SECONDLY;COUNT=999999999",
        ):  # fmt: skip
            self.assertIsNone(rule(text), text)
        for told in ({}, {"FREQ": ["DAILY"], "BYDAY": ["XX"]}, {"FREQ": [None]},
                     {"FREQ": ["DAILY"], "UNTIL": ["soon"]}):  # fmt: skip
            self.assertIsNone(ruleOf(told))
