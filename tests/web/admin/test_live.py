"""
Tests of L{gigasetd.web.admin.live}.
"""

from __future__ import annotations

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from gigasetd.registry.model import Binding
from tests.forgetting import Forgotten
from tests.registry.populated import MAC, NUMBER
from tests.web.admin.case import EVIL, OperatorCase
from tests.web.case import FAR, MONDAY, NEAR


class LivePagesTests(OperatorCase):
    """
    What goes on, as it does.
    """

    def watch(self, what: str = "status") -> tuple[object, object]:
        """
        Look on.
        """
        channel, transport = self.connect(NEAR)
        cookie = "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())
        channel.dataReceived(
            f"GET /admin/live/events/{what} HTTP/1.1\r\nHost: x\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        self.addCleanup(self.leave, channel)
        return channel, transport

    def leave(self, channel: object) -> None:
        """
        Hang up.
        """
        channel.connectionLost(Failure(ConnectionDone()))

    def test_changes(self) -> None:
        """
        A change is told within two seconds, what stays the same is not, and
        silence is broken now and then.
        """
        _, transport = self.watch()
        self.assertIn(b"text/event-stream", transport.value())
        self.assertIn(b'"devices": 1', transport.value())
        transport.clear()
        self.clock.advance(2)
        self.assertEqual(transport.value(), b"")
        self.registry.drop(self.registry.devices[MAC])
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())
        transport.clear()
        self.clock.pump([2] * 8)
        self.assertIn(b": still here", transport.value())

    def test_rows(self) -> None:
        """
        Registrations and calls are told as rows.
        """
        self.registry.bind(
            NUMBER, (Binding(NUMBER, "k", "", "c", 1, 9e9, "udp", "", FAR, 1, 0, EVIL,
                             1.0, MONDAY, 1),)
        )  # fmt: skip
        _, transport = self.watch("registrations")
        self.assertIn(FAR.encode(), transport.value())
        self.calls = [
            {"caller": "1", "callee": "2", "state": "talking", "since": MONDAY}
        ]
        _, transport = self.watch("calls")
        self.assertIn(b"talking", transport.value())
        for page, column in (("registrations", "Reachable"), ("calls", "Callee")):
            self.assertEqual(self.browser.get(f"/admin/live/{page}").code, 200)
            self.assertIn(column, self.browser.page().text)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)

    def test_ends(self) -> None:
        """
        Looking on ends with the session and does not prolong it.
        """
        channel, _ = self.watch()
        pages = self.web.browserPages.operator.subpages["live"]
        self.assertEqual(len(pages.streams), 1)
        self.wall.time += 1801
        self.clock.advance(2)
        self.assertEqual(len(pages.streams), 0)
        self.assertFalse(channel.requests)

    def test_lasts(self) -> None:
        """
        Looking on lasts longer than a connection may be idle, and ends when
        the daemon stops.
        """
        channel, transport = self.watch()
        self.clock.pump([2] * 100)
        self.assertFalse(transport.disconnecting)
        self.registry.drop(self.registry.devices[MAC])
        transport.clear()
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())
        self.web.browserPages.close()
        self.assertFalse(channel.requests)

    def test_gone(self) -> None:
        """
        Who hangs up costs nothing any more.
        """
        channel, _ = self.watch()
        self.leave(channel)
        pages = self.web.browserPages.operator.subpages["live"]
        self.assertEqual(len(pages.streams), 0)
        self.assertEqual(
            [call for call in self.clock.getDelayedCalls() if call.time < 3], []
        )

    def test_slow(self) -> None:
        """
        Who takes nothing is sent nothing.
        """
        _, transport = self.watch()
        transport.clear()
        transport.producer.pauseProducing()
        self.registry.drop(self.registry.devices[MAC])
        self.clock.pump([2] * 5)
        self.assertEqual(transport.value(), b"")
        transport.producer.resumeProducing()
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())

    def test_bounded(self) -> None:
        """
        So many may look on, and no more.
        """
        for _ in range(16):
            self.watch()
        _, transport = self.watch()
        self.assertIn(b"503", transport.value())

    def test_oneNumber(self) -> None:
        """
        The page of registrations can show one number only; its events do so
        too.
        """
        for number in (NUMBER, "20000009"):
            binding = Binding(
                number, "k", "", "c", 1, 9e9, "udp", "", FAR, 1, 0, "", 1.0, 1.0, 1
            )
            self.registry.bind(number, (binding,))
        self.browser.get("/admin/live/registrations?number=20000009")
        self.assertNotIn(NUMBER, self.browser.page().text)
        self.assertIn(b"registrations?number=20000009", self.browser.last.body)
        _, transport = self.watch("registrations?number=20000009")
        self.assertNotIn(NUMBER.encode(), transport.value())

    def test_empty(self) -> None:
        """
        A page without rows says so.
        """
        self.browser.get("/admin/live/calls")
        self.assertIn("No active calls.", self.browser.page().text)

    def test_forgotten(self) -> None:
        """
        Nothing of a lost connection waits for a garbage collection.
        """
        forgotten = Forgotten(self)
        pages = self.web.browserPages.operator.subpages["live"]
        channel, transport = self.connect(NEAR)
        cookie = "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())
        channel.dataReceived(
            "GET /admin/live/events/status HTTP/1.1\r\nHost: x\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        self.assertIn(b"text/event-stream", transport.value())
        self.clock.advance(2)
        forgotten.add(channel, *pages.streams, *channel.requests)
        self.leave(channel)
        transport.producer = None  # as Twisted's own does
        del channel, transport
        forgotten.check()
