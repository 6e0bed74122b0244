"""
Tests for L{gigasetd.store.spool}.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.errors import StoreError
from gigasetd.registry.codec import render
from gigasetd.registry.model import Change
from gigasetd.store import segment
from gigasetd.store.spool import REST, Spool
from tests.store.values import ACCOUNT, BINDING, changeOf, dropOf

CHANGES = [changeOf(ACCOUNT, 1), changeOf(BINDING, 2), dropOf(BINDING, 3)]


class FullDisk:
    """
    A disk that takes C{room} bytes more; it writes what fits, as disks do.
    """

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, file: int, data: bytes) -> int:
        """
        As C{os.write}.
        """
        if data and self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(file, data[: self.room])
        self.room -= written
        return written


class SpoolTests(SynchronousTestCase):
    """
    What was appended is there again after the process is gone.
    """

    def setUp(self) -> None:
        """
        A directory for the spool, and a clock.
        """
        self.directory = Path(self.mktemp())
        self.clock = Clock()

    def spool(self, **given: object) -> Spool:
        """
        An open spool; closing it is all that a crash would do.
        """
        spool = Spool(self.directory, self.clock, **given)  # type: ignore[arg-type]
        spool.open()
        self.addCleanup(spool.close)
        return spool

    def left(self) -> list[Change]:
        """
        What a later start finds.
        """
        spool = self.spool()
        changes = list(spool.replay())
        self.garbage = spool.counts["garbage"]
        spool.close()
        return changes

    def crashed(self, data: bytes) -> list[Change]:
        """
        What a start makes of a segment that holds C{data}.
        """
        self.directory.mkdir(exist_ok=True)
        (self.directory / "00000001.log").write_bytes(data)
        return self.left()

    def test_survives(self) -> None:
        """
        A change is in the file when C{append} returns.
        """
        spool = self.spool()
        spool.append(CHANGES[:2])
        spool.append(CHANGES[2:])
        spool.close()
        self.assertEqual(self.left(), CHANGES)

    def test_private(self) -> None:
        """
        Nobody else can read what is spooled.
        """
        self.spool().append(CHANGES)
        (segment,) = self.directory.glob("*.log")
        self.assertEqual(segment.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.directory.stat().st_mode & 0o777, 0o700)

    def test_forget(self) -> None:
        """
        What the database has is unlinked; what came later is kept, in order.
        """
        spool = self.spool()
        spool.append(CHANGES[:1])
        segment = spool.rotate()
        spool.append(CHANGES[1:2])
        spool.forget(segment)
        spool.rotate()
        spool.append(CHANGES[2:])
        spool.close()
        self.assertEqual(self.left(), CHANGES[1:])

    def test_forgetAll(self) -> None:
        """
        After the last flush no line is left.
        """
        spool = self.spool()
        spool.append(CHANGES)
        spool.forget(spool.rotate())
        self.assertEqual(list(self.directory.iterdir()), [])
        self.assertFalse(spool.used)

    def test_laterRunsAppend(self) -> None:
        """
        A start that crashes before its first flush adds to what was left.
        """
        for change in CHANGES:
            spool = self.spool()
            spool.append([change])
            spool.close()
        self.assertEqual(self.left(), CHANGES)

    def test_manySegments(self) -> None:
        """
        Segments are read by their number, also past any number of digits.
        """
        self.directory.mkdir()
        for number, change in zip((9, 99999999, 100000000), CHANGES):
            path = self.directory / f"{number:08}.log"
            path.write_text(render(change))
        self.assertEqual(self.left(), CHANGES)

    def test_tornAnywhere(self) -> None:
        """
        Wherever a crash cut the file off, the whole lines before count.
        """
        lines = [render(change).encode() for change in CHANGES]
        data = b"".join(lines)
        for length in range(len(data) + 1):
            whole = data[:length].count(b"\n")
            # A line that lacks only its LF is whole all the same.
            last = length + 1 in [sum(map(len, lines[: n + 1])) for n in range(3)]
            self.assertEqual(self.crashed(data[:length]), CHANGES[: whole + last])

    def test_garbage(self) -> None:
        """
        Garbage between lines costs only itself, and is told in one line.
        """
        good = [render(change).encode() for change in CHANGES]
        junk = b"\xff\xfe\0garbage\n" + b"1\taccount\t-\t1\t00000000\n\n"
        self.assertEqual(self.crashed(junk.join(good)), CHANGES)
        self.assertEqual(self.garbage, 6)

    def test_zeros(self) -> None:
        """
        A block of zeros, as a power cut leaves it, is skipped.
        """
        data = render(CHANGES[0]).encode() + b"\0" * 4096
        self.assertEqual(self.crashed(data), CHANGES[:1])

    def test_endlessLine(self) -> None:
        """
        A line without an end is read in bounded parts.
        """
        self.patch(segment, "LONGEST", 1 << 20)
        self.assertEqual(self.crashed(b"x" * (3 << 20)), [])
        self.assertEqual(self.garbage, 3)

    def test_longest(self) -> None:
        """
        A registration with fields as long as a message can be comes back.
        """
        long = "\\\U0001f600" * 100_000
        evil = BINDING._replace(key=long, contact=long, user_agent=long)
        spool = self.spool()
        spool.append([changeOf(evil, 1), *CHANGES])
        spool.close()
        self.assertEqual(self.left(), [changeOf(evil, 1), *CHANGES])

    def test_readOnly(self) -> None:
        """
        A file system that becomes read-only refuses changes, with the reason,
        and takes them again when it is mended.
        """
        spool = self.spool()
        spool.append(CHANGES[:1])

        def refuse(file: int, data: bytes) -> int:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        spool._write = refuse
        error = self.assertRaises(StoreError, spool.append, CHANGES[1:])
        self.assertIn("Read-only", str(error))
        spool._write = os.write
        self.clock.advance(REST)
        spool.append(CHANGES[1:])
        spool.close()
        self.assertEqual(self.left(), CHANGES)

    def test_foreignFile(self) -> None:
        """
        A file that is none of ours is neither read nor removed.
        """
        self.directory.mkdir()
        (self.directory / "notes.log").write_text("mine")
        spool = self.spool()
        self.assertEqual(list(spool.replay()), [])
        spool.append(CHANGES)
        spool.forget(spool.rotate())
        self.assertEqual((self.directory / "notes.log").read_text(), "mine")

    def test_second(self) -> None:
        """
        A second daemon on the same spool is refused in one line.
        """
        self.spool()
        error = self.assertRaises(StoreError, self.spool)
        self.assertIn("another gigasetd", str(error))
        self.assertNotIn("\n", str(error))

    def test_fullDiskAnywhere(self) -> None:
        """
        Wherever the disk is full, the file ends with the last line that was
        answered, and appending goes on once there is room.
        """
        first = len(render(CHANGES[0]))
        more = sum(len(render(change)) for change in CHANGES[1:])
        for room in range(first, first + more):
            disk = FullDisk(room)
            spool = self.spool(write=disk.write)
            spool.append(CHANGES[:1])
            error = self.assertRaises(StoreError, spool.append, CHANGES[1:])
            self.assertIn(str(self.directory), str(error))
            (segment,) = self.directory.glob("*.log")
            self.assertEqual(segment.read_text(), render(CHANGES[0]))
            disk.room = 10_000
            self.clock.advance(REST)
            spool.append(CHANGES[1:])
            self.assertEqual(spool.broken, "")
            spool.close()
            self.assertEqual(self.left(), CHANGES)
            segment.unlink()

    def test_rest(self) -> None:
        """
        A full disk is tried again once a second, not for each request.
        """
        disk = FullDisk(0)
        spool = self.spool(write=disk.write)
        for _ in range(5):
            self.assertRaises(StoreError, spool.append, CHANGES)
        self.assertEqual(spool.counts["failures"], 1)
        disk.room = 10_000
        self.assertRaises(StoreError, spool.append, CHANGES)
        self.clock.advance(REST)
        spool.append(CHANGES)

    def test_devFull(self) -> None:
        """
        The system's own full device is met in the same way.
        """
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        spool = self.spool(write=lambda _, data: os.write(full, data))
        error = self.assertRaises(StoreError, spool.append, CHANGES)
        self.assertIn("No space left", str(error))

    def test_goneDirectory(self) -> None:
        """
        A directory that cannot be made is refused in one line.
        """
        self.directory.write_text("a file")
        error = self.assertRaises(StoreError, self.spool)
        self.assertIn(str(self.directory), str(error))


class SyncedTests(TestCase):
    """
    What a person would miss is on the disk itself before it is answered.
    """

    def setUp(self) -> None:
        """
        An open spool with the real threads.
        """
        self.spool = Spool(Path(self.mktemp()), reactor)
        self.spool.open()
        self.addCleanup(self.spool.close)

    async def test_synced(self) -> None:
        """
        A change that was appended is synced, and not again when asked again.
        """
        self.spool.append(CHANGES)
        await self.spool.synced(3)
        self.successResultOf(self.spool.synced(3))
        self.assertEqual(self.spool.sync.syncs, 1)

    async def test_groups(self) -> None:
        """
        Who comes while a sync runs shares the next with all others.
        """
        waiting = []
        for number in range(1, 51):
            self.spool.append([changeOf(ACCOUNT, number)])
            waiting.append(self.spool.synced(number))
        await gatherResults(waiting)
        self.assertLessEqual(self.spool.sync.syncs, 2)

    async def test_rotatedAndForgotten(self) -> None:
        """
        A flush that comes between disturbs nobody who waits.
        """
        self.spool.append(CHANGES[:1])
        waiting = [self.spool.synced(1)]
        segment = self.spool.rotate()
        self.spool.append(CHANGES[1:])
        waiting.append(self.spool.synced(3))
        self.spool.forget(segment)
        await gatherResults(waiting)
        self.assertEqual(self.spool.sync.reached, 3)

    def test_neverAppended(self) -> None:
        """
        A change that is not in the spool is never called safe.
        """
        self.failureResultOf(self.spool.synced(1), StoreError)
