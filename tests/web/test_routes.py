"""
Tests of L{gigasetd.web.routes}.
"""

from __future__ import annotations

from tests.web.case import FAR, MAC, WebCase

PATHS = ("/", "/info/menu.jsp", "/checkin", "/health", "/metrics", "/nothing")


class RoutesTests(WebCase):
    """
    The table of paths.
    """

    def test_heads(self) -> None:
        """
        Every answer tells its length and date, and not what we are made of;
        HEAD is answered as GET without the body.
        """
        for path in PATHS:
            whole, head = self.ask(path), self.ask(path, method=b"HEAD")
            self.assertEqual(whole.code, head.code, path)
            self.assertIn("date", whole.headers)
            self.assertNotIn("server", whole.headers)
            self.assertEqual(int(whole.headers["content-length"]), len(whole.body))
            self.assertEqual(set(head.headers), set(whole.headers))
            self.assertNotIn("transfer-encoding", whole.headers)

    def test_nothing(self) -> None:
        """
        What is not there is 404, however it is asked for.
        """
        for path in ("/nothing", "/checkin/x", "/health.json", "/%2e%2e/etc/passwd"):
            for method in (b"GET", b"HEAD", b"POST"):
                self.assertEqual(self.ask(path, method=method).code, 404, path)

    def test_noRedirects(self) -> None:
        """
        A slash too much or too few is nobody's round trip.
        """
        for path in ("/info", "/info/", "/info//x/", "/xmlInterface/menu", "//info/x"):
            self.assertEqual(self.ask(path).code, 200, path)
        self.assertEqual(self.ask(f"/checkin/?mac={MAC}").code, 204)

    def test_devices(self) -> None:
        """
        A scraper of the vendor's page finds four linked cells a device.
        """
        path = f"/checkin?mac={MAC}&private_ip=192.168.1.5&private_port=8080"
        self.ask(path)
        self.ask('/checkin?mac=7C2F80999999&name=<b>"')
        answer = self.ask("/")
        self.assertEqual(answer.headers["content-type"], "text/html; charset=utf-8")
        self.assertEqual(answer.body.count(b"<td><a "), 8)
        self.assertIn(
            b'<a href="http://192.168.1.5:8080/">192.168.1.5</a>', answer.body
        )
        self.assertIn(b">30001</a>", answer.body)
        self.assertIn(f">{MAC}</a>".encode(), answer.body)
        self.assertNotIn(b"<b>", answer.body)

    def test_devicesElsewhere(self) -> None:
        """
        From outside nothing of the list is shown; a log-in is asked for.
        """
        self.ask(f"/checkin?mac={MAC}", FAR)
        answer = self.ask("/", FAR)
        self.assertEqual(answer.code, 401)
        self.assertNotIn(MAC.encode(), answer.body)
        self.assertIn(b"password", answer.body)
