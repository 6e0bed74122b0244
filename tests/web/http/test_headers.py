"""
Tests of L{gigasetd.web.http.headers}.
"""

from __future__ import annotations

import io
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from gigasetd.web.http.headers import contentType, formBody, header, headerValues


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
