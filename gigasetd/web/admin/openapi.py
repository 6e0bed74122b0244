# -*- test-case-name: tests.web.admin.test_openapi -*-
"""
The operator's verbs as an OpenAPI 3.1 document, made from gigasetctl's command
line: each verb is described once.

Layer 3 (I/O).
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gigasetd.auth.tokens import mayManage, mayView
from gigasetd.cli.parser import STDIN, commandLine
from gigasetd.control.dispatcher import READ_ONLY
from gigasetd.errors import BadValue

LOCAL = frozenset(("backup", "restore"))
"""Verbs that take more than one request and one answer."""

PRIVATE = frozenset(("device export",))
"""Verbs that change nothing, but show passwords: not for the scope C{read}."""

SECRETS = {"device show": ("mac_id",)}
"""Verb -> members of its answer that open a device's settings: only the scope
C{admin} sees them."""

RENAMED = {
    "device import": ("csv", "text", "the table, with its header row"),
    "book import": ("book", "text", "vCards, or a table with its header row"),
}
"""Verb -> its file argument on the command line, the argument here that takes
the file's text instead, and its description."""

_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}]


class ApiArgument(NamedTuple):
    """
    An argument of a verb.
    """

    name: str
    description: str
    flag: bool
    required: bool
    choices: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """
        Return its JSON schema.
        """
        schema: dict[str, Any] = {"type": "boolean" if self.flag else "string"}
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.description:
            schema["description"] = self.description
        return schema


class ApiVerb(NamedTuple):
    """
    A verb with its arguments.
    """

    verb: str
    summary: str
    arguments: tuple[ApiArgument, ...]

    @property
    def path(self) -> str:
        """
        Its path below C{/admin/api/}.
        """
        return self.verb.replace(" ", "/")

    @property
    def reads(self) -> bool:
        """
        Whether it changes nothing, so that GET may perform it.
        """
        return self.verb in READ_ONLY

    def allows(self, scope: str) -> bool:
        """
        Whether a token of this scope may perform it.
        """
        viewed = self.reads and self.verb not in PRIVATE
        return mayManage(scope) or (viewed and mayView(scope))

    def shown(self, answer: Any, scope: str) -> Any:
        """
        Return an answer as a token of this scope may see it, secrets empty.
        """
        return answer if mayManage(scope) else withoutSecrets(self.verb, answer)


def withoutSecrets(verb: str, answer: Any) -> Any:
    """
    Return a verb's answer with its secrets empty.
    """
    secrets = SECRETS.get(verb, ())
    return {**answer, **dict.fromkeys(secrets, "")} if secrets else answer


def apiVerbs() -> dict[str, ApiVerb]:
    """
    Return all verbs of the API by their paths.
    """
    verbs = [each for each in _verbs(commandLine()) if each.verb not in LOCAL]
    return {each.path: each for each in verbs}


def _verbs(parser: ArgumentParser) -> Iterator[ApiVerb]:
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from _verbs(below)
    verb = parser.get_default("verb")
    if verb:
        yield ApiVerb(verb, parser.description or "", tuple(_arguments(parser, verb)))


def _arguments(parser: ArgumentParser, verb: str) -> Iterator[ApiArgument]:
    """
    Yield the arguments of a verb, without those of gigasetctl itself.
    """
    for action in parser._actions:
        if action.dest in ("help", "config", "socket", "json"):
            continue
        if isinstance(action.choices, dict):
            continue  # these are subcommands
        name, description = action.dest, action.help or ""
        if verb in RENAMED and RENAMED[verb][0] == name:
            _, name, description = RENAMED[verb]
        positional = not action.option_strings and action.nargs != "?"
        yield ApiArgument(
            name,
            description.removesuffix(STDIN),
            action.nargs == 0,
            action.required if action.option_strings else positional,
            tuple(action.choices or ()),
        )


def checked(verb: ApiVerb, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Check the arguments of a request against the description.

    @raise BadValue: an argument is missing, unknown or of another type.
    """
    known = {each.name: each for each in verb.arguments}
    for name, value in arguments.items():
        if name not in known:
            raise BadValue(f"{verb.verb} takes no {name[:40]!r}")
        if not isinstance(value, bool if known[name].flag else str):
            kind = "true or false" if known[name].flag else "a string"
            raise BadValue(f"{name} must be {kind}")
    for argument in verb.arguments:
        if argument.required and argument.name not in arguments:
            raise BadValue(f"{argument.name} is missing")
        value = arguments.get(argument.name)
        if argument.choices and value is not None and value not in argument.choices:
            choices = ", ".join(argument.choices)
            raise BadValue(f"{argument.name} must be one of {choices}")
    return dict(arguments)


def document(version: str, verbs: Mapping[str, ApiVerb]) -> dict[str, Any]:
    """
    Make the OpenAPI document.

    @param version: of the daemon.
    @param verbs: the verbs by path.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gigasetd",
            "version": version,
            "description": "gigasetctl's commands by HTTP. A change is answered once "
            "it is on disk; lists are complete.",
        },
        "servers": [{"url": "/admin/api"}],
        "security": _SECURITY,
        "paths": {f"/{path}": _path(verb) for path, verb in sorted(verbs.items())},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "user: the token's name; password: the token",
                },
            },
            "schemas": {"Refusal": _REFUSAL},
        },
    }


_REFUSAL = {
    "type": "object",
    "properties": {
        "refused": {"type": "string", "description": "the reason, as a sentence"},
        "faults": {
            "type": "array",
            "description": "line and reason of each fault of an import",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
            },
        },
        "more": {
            "type": "integer",
            "description": "how many faults are not listed",
        },
        "failed": {"type": "string", "description": "the fault of the server"},
    },
}


def _path(verb: ApiVerb) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {each.name: each.schema() for each in verb.arguments},
        "required": [each.name for each in verb.arguments if each.required],
        "additionalProperties": False,
    }
    body = {"required": False, "content": {"application/json": {"schema": schema}}}
    operations = {"post": {**_operation(verb, "post"), "requestBody": body}}
    if verb.reads:
        query = [
            {
                "name": each.name,
                "in": "query",
                "required": each.required,
                "schema": each.schema(),
            }
            for each in verb.arguments
        ]
        operations["get"] = {**_operation(verb, "get"), "parameters": query}
    return operations


def _operation(verb: ApiVerb, method: str) -> dict[str, Any]:
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    refused = {"application/json": refusal}
    done = {"application/json": {"schema": {"type": ["object", "array", "null"]}}}
    return {
        "operationId": f"{method}_{verb.path.replace('/', '_').replace('-', '_')}",
        "summary": verb.summary,
        "responses": {
            "200": {"description": "done, and on disk", "content": done},
            "4XX": {"description": "refused", "content": refused},
            "503": {"description": "the store is not available", "content": refused},
        },
    }
