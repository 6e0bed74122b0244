"""
Tests for L{gigasetd.control.verbs.checkphone}, and for C{gigasetctl check phone}.
"""

from __future__ import annotations

from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.accounts.services import disableService
from gigasetd.control.verbs.checkphone import PhoneCheck
from gigasetd.registry.lastseen import LastSeen
from gigasetd.registry.model import Profile
from gigasetd.registry.subject import subjectOf
from tests.cli.case import CtlCase
from tests.control.case import ControlCase
from tests.registry.populated import (
    DAY,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    binding,
    inhabited,
    numbering,
    report,
)


class PhoneCheckTests(SynchronousTestCase):
    """
    What an owner is told.
    """

    def setUp(self) -> None:
        """
        One device lives here, of which all is well.
        """
        self.registry = inhabited()
        self.resolved, self.fetched = LastSeen(), LastSeen()
        self.reachable = True
        self.streams = [{"jid": f"{NUMBER}@gigaset.net/phone"}]
        self.registry.put(Profile(MAC, "", *[""] * 7, NOW))

    def steps(self, who: str = MAC, now: float = NOW + 90):
        """
        Step name -> (ok, detail, advice).
        """
        check = PhoneCheck(
            subjectOf(self.registry, who),
            lambda each: self.reachable,
            self.resolved,
            self.fetched,
            self.streams,
            now,
        )
        told = check.steps()
        names = ["dns", "check-in", "provisioning", "registration"]
        names += ["messaging", "info"] if check.subject.account else []
        self.assertEqual([each["step"] for each in told], names)
        return {
            each["step"]: (each["ok"], each["detail"], each["advice"]) for each in told
        }

    def test_well(self) -> None:
        """
        A device that came all the way needs no advice.
        """
        self.resolved.note("192.168.1.20", NOW)
        self.fetched.note(MAC, NOW + 30)
        told = self.steps()
        self.assertEqual([ok for ok, _, _ in told.values()], [True] * 6)
        self.assertEqual([advice for _, _, advice in told.values()], [""] * 6)
        self.assertIn("1 minute ago", told["dns"][1])
        self.assertIn("1 minute ago, from 203.0.113.9", told["check-in"][1])
        self.assertIn(
            "registered once, for 3510 s more, and reachable", told["registration"][1]
        )

    def test_unused(self) -> None:
        """
        Who never wrote a message nor opened a page has missed nothing; a
        service that was switched off is told as such.
        """
        self.streams = [{"jid": f"{NUMBER}1@gigaset.net/phone"}]
        self.assertIsNone(self.steps()["messaging"][0])
        disableService(self.registry, self.registry.accounts[NUMBER], "info")
        ok, detail, advice = self.steps()["info"]
        self.assertIsNone(ok)
        self.assertIn("turned off", detail)
        self.assertIn(f"service enable {NUMBER} info", advice)

    def test_unknown(self) -> None:
        """
        What nobody saw is unknown, not wrong; a phone that registers needs no
        advice.
        """
        told = self.steps()
        self.assertIsNone(told["dns"][0])
        self.assertEqual([advice for _, _, advice in told.values()], [""] * 6)
        self.assertIn("check dns", self.steps(now=NOW + DAY)["dns"][2])
        self.assertIsNone(told["provisioning"][0])
        self.assertEqual(told["provisioning"][2], "")

    def test_neverHeard(self) -> None:
        """
        A device that was added and never plugged in stops at its check-in.
        """
        addDevice(self.registry, NewDevice(OTHER, "4711"), numbering(), NOW)
        told = self.steps(OTHER)
        self.assertIs(told["check-in"][0], False)
        self.assertIn("plug", told["check-in"][2])
        self.assertIn("password 4711", told["registration"][2])

    def test_overdue(self) -> None:
        """
        A device that has been silent for days stops there, and its expired
        registration counts for nothing.
        """
        told = self.steps(now=NOW + 3 * DAY)
        self.assertIs(told["check-in"][0], False)
        self.assertIn("3 days ago", told["check-in"][1])
        self.assertIs(told["registration"][0], False)

    def test_guest(self) -> None:
        """
        A guest is told how to become a device.
        """
        self.registry.put(report(OTHER))
        told = self.steps(OTHER)
        self.assertIs(told["check-in"][0], True)
        self.assertIsNone(told["provisioning"][0])
        self.assertIs(told["registration"][0], False)
        self.assertIn(f"device add --mac {OTHER}", told["registration"][2])

    def test_unreachable(self) -> None:
        """
        A registration whose way back is lost is where it stops.
        """
        self.reachable = False
        ok, detail, advice = self.steps()["registration"]
        self.assertIs(ok, False)
        self.assertIn("not reachable", detail)
        self.assertIn("STUN", advice)

    def test_switchedOff(self) -> None:
        """
        Who switched telephony off is reminded of it.
        """
        disableService(self.registry, self.registry.accounts[NUMBER], "voip")
        ok, _, advice = self.steps()["registration"]
        self.assertIs(ok, False)
        self.assertIn(f"service enable {NUMBER} voip", advice)

    def test_factory(self) -> None:
        """
        A factory account that no phone has come for yet is told as such.
        """
        new = NewDevice(OTHER, "4711", factory=True)
        addDevice(self.registry, new, numbering(), NOW)
        ok, detail, advice = self.steps(OTHER)["registration"]
        self.assertIs(ok, False)
        self.assertIn("factory log-in", detail)
        self.assertIn("Gigaset.net", advice)

    def test_softphone(self) -> None:
        """
        One that registers and tells nothing of itself stops nowhere.
        """
        self.registry.drop(self.registry.checkins[MAC])
        told = self.steps()
        self.assertIsNone(told["check-in"][0])
        self.assertIs(told["registration"][0], True)


class VerbTests(ControlCase):
    """
    The control socket.
    """

    async def test_steps(self) -> None:
        """
        C{check phone} tells the steps, and what was seen meanwhile.
        """
        self.built.status.fetched.note(MAC, NOW)
        (*steps,) = (await self.ask("check phone", id=NUMBER))["parts"]
        self.assertEqual(
            [each["ok"] for each in steps], [None, True, True, True, None, None]
        )
        self.assertEqual(set(steps[0]), {"step", "ok", "detail", "advice"})
        self.assertIn("refused", await self.ask("check phone", id="999"))


class CommandTests(CtlCase):
    """
    The command.
    """

    async def test_stops(self) -> None:
        """
        It ends with 1 where a phone stops, says so, and still tells all.
        """
        ended = await self.ctl("check", "phone", MAC)
        self.assertEqual(ended.status, 1)
        self.assertEqual(ended.err, "gigasetctl: the first problem is at check-in\n")
        self.assertIn(
            "FAIL  check-in: This server has never seen the phone.", ended.out
        )
        self.assertIn("      To do: ", ended.out)
        ended = await self.ctl("check", "phone", NUMBER, "--json")
        self.assertEqual((ended.status, len(ended.document)), (1, 6))

    async def test_arrives(self) -> None:
        """
        It ends with 0 where nothing stops, though something be unknown.
        """
        now = reactor.seconds()
        self.registry.put(report(MAC, now))
        self.registry.bind(NUMBER, (binding(NUMBER, now + 3600),))
        self.reachable = lambda each: True
        ended = await self.ctl("check", "phone", MAC)
        self.assertEqual((ended.status, ended.err), (0, ""), ended.out)
        self.assertTrue(ended.out.startswith("-     dns: The phone has not asked"))
        self.assertTrue(ended.out.endswith("\nNo problem found.\n"), ended.out)
        self.assertNotIn("To do", ended.out)

    async def test_unknown(self) -> None:
        """
        Nobody of that name: refused, in one line.
        """
        self.assertIn("999", await self.refused("check", "phone", "999"))
