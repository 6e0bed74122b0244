"""
The operator's API on a real daemon.
"""

from __future__ import annotations

import json
from typing import Any

import treq

from tests.scenarios.case import ScenarioCase

MAC = "7C2F80AABB09"


class ApiTests(ScenarioCase):
    """
    What a script can do that knows only the OpenAPI description.
    """

    async def call(self, path: str, arguments: Any = None) -> tuple[int, Any]:
        """
        Call the API: by POST with arguments, else by GET.
        """
        where = f"http://127.0.0.1:{self.daemon.port('http', 'tcp')}/admin/api/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        if arguments is None:
            answer = await treq.get(where, headers=headers, persistent=False)
        else:
            answer = await treq.post(
                where, headers=headers, json=arguments, persistent=False
            )
        return answer.code, json.loads(await answer.content())

    async def setUp(self) -> None:
        """
        A daemon and a token.
        """
        await super().setUp()
        self.token = (await self.daemon.ctl("token", "add", "script"))["token"]

    async def test_described(self) -> None:
        """
        Every verb that is described is there; what lacks an argument is
        refused in words.
        """
        _, told = await self.call("openapi.json")
        self.assertIn("/dhcp", told["paths"])
        for path, methods in told["paths"].items():
            content = methods["post"]["requestBody"]["content"]
            needed = content["application/json"]["schema"]["required"]
            code, answer = await self.call(path[1:], {})
            if needed:
                self.assertEqual((code, list(answer)), (400, ["refused"]), path)
            else:
                self.assertIn(code, (200, 400), (path, answer))

    async def test_kept(self) -> None:
        """
        What was answered is there after the power has failed.
        """
        code, made = await self.call("device/add", {"mac": MAC})
        self.assertEqual(code, 200)
        await self.daemon.kill9()
        await self.daemon.start()
        code, shown = await self.call(f"device/show?id={made['number']}")
        self.assertEqual((code, shown["mac"]), (200, MAC))
        code, listed = await self.call("device/list")
        self.assertEqual([one["mac"] for one in listed], [MAC])
