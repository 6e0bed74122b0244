"""
Tests of L{gigasetd.info.sources.icalfeed}.
"""

from __future__ import annotations

from datetime import UTC, datetime

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.icalfeed import MOST, CalendarEvent, parse, source
from gigasetd.info.sources.interface import RawDocument, SourceError
from tests.info.documents import NOON, calendar

HOUR, DAY = 3600.0, 86400.0

CHOIR = """UID:choir
DTSTART;TZID=Europe/Berlin:20260105T180000
DTEND;TZID=Europe/Berlin:20260105T193000
RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=500
EXDATE;TZID=Europe/Berlin:20261130T180000
SUMMARY:Choir\\, all
LOCATION:Hall"""

MOVED = """UID:choir
RECURRENCE-ID;TZID=Europe/Berlin:20261126T180000
DTSTART;TZID=Europe/Berlin:20261126T200000
DTEND;TZID=Europe/Berlin:20261126T210000
SUMMARY:Choir\\, late"""

BIRTHDAY = """UID:b
DTSTART;VALUE=DATE:19701127
RRULE:FREQ=YEARLY
SUMMARY:Birthday"""


class CalendarTests(SynchronousTestCase):
    """
    What becomes of a calendar.
    """

    def parse(self, *events: str, now: float = NOON) -> list[CalendarEvent]:
        """
        Read one.
        """
        return list(parse(RawDocument(calendar(*events), "", now)))

    def begins(self, *events: str) -> list[str]:
        """
        When its events begin, by UTC.
        """
        return [
            f"{datetime.fromtimestamp(one.begins, UTC):%d.%m. %H:%M}"
            for one in self.parse(*events)
        ]

    def test_once(self) -> None:
        """
        An event of the next days, with its place; of others nothing.
        """
        lines = "DTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nSUMMARY:Dentist"
        (event,) = self.parse(lines + "\nLOCATION:Here")
        begins = NOON + 21 * HOUR
        self.assertEqual(
            event, CalendarEvent("Dentist", begins, begins + HOUR, False, "Here")
        )
        self.assertEqual(self.parse(lines, now=NOON + 2 * DAY), [])
        self.assertEqual(self.parse(lines, now=NOON - 20 * DAY), [])

    def test_repeated(self) -> None:
        """
        A repeated event keeps its hour at the place; what was called off is
        gone, and what was moved is where it was moved to.
        """
        turns = ["23.11. 17:00", "26.11. 19:00", "03.12. 17:00"]
        self.assertEqual(self.begins(CHOIR, MOVED), turns)
        self.assertEqual(self.parse(CHOIR)[0].title, "Choir, all")

    def test_wholeDay(self) -> None:
        """
        A birthday is a day, whatever year it began in.
        """
        (event,) = self.parse(BIRTHDAY)
        self.assertTrue(event.whole_day)
        self.assertEqual(event.ends - event.begins, DAY)
        self.assertEqual(self.begins(BIRTHDAY), ["27.11. 00:00"])

    def test_underWay(self) -> None:
        """
        What has begun and is not over is shown.
        """
        (event,) = self.parse("DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261125")
        self.assertLess(event.begins, NOON)
        self.assertEqual(self.parse("DTSTART:20261123T100000Z\nDURATION:PT1H"), [])

    def test_floating(self) -> None:
        """
        A time without zone is of the calendar's zone, one with an unknown zone
        does no harm.
        """
        self.assertEqual(self.begins("DTSTART:20261124T090000"), ["24.11. 08:00"])
        self.assertEqual(len(self.parse("DTSTART;TZID=Nowhere/X:20261124T090000")), 1)

    def test_cancelled(self) -> None:
        """
        What was called off is not shown.
        """
        self.assertEqual(self.parse("STATUS:CANCELLED\nDTSTART:20261124T090000Z"), [])

    def test_counted(self) -> None:
        """
        What repeats five times does so five times; more listed days add to it.
        """
        five = "DTSTART:20261120T090000Z\nRRULE:FREQ=DAILY;COUNT=5"
        self.assertEqual(self.begins(five), ["24.11. 09:00"])
        more = five + "\nRDATE:20261201T090000Z"
        self.assertEqual(self.begins(more), ["24.11. 09:00", "01.12. 09:00"])

    def test_hostile(self) -> None:
        """
        Rules that never come true, or ever, take no time, and a broken event
        takes no other along.
        """
        start = "DTSTART:19000101T000000Z\n"
        never = start + "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
        always = start + "RRULE:FREQ=SECONDLY"
        endless = start + "DURATION:P99999D\nRRULE:FREQ=DAILY\nSUMMARY:x"
        counting = start + "RRULE:FREQ=DAILY;COUNT=99999"
        late = "DTSTART:99991231T235959Z\nRRULE:FREQ=DAILY"
        broken = "DTSTART:yesterday\nRRULE:FREQ=DAILY"
        events = [never, always, counting, late, broken] * 30
        found = self.parse(*events, endless, BIRTHDAY)
        self.assertLessEqual(len(found), MOST)
        self.assertIn("x", [event.title for event in found])

    def test_bad(self) -> None:
        """
        What is no calendar is said to be none.
        """
        event = b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"
        begin, end = b"BEGIN:VCALENDAR\r\n", b"END:VCALENDAR\r\n"
        for body in (b"", b"<html>", begin, b"\xff\xfe\0" * 50, event, end):
            with self.assertRaises(SourceError):
                parse(RawDocument(body, "", NOON))

    def test_webcal(self) -> None:
        """
        An address as calendars hand it out is one of the web.
        """
        url = source().url
        self.assertEqual(url("webcal://host/c.ics", NOON), "https://host/c.ics")
        self.assertEqual(url("http://host/c.ics", NOON), "http://host/c.ics")
