"""
Tests of L{gigasetd.web.phone.redirect}: vector T13 of the protocol notes.
"""

from __future__ import annotations

import re
from hashlib import md5
from typing import Any

from gigasetd.provisioning.redirect import register
from gigasetd.registry.model import Redirect
from tests.web.case import FAR, MAC, MONDAY, Answer, WebCase
from tests.web.http.test_clients import Asking

PHONE = "012345678901"
PATH = "/macredirect/ap?mac=01:23:45:67:89:01"
URL = "http://pbx.example.com/x.xml"


def hashed(text: str) -> str:
    """
    MD5, in hexadecimal.
    """
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class RedirectCase(WebCase):
    """
    One device of T13, with its characters.
    """

    def setUp(self) -> None:
        """
        Add it.
        """
        super().setUp()
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(mac=PHONE, number="", mac_id="AB12"))

    def answered(
        self, path: str = PATH, username: str = PHONE, password: str = "AB12",
        host: str = FAR, uri: str = "", nonce: str = "",
    ) -> Answer:  # fmt: skip
        """
        Ask, and answer the challenge as a phone does.
        """
        first = self.ask(path, host)
        if first.code != 401:
            return first
        told = dict(re.findall(r'(\w+)="([^"]*)"', first.headers["www-authenticate"]))
        nonce, uri = nonce or told["nonce"], uri or path
        one = hashed(f"{username}:{told['realm']}:{password}")
        two = hashed(f"GET:{uri}")
        proof = hashed(f"{one}:{nonce}:00000001:0a4f113b:auth:{two}")
        text = (
            f'Digest username="{username}", realm="{told["realm"]}", nonce="{nonce}", '
            f'uri="{uri}", qop=auth, nc=00000001, cnonce="0a4f113b", '
            f'response="{proof}", algorithm=MD5'
        )
        return self.ask(path, host, Authorization=text)


class FollowTests(RedirectCase):
    """
    C{/macredirect/ap}.
    """

    def test_challenge(self) -> None:
        """
        T13: a Digest challenge with MD5 and qop "auth" only.
        """
        answer = self.ask(PATH, FAR)
        self.assertEqual(answer.code, 401)
        self.assertRegex(
            answer.headers["www-authenticate"],
            r'^Digest realm="[^"]+", nonce="[^"]+", algorithm=MD5, qop="auth"$',
        )

    def test_own(self) -> None:
        """
        T13: a phone without a redirect comes to its settings here.
        """
        answer = self.answered()
        self.assertEqual(answer.code, 307)
        self.assertRegex(
            answer.headers["location"],
            rf"^http://127\.0\.0\.1:8080/device/{PHONE}\.xml$",
        )

    def test_elsewhere(self) -> None:
        """
        A phone that an integrator has registered goes where that says.
        """
        self.web_register()
        self.assertEqual(self.answered().headers["location"], URL)

    def web_register(self) -> None:
        """
        Register it.
        """
        register(self.registry, [PHONE], URL, "PBX", MONDAY)

    def test_pathOnly(self) -> None:
        """
        Phones that leave the query out of the digest's uri, or write their
        four characters small, are as good.
        """
        self.assertEqual(self.answered(uri="/macredirect/ap").code, 307)
        self.assertEqual(self.answered(password="ab12").code, 307)

    def test_wrong(self) -> None:
        """
        A wrong answer, an unknown MAC, a MAC whose characters nobody knows and
        somebody else's proof all look the same.
        """
        other = PATH.replace("01:23:45:67:89:01", MAC)
        seen = {
            self.shape(answer)
            for answer in (
                self.answered(password="AB13"),
                self.answered(password=""),
                self.answered(other, MAC, ""),
                self.answered(other, MAC, "AB12"),
                self.answered(other),
                self.answered(PATH[:-2] + "02", "012345678902", "AB12"),
                self.answered("/macredirect/ap"),
                self.answered("/macredirect/ap?mac=nonsense"),
                self.answered(uri="/checkin"),
            )
        }
        self.assertEqual(len(seen), 1)
        self.assertEqual(next(iter(seen))[0], 401)

    def shape(self, answer: Answer) -> tuple[Any, ...]:
        """
        An answer without what must differ.
        """
        header = re.sub('nonce="[^"]+"', "", answer.headers["www-authenticate"])
        return answer.code, header, tuple(sorted(answer.headers)), answer.body

    def test_nonce(self) -> None:
        """
        A proof for somebody else's challenge is asked for anew.
        """
        first = self.ask(PATH, "198.51.100.7").headers["www-authenticate"]
        (nonce,) = re.findall('nonce="([^"]*)"', first)
        answer = self.answered(nonce=nonce)
        self.assertEqual(answer.code, 401)
        self.assertIn("stale=true", answer.headers["www-authenticate"])

    def test_guessing(self) -> None:
        """
        Four characters cannot be tried out: a source has ten guesses, and one a
        day when others have guessed too.  The phone is not locked out by that.
        """
        for n in range(10):
            self.answered(password=f"X{n}YZ")
        self.assertEqual(self.answered().code, 429)
        for n in range(20):
            host = f"198.51.100.{n}"
            self.assertEqual(self.answered(password=f"X{n}YZ", host=host).code, 401)
            self.assertEqual(self.answered(password="AB12", host=host).code, 429)
        self.assertEqual(self.answered(host="198.51.100.99").code, 307)
        self.assertEqual(self.answered(host="192.168.1.9").code, 307)

    def test_guessingFromSource(self) -> None:
        """
        600 guesses, each from another address of one /64: ten are looked at.
        """
        for n in range(600):
            # Slowly enough for the allowance of connections.
            self.clock.advance(0.2)
            self.answered(password="WXYZ", host=f"2001:db8::{n:x}")
        counts = self.web._routes.targets.redirects.counts
        self.assertEqual((counts["unproven"], counts["limited"]), (10, 590))
        self.assertEqual(self.answered(host="2001:db8:0:1::1").code, 307)

    def test_access(self) -> None:
        """
        Whoever has proven itself may see its own device's pages from there
        for a while, and nobody else's; a new secret ends that.
        """
        clients, now = self.clients(), self.web._routes.targets.redirects._now()
        fetches: Any = Asking(FAR)
        self.assertFalse(clients.mayFetch(fetches, self.registry, PHONE, now))
        self.answered()
        self.assertTrue(clients.mayFetch(fetches, self.registry, PHONE, now))
        other: Any = Asking("198.51.100.7")
        self.assertFalse(clients.mayFetch(other, self.registry, PHONE, now))
        self.assertFalse(clients.mayFetch(fetches, self.registry, MAC, now))
        device = self.registry.devices[PHONE]
        self.registry.put(device._replace(mac_id="ZZZZ"))
        self.registry.notify()
        self.assertFalse(clients.mayFetch(fetches, self.registry, PHONE, now))

    def test_accessByRedirect(self) -> None:
        """
        The four characters that an integrator has made up for a device without
        any lead to the integrator's server, and to nothing of the device here.
        """
        device = self.registry.devices[PHONE]
        self.registry.put(device._replace(mac_id=""))
        self.registry.put(Redirect(PHONE, "ZZZZ", URL, "PBX", 0.0))
        self.assertEqual(self.answered(password="ZZZZ").code, 307)
        fetches: Any = Asking(FAR)
        now = self.web._routes.targets.redirects._now()
        self.assertFalse(self.clients().mayFetch(fetches, self.registry, PHONE, now))

    def clients(self) -> Any:
        """
        Who may see what.
        """
        return self.web._routes.targets.redirects._clients
