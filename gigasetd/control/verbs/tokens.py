# -*- test-case-name: tests.control.verbs.test_tokens -*-
"""
C{token add}, C{token list} and C{token remove}: the operator's API tokens.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gigasetd.auth.tokens import addToken
from gigasetd.control.documents import tokenRow
from gigasetd.control.messages import Result, Verb, VerbRequest, chunks
from gigasetd.control.verbs.named import removeNamed
from gigasetd.registry.registry import Registry


@dataclass
class TokenVerbs:
    """
    @ivar secret: makes a fresh token.
    """

    registry: Registry
    secret: Callable[[], str]

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "token add": self.add,
            "token list": self.list,
            "token remove": self.remove,
        }

    def add(self, request: VerbRequest) -> Result:
        """
        Create a token, and show it this once: only its hash is stored.

        @raise Refused: the name has a wrong form or is taken, or there is no such
            scope.
        """
        name, secret = request.text("name"), self.secret()
        scope = request.optional("scope") or "admin"
        token = addToken(self.registry, name, secret, request.now, scope)
        return Result({"name": token.name, "token": secret, "scope": token.scope})

    def list(self, request: VerbRequest) -> Result:
        """
        List the names and scopes of all tokens.
        """
        tokens = sorted(self.registry.tokens.values())
        return Result(None, chunks(map(tokenRow, tokens)))

    def remove(self, request: VerbRequest) -> Result:
        """
        Revoke a token.

        @raise Unknown: there is no token of that name.
        """
        return removeNamed(self.registry, "token", request)
