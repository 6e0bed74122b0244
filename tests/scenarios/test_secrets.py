# -*- test-case-name: tests.scenarios.test_secrets -*-
"""
Scenario: passwords and keys on disk, and calls that outlive the daemon.
"""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from tests.scenarios.case import CallCase, ScenarioCase
from tests.scenarios.daemon import Refusal
from tests.scenarios.patience import Impatient

PASSWORDS = [f"Geheimnis-{each}-zu-Hause" for each in range(30)]


def leaks(folder: Path, words: list[str]) -> list[str]:
    """
    List the files below a folder that contain one of the words in clear.
    """
    return [
        str(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for data in [file.read_bytes()]
        if any(word.encode() in data for word in words)
    ]


class DiskTests(ScenarioCase):
    """
    What a thief of the disk finds.
    """

    async def _people(self) -> None:
        rows = [
            f"7C2F80{each:06X},{30000 + each},{word}"
            for each, word in enumerate(PASSWORDS)
        ]
        table = self.directory / "people.csv"
        table.write_text("\n".join(["mac,number,password", *rows, ""]))
        await self.daemon.ctl("device", "import", str(table))
        table.unlink()

    def _assertNothingLeaks(self) -> None:
        self.assertEqual(leaks(self.daemon.state, PASSWORDS), [])

    async def test_nothingInClear(self) -> None:
        """
        No password stands in clear anywhere below the state directory: not in
        the database, its log or the spool, not after kill -9, a restart, a
        new password or a new key.
        """
        await self._people()
        self._assertNothingLeaks()
        await self.daemon.kill9()
        self._assertNothingLeaks()
        await self.daemon.start()
        await self.daemon.ctl("device", "password", "30000", PASSWORDS[1])
        self._assertNothingLeaks()
        told = await self.daemon.ctl("key", "rotate")
        self.assertEqual((told["sealed"], told["finished"]), (30, True))
        self._assertNothingLeaks()
        await self.daemon.restart()
        self._assertNothingLeaks()

    async def test_owner(self) -> None:
        """
        The owner is told the own password when asking for everything that is
        stored, before and after a new key; C{device show} prints none.
        """
        await self._people()
        for _ in range(2):
            told = await self.daemon.ctl("device", "export", "30004")
            self.assertEqual(told["account"]["password"], PASSWORDS[4])
            await self.daemon.ctl("key", "rotate")
        shown = await self.daemon.ctl("device", "show", "30004")
        self.assertNotIn(PASSWORDS[4], str(shown))

    async def _assertNotStarted(self, why: str) -> None:
        with self.assertRaises(Impatient):
            await self.daemon.start()
        run = self.daemon.run
        self.assertEqual(await run.ended(), 1)
        self.assertEqual(run.listening, {})
        lines = [line for line in run.lines if "store.key_file" in line]
        self.assertEqual(len(lines), 1, run.lines)
        self.assertIn(why, lines[0])
        self.assertNotIn("Traceback", "\n".join(run.lines))

    async def test_lostKey(self) -> None:
        """
        Without the key file, with another or a spoilt one, or with one that
        others can read, the daemon ends with status 1 and one line before
        anything listens; with the right one it goes on as if nothing had been.
        """
        await self._people()
        await self.daemon.terminate()
        file = self.daemon.state / "secret.key"
        good = file.read_text()
        file.unlink()
        await self._assertNotStarted("is missing")
        self.assertFalse(file.exists())
        file.write_text("ab" * 32)
        file.chmod(0o600)
        await self._assertNotStarted("has another key")
        file.write_text(good[:-9])
        await self._assertNotStarted("64 hexadecimal digits")
        file.write_text(good)
        file.chmod(0o640)
        await self._assertNotStarted("chmod 600")
        file.chmod(0o600)
        await self.daemon.start()
        told = await self.daemon.ctl("device", "export", "30004")
        self.assertEqual(told["account"]["password"], PASSWORDS[4])

    async def test_killedWhileChanging(self) -> None:
        """
        kill -9 while the key changes: everything can be read after the next
        start, and the key can be changed again.
        """
        await self._people()
        asked = Deferred.fromCoroutine(self.daemon.ctl("key", "rotate"))
        file = self.daemon.state / "secret.key"
        while len(file.read_text().split()) < 2:
            await deferLater(reactor, 0.005)
        await self.daemon.kill9()
        with self.assertRaises(Refusal):
            await asked
        await self.daemon.start()
        told = await self.daemon.ctl("device", "export", "30007")
        self.assertEqual(told["account"]["password"], PASSWORDS[7])


class DigestTests(CallCase):
    """
    A phone that supports SHA-256.
    """

    settings = {"sip": 'digest = ["SHA-256"]'}

    async def test_registers(self) -> None:
        """
        It registers by that algorithm alone, and is listed.
        """
        await self.registered("alice", "30001")
        self.assertEqual(len(await self.live("registrations")), 1)


class OutliveTests(CallCase):
    """
    A call continues while the daemon is down: its RTP never passed the daemon.
    """

    async def test_hangUp(self) -> None:
        """
        After kill -9 and a start the one who hangs up ends the call at the
        other side too: what the first daemon wrote into the call's route, the
        second one can read.
        """
        alice, bob = await self.pair()
        hers, _ = await self.talk(alice, bob)
        await self.daemon.kill9()
        await self.daemon.start()
        await alice.ask("hangup", call=hers)
        await bob.expect("state", state="DISCONNECTED")
        await alice.expect("state", state="DISCONNECTED", code=200)
