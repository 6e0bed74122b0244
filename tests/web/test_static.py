"""
Tests of L{gigasetd.web.static}.
"""

from __future__ import annotations

from tests.web.case import WebCase


class StaticFilesTests(WebCase):
    """
    C{/static/}.
    """

    def test_static(self) -> None:
        """
        Style and script come from here, and only they.
        """
        for name, kind in (("style.css", "text/css"), ("live.js", "text/javascript")):
            answer = self.ask(f"/static/{name}")
            self.assertTrue(answer.headers["content-type"].startswith(kind))
            again = {"If_None_Match": answer.headers["etag"]}
            self.assertEqual(self.notModified(f"/static/{name}", again), 304)
        for name in ("../service.py", "%2e%2e/service.py", "..%2fservice.py", "x.css"):
            self.assertEqual(self.ask(f"/static/{name}").code, 404)

    def notModified(self, path: str, headers: dict[str, str]) -> int:
        """
        The status of a conditional request.
        """
        channel, transport = self.connect()
        lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
        channel.dataReceived(f"GET {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        return int(transport.value().split()[1])
