# -*- test-case-name: tests.xmpp.auth.test_mechanisms -*-
"""
The SASL mechanisms, a generator for each.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth import digestmd5, scram
from gigasetd.xmpp.auth.policy import LoginAttempt, LoginPolicy
from gigasetd.xmpp.auth.result import Challenge, Derive, Steps
from gigasetd.xmpp.auth.sasl import LoginError, encode, parsePlain


def plain(logins: LoginPolicy, attempt: LoginAttempt, mechanism: str) -> Steps:
    """
    Log in by PLAIN (RFC 4616).
    """
    message = yield Challenge("")
    response = parsePlain(str(message))
    account = logins.accountNamed(attempt, response.name, response.authzid)
    return logins.verify(account, response.password), ""


def digest(logins: LoginPolicy, attempt: LoginAttempt, mechanism: str) -> Steps:
    """
    Log in by DIGEST-MD5 (RFC 2831).
    """
    nonce = logins.token()
    request = digestmd5.challenge(logins.domain, nonce)
    message = yield Challenge(encode(request.encode()))
    response = digestmd5.parseResponse(str(message), nonce)
    account = logins.accountNamed(attempt, response.name, response.authzid)
    true = logins.passwordOf(account)
    proof = digestmd5.finish(response, nonce, logins.domain, true or "\0")
    if account is None or not true:
        raise LoginError
    # The answer to the server's proof means nothing.
    yield Challenge(encode(proof.encode()))
    return account.number, ""


def salted(logins: LoginPolicy, attempt: LoginAttempt, mechanism: str) -> Steps:
    """
    Log in by SCRAM (RFC 5802).
    """
    message = yield Challenge("")
    first = scram.parseFirst(str(message))
    _checkBinding(attempt, first, mechanism.endswith(scram.PLUS))
    kind = mechanism.removesuffix(scram.PLUS)
    account = logins.accountNamed(attempt, first.name, first.authzid)
    number = attempt.number
    keys = logins.registry.scrams.get(number, {}).get(kind)
    salt = keys.salt if keys else scram.saltOf(logins.key, kind, number)
    rounds = keys.iterations if keys else scram.ITERATIONS
    exchange = scram.begin(kind, first, logins.token(), salt, rounds)
    message = yield Challenge(encode(exchange.challenge.encode()))
    final = scram.parseFinal(str(message))
    password = logins.passwordOf(account)
    if account is None or not password:
        raise LoginError
    made = keys or (yield Derive(number, kind, password, salt))
    assert isinstance(made, Scram)
    proof = scram.finish(exchange, final, made, attempt.channel.bindings)
    now = logins.registry.accounts.get(number)
    if account.credentialsChanged(now):
        # It was changed while the keys of the old password were made.
        raise LoginError("temporary-auth-failure")
    if keys is None:
        logins.registry.put(made)
    return number, encode(proof.encode())


def _checkBinding(attempt: LoginAttempt, first: scram.ClientFirst, plus: bool) -> None:
    """
    Insist that a client binds to the channel as it must (RFC 5802 section 6).

    @raise LoginError: it does not, or our offer was taken out on its way.
    """
    bindings = attempt.channel.bindings
    if plus != bool(first.binding):
        raise LoginError
    if first.binding and first.binding not in bindings:
        raise LoginError
    if first.doubt and bindings:
        raise LoginError


MECHANISMS: dict[str, Callable[[LoginPolicy, LoginAttempt, str], Steps]] = {
    "PLAIN": plain,
    "DIGEST-MD5": digest,
    **dict.fromkeys(scram.HASHES, salted),
    **{name + scram.PLUS: salted for name in scram.HASHES},
}
