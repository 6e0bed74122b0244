"""
Tests of L{gigasetd.web.pages.monitoringaccess}.
"""

from __future__ import annotations

from base64 import b64encode

from gigasetd.auth.passwords import tokenHash
from gigasetd.config.sections.http import HttpSection
from gigasetd.registry.model import Token
from tests.web.case import FAR, NEAR, WebCase

PATHS = ("/metrics", "/admin/api/openapi.json")
SCOPES = {"admin": 200, "read": 200, "metrics": 200, "redirect": 401}


class LocalTests(WebCase):
    """
    The local networks, or a token.
    """

    open = 200

    def setUp(self) -> None:
        """
        A token of each scope.
        """
        super().setUp()
        for scope in SCOPES:
            self.registry.put(Token(scope, tokenHash(scope * 8), 0.0, scope))

    def test_local(self) -> None:
        """
        The local networks, unless a web page or a proxy speaks through them.
        """
        for path in PATHS:
            self.assertEqual(self.ask(path, NEAR).code, self.open)
            for headers in ({"Host": "evil.example"}, {"Via": "1.1 caddy"}):
                self.assertEqual(self.ask(path, NEAR, **headers).code, 401)

    def test_strangers(self) -> None:
        """
        A stranger is told which key decides, and is challenged.
        """
        for path in PATHS:
            answer = self.ask(path, FAR)
            self.assertEqual(answer.code, 401)
            self.assertIn(b"http.metrics_access", answer.body)
            self.assertIn("Bearer", answer.headers["www-authenticate"])

    def test_tokens(self) -> None:
        """
        A token opens by its scope, as Bearer and as Basic.
        """
        for scope, code in SCOPES.items():
            basic = b64encode(f"{scope}:{scope * 8}".encode()).decode()
            for authorization in (f"Bearer {scope * 8}", f"Basic {basic}"):
                for path in PATHS:
                    answer = self.ask(path, FAR, Authorization=authorization)
                    self.assertEqual(answer.code, code, (scope, path))

    def test_guesses(self) -> None:
        """
        Wrong tokens are limited as log-ins are.
        """
        codes = [
            self.ask("/metrics", FAR, Authorization=f"Bearer {number}").code
            for number in range(20)
        ]
        self.assertEqual((codes[0], codes[-1]), (401, 429))
        self.assertEqual(self.ask("/metrics", NEAR).code, self.open)


class TokenTests(LocalTests):
    """
    A token alone.
    """

    http = HttpSection(metrics_access="token")
    open = 401


class AnyTests(WebCase):
    """
    Any client.
    """

    http = HttpSection(metrics_access="any")

    def test_any(self) -> None:
        """
        Strangers read them without a token.
        """
        for path in PATHS:
            self.assertEqual(self.ask(path, FAR, Host="evil.example").code, 200)
