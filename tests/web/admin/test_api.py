"""
Tests of L{gigasetd.web.admin.api}.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Token
from gigasetd.web.admin.openapi import LOCAL, apiVerbs
from tests.registry.populated import MAC, NUMBER
from tests.web.browser import PeopleCase
from tests.web.case import FAR, NEAR, Answer

TOKEN = "t" * 43


class ApiTests(PeopleCase):
    """
    What scripts can rely on.
    """

    def setUp(self) -> None:
        """
        A token.
        """
        super().setUp()
        self.registry.put(Token("script", tokenHash(TOKEN), 0.0))

    def call(
        self,
        path: str,
        arguments: Any = None,
        method: bytes = b"POST",
        authorization: str = f"Bearer {TOKEN}",
        host: str = NEAR,
        **headers: str,
    ) -> Answer:
        """
        Ask the API.
        """
        if not isinstance(arguments, bytes):
            arguments = b"" if arguments is None else json.dumps(arguments).encode()
        if authorization:
            headers["Authorization"] = authorization
        headers.setdefault("Content_Type", "application/json")
        return self.ask(f"/admin/api/{path}", host, method, arguments, **headers)

    def told(self, *arguments: Any, **more: Any) -> Any:
        """
        As L{call}, for what must be done.
        """
        answer = self.call(*arguments, **more)
        self.assertEqual(answer.code, 200, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/json")
        return json.loads(answer.body)

    def test_verbs(self) -> None:
        """
        Devices are added, listed, shown and removed as by gigasetctl.
        """
        made = self.told("device/add", {"mac": "7C2F80000099", "factory": True})
        self.assertEqual(made["mac"], "7C2F80000099")
        self.assertEqual(len(self.told("device/list", method=b"GET")), 2)
        shown = self.told(f"device/show?id={NUMBER}", method=b"GET")
        self.assertEqual(shown["mac"], MAC)
        self.told("device/remove", {"id": "7C2F80000099"})
        self.assertEqual(len(self.told("device/list", {})), 1)
        self.assertEqual(self.told("device/list?guests=true", method=b"GET"), [])

    def test_import(self) -> None:
        """
        A table is imported whole or not at all, and each fault is told with
        its line.
        """
        table = "mac,number\n7C2F80000098,31\n7C2F80000097,32\n"
        self.assertEqual(self.told("device/import", {"text": table})["imported"], 2)
        answer = self.call("device/import", {"text": "mac,number\nbad,1\nworse,2\n"})
        told = json.loads(answer.body)
        self.assertEqual(answer.code, 422)
        self.assertEqual([line for line, _ in told["faults"]], [2, 3])

    def test_refused(self) -> None:
        """
        What is refused says why, with the status that fits.
        """
        for path, arguments, code in (
            ("device/show", {"id": "nobody"}, 404),
            ("device/add", {"mac": MAC}, 409),
            ("device/add", {"mac": "x"}, 400),
            ("device/add", {}, 400),
            ("device/add", {"mac": 7}, 400),
            ("device/add", {"mac": "7C2F80000001", "factory": "yes"}, 400),
            ("device/show", {"id": NUMBER, "more": "x"}, 400),
            ("service/disable", {"id": NUMBER, "service": "gas"}, 400),
            ("device/sync", {"id": NUMBER}, 403),
            ("no/such", {}, 404),
            ("backup", {}, 404),
            ("status", [], 400),
            ("status", b"{", 400),
            ("status", b"[" * 9000, 400),
            ("status", b'{"a": 1, "a": 2}', 400),
        ):
            answer = self.call(path, arguments)
            self.assertEqual(answer.code, code, (path, arguments, answer.body))
            self.assertIn("refused", json.loads(answer.body))
        self.assertEqual(
            self.call("status", b"a=b", Content_Type="text/plain").code, 400
        )

    def test_onlyRead(self) -> None:
        """
        What changes something cannot be had by following a link.
        """
        answer = self.call(f"device/remove?id={NUMBER}", method=b"GET")
        self.assertEqual((answer.code, answer.headers["allow"]), (405, "POST"))
        self.assertIn(MAC, self.registry.devices)

    def test_safe(self) -> None:
        """
        Where a change cannot be made safe, that is the answer.
        """
        self.disk.broken = True
        answer = self.call("token/add", {"name": "x"})
        self.assertEqual(answer.code, 503)
        self.assertIn("disk is full", json.loads(answer.body)["failed"])

    def test_authorization(self) -> None:
        """
        A token comes as Bearer, or as Basic under its name; nothing else
        opens the API, from near or far.
        """

        def basic(text: str) -> str:
            return "Basic " + b64encode(text.encode()).decode()

        for good in (f"bearer {TOKEN}", basic(f"script:{TOKEN}")):
            self.assertEqual(self.call("status", authorization=good).code, 200)
        for bad in (
            "",
            "Bearer",
            "Bearer x",
            f"Digest {TOKEN}",
            basic(f"other:{TOKEN}"),
            basic(f":{TOKEN}"),
            "Basic \xff",
            basic("script:"),
        ):
            headers = {"Authorization": bad} if bad else {}
            answer = self.ask("/admin/api/status", **headers)
            self.assertEqual(answer.code, 401, bad)

    def test_scope(self) -> None:
        """
        A token performs the verbs of its scope; passwords are the scope admin's.
        """
        for scope in ("read", "redirect", "metrics"):
            self.registry.put(Token(scope, tokenHash(scope * 9), 0.0, scope))
        for path, allowed in (
            ("status", {"read"}),
            ("token/list", {"read"}),
            (f"device/show?id={NUMBER}", {"read"}),
            (f"device/export?id={NUMBER}", set()),
        ):
            for scope in ("read", "redirect", "metrics"):
                bearer = f"Bearer {scope * 9}"
                answer = self.call(path, method=b"GET", authorization=bearer)
                expected = 200 if scope in allowed else 403
                self.assertEqual(answer.code, expected, (path, scope))
        answer = self.call(
            "token/add", {"name": "x"}, authorization=f"Bearer {'read' * 9}"
        )
        self.assertEqual(answer.code, 403)
        self.assertEqual(
            json.loads(answer.body)["refused"],
            "this token's scope is read; token add needs admin",
        )
        self.assertNotIn("x", self.registry.tokens)

    def test_macId(self) -> None:
        """
        A MAC-ID opens the settings of its device, its password among them: only
        the scope admin sees it.
        """
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(mac_id="AB12"))
        self.registry.put(Token("read", tokenHash("read"), 0.0, "read"))
        path = f"device/show?id={MAC}"
        for authorization, macId in ((f"Bearer {TOKEN}", "AB12"), ("Bearer read", "")):
            answer = self.call(path, method=b"GET", authorization=authorization)
            self.assertEqual(json.loads(answer.body)["mac_id"], macId)

    def test_flood(self) -> None:
        """
        Who guesses tokens from elsewhere is stopped.
        """
        for _ in range(10):
            self.call("status", authorization="Bearer guess", host=FAR)
        self.assertEqual(self.call("status", host=FAR).code, 429)

    def test_session(self) -> None:
        """
        A browser's session opens the API only together with its forms' token.
        """
        self.browser.get("/admin/login")
        self.browser.send("/admin/login", token=TOKEN)
        csrf = self.browser.page().forms[0]["csrf"]
        self.assertEqual(self.browser.ask("/admin/api/status").code, 401)
        self.browser.extra = {"X_CSRF_Token": "wrong"}
        self.assertEqual(self.browser.ask("/admin/api/status").code, 401)
        self.browser.extra = {"X_CSRF_Token": csrf}
        self.assertEqual(self.browser.ask("/admin/api/status").code, 200)

    def test_everyVerb(self) -> None:
        """
        Every verb that gigasetctl asks the daemon for is described, there,
        and answers.
        """
        verbs = apiVerbs()
        asked = {each.verb for each in verbs.values()}
        steps = {name for name in self.dispatcher.verbs if name.split()[0] in LOCAL}
        self.assertEqual(set(self.dispatcher.verbs) - steps - asked, set())
        for path, verb in verbs.items():
            # Some are brought by parts that are not built in this test.
            if verb.verb in self.dispatcher.verbs:
                answer = self.call(path, {each.name: "?" for each in verb.arguments
                                          if each.required})  # fmt: skip
                self.assertIn(answer.code, (200, 400, 403, 404, 422), path)
