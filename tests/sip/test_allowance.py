"""
Tests for L{gigasetd.sip.allowance}.
"""

from __future__ import annotations

from twisted.internet.defer import succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.actions import Action, Flow
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.transportlayer import TransportRules, Transports
from tests.sip.jar import ALICE, LOCAL, Jar, Phone
from tests.sip.sockets import noMedia

HOST = "203.0.113.9"
LIMITS = GuardLimits(rate=10, burst=20, failures=3)
PHONE = Flow("udp", LOCAL, HOST, 5060, 0)
BESIDE = PHONE._replace(port=6000)


class AllowancesTests(SynchronousTestCase):
    """
    One phone is registered at an address from which strangers send as well.
    """

    def setUp(self) -> None:
        """
        Twenty messages at once, ten a second.
        """
        self.guard = Guard(lambda host: host.startswith("192.168."), LIMITS)
        self.bound = {PHONE}
        self.allowances = Allowances(self.guard, self.bound)

    def admitted(self, flow: Flow, times: int, now: float = 0.0) -> int:
        """
        How many of so many messages are parsed.
        """
        return sum(self.allowances.admits(flow, now) for _ in range(times))

    def test_ownAllowance(self) -> None:
        """
        A registered flow loses nothing to others of its address, nor to a ban of
        that; it has a limit too.
        """
        self.assertEqual(self.admitted(BESIDE, 100), 20)
        self.assertEqual(self.admitted(PHONE, 100), 20)
        self.assertEqual(self.admitted(PHONE, 100, 1.0), 10)
        self.assertEqual(self.allowances.counts["flow_dropped"], 170)
        for _ in range(3):
            self.guard.failed(HOST, 1.0)
        self.assertEqual(self.admitted(BESIDE, 1, 100.0), 0)
        self.assertEqual(self.admitted(PHONE, 1, 100.0), 1)

    def test_junkIsRefunded(self) -> None:
        """
        What is no message spends neither the flow's allowance nor the source's.
        """
        for flow in (PHONE, BESIDE):
            for _ in range(1000):
                self.assertTrue(self.allowances.admits(flow, 0.0))
                self.allowances.junk(flow, 0.0, costly=False)
            self.assertEqual(self.admitted(flow, 30), 20)
        self.assertEqual(self.allowances.counts["junk"], 2000)

    def test_costlyJunk(self) -> None:
        """
        A flow without a binding that sends much of what takes long to parse is
        not parsed for a while; others of its address are, and a bound flow is.
        """
        for flow, parsed in ((BESIDE, 20), (PHONE, 30)):
            seen = 0
            for _ in range(30):
                if self.allowances.admits(flow, 0.0):
                    seen += 1
                    self.allowances.junk(flow, 0.0, costly=True)
            self.assertEqual(seen, parsed)
        self.assertEqual(self.allowances.counts["junk_dropped"], 10)
        self.assertTrue(self.allowances.admits(BESIDE._replace(port=6001), 0.0))
        self.assertTrue(self.allowances.admits(BESIDE, 1.0))

    def test_stunIsApart(self) -> None:
        """
        STUN spends an allowance of its own, also apart for a bound flow.
        """
        admits = self.allowances.admitsStun
        self.assertEqual(sum(admits(BESIDE, 0.0) for _ in range(100)), 20)
        self.assertEqual(sum(admits(PHONE, 0.0) for _ in range(100)), 20)
        self.assertEqual(self.allowances.counts["stun_dropped"], 160)
        self.assertEqual(self.admitted(BESIDE, 30), 20)
        self.assertEqual(self.admitted(PHONE, 30), 20)

    def test_stunPort(self) -> None:
        """
        A registered phone that sends STUN to a port of its own is known there too.
        """
        allowances = Allowances(self.guard, self.bound, [LOCAL])
        for flow in (BESIDE, PHONE):
            flow = flow._replace(local="0.0.0.0:3478")
            answered = sum(allowances.admitsStun(flow, 0.0) for _ in range(100))
            self.assertEqual(answered, 20)

    def test_banned(self) -> None:
        """
        A banned source gets no STUN, but a registered phone behind it does.
        """
        for _ in range(3):
            self.guard.failed(HOST, 0.0)
        self.assertFalse(self.allowances.admitsStun(BESIDE, 0.0))
        self.assertTrue(self.allowances.admitsStun(PHONE, 0.0))

    def test_exempt(self) -> None:
        """
        The operator's own networks have no limits.
        """
        home = PHONE._replace(host="192.168.1.10")
        self.assertEqual(self.admitted(home, 1000), 1000)
        self.allowances.junk(home, 0.0, costly=True)
        self.assertTrue(self.allowances.admitsStun(home, 0.0))

    def test_bounded(self) -> None:
        """
        However many flows send, no more are remembered than the guard's sources.
        """
        self.guard.limits = LIMITS._replace(addresses=100)
        self.allowances.follow()
        for port in range(1000):
            flow = PHONE._replace(port=port)
            self.bound.add(flow)
            self.allowances.admits(flow, 0.0)
            self.allowances.admitsStun(flow, 0.0)
        self.assertEqual(len(self.allowances._flows), 100)
        self.assertEqual(len(self.allowances._stun), 100)


class JunkTests(SynchronousTestCase):
    """
    The attack, on the real rules: junk from the address of a phone.
    """

    def setUp(self) -> None:
        """
        A server whose log-ins and answers go over the limits.
        """
        self.jar = Jar()
        rules = self.jar.rules
        self.transports = Transports(
            TransportRules(rules.dispatcher, rules.allowances, rules.stun.receive),
            noMedia,
            lambda: None,
            succeed,
            lambda: 0.0,
            Clock(),
        )

    def answered(self, phone: Phone, junk: Flow) -> int:
        """
        How many of thirty OPTIONS are answered, one every two seconds, while 200
        datagrams a second of junk come.
        """
        answers = 0
        for _ in range(30):
            for place in range(400):
                self.jar.now += 0.005
                data = (b"\xff" * 20, b"X sip:a SIP/2.0\r\n\r\n")[place % 2]
                self.transports.receive(data, junk, self.jar.now, [])
                self.transports.reflect(b"\0\1" + b"x" * 18, junk, self.jar.now)
            out: list[Action] = []
            data = phone.compose("OPTIONS", "sip:gigaset.net")
            self.transports.receive(data, phone.flow, self.jar.now, out)
            answers += len(out)
        return answers

    def test_registered(self) -> None:
        """
        A registered phone gets all thirty answers, whether the junk carries its
        own port or comes from beside it.
        """
        phone = self.jar.registered(ALICE, HOST)
        for flow in (phone.flow, phone.flow._replace(port=6000)):
            self.assertEqual(self.answered(phone, flow), 30)

    def test_notRegistered(self) -> None:
        """
        So does one that is about to register behind the same NAT.
        """
        phone = self.jar.phone(ALICE, HOST)
        self.assertEqual(self.answered(phone, phone.flow._replace(port=6000)), 30)
