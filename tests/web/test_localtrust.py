"""
Attacks on what counts as local, in the attacker's own bytes.
"""

from __future__ import annotations

import re
from typing import Any

from twisted.logger import globalLogPublisher

from gigasetd.config.networks import Networks
from gigasetd.config.sections.http import HttpSection
from tests.web.case import FAR, NEAR, Answer, WebCase, bound

CHROME = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like"
    b" Gecko) Chrome/141.0.0.0 Safari/537.36\r\nAccept: */*\r\n"
)
FIREFOX_SCRIPT = b"User-Agent: N510 IP PRO/42.245.00.000.000\r\nAccept: */*\r\n"
"""Firefox lets a script of the same origin choose the User-Agent."""

PHONE = b"User-Agent: N510 IP PRO/42.245.00.000.000;7C2F80012345\r\n"
CODE = re.compile(rb"[0-9]{4} [0-9]{4}")
SETTINGS = b"/7C2F80012345.xml"
SECRETS = (SETTINGS, b"/device/42/2/7C2F80012345.xml", b"/device/xml/7C2F80012345.xml")
ACCESS = b"/info/access?mac=7C2F80012345&lang=2"


def _wrong(asked: Answer, user: bytes, uri: bytes) -> bytes:
    """
    Answer a challenge with a wrong password.
    """
    nonce = re.search('nonce="([^"]*)"', asked.headers.get("www-authenticate", ""))
    return (
        b'Authorization: Digest username="%s", realm="gigaset.net", nonce="%s",'
        b' uri="%s", response="0", qop=auth, nc=00000001, cnonce="1"\r\n'
        % (user, nonce[1].encode() if nonce else b"0", uri)
    )


class TrustCase(WebCase):
    """
    Raw requests.
    """

    def raw(
        self, target: bytes, headers: bytes, host: str = NEAR, name: bytes = b""
    ) -> Answer:
        """
        Send one request.

        @param name: the value of C{Host}.
        """
        name = name or b"192.168.1.2:8080"
        head = b"GET %s HTTP/1.1\r\nHost: %s\r\n" % (target, name)
        (answer,) = self.send(head + headers + b"\r\n", host)
        return answer

    def logged(self) -> list[Any]:
        """
        Collect the log's events from now on.
        """
        events: list[Any] = []
        globalLogPublisher.addObserver(events.append)
        self.addCleanup(globalLogPublisher.removeObserver, events.append)
        return events


class RebindingTests(TrustCase):
    """
    DNS rebinding: a web page's own name leads to this server.
    """

    def test_settings(self) -> None:
        """
        The settings, which hold the SIP password, are for no browser, and for
        nothing that asks under a stranger's name.
        """
        for target in SECRETS:
            for headers in (CHROME, FIREFOX_SCRIPT):
                for name in (b"evil.example:8080", b"192.168.1.2.evil.example"):
                    answer = self.raw(target, headers, name=name)
                    self.assertEqual(answer.code, 401, target)
                    self.assertIn(b"http.host_names", answer.body)
            self.assertEqual(self.raw(target, CHROME).code, 401)
            self.assertEqual(self.raw(target, PHONE).code, 200)

    def test_marks(self) -> None:
        """
        Each mark of a browser is enough on a phone's path.
        """
        for mark in (
            b"Origin: http://192.168.1.2:8080\r\n",
            b"Sec-Fetch-Site: none\r\n",
            b"sec-fetch-mode: no-cors\r\n",
            b"User-Agent: Mozilla/5.0\r\n",
        ):
            self.assertEqual(self.raw(SETTINGS, mark).code, 401, mark)
        self.assertEqual(self.built.status.counters["clients"]["browsers"], 4)

    def test_code(self) -> None:
        """
        The one-time code is shown to the phone only.
        """
        for headers, name in (
            (FIREFOX_SCRIPT, b"evil.example"),
            (CHROME, b"evil.example"),
            (CHROME, b""),
            (b"", b"evil.example"),
        ):
            answer = self.raw(ACCESS, headers, name=name)
            self.assertEqual(answer.code, 200)
            self.assertNotRegex(answer.body, CODE)
        self.assertRegex(self.raw(ACCESS, PHONE).body, CODE)

    def test_start(self) -> None:
        """
        The list of devices is shown to a browser that asks for this server, and
        not under another name; the refusal says which key to set.
        """
        self.raw(b"/checkin?mac=7C2F80012345&private_ip=192.168.1.7", b"")
        for name in (b"", b"gigasetd", b"gigaset.local", b"www.gigaset-config.com"):
            answer = self.raw(b"/", CHROME, name=name)
            self.assertEqual(answer.code, 200)
            self.assertIn(b"http://192.168.1.7/", answer.body)
        answer = self.raw(b"/", CHROME, name=b"evil.example")
        self.assertEqual(answer.code, 401)
        self.assertNotIn(b"192.168.1.7", answer.body)
        self.assertIn(b"http.host_names", answer.body)

    def test_absoluteForm(self) -> None:
        """
        The host in a target of the absolute form counts as well.
        """
        answer = self.raw(b"http://evil.example" + SETTINGS, PHONE)
        self.assertEqual(answer.code, 401)
        answer = self.raw(b"http://profile.gigaset.net" + SETTINGS, PHONE)
        self.assertEqual(answer.code, 200)

    def test_guesses(self) -> None:
        """
        A page that guesses passwords is limited, though its browser is in a
        network that is exempt.
        """
        codes = set()
        for _ in range(20):
            asked = self.raw(SETTINGS, FIREFOX_SCRIPT, name=b"evil.example")
            guess = _wrong(asked, b"30001", SETTINGS)
            answer = self.raw(SETTINGS, FIREFOX_SCRIPT + guess, name=b"evil.example")
            codes.add(answer.code)
        self.assertIn(429, codes)
        self.assertEqual(self.raw(SETTINGS, PHONE).code, 200)

    def test_proven(self) -> None:
        """
        The address of a phone that has proven itself vouches for no browser
        behind the same router.
        """
        self.registry.bindings["30001"] = bound("30001")
        for headers, name in (
            (CHROME, b""),
            (FIREFOX_SCRIPT, b"evil.example"),
        ):
            self.assertEqual(self.raw(SETTINGS, headers, FAR, name).code, 401)
        self.assertEqual(self.raw(SETTINGS, PHONE, FAR).code, 200)

    def test_logged(self) -> None:
        """
        The operator reads once under which name requests came.
        """
        events = self.logged()
        for _ in range(3):
            self.raw(SETTINGS, PHONE, name=b"phones.example.org")
        names = [event["name"] for event in events if "name" in event]
        self.assertEqual(names, ["phones.example.org"])
        for number in range(20):
            self.raw(SETTINGS, PHONE, name=b"x%d.example.org" % number)
        names = [event["name"] for event in events if "name" in event]
        self.assertEqual(len(names), 8)


class PhoneNamesTests(TrustCase):
    """
    The requests of real phones go on.
    """

    http = HttpSection(host_names=("phones.example.org",))

    def test_names(self) -> None:
        """
        Phones that DNS or DHCP leads here reach their settings under all these
        names, and those of HTTP/1.0 without any.
        """
        for name in (
            b"profile.gigaset.net",
            b"info.gigaset.net",
            b"gigaset.net",
            b"tel.search.ch",
            b"phones.example.org",
            b"192.168.1.2",
            b"server",
        ):
            for agent in (
                PHONE,
                b"User-Agent: Gigaset N870 IP PRO/83.V2.11.0+build.a546b91\r\n",
                b"User-Agent: SNIP_CLIENT/1.0\r\n",
                b'User-Agent: "N720-DM-PRO/70.040.00.000.000"\r\n',
                b"User-Agent: Gigaset C675IP 045.025.000000 S67H 02.077.0000000\r\n",
                b"",
            ):
                self.assertEqual(self.raw(SETTINGS, agent, name=name).code, 200, name)
        (answer,) = self.send(b"GET %s HTTP/1.0\r\n\r\n" % SETTINGS)
        self.assertEqual(answer.code, 200)


class ProxyTests(TrustCase):
    """
    A reverse proxy that the operator has not named.
    """

    MARKS = (
        b"Forwarded: for=203.0.113.9\r\n",
        b"X-Forwarded-For: 203.0.113.9\r\n",
        b"X-Forwarded-Proto: https\r\n",
        b"X-Real-IP: 203.0.113.9\r\n",
        b"Via: 1.1 caddy\r\n",
        b"via: 1.0 squid\r\nx-forwarded-host: home.example.org\r\n",
    )

    def test_internet(self) -> None:
        """
        It does not make the internet local.
        """
        events = self.logged()
        for mark in self.MARKS:
            self.assertEqual(self.raw(SETTINGS, PHONE + mark).code, 401, mark)
            self.assertNotRegex(self.raw(ACCESS, PHONE + mark).body, CODE)
            answer = self.raw(b"/", CHROME + mark)
            self.assertEqual(answer.code, 401)
            self.assertIn(b"http.trusted_proxies", answer.body)
        self.assertEqual(self.raw(SETTINGS, PHONE).code, 200)
        warnings = [event["advice"] for event in events if "advice" in event]
        self.assertEqual(len(warnings), 1)
        self.assertIn("http.trusted_proxies", warnings[0])
        self.assertIn(NEAR, warnings[0])

    def test_guesses(self) -> None:
        """
        Strangers behind it are not exempt from limits either.
        """
        path = b"/macredirect/ap?mac=7C2F80012345"
        mark, codes = b"X-Forwarded-For: 1.2.3.4\r\n", []
        for _ in range(20):
            guess = _wrong(self.raw(path, mark), b"7C2F80012345", b"/macredirect/ap")
            codes.append(self.raw(path, guess + mark).code)
        self.assertEqual(codes[-1], 429)

    def test_trusted(self) -> None:
        """
        One that is named tells who is local; it must not hide the client, nor the
        name that a browser asked for.
        """
        proxy = "10.9.9.1"
        near = b"X-Forwarded-For: 192.168.1.9\r\nVia: 1.1 nginx\r\n"
        self.assertEqual(self.raw(SETTINGS, PHONE + near, proxy).code, 200)
        for headers in (
            b"X-Forwarded-For: 203.0.113.9\r\n",
            near + b"X-Forwarded-Host: evil.example\r\n",
            b'Forwarded: for=192.168.1.9;host="evil.example"\r\n',
            b"Forwarded: for=192.168.1.9\r\nX-Forwarded-For: 203.0.113.9\r\n",
            b"Forwarded: for=203.0.113.9\r\nX-Forwarded-For: 192.168.1.9\r\n",
            b"Forwarded: for=192.168.1.9\r\nX-Forwarded-For: 192.168.1.8\r\n",
        ):
            self.assertEqual(self.raw(SETTINGS, PHONE + headers, proxy).code, 401)


class HiddenClientTests(TrustCase):
    """
    A trusted proxy in the local network.
    """

    http = HttpSection(trusted_proxies=Networks(["192.168.1.2/32"]))

    def test_hidden(self) -> None:
        """
        A client that it hides (RFC 7239 section 6.2), or does not name, is not
        local.
        """
        for headers in (
            b"Forwarded: for=unknown\r\n",
            b"Forwarded: for=_hidden;proto=http\r\n",
            b"X-Forwarded-For: unknown\r\n",
            b"X-Real-IP: 203.0.113.9\r\n",
            b"Via: 1.1 caddy\r\n",
        ):
            answer = self.raw(SETTINGS, PHONE + headers, "192.168.1.2")
            self.assertEqual(answer.code, 401, headers)
