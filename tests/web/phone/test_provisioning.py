"""
Tests of L{gigasetd.web.phone.provisioning}: what phones fetch, and who else does
not get it.
"""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree

from gigasetd.provisioning.updateindex import named, parse, textOf
from gigasetd.registry.model import CheckIn, Offer
from tests.registry.populated import MAC, NUMBER, OTHER, PASSWORD
from tests.web.case import FAR, MONDAY, NEAR, bound
from tests.web.provisioned import N510, N870, ODD, Provisioned

MASTER = (
    named(3, "../../sifs/sifsroot.bin") + named(5, "webuil/") + named(5, "sht/")
)  # fmt: skip
SIU = bytes.fromhex("00190317") + b"http://%DURL/%MACD.xml\0"
FRAME, NVM = f"/device/{MAC}.xml", f"/{MAC.lower()}.xml"


def items(body: bytes) -> dict[str, str]:
    """
    The settings of either form.
    """
    tree = ElementTree.fromstring(body)
    told = {one.get("ID"): one.get("value") for one in tree.iter("SYMB_ITEM")}
    told |= {one.get("name"): one.get("value") for one in tree.iter("param")}
    told |= {one.tag: one.get("value") for one in tree.iterfind("Provider/*")}
    return {name: value for name, value in told.items() if name and value is not None}


class IndexTests(Provisioned):
    """
    The index that leads a phone to its settings.
    """

    def test_master(self) -> None:
        """
        T12: the root, byte for byte, however its dots are written.
        """
        for path in ("/device/42/2/master.bin", "/device/70/1/../../42/2/master.bin"):
            answer = self.ask(path, FAR)
            self.assertEqual((answer.code, answer.body), (200, MASTER))
        self.assertEqual(len(MASTER), 49)

    def test_walk(self) -> None:
        """
        T12: following the names as a phone does, dots and all, ends at the
        format of a real package.
        """
        path = "/device/42/2/" + textOf(MASTER[2:28])
        for _ in range(4):
            answer = self.ask(path)
            self.assertEqual(answer.code, 200, path)
            last, *_ = parse(answer.body)
            path = "/device/42/2/" + textOf(last.content)
        self.assertEqual(answer.body, SIU)
        self.assertEqual(self.ask("/device/42/2/../../sifs/siu_444.bin").body, SIU)

    def test_codes(self) -> None:
        """
        The operator's own formats are found by code; a bad one is left out,
        and said.
        """
        self.put(
            self.templates / "defaults.toml",
            '[provisioner]\nformat = "http://h/%MACC"\n[provisioner.codes]\n'
            '123 = "http://a/%MACD"\n456 = "http://b/%NOPE"\n',
        )
        self.assertEqual(
            self.ask("/device/sifs/siu_123.bin").body, named(0, "http://a/%MACD")
        )
        self.assertEqual(
            self.ask("/device/sifs/siu_456.bin").body, named(0, "http://h/%MACC")
        )
        (root,) = parse(self.ask("/device/sifs/sifsroot.bin").body)
        self.assertEqual(textOf(root.content), "../../sifs/sih_1xx.bin")

    def test_profile(self) -> None:
        """
        The provider profile leads the Info Center here; it holds no account.
        """
        answer = self.ask("/device/42/2/d_gigaset_de.bin", FAR)
        version, name, url = parse(answer.body)
        self.assertEqual(name.content, b"d_gigaset_de.bin\0")
        self.assertRegex(version.content, rb"^\d{10}\0$")
        self.assertIn(b"S_INFO_SERVICE_URL\0\x05", url.content)
        self.assertIn(b"http://192.0.2.1:8080/info/menu.jsp\0", url.content)

    def test_hostile(self) -> None:
        """
        Whatever a path is made of, nothing outside is reached, nothing fails,
        and the answer is short.
        """
        self.put(self.state / "secret.key", b"KEY")
        self.put(self.firmware / "42" / "a.bin", b"inside")
        (self.firmware / "42" / "out.bin").symlink_to(self.state / "secret.key")
        (self.firmware / "up").symlink_to(self.state)
        ups = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "%252e%252e%252f",
               "..;/", "....//", "%c0%ae%c0%ae/", "\0../", "%00../")  # fmt: skip
        paths = [f"/device/42/2/{up * n}secret.key" for up in ups for n in (1, 3, 9)]
        paths += [f"/{up * 3}etc/passwd" for up in ups]
        paths += [
            "/device/42/out.bin",
            "/device/up/secret.key",
            "/device/" + "a" * 9999,
        ]
        paths += ["/device/" + "a/" * 4000, "/device/42/2/d_" + "x" * 300 + ".bin"]
        paths += ["/device/99999999/2/master.bin", "/device/", "/device", "/.xml"]
        paths += ["/device/42/2/master.bin\0.xml", "/device/%ff%fe.xml", "/x.xml"]
        for path in paths:
            answer = self.ask(path.encode("latin-1"), FAR)
            self.assertIn(answer.code, (400, 404, 414), path[:80])
            self.assertNotIn(b"KEY", answer.body)
            self.assertLess(len(answer.body), 500)
        self.assertEqual(self.ask("/device/42/a.bin").body, b"inside")
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_method(self) -> None:
        """
        An index can only be read.
        """
        answer = self.ask("/device/42/2/master.bin", method=b"POST", body=b"x=1")
        self.assertEqual(answer.code, 405)


class SettingsTests(Provisioned):
    """
    A phone's own settings.
    """

    def test_frame(self) -> None:
        """
        A ProviderFrame, declared as phones want it, with the account.
        """
        answer = self.ask(FRAME, User_Agent=N510)
        self.assertTrue(
            answer.body.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
        )
        self.assertIn(b"""value='"example.net"'""", answer.body)
        told = items(answer.body)
        self.assertEqual(told["MAC_ADDRESS"], MAC)
        self.assertEqual(told["BS_IP_Data1.aucS_SIP_PASSWORD"], f'"{PASSWORD}"')
        self.assertEqual(told["BS_IP_Data3.aucS_SIP_LOGIN_ID"], f'"{NUMBER}"')
        self.assertEqual(told["BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_1"], "1")
        self.assertEqual(
            told["BS_IP_Data1.aucS_DATA_SERVER[0]"], '"192.0.2.1:8080/device"'
        )

    def test_nvm(self) -> None:
        """
        T14: an N870 gets the nvm form, by either path; C{/MAC.xml} is that
        for everybody.
        """
        for path, agent in ((NVM, N870), (FRAME.lower(), N870), (NVM, N510), (NVM, "")):
            answer = self.ask(path, User_Agent=agent)
            self.assertIn(b'<provisioning version="1.1"', answer.body)
            told = items(answer.body)
            self.assertEqual(told["SipAccount.00001.AuthPassword"], PASSWORD)
            self.assertEqual(told["SipProvider.0.Domain"], "example.net")

    def test_stranger(self) -> None:
        """
        From elsewhere nothing is told without a proof, neither the settings
        nor whether there is such a phone.
        """
        nobody = self.ask("/7C2F80FFFFFF.xml", FAR)
        for path in (FRAME, NVM, f"/{OTHER}.xml"):
            answer = self.ask(path, FAR)
            self.assertEqual(answer.code, 401)
            self.assertEqual(answer.body, nobody.body)
            self.assertNotIn(PASSWORD.encode(), answer.body)
        self.assertEqual(self.counted("challenged"), 4)

    def test_known(self) -> None:
        """
        Where the phone last registered from, it is answered; a check-in with
        its MAC from elsewhere opens nothing.
        """
        self.ask(f"/checkin?mac={MAC}", FAR)
        self.assertEqual(self.ask(NVM, FAR).code, 401)
        self.registry.bind(NUMBER, bound(NUMBER, FAR))
        self.assertEqual(self.ask(NVM, FAR).code, 200)

    def test_proof(self) -> None:
        """
        Number and password open one's own settings, with the suffix or domain
        that phones add, and nobody else's.
        """
        for user in (NUMBER, f"{NUMBER}#9", f"{NUMBER}@example.net"):
            self.assertIn(PASSWORD.encode(), self.prove(NVM, user).body)
        for mac in (OTHER, "7C2F80FFFFFF"):
            self.assertEqual(self.prove(f"/{mac}.xml").code, 404)
        self.assertEqual(self.counted("proven"), 5)

    def test_wrong(self) -> None:
        """
        A wrong password, an unknown number and an answer made for another
        page look the same; who goes on guessing is not listened to.
        """
        wrong = self.prove(NVM, password="guess")
        unknown = self.prove(NVM, "99999999")
        self.assertEqual((wrong.code, unknown.code), (401, 401))
        self.assertEqual(wrong.body, unknown.body)
        from tests.web.provisioned import reply

        asked = self.ask(NVM, FAR).headers["www-authenticate"]
        stolen = reply(asked, "/other.xml", NUMBER, PASSWORD)
        self.assertEqual(self.ask(NVM, FAR, Authorization=stolen).code, 401)
        for _ in range(8):
            self.prove(NVM, password="guess")
        self.assertEqual(self.ask(NVM, FAR).code, 429)
        self.assertEqual(self.ask(NVM, NEAR).code, 200)

    def test_unknown(self) -> None:
        """
        In the local network an unknown phone is told that it is one.
        """
        self.assertEqual(self.ask("/7C2F80FFFFFF.xml").code, 404)
        self.assertEqual(self.counted("unknown"), 1)

    def test_factory(self) -> None:
        """
        A phone that nobody knows a password of keeps the account that it has.
        """
        told = items(self.ask(f"/device/{OTHER}.xml").body)
        self.assertIn("BS_IP_Data1.aucS_DATA_SERVER[0]", told)
        self.assertFalse([name for name in told if "SIP" in name])

    def test_switchedOff(self) -> None:
        """
        With VoIP switched off, settings hold no account.
        """
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(off="voip"))
        self.assertNotIn(PASSWORD.encode(), self.ask(NVM).body)

    def test_version(self) -> None:
        """
        VERSION stays as it is, also over a restart, until the content
        changes.
        """
        first = items(self.ask(FRAME).body)["VERSION"]
        self.assertRegex(first, r"^\d{10}$")
        self.start()
        self.assertEqual(items(self.ask(FRAME).body)["VERSION"], first)
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(nickname="Anna"))
        self.assertNotEqual(items(self.ask(FRAME).body)["VERSION"], first)

    def test_odd(self) -> None:
        """
        Names and passwords of any characters come out as they went in.
        """
        account = self.registry.accounts[NUMBER]
        from tests.registry.populated import BOX

        odd = f"{ODD}\t{{{{ 7*7 }}}}]]>--\x01"
        self.registry.put(
            account._replace(nickname=ODD, password=BOX.seal(odd, NUMBER))
        )
        kept = odd.replace("\x01", "")
        self.assertEqual(
            items(self.ask(FRAME).body)["BS_IP_Data1.aucS_SIP_PASSWORD"], f'"{kept}"'
        )
        told = items(self.ask(NVM).body)
        self.assertEqual(told["SipAccount.00001.AuthPassword"], kept)
        self.assertEqual(told["SipAccount.00001.DisplayName"], ODD)

    def test_layers(self) -> None:
        """
        Device counts more than site, site more than model, model more than
        defaults; the operator's own settings take the place of ours.
        """
        name = "BS_IP_Data1.uiI_TIME_COUNTRY"
        for number, file in enumerate(("defaults", "model-n510", "site", MAC)):
            self.put(self.templates / f"{file}.toml", f'[frame]\n"{name}" = {number}\n')
            told = items(self.ask(FRAME, User_Agent=N510).body)
            self.assertEqual(told[name], str(number))
        self.put(
            self.templates / "site.toml",
            "[sip]\naccount = 2\n[frame]\n"
            '"BS_IP_Data1.aucS_SIP_DOMAIN_2" = "mine"\n"X..attr" = "UI_LOCK"\n',
        )
        body = self.ask(FRAME, User_Agent=N510).body
        told = items(body)
        self.assertEqual(told["BS_IP_Data1.aucS_SIP_PASSWORD_2"], f'"{PASSWORD}"')
        self.assertEqual(told["BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_2"], "1")
        self.assertEqual(body.count(b"aucS_SIP_DOMAIN"), 1)
        self.assertEqual(told["X..attr"], "UI_LOCK")

    def test_own(self) -> None:
        """
        The operator's template takes the place of ours, or adds to it.
        """
        self.put(
            self.templates / "n510.xml",
            '{% extends "frame.xml" %}{% block model %}<X v="{{ number }}"/>'
            "{% endblock %}",
        )
        body = self.ask(FRAME, User_Agent=N510).body
        self.assertIn(f'<X v="{NUMBER}"/>'.encode(), body)
        self.assertNotIn(b"<X", self.ask(FRAME, User_Agent="C610 IP/42.075").body)

    def test_broken(self) -> None:
        """
        A phone never gets what is no XML, or half of it; what is wrong stands
        in the log, without what the values are.
        """
        for text in (
            "<a>",
            "{{ nothing }}",
            "{% for %}",
            "{{ 1/0 }}",
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            '{% include "../../secret.key" %}',
        ):
            self.put(self.templates / "n510.xml", text)
            answer = self.ask(FRAME, User_Agent=N510)
            self.assertEqual(answer.code, 503, text)
        self.put(self.templates / "n510.xml", '{% extends "frame.xml" %}')
        self.put(self.templates / "site.toml", "sip = ")
        self.assertEqual(self.ask(FRAME).code, 503)
        self.assertEqual(self.ask("/device/42/2/master.bin").body, MASTER)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_checkin(self) -> None:
        """
        Each of these requests is a report of the phone; a browser's is none.
        """
        self.ask("/device/42/2/master.bin", User_Agent=f"{N510};{MAC}")
        checkin = self.registry.checkins[MAC]
        self.assertEqual(checkin.product, "N510 IP PRO")
        self.assertEqual(checkin.software_version, "42.245.00.000.000")
        self.assertEqual((checkin.public_ip, checkin.seen), (NEAR, MONDAY))
        self.ask("/7C2F80FFFFFF.xml", User_Agent="Mozilla/5.0 (Win64; x64)")
        self.assertNotIn("7C2F80FFFFFF", self.registry.checkins)
        self.assertEqual(self.settled, 1)


class FirmwareTests(Provisioned):
    """
    Firmware that the operator has.
    """

    def setUp(self) -> None:
        """
        A newer firmware for either family.
        """
        super().setUp()
        self.put(self.firmware / "42" / "merkur258_42.bin", bytes(range(256)) * 1000)
        self.put(self.firmware / "83" / "Gigaset-Nx70-V2.65.0.bin", b"new")

    def test_told(self) -> None:
        """
        The index tells of it; a phone that has it, or whose owner declined,
        hears nothing.
        """
        agent = f"{N510};{MAC}"
        master = self.ask("/device/42/2/master.bin", User_Agent=agent).body
        self.assertEqual(master, named(2, "baselines.bin") + MASTER)
        (base,) = parse(self.ask("/device/42/2/baselines.bin", User_Agent=agent).body)
        told = parse(base.content)
        self.assertEqual(told[0].content, (258).to_bytes(2, "big"))
        self.assertEqual(told[1].content, b"../merkur258_42.bin\0")
        has = f"N510 IP PRO/42.258.00.000.000;{MAC}"
        self.assertEqual(
            self.ask("/device/42/2/master.bin", User_Agent=has).body, MASTER
        )
        self.registry.put(Offer(MAC, "42.258", "declined", 1.0))
        for path, body in (("master.bin", MASTER), ("baselines.bin", b"")):
            answer = self.ask(f"/device/42/2/{path}", User_Agent=agent)
            self.assertEqual(answer.body, body)

    def test_sent(self) -> None:
        """
        An N870, which installs what it is told of, is told of what its owner
        accepted.
        """
        self.registry.put(
            CheckIn(MAC, 1.0, "", "", "N870 IP PRO", "83.V2.11.0", "", 0, "", "")
        )
        self.assertNotIn(b"<firmware>", self.ask(NVM).body)
        self.registry.put(Offer(MAC, "83.V2.65.0", "accepted", 1.0))
        url = "http://192.0.2.1:8080/device/83/Gigaset-Nx70-V2.65.0.bin"
        expected = f'<firmware><file version="2.65.0" url="{url}"/></firmware>'
        self.assertIn(expected.encode(), self.ask(NVM).body)
        path = url.partition(":8080")[2]
        self.assertEqual(self.ask(path, FAR).body, b"new")

    def test_served(self) -> None:
        """
        A firmware comes whole with its length, from both paths that phones
        make of its name; a part where one is asked for.
        """
        for path in ("/device/42/merkur258_42.bin", "/device/42/2/../merkur258_42.bin"):
            answer = self.ask(path, FAR)
            self.assertEqual(answer.headers["content-length"], "256000")
            self.assertEqual(answer.body, bytes(range(256)) * 1000)
        path = "/device/42/merkur258_42.bin"
        part = self.ask(path, Range="bytes=255999-")
        self.assertEqual((part.code, part.body), (206, b"\xff"))
        self.assertEqual(part.headers["content-range"], "bytes 255999-255999/256000")
        self.assertEqual(self.ask(path, Range="bytes=256000-").code, 416)
        self.assertEqual(self.ask(path, Range="bytes=1-2,4-5").code, 200)
        self.assertEqual(self.ask(path, method=b"HEAD").body, b"")

    def test_page(self) -> None:
        """
        The page of devices marks who could have a newer one.
        """
        self.ask("/device/42/2/master.bin", User_Agent=f"{N510};{MAC}")
        page = self.ask("/").body.decode()
        self.assertIn("42.258", page)
        self.assertEqual(page.count("<td><a"), 4)
        self.registry.put(Offer(MAC, "42.258", "declined", 1.0))
        self.assertNotIn("42.258", self.ask("/").body.decode())

    def test_override(self) -> None:
        """
        An index file that the operator has takes the place of ours.
        """
        self.put(self.firmware / "42" / "2" / "master.bin", b"mine")
        self.assertEqual(self.ask("/device/42/2/master.bin").body, b"mine")

    def test_quoted(self) -> None:
        """
        A name that is written with percent signs is the same name.
        """
        path = "/device/" + quote("42/merkur258_42.bin", safe="").replace("m", "%6d")
        self.assertEqual(self.ask(path).code, 200)
