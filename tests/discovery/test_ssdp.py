"""
Tests for L{gigasetd.discovery.ssdp}.
"""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.ssdp import (
    LONGEST,
    ROOT,
    TYPE,
    RootDevice,
    alive,
    answers,
    byebye,
    description,
)
from gigasetd.errors import BadValue
from gigasetd.ratelimit.amplification import fits

UUID = "eecaaab3-2146-47a1-9a9d-d1a45ba83b0d"
DEVICE = RootDevice(UUID, 17, "A & B")
URL = "http://192.168.1.5"
ASKER = ("192.168.1.77", 50000)
DATE = "Mon, 23 Nov 2026 15:38:20 GMT"


def search(target: str, wait: str = "2", man: str = '"ssdp:discover"') -> bytes:
    """
    What a control point sends.
    """
    return (
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
        f"MAN: {man}\r\nMX: {wait}\r\nST: {target}\r\n\r\n"
    ).encode()


class SsdpTests(SynchronousTestCase):
    """
    A desktop that looks around finds us.
    """

    def answers(self, data: bytes):
        """
        What is said to it.
        """
        return list(answers(data, DEVICE, URL, DATE, ASKER))

    def test_vector(self) -> None:
        """
        A search for our kind gets one answer, to the byte, and to the asker.
        """
        agent = b"USER-AGENT: Windows/10.0 UPnP/1.1 Explorer/1\r\n\r\n"
        (out,) = self.answers(search(TYPE)[:-2] + agent)
        expected = (
            "HTTP/1.1 200 OK\r\n"
            "CACHE-CONTROL: max-age=1800\r\n"
            f"DATE: {DATE}\r\n"
            "EXT:\r\n"
            "LOCATION: http://192.168.1.5/description.xml\r\n"
            "SERVER: POSIX/1.0 UPnP/1.1 gigasetd/1.0\r\n"
            "BOOTID.UPNP.ORG: 17\r\n"
            "CONFIGID.UPNP.ORG: 1\r\n"
            f"ST: {TYPE}\r\n"
            f"USN: uuid:{UUID}::{TYPE}\r\n"
            "\r\n"
        )
        self.assertEqual(out, (expected.encode(), ASKER, 2.0))

    def test_targets(self) -> None:
        """
        We are found as a root device, by our name, and among all.
        """
        for target, count in (
            ("ssdp:all", 1),
            (ROOT, 1),
            (f"uuid:{UUID}", 1),
            ("uuid:else", 0),
            ("urn:schemas-upnp-org:device:MediaServer:1", 0),
        ):
            self.assertEqual(len(self.answers(search(target))), count, target)

    def test_all(self) -> None:
        """
        A search that is long enough finds all that we are, each once.
        """
        outs = self.answers(search("ssdp:all")[:-2] + b"X: " + b"x" * 300 + b"\r\n\r\n")
        kinds = [out.data.partition(b"ST: ")[2].split(b"\r\n")[0] for out in outs]
        self.assertEqual(kinds, [kind.encode() for kind in DEVICE.kinds()])

    def test_amplification(self) -> None:
        """
        No search gets more than its sender, who may be forged, may have; one as
        UPnP wants it gets an answer.
        """
        for target in ("ssdp:all", ROOT, TYPE, f"uuid:{UUID}"):
            full = search(target)
            short = b'M-SEARCH * HTTP/1.1\r\nMAN:"ssdp:discover"\r\nST:%s'
            for data in (full, short % target.encode(), full + b"x" * 800):
                sizes = [len(out.data) for out in self.answers(data)]
                if sizes:
                    self.assertTrue(fits(len(data), *sizes), (data, sizes))
            self.assertTrue(self.answers(full), target)

    def test_patience(self) -> None:
        """
        However long the asker would wait, an answer is not kept for minutes.
        """
        self.assertEqual(self.answers(search(ROOT, "120"))[0].within, 5.0)

    def test_refused(self) -> None:
        """
        What is no search, or a broken one, gets no answer.
        """
        self.assertEqual(self.answers(alive(DEVICE, URL)[0].data), [])
        for data in (
            search(ROOT, wait="soon"),
            search(ROOT, man="something"),
            search("x" * LONGEST),
        ):
            self.assertRaises(BadValue, self.answers, data)

    def test_notify(self) -> None:
        """
        Coming and going is told for each of our names.
        """
        here = [out.data.decode() for out in alive(DEVICE, URL)]
        gone = [out.data.decode() for out in byebye(DEVICE)]
        self.assertEqual(len(here), 3)
        self.assertEqual(len(gone), 3)
        for text in here:
            self.assertIn("NTS: ssdp:alive\r\n", text)
            self.assertIn(f"LOCATION: {URL}/description.xml\r\n", text)
        for text in gone:
            self.assertIn("NTS: ssdp:byebye\r\n", text)
            self.assertIn(UUID, text)

    def test_description(self) -> None:
        """
        The document is XML, whatever we are called.
        """
        device = fromstring(description(DEVICE))[1]
        told = {one.tag.partition("}")[2]: one.text for one in device}
        self.assertEqual(told["friendlyName"], "A & B")
        self.assertEqual(told["UDN"], f"uuid:{UUID}")
        self.assertEqual(told["deviceType"], TYPE)
