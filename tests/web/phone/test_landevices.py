"""
Tests of L{gigasetd.web.phone.landevices}.
"""

from __future__ import annotations

import re
from hashlib import md5

from gigasetd.registry.model import Account, CheckIn, Device
from tests.web.case import FAR, MAC, MONDAY, NEAR, Answer, WebCase, bound

OTHER = "7C2F80099999"
NUMBER, PASSWORD, REALM = "30001", "kitchen-42", "gigaset.net"


def digest(text: str) -> str:
    """
    MD5 in hexadecimal.
    """
    return md5(text.encode()).hexdigest()


def report(mac: str, host: str, private: str) -> CheckIn:
    """
    What a device told about itself.
    """
    return CheckIn(mac, MONDAY, "", "", "C610", "42", private, 80, host, "Base")


class DevicesTests(WebCase):
    """
    The page at C{/}.
    """

    def setUp(self) -> None:
        """
        One device at home, one in another home behind the same address.
        """
        super().setUp()
        ha1 = digest(f"{NUMBER}:{REALM}:{PASSWORD}")
        self.registry.put(Account(NUMBER, "digest", "", ha1, "Zoë", "", 0.0, 0.0))
        self.registry.put(Device(OTHER, "30002", "", "", "N510", "", 0.0))
        self.registry.put(report(MAC, FAR, "192.168.2.2"))
        self.registry.put(report(OTHER, FAR, "192.168.7.7"))

    def login(self, answer: Answer, password: str = PASSWORD) -> str:
        """
        The Authorization that a browser answers a challenge with.
        """
        found = re.search('nonce="([^"]+)"', answer.headers["www-authenticate"])
        assert found is not None
        ha1, ha2 = digest(f"{NUMBER}:{REALM}:{password}"), digest("GET:/")
        proof = digest(f"{ha1}:{found[1]}:00000001:c:auth:{ha2}")
        return (
            f'Digest username="{NUMBER}", realm="{REALM}", nonce="{found[1]}", '
            f'uri="/", qop=auth, nc=00000001, cnonce="c", response="{proof}"'
        )

    def test_atHome(self) -> None:
        """
        In the local network the page needs no log-in, and each device is a
        row of four cells with a link.
        """
        self.registry.put(report(MAC, NEAR, "192.168.1.7"))
        page = self.ask("/", host=NEAR).body.decode()
        self.assertEqual(len(re.findall("<td><a ", page)), 4)
        self.assertIn("http://192.168.1.7/", page)
        self.assertNotIn(OTHER, page)

    def test_whatItIs(self) -> None:
        """
        A row tells model and firmware too, in cells without a link, which are
        no business of those who read the four.
        """
        self.registry.put(report(MAC, NEAR, "192.168.1.7"))
        page = self.ask("/", host=NEAR).body.decode()
        self.assertIn("</a></td><td>C610</td><td>42</td>", page)
        self.assertEqual(len(re.findall("<td><a ", page)), 4)

    def test_elsewhere(self) -> None:
        """
        From elsewhere a browser is asked for number and password, and then
        shows that one device, but nothing of a home that shares its address.
        """
        asked = self.ask("/", host=FAR)
        self.assertEqual(asked.code, 401)
        self.assertNotIn(b"Zo", asked.body)
        answer = self.ask("/", host=FAR, Authorization=self.login(asked))
        self.assertEqual(answer.code, 200)
        page = answer.body.decode()
        self.assertIn("http://192.168.2.2/", page)
        self.assertNotIn("192.168.7.7", page)
        self.assertEqual(len(re.findall("<td><a ", page)), 4)

    def test_household(self) -> None:
        """
        A home of its own IPv6 /64 is shown whole to whoever of it has logged
        in: by the registrations that were made from it, and nobody else's.
        """
        third = "7C2F80088888"
        self.registry.put(Device(third, "30003", "", "", "N510", "", 0.0))
        for number, host in (
            ("30001", "2001:db8:1:2::5"),
            ("30002", "2001:db8:1:2:9::9"),
            ("30003", "2001:db8:1:3::5"),
        ):
            self.registry.bind(number, bound(number, host))
        self.registry.put(report(third, "2001:db8:1:2::7", "192.168.9.9"))
        asked = self.ask("/", host=FAR)
        page = self.ask("/", host=FAR, Authorization=self.login(asked)).body.decode()
        self.assertIn(MAC, page)
        self.assertIn(OTHER, page)
        self.assertNotIn(third, page)
        # Reported from elsewhere: somebody may want to lead people astray.
        self.assertNotIn("192.168.7.7", page)
        self.assertEqual(len(re.findall("<td><a ", page)), 8)
        self.registry.bind("30002", ())
        asked = self.ask("/", host=FAR)
        page = self.ask("/", host=FAR, Authorization=self.login(asked)).body.decode()
        self.assertNotIn(OTHER, page)

    def test_wrongPassword(self) -> None:
        """
        Who guesses is asked again and sees nothing.
        """
        asked = self.ask("/", host=FAR)
        answer = self.ask("/", host=FAR, Authorization=self.login(asked, "guess"))
        self.assertEqual(answer.code, 401)
        self.assertNotIn(MAC.encode(), answer.body)
