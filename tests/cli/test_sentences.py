"""
Tests for L{gigasetd.cli.sentences}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli.sentences import SENTENCES

MAC, NUMBER = "7C2F80AAAA01", "20304057"


def text(verb: str, document: dict[str, Any], **arguments: Any) -> str:
    """
    Format a result.
    """
    return "\n".join(SENTENCES[verb](document, {"verb": verb, **arguments}))


class SentenceTests(SynchronousTestCase):
    """
    Results say what was done.
    """

    def test_removal(self) -> None:
        """
        What was deleted is said: device, account, or personal data only.
        """
        both = {"mac": MAC, "number": NUMBER}
        whole = f"Deleted the device {MAC} and the account {NUMBER}, with all data."
        self.assertEqual(text("device remove", both), whole)
        self.assertEqual(text("device erase", both, all=True), whole)
        self.assertIn("device and number remain", text("device erase", both))
        softphone = text("device remove", {"mac": "", "number": NUMBER})
        self.assertEqual(softphone, f"Deleted the account {NUMBER}, with all data.")

    def test_password(self) -> None:
        """
        A generated password is printed, one that the operator chose is not.
        """
        document = {"mac": MAC, "number": NUMBER}
        chosen = text("device password", document)
        self.assertEqual(chosen, f"Set a new password for {NUMBER}.")
        made = text("device password", {**document, "password": "a b"})
        self.assertEqual(made, f"{chosen}\npassword  a b")

    def test_service(self) -> None:
        """
        The service that was switched is named, and those that are on.
        """
        document = {"mac": MAC, "number": NUMBER, "services": ["voip", "info"]}
        off = text("service disable", document, service="messaging")
        self.assertTrue(off.startswith(f"Turned off messaging for {NUMBER}, and del"))
        self.assertTrue(off.endswith("Services that are on: voip, info."))
        document["services"] = []
        on = text("service enable", document, service="voip")
        self.assertEqual(
            on, f"Turned on voip for {NUMBER}. Services that are on: none."
        )

    def test_counts(self) -> None:
        """
        Numbers stand in sentences, with the noun in the right number.
        """
        sync = {"mac": MAC, "number": NUMBER, "asked": 1}
        self.assertIn(f"Notified 1 phone of {NUMBER} ", text("device sync", sync))
        self.assertIn("2 phones", text("device sync", {**sync, "asked": 2}))
        waiting = text("message send", {"number": NUMBER, "waiting": 1})
        self.assertEqual(waiting, f"1 message now waits for {NUMBER}.")
        delivered = text("message send", {"number": NUMBER, "waiting": 0})
        self.assertEqual(delivered, f"Delivered to {NUMBER}.")
        rotated = text("key rotate", {"sealed": 4, "finished": True})
        self.assertEqual(
            rotated, "Created a new key, and encrypted 4 passwords with it."
        )
        rotated = text("key rotate", {"sealed": 0, "finished": False})
        self.assertIn("so far: 0 passwords", rotated)
        self.assertEqual(text("restore", {"restored": 1}), "Restored 1 row.")
        self.assertIn("(2 rows) to f", text("backup", {"rows": 2, "file": "f"}))
        book = {"number": NUMBER, "entries": 1}
        self.assertIn("now has 1 entry.", text("book import", book))

    def test_reload(self) -> None:
        """
        A reload says so, also where nothing has changed.
        """
        self.assertIn("No change needs a restart", text("reload", {"restart": []}))
        some = text("reload", {"restart": ["sip.listen", "store.url"]})
        self.assertTrue(some.endswith("need a restart: sip.listen, store.url"))

    def test_notice(self) -> None:
        """
        The end of a notice is a date.
        """
        notice = {"name": "n", "until": 1795974806.25}
        self.assertRegex(text("notice add", notice), r"it until 2026-11-2\d \d\d:")
        always = text("notice add", {"name": "n", "until": None})
        self.assertTrue(always.endswith("until it is removed."))
        self.assertEqual(text("notice remove", {"name": "n"}), "Removed the notice n.")

    def test_others(self) -> None:
        """
        Tokens, bans, pairing, digests and firmware.
        """
        self.assertEqual(text("token remove", {"name": "t"}), "Revoked the token t.")
        lifted = text("bans lift", {"address": "::1", "lifted": ["sip", "http"]})
        self.assertEqual(lifted, "Lifted the ban of ::1 (sip, http).")
        reset = {"mac": MAC, "number": NUMBER, "generation": 1}
        self.assertIn("next phone", text("device reset-pin", reset))
        digest = {"mac": MAC, "number": NUMBER, "digest": []}
        self.assertIn("those of sip.digest", text("device digest", digest))
        offer = {"mac": MAC, "version": "42.1", "decision": "accepted"}
        self.assertEqual(text("device accept", offer), f"Accepted 42.1 for {MAC}.")

    def test_harmless(self) -> None:
        """
        A name cannot command the operator's terminal.
        """
        self.assertTrue(text("token remove", {"name": "\x1b[2J"}).isprintable())


class FigureTests(SynchronousTestCase):
    """
    Figures have labels that explain them.
    """

    def test_status(self) -> None:
        """
        The store's figures and the uptime can be read without the manual.
        """
        store = {"ok": True, "detail": "", "most": 3, "oldest": 0.0, "kind": "sqlite"}
        shown = text("status", {"version": "1", "uptime": 93784.2, "store": store})
        self.assertIn("1 day, 2:03:04", shown)
        self.assertIn("most that have waited at a time", shown)
        self.assertNotIn("oldest  ", shown)

    def test_factory(self) -> None:
        """
        The pairing is shown for factory log-ins only.
        """
        pairing = {"pinned": True, "generation": 2, "rolling": False}
        shown = text("device show", {"login": "factory", **pairing})
        self.assertRegex(shown, "paired with a phone +yes")
        shown = text("device show", {"login": "digest", **pairing})
        self.assertEqual(shown, "login  digest")

    def test_dns(self) -> None:
        """
        The columns explain themselves; what is wrong is not said twice.
        """
        row = {"name": "a.example", "answers": [], "here": False, "change": "add it"}
        document = {"ok": False, "server": "192.0.2.1", "names": [row], "detail": "bad"}
        shown = text("check dns", document)
        self.assertRegex(shown, "NAME +THIS SERVER +TO DO")
        self.assertNotIn("bad", shown)

    def test_certificates(self) -> None:
        """
        The expiry is a date.
        """
        shown = text("check certificates", {"ok": True, "expires": 2111248396.0})
        self.assertRegex(shown, r"^expires  2036-11-2\d \d\d:")
