"""
Tests for L{gigasetd.accounts.csvimport}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.csvimport import MOST, SLICE, CsvImport
from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.registry.model import Account
from tests.registry.populated import (
    BOX,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    empty,
    inhabited,
    numbering,
)

HEADER = "mac,number,password,serial,item_number,product,nickname,mac_id\n"


def imported(registry, text):
    """
    Read and commit a table.
    """
    batch = CsvImport(registry, text, numbering(), NOW)
    for _ in batch.read():
        pass
    batch.commit()
    return batch


class ImportTests(SynchronousTestCase):
    """
    What C{device import} promises.
    """

    def faults(self, rows, header=HEADER, registry=None):
        """
        Check that nothing was imported, and return (line, reason) pairs.
        """
        registry = registry or empty()
        before = registry.journal.number
        batch = imported(registry, header + rows)
        self.assertEqual(registry.journal.number, before)
        return [tuple(fault) for fault in batch.faults]

    def test_rows(self):
        """
        Each row becomes a device with its account.
        """
        registry = empty()
        batch = imported(
            registry,
            HEADER + "7c:2f:80:00:00:01,101,secret words,S1,I1,P1,Ann,ab12\n"
            '7C2F80000002,102,"a, ""b"" ",,,,,\n',
        )
        self.assertEqual(batch.faults, [])
        self.assertEqual(
            registry.devices["7C2F80000001"],
            ("7C2F80000001", "101", "S1", "I1", "P1", "AB12", NOW),
        )
        self.assertEqual(BOX.open(registry.accounts["102"]), 'a, "b" ')
        self.assertEqual(registry.accounts["101"].nickname, "Ann")

    def test_leftOut(self):
        """
        Numbers and passwords that are left out are made up, each its own.
        """
        registry = empty()
        rows = "".join(f"7C2F8000{i:04X}\n" for i in range(200))
        batch = imported(registry, "mac\n" + rows)
        self.assertEqual(len(registry.accounts), 200)
        self.assertTrue(all(made.password for _, made in batch.proposals))

    def test_spreadsheets(self):
        """
        What spreadsheets write is read: a byte order mark, CRLF, semicolons,
        other orders of columns, blank lines.
        """
        registry = empty()
        imported(
            registry,
            "\ufeffNickname;MAC ;number\r\nAnn;7C2F80000001;101\r\n;;\r\n\r\n",
        )
        self.assertEqual(registry.nicknames, {"ann": "101"})

    def test_faultsByLine(self):
        """
        Each fault is told with its line; one of them stops all.
        """
        faults = self.faults(
            "7C2F80000001,101,,,,,,\n"
            "nonsense,102,,,,,,\n"
            "7C2F80000003,1x3,,,,,,\n"
            "7C2F80000004,104,,,\n"
            "7C2F80000005,12341,,,,,,\n"
        )
        self.assertEqual([line for line, _ in faults], [3, 4, 5, 6])
        self.assertIn("'nonsense' is not a MAC address", faults[0][1])
        self.assertIn("5 fields instead of 8", faults[2][1])

    def test_doubles(self):
        """
        What stands in two rows is told with both lines.
        """
        faults = self.faults(
            "7C2F80000001,101,,,,,Ann,\n"
            "7c-2f-80-00-00-01,102,,,,,,\n"
            "7C2F80000003,101,,,,,,\n"
            "7C2F80000004,104,,,,,ANN,\n"
        )
        self.assertEqual([line for line, _ in faults], [3, 4, 5])
        for _, reason in faults:
            self.assertIn("is already in line 2", reason)

    def test_taken(self):
        """
        What is there already cannot be imported.
        """
        rows = f"{MAC},,,,,,,\n{OTHER},{NUMBER},,,,,,\n7C2F80000001,,,,,,anna,\n"
        faults = self.faults(rows, registry=inhabited())
        self.assertEqual([line for line, _ in faults], [2, 3, 4])

    def test_linesOfQuotedRows(self):
        """
        A field with line ends does not shift the lines that are told.
        """
        faults = self.faults('7C2F80000001,101,"a\nb",,,,,\nx,,,,,,,\n')
        self.assertEqual([line for line, _ in faults], [4])

    def test_headers(self):
        """
        A table without a proper header row is refused, with the reason.
        """
        for header, reason in (
            ("", "must be"),
            ("number,password\n", "must be"),
            ("7C2F80000001,101\n", "must be"),
            ("mac,colour\n", "'colour'"),
            ("mac,number,mac\n", "twice"),
        ):
            (fault,) = self.faults("7C2F80000001,101,5\n", header)
            self.assertEqual(fault[0], 1)
            self.assertIn(reason, fault[1])

    def test_hostile(self):
        """
        Garbage is a fault with a line, whatever it is.
        """
        for rows in ('"' * 9 + "x\n", "\x00,,,,,,,\n", '"never ends', "x" * 200000):
            ((line, reason),) = self.faults(rows)
            self.assertEqual(line, 2)
            self.assertLess(len(reason), 200)

    def test_manyFaults(self):
        """
        Who gives the wrong file is not told each of its lines.
        """
        batch = imported(empty(), "mac\n" + "x\n" * (MOST + 7))
        self.assertEqual((len(batch.faults), batch.more), (MOST, 7))

    def test_slices(self):
        """
        Reading pauses often, and changes nothing before the end.
        """
        registry = empty()
        rows = "".join(f"7C2F8000{i:04X}\n" for i in range(10 * SLICE))
        batch = CsvImport(registry, "mac\n" + rows, numbering(), NOW)
        self.assertEqual(list(batch.read()), [SLICE * i for i in range(1, 11)])
        self.assertEqual(registry.journal.number, 0)
        batch.commit()
        self.assertEqual(len(registry.devices), 10 * SLICE)

    def test_overtaken(self):
        """
        Somebody who takes a number while the table is read makes the import
        fail whole.
        """
        registry = empty()
        text = HEADER + "7C2F80000001,101,,,,,,\n7C2F80000002,102,,,,,,\n"
        batch = CsvImport(registry, text, numbering(), NOW)
        list(batch.read())
        addDevice(registry, NewDevice(MAC, "102"), numbering(), NOW)
        batch.commit()
        self.assertEqual(list(registry.accounts), ["102"])
        self.assertEqual([fault.line for fault in batch.faults], [3])

    def test_adopts(self):
        """
        An enrolled number keeps its log-in here too.
        """
        registry = empty()
        registry.put(Account("101", "factory", "", "", "", "", NOW, NOW))
        imported(registry, HEADER + "7C2F80000001,101,,,,,,\n")
        self.assertEqual(registry.accounts["101"].login, "factory")
        self.assertEqual(registry.macs["101"], "7C2F80000001")
