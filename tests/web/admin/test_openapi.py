"""
Tests of L{gigasetd.web.admin.openapi}.
"""

from __future__ import annotations

import json
import os
from importlib.util import find_spec

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from gigasetd.cli.main import READERS
from gigasetd.errors import BadValue
from gigasetd.web.admin.openapi import (
    RENAMED,
    ApiArgument,
    ApiVerb,
    apiVerbs,
    checked,
    document,
)
from tests.web.browser import PeopleCase
from tests.web.case import FAR


class CheckedTests(SynchronousTestCase):
    """
    L{checked}.
    """

    verb = ApiVerb(
        "thing set",
        "",
        (
            ApiArgument("id", "", False, True, ()),
            ApiArgument("state", "", False, False, ("on", "off")),
            ApiArgument("now", "", True, False, ()),
        ),
    )

    def test_good(self) -> None:
        """
        What the description allows passes unchanged.
        """
        for arguments in ({"id": "1"}, {"id": "", "state": "on", "now": False}):
            self.assertEqual(checked(self.verb, arguments), arguments)

    def test_bad(self) -> None:
        """
        An argument that is missing, unknown, of another type or not among the
        choices is refused by name.
        """
        for arguments, name in (
            ({}, "id"),
            ({"id": "1", "more": "x"}, "more"),
            ({"id": 1}, "id"),
            ({"id": "1", "now": "yes"}, "now"),
            ({"id": "1", "state": "up"}, "state"),
        ):
            error = self.assertRaises(BadValue, checked, self.verb, arguments)
            self.assertIn(name, str(error))


class DocumentTests(PeopleCase):
    """
    The description of the whole API.
    """

    def test_schema(self) -> None:
        """
        A verb that only reads can be performed by GET, too.
        """
        paths = document("1", apiVerbs())["paths"]
        self.assertEqual(set(paths["/status"]), {"get", "post"})
        self.assertEqual(set(paths["/device/add"]), {"post"})

    def test_files(self) -> None:
        """
        What gigasetctl reads from a file comes as a text here.
        """
        self.assertEqual(set(RENAMED), set(READERS))
        for verb in apiVerbs().values():
            for argument in verb.arguments:
                self.assertNotIn("standard input", argument.description)

    def test_description(self) -> None:
        """
        The description is there without a log-in in the local networks, and is
        valid OpenAPI 3.1.
        """
        self.assertEqual(self.ask("/admin/api/openapi.json", FAR).code, 401)
        answer = self.ask("/admin/api/openapi.json")
        told = json.loads(answer.body)
        self.assertEqual((answer.code, told["openapi"]), (200, "3.1.0"))
        if find_spec("openapi_spec_validator") is None:
            if os.environ.get("CI"):
                self.fail("openapi-spec-validator is not installed")
            raise SkipTest("openapi-spec-validator is not installed")
        from openapi_spec_validator import OpenAPIV31SpecValidator

        for each in (told, document("1", apiVerbs())):
            self.assertEqual(list(OpenAPIV31SpecValidator(each).iter_errors()), [])
        self.assertIn("/device/add", told["paths"])
        self.assertNotIn("/key/rotate", told["paths"])
