"""
Tests of L{gigasetd.web.http.headers}.
"""

from __future__ import annotations

import io
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from gigasetd.web.http.headers import (
    contentType,
    formBody,
    forwardingHeader,
    header,
    headerValues,
    hostHeaders,
    isFromBrowser,
)
from tests.web.http.test_clients import Asking


class Posted:
    """
    A request with a body.
    """

    def __init__(self, method: bytes, body: bytes, *kinds: bytes) -> None:
        self.method = method
        self.content = io.BytesIO(body)
        self.requestHeaders = Headers({b"Content-Type": list(kinds)})


class HeaderTests(SynchronousTestCase):
    """
    L{header}, L{headerValues} and L{contentType}.
    """

    def test_values(self) -> None:
        """
        All values come as text; the first one counts.
        """
        request: Any = Posted(b"GET", b"", b"Text/HTML ; charset=x", b"\xe4")
        self.assertEqual(
            headerValues(request, b"content-type"), ["Text/HTML ; charset=x", "ä"]
        )
        self.assertEqual(header(request, b"Content-Type"), "Text/HTML ; charset=x")
        self.assertEqual(contentType(request), "text/html")
        self.assertEqual(header(request, b"Accept"), "")


class SenderTests(SynchronousTestCase):
    """
    What headers show of a request's sender.
    """

    def test_proxies(self) -> None:
        """
        Each header of a proxy is seen, however it is spelt.
        """
        for name in (
            *("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
            *("X-Forwarded-Port", "X-Real-IP", "Via"),
        ):
            for spelt in (name, name.lower(), name.upper(), name.swapcase()):
                request: Any = Asking("192.0.2.1", **{spelt: "x"})
                self.assertEqual(forwardingHeader(request).lower(), name.lower())
        plain: Any = Asking("192.0.2.1", Host="x", X_Request="x", Viable="x")
        self.assertEqual(forwardingHeader(plain), "")

    def test_browsers(self) -> None:
        """
        Each mark of a browser is seen, and no phone has one.
        """
        for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-CH-UA"):
            for spelt in (name, name.lower(), name.upper()):
                request: Any = Asking("192.0.2.1", **{spelt: "x"})
                self.assertTrue(isFromBrowser(request), spelt)
        for agent, expected in (
            ("Mozilla/5.0 (X11; Linux x86_64)", True),
            (' "Mozilla/5.0"', True),
            ("Opera/9.80", True),
            ("N510 IP PRO/42.245.00.000.000;7C2F804DF9A9", False),
            ("curl/8.5.0", False),
            ("", False),
        ):
            asking: Any = Asking("192.0.2.1", User_Agent=agent, Accept="*/*")
            self.assertEqual(isFromBrowser(asking), expected, agent)

    def test_hosts(self) -> None:
        """
        The host of an absolute target counts beside the header.
        """
        request: Any = Asking("192.0.2.1", Host="a")
        self.assertEqual(hostHeaders(request), ["a"])
        for uri, host in (
            (b"http://b:80/x", "b:80"),
            (b"http://b?x", "b"),
            (b"http://u@b#x", "u@b"),
        ):
            request.uri = uri
            self.assertEqual(hostHeaders(request), ["a", host])
        empty: Any = Asking("192.0.2.1", Host=" ")
        self.assertEqual(hostHeaders(empty), [])


class FormBodyTests(SynchronousTestCase):
    """
    L{formBody}.
    """

    def test_forms(self) -> None:
        """
        A posted form is read, also without a type; nothing else is.
        """
        form = b"application/x-www-form-urlencoded; charset=utf-8"
        for method, kinds, expected in (
            (b"POST", (form,), b"a=1"),
            (b"POST", (), b"a=1"),
            (b"POST", (b"application/json",), b""),
            (b"GET", (form,), b""),
        ):
            request: Any = Posted(method, b" a=1\r\n", *kinds)
            self.assertEqual(formBody(request), expected, (method, kinds))
