"""
Tests for L{gigasetd.sip.trust}: what a phone may not say to another.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.trust import TRUSTED_ONLY
from tests.sip.jar import ALICE, BOB, DOMAIN, Jar

FORGED = (
    "P-Asserted-Identity: <sip:110@gigaset.net>",
    "P-Preferred-Identity: <sip:110@gigaset.net>",
    'Remote-Party-ID: "Police" <sip:110@gigaset.net>;screen=yes',
    "Identity: forged;info=<https://evil.example/cert>",
    "y: forged",
    "Diversion: <sip:30002@gigaset.net>;reason=unconditional",
    "Alert-Info: <http://evil.example/ring.wav>",
    "Call-Info: <http://evil.example/x>;answer-after=0",
    "Error-Info: <http://evil.example/x>",
    "P-Charge-Info: <sip:110@gigaset.net>",
    "P-DCS-Trace-Party-ID: <sip:110@gigaset.net>",
    "p-media-authorization : 00",
    "Attestation-Info: A",
    "Answer-Mode: Auto",
    "Priv-Answer-Mode: Auto",
    'Authorization: Digest username="30001", response="0"',
)


class TrustTests(SynchronousTestCase):
    """
    A caller that forges what a trusted server would write.
    """

    def invited(self, *headers: str, **sip: object) -> list[str]:
        """
        The keys of the INVITE that reaches the callee.
        """
        self.jar = Jar(**sip)
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()
        self.alice.ask("INVITE", f"sip:{BOB}@{DOMAIN}", headers=headers)
        self.request = self.bob.one()
        return list(self.request.keys)

    def test_request(self) -> None:
        """
        None of it reaches the callee; what is the caller's own to say does.
        """
        keys = self.invited(*FORGED, "Subject: lunch")
        self.assertEqual(TRUSTED_ONLY & set(keys), set())
        self.assertEqual(self.request.first["subject"], "lunch")
        self.assertEqual(self.request.first["max-forwards"], "69")

    def test_response(self) -> None:
        """
        Nor does the caller get it from the phone that rings.
        """
        self.invited()
        self.alice.take()
        self.bob.reply(self.request, 180, headers=FORGED)
        ringing = self.alice.one()
        self.assertEqual(ringing.code, 180)
        self.assertEqual(TRUSTED_ONLY & set(ringing.keys), set())

    def test_asserted(self) -> None:
        """
        The server vouches for the caller itself where the operator wants that.
        """
        self.invited(
            "P-Asserted-Identity: <sip:110@gigaset.net>", asserted_identity=True
        )
        lines = self.request.all("p-asserted-identity")
        self.assertEqual(list(lines), [f"<sip:{ALICE}@{DOMAIN}>"])

    def test_withheld(self) -> None:
        """
        It does not for a caller that withholds its number.
        """
        keys = self.invited("Privacy: id", asserted_identity=True)
        self.assertNotIn("p-asserted-identity", keys)


class EmergencyTests(SynchronousTestCase):
    """
    C{sip.emergency_numbers}.
    """

    def test_call(self) -> None:
        """
        A call to 112 fails at once, so that the phone tries another line.
        """
        jar = Jar()
        alice = jar.registered(ALICE)
        for number in ("110", "112", "911", "999"):
            answer = alice.final("INVITE", f"sip:{number}@{DOMAIN}")
            self.assertEqual(answer.code, 404, number)

    def test_account(self) -> None:
        """
        Not even an account that has the number from before is called.
        """
        jar = Jar(emergency_numbers=(BOB,))
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        bob.take()
        self.assertEqual(alice.final("INVITE", f"sip:{BOB}@{DOMAIN}").code, 404)
        self.assertEqual(bob.take(), [])
