"""
Tests of L{gigasetd.info.profiles}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.info.profiles import change, delete, ensureProfile, handsetOf
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Device
from gigasetd.registry.registry import Registry

MAC = "7C2F80012345"
GOOD = {
    "language": ("", "de"),
    "place": ("", "2950159"),
    "born": ("", "1980-02-29"),
    "services": ("", "none", "weather sky"),
    "ticker": ("", "weather"),
    "feeds": ("", "https://a.example/x http://b.example:8080/?q=1"),
    "calendar": ("", "https://a.example/cal.ics", "webcal://a.example/cal.ics"),
}
BAD = {
    "language": ("d", "deu", "DE", "<>"),
    "place": ("x", "-1", "²", "1" * 20),
    "born": ("1980-02-30", "19800101", "1980", "0001-01-01", "1880-01-01", "x"),
    "services": ("a a", " a", "A", "a  b", "a\nb", "x " * 300, "<b>"),
    "ticker": ("a a",),
    "feeds": (
        "ftp://x/", "javascript:x", "https://", "http://x y", "http://a/ é",
        "webcal://x/",
        "http://[::1", "http://x:99999/", "http://a/ " * 3, "http://a/" + "x" * 300,
        " ".join(f"http://a/{n}" for n in range(11)),
    ),
    "calendar": ("http://a/ http://b/", "x", "//a/b"),
    "mac": ("7C2F80012346",),
    "created": ("1",),
}  # fmt: skip


class ProfileTests(SynchronousTestCase):
    """
    Profiles.
    """

    def setUp(self) -> None:
        """
        One device.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, "30001", "", "", "", "", 0.0))

    def test_firstUse(self) -> None:
        """
        A profile is made once, and deleted at any time.
        """
        made = ensureProfile(self.registry, MAC, "a1", 5.0, "7")
        self.assertEqual((made.handset, made.place, made.created), ("A1", "7", 5.0))
        self.assertIs(ensureProfile(self.registry, MAC, "A1", 9.0), made)
        delete(self.registry, made)
        self.assertEqual(self.registry.profiles, {})

    def test_limit(self) -> None:
        """
        A device that names ever new handsets has a few profiles.
        """
        for number in range(50):
            ensureProfile(self.registry, MAC, f"{number}", 5.0, most=4)
        self.assertEqual(len(self.registry.profiles[MAC]), 5)

    def test_guest(self) -> None:
        """
        Of a MAC that nobody added, no profile is stored.
        """
        ensureProfile(self.registry, "7C2F80999999", "a1", 5.0)
        self.assertEqual(self.registry.profiles, {})

    def test_change(self) -> None:
        """
        What has the right form is taken.
        """
        made = ensureProfile(self.registry, MAC, "a1", 5.0)
        for name, values in GOOD.items():
            for value in values:
                made = change(self.registry, made, **{name: value})
                self.assertEqual(getattr(made, name), value)
        self.assertIs(self.registry.profiles[MAC]["A1"], made)

    def test_refused(self) -> None:
        """
        What has not is refused, and nothing changes, also where another value
        is good.
        """
        made = ensureProfile(self.registry, MAC, "a1", 5.0)
        for name, values in BAD.items():
            for value in values:
                fields = {"language": "de", name: value}
                with self.assertRaises(BadValue, msg=f"{name} {value!r}"):
                    change(self.registry, made, **fields)
        self.assertIs(self.registry.profiles[MAC]["A1"], made)

    def test_handsets(self) -> None:
        """
        A handset is what its phone calls it; rubbish is none.
        """
        for told, handset in {
            "037018BE69": "037018BE69",
            "037018be69,037018be69": "037018BE69",
            "23546": "23546",
            "": "",
            "<b>": "",
            "A" * 17: "",
            "²": "",
        }.items():
            self.assertEqual(handsetOf({"handsetid": told}), handset)
