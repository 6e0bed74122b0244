# -*- test-case-name: tests.web.admin.test_api -*-
"""
The operator's verbs as an OpenAPI 3.1 document, out of what gigasetctl's
command line says of them: there is one description, and this is another form
of it.

Layer 3 (I/O).
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gigasetd.cli.parser import STDIN, commandLine
from gigasetd.control.dispatcher import LOOKING
from gigasetd.errors import BadValue

LOCAL = frozenset(("backup", "restore"))
"""Verbs that are more than one request and its answer."""

RENAMED = {
    "device import": ("csv", "text", "the table, with its header row"),
    "book import": ("book", "text", "vCards, or a table with its header row"),
}
"""Verb -> an argument of the command line, what it is here, and what it says:
there are no files here."""

_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}]


class ApiArgument(NamedTuple):
    """
    One argument of a verb.
    """

    name: str
    what: str
    flag: bool
    required: bool
    choices: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """
        What it may be.
        """
        told: dict[str, Any] = {"type": "boolean" if self.flag else "string"}
        if self.choices:
            told["enum"] = list(self.choices)
        if self.what:
            told["description"] = self.what
        return told


class ApiVerb(NamedTuple):
    """
    One verb.
    """

    verb: str
    what: str
    arguments: tuple[ApiArgument, ...]

    @property
    def path(self) -> str:
        """
        Where it is, below the API.
        """
        return self.verb.replace(" ", "/")

    @property
    def reads(self) -> bool:
        """
        Whether it changes nothing.
        """
        return self.verb in LOOKING


def apiVerbs() -> dict[str, ApiVerb]:
    """
    All verbs, by their paths.
    """
    found = {each.path: each for each in _leaves(commandLine())}
    return {path: each for path, each in found.items() if each.verb not in LOCAL}


def _leaves(parser: ArgumentParser) -> Iterator[ApiVerb]:
    """
    The verbs below one place of the command line.
    """
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from _leaves(below)
    verb = parser.get_default("verb")
    if verb:
        yield ApiVerb(verb, parser.description or "", tuple(_arguments(parser, verb)))


def _arguments(parser: ArgumentParser, verb: str) -> Iterator[ApiArgument]:
    """
    The arguments of one verb, without those of gigasetctl itself.
    """
    for action in parser._actions:
        if action.dest in ("help", "config", "socket", "json"):
            continue
        if isinstance(action.choices, dict):
            continue  # a verb of its own
        name, what = action.dest, action.help or ""
        if verb in RENAMED and RENAMED[verb][0] == name:
            _, name, what = RENAMED[verb]
        positional = not action.option_strings and action.nargs != "?"
        yield ApiArgument(
            name,
            what.removesuffix(STDIN),
            action.nargs == 0,
            action.required if action.option_strings else positional,
            tuple(action.choices or ()),
        )


def checked(verb: ApiVerb, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The arguments of a request, if they are what the description says.

    @raise BadValue: one is missing, unknown or of a wrong kind.
    """
    known = {each.name: each for each in verb.arguments}
    for name, value in given.items():
        if name not in known:
            raise BadValue(f"{verb.verb} takes no {name[:40]!r}")
        if not isinstance(value, bool if known[name].flag else str):
            kind = "true or false" if known[name].flag else "a text"
            raise BadValue(f"{name} must be {kind}")
    for argument in verb.arguments:
        if argument.required and argument.name not in given:
            raise BadValue(f"{argument.name} is missing")
        value = given.get(argument.name)
        if argument.choices and value is not None and value not in argument.choices:
            raise BadValue(f"{argument.name} is one of {', '.join(argument.choices)}")
    return dict(given)


def document(version: str, verbs: Mapping[str, ApiVerb]) -> dict[str, Any]:
    """
    The whole description.

    @param verbs: what can be asked for, by path.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gigasetd",
            "version": version,
            "description": "What gigasetctl can do, by HTTP. An answer comes when a "
            "change is on disk; lists are whole.",
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
        "refused": {"type": "string", "description": "why, in a sentence"},
        "faults": {
            "type": "array",
            "description": "of an import: line and reason of each fault",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
            },
        },
        "more": {"type": "integer", "description": "faults that are not listed"},
        "failed": {"type": "string", "description": "what is wrong on our side"},
    },
}


def _path(verb: ApiVerb) -> dict[str, Any]:
    """
    One verb.
    """
    schema = {
        "type": "object",
        "properties": {each.name: each.schema() for each in verb.arguments},
        "required": [each.name for each in verb.arguments if each.required],
        "additionalProperties": False,
    }
    body = {"required": False, "content": {"application/json": {"schema": schema}}}
    told = {"post": {**_operation(verb, "post"), "requestBody": body}}
    if verb.reads:
        asked = [
            {
                "name": each.name,
                "in": "query",
                "required": each.required,
                "schema": each.schema(),
            }
            for each in verb.arguments
        ]
        told["get"] = {**_operation(verb, "get"), "parameters": asked}
    return told


def _operation(verb: ApiVerb, method: str) -> dict[str, Any]:
    """
    What every verb has.
    """
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    said = {"application/json": refusal}
    done = {"application/json": {"schema": {"type": ["object", "array", "null"]}}}
    return {
        "operationId": f"{method}_{verb.path.replace('/', '_').replace('-', '_')}",
        "summary": verb.what,
        "responses": {
            "200": {"description": "done, and on disk", "content": done},
            "4XX": {"description": "refused", "content": said},
            "503": {"description": "the store is away", "content": said},
        },
    }
