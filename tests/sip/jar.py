"""
A SIP server in a jar: its real rules over a registry with people in it, a
clock that only the test moves, and phones that write requests and read what
comes back, octet for octet.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from hashlib import md5
from itertools import count
from pathlib import Path
from typing import Any

from gigasetd.auth.digest import Credentials, expected
from gigasetd.auth.passwords import ha1
from gigasetd.auth.quotedstring import unquote
from gigasetd.config.loading import loadConfig
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.build import rules
from gigasetd.sip.message.message import Request, Response, parse
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.uri import parseAddress

DOMAIN = "gigaset.net"
PUBLIC = "192.0.2.1"
LOCAL = "0.0.0.0:5060"
START = 1_800_000_000.0
PASSWORD = "correct horse 7"
ALICE, BOB, CAROL, FACTORY = "20000001", "20000002", "20000003", "20000009"
_numbers = count(1)


def account(number: str, password: str = PASSWORD, login: str = "digest") -> Account:
    """
    An account that knows its password, or one with a factory login.
    """
    if login == "factory":
        return Account(number, login, "", "", "", "", START, START)
    hashed = ha1(number, DOMAIN, password)
    return Account(number, login, password, hashed, "", "", START, START)


def registryOf(*numbers: str) -> Registry:
    """
    A registry with these digest accounts.
    """
    registry = Registry(Journal())
    for number in numbers:
        registry.put(account(number))
    return registry


class Jar:
    """
    @ivar now: the time; only the test moves it.
    @ivar wire: every message that was sent, with the flow it went to.
    @ivar others: actions that are no L{SendBytes}.
    """

    def __init__(self, guard: dict[str, Any] | None = None, **sip: Any) -> None:
        config = loadConfig(Path(os.devnull), {})
        config = replace(config, sip=replace(config.sip, **sip))
        config = replace(config, guard=replace(config.guard, **(guard or {})))
        self.registry = registryOf(ALICE, BOB, CAROL)
        self.registry.put(account(FACTORY, login="factory"))
        self.rules = rules(config, self.registry, PUBLIC)
        self.dispatcher = self.rules.dispatcher
        self.rules.network.listening(LOCAL)
        self.now = START
        self.wire: list[tuple[Flow, bytes]] = []
        self.others: list[Action] = []
        self.phones: list[Phone] = []

    def phone(self, number: str, host: str = "", **options: Any) -> Phone:
        """
        One more phone, not registered yet.
        """
        host = host or f"192.168.1.{len(self.phones) + 10}"
        phone = Phone(self, number, host, **options)
        self.phones.append(phone)
        return phone

    def registered(self, number: str, host: str = "", **options: Any) -> Phone:
        """
        A phone that has registered.
        """
        phone = self.phone(number, host, **options)
        answer = phone.register()
        assert answer.code == 200, answer.start
        return phone

    def receive(self, data: bytes, flow: Flow) -> list[Action]:
        """
        Octets arrive.
        """
        return self._perform(self.dispatcher.receive(data, flow, self.now))

    def advance(self, seconds: float) -> None:
        """
        Let time pass, with every deadline on the way.
        """
        end = self.now + seconds
        while (due := self.dispatcher.deadline()) is not None and due <= end:
            self.now = max(self.now, due)
            self._perform(self.dispatcher.wake(self.now))
        self.now = end

    def lose(self, flow: Flow) -> None:
        """
        A stream ends.
        """
        self._perform(self.dispatcher.lost(flow, self.now))

    def _perform(self, actions: list[Action]) -> list[Action]:
        for action in actions:
            if isinstance(action, SendBytes):
                self._deliver(action)
            else:
                self.others.append(action)
        return actions

    def _deliver(self, send: SendBytes) -> None:
        self.wire.append((send.flow, send.data))
        for phone in self.phones:
            if phone.flow == send.flow:
                phone.inbox.append(send.data)


class Phone:
    """
    @ivar flow: how the server sees it.
    @ivar via: what it believes its own address to be.
    @ivar inbox: messages that it has not looked at.
    @ivar sent: all that it has sent.
    """

    def __init__(
        self,
        jar: Jar,
        number: str,
        host: str,
        port: int = 5060,
        transport: str = "udp",
        private: str = "",
        password: str = PASSWORD,
    ) -> None:
        connection = 0 if transport == "udp" else next(_numbers)
        self.jar, self.number, self.password = jar, number, password
        self.flow = Flow(transport, LOCAL, host, port, connection)
        self.via = f"{private or host}:{5060 if private else port}"
        suffix = "" if transport == "udp" else f";transport={transport}"
        self.contact = f"<sip:{number}@{self.via}{suffix}>"
        self.inbox: list[bytes] = []
        self.sent: list[bytes] = []
        self.callID = f"{next(_numbers)}@{number}"
        self.cseq = 0
        self.nc = 0
        if connection:
            jar.dispatcher.opened(self.flow)

    # writing

    def compose(
        self,
        method: str,
        uri: str = "",
        *,
        sender: str = "",
        to: str = "",
        headers: Iterable[str] = (),
        body: str = "",
        branch: str = "",
        cseq: int | None = None,
        callID: str = "",
        via: str = "",
        hops: str = "70",
        rport: bool = True,
        contact: bool = True,
        length: bool = True,
    ) -> bytes:
        """
        A request as octets; what is left out is what a phone would write.
        """
        if cseq is None:
            self.cseq += 1
        cseq = self.cseq if cseq is None else cseq
        branch = branch or f"z9hG4bK{next(_numbers)}"
        uri = uri or f"sip:{DOMAIN}"
        via = via or (
            f"SIP/2.0/{self.flow.transport.upper()} {self.via};branch={branch}"
            + (";rport" if rport else "")
        )
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: {via}",
            *([f"Max-Forwards: {hops}"] if hops else []),
            f"From: {sender or f'<sip:{self.number}@{DOMAIN}>;tag=f{self.number}'}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {callID or self.callID}",
            f"CSeq: {cseq} {method}",
            *([f"Contact: {self.contact}"] if contact else []),
            *headers,
            *([f"Content-Length: {len(body)}"] if length else []),
            "",
            body,
        ]
        return "\r\n".join(lines).encode("latin-1")

    def put(self, data: bytes) -> list[Action]:
        """
        Send octets.
        """
        self.sent.append(data)
        return self.jar.receive(data, self.flow)

    def ask(self, method: str, uri: str = "", **options: Any) -> list[Any]:
        """
        Send a request; what came back at once.
        """
        self.inbox.clear()
        self.put(self.compose(method, uri, **options))
        return self.take()

    def final(self, method: str, uri: str = "", **options: Any) -> Response:
        """
        Send a request; the last response that came back at once.
        """
        answers = self.ask(method, uri, **options)
        assert answers and isinstance(answers[-1], Response), answers
        return answers[-1]

    # reading

    def take(self) -> list[Any]:
        """
        The messages that have come, parsed.
        """
        inbox, self.inbox = self.inbox, []
        return [parse(data) for data in inbox]

    def one(self) -> Any:
        """
        The only message that has come.
        """
        messages = self.take()
        assert len(messages) == 1, [each.start for each in messages]
        return messages[0]

    def codes(self) -> list[int]:
        """
        The status codes that have come; 0 stands for a request.
        """
        return [getattr(each, "code", 0) for each in self.take()]

    # registering

    def proof(
        self,
        challenge: str,
        method: str,
        uri: str = f"sip:{DOMAIN}",
        *,
        username: str = "",
        password: str = "",
        qop: bool = True,
        nc: int | None = None,
        header: str = "Authorization",
        realm: str = DOMAIN,
        ha1From: str = "",
    ) -> str:
        """
        The Authorization line that answers a challenge.

        @param ha1From: the user name that goes into the hash, where it is not
            the one that is written.
        """
        self.nc = self.nc + 1 if nc is None else nc
        username = username or self.number
        nonce = parameter(challenge, "nonce")
        given = Credentials(
            username,
            realm,
            nonce,
            uri,
            "",
            "MD5",
            "auth" if qop else "",
            f"{self.nc:08x}" if qop else "",
            "c0ffee" if qop else "",
        )
        secret = f"{ha1From or username}:{realm}:{password or self.password}"
        response = expected(md5(secret.encode()).hexdigest(), method, given)
        text = (
            f'{header}: Digest username="{username}", realm="{realm}", '
            f'nonce="{nonce}", uri="{uri}", response="{response}", algorithm=MD5'
        )
        opaque = parameter(challenge, "opaque")
        if opaque:
            text += f', opaque="{opaque}"'
        if qop:
            text += f', qop=auth, nc={given.nc}, cnonce="c0ffee"'
        return text

    def challenged(self, **options: Any) -> str:
        """
        Ask for a challenge to REGISTER.
        """
        answer = self.final("REGISTER", **self._mine(options))
        assert answer.code == 401, answer.start
        self.nc = 0
        return str(answer.first["www-authenticate"])

    def _mine(self, options: dict[str, Any]) -> dict[str, Any]:
        me = f"<sip:{self.number}@{DOMAIN}>"
        return {"sender": f"{me};tag=reg", "to": me} | options

    def register(
        self,
        *,
        contacts: Iterable[str] | None = None,
        headers: Iterable[str] = (),
        proof: dict[str, Any] | None = None,
        **options: Any,
    ) -> Response:
        """
        Register as a phone does, challenge and all; the last answer.
        """
        options = self._mine(options)
        challenge = self.challenged()
        mine = [f"Contact: {self.contact}"]
        if contacts is not None:
            mine = [f"Contact: {contact}" for contact in contacts]
        given = self.proof(challenge, "REGISTER", **(proof or {}))
        return self.final(
            "REGISTER", contact=False, headers=[*mine, *headers, given], **options
        )

    # calls

    def invite(self, number: str, **options: Any) -> list[Any]:
        """
        Call a number in a new dialog.
        """
        self.callID = f"{next(_numbers)}@call"
        return self.ask("INVITE", f"sip:{number}@{DOMAIN}", **options)

    def reply(
        self,
        request: Request,
        code: int,
        phrase: str = "",
        headers: Iterable[str] = (),
        tag: str = "",
        body: str = "",
        contact: bool = True,
    ) -> list[Action]:
        """
        Answer a request.
        """
        tag = "" if code == 100 else tag or f"t{self.number}{self.flow.port}"
        lines = [f"Contact: {self.contact}"] if contact and code < 300 else []
        data = respond(
            request, code, phrase, toTag=tag, headers=[*lines, *headers], body=body
        )
        if request.method != "INVITE":
            return self.put(data)
        return self.put(data)


class Talk:
    """
    A call that was answered: what each side needs to go on.

    @ivar invite: the INVITE as the callee got it.
    @ivar answer: the 200 as the caller got it.
    """

    def __init__(self, caller: Phone, callee: Phone) -> None:
        self.caller, self.callee = caller, callee
        caller.invite(callee.number)
        self.invite = callee.one()
        callee.reply(self.invite, 200)
        self.answer = caller.take()[-1]
        self.callID = self.invite.first["call-id"]
        self.acknowledge()

    def acknowledge(self) -> list[Action]:
        """
        ACK from the caller.
        """
        return self.caller.put(
            self.fromCaller("ACK", cseq=self.invite.cseq, contact=False)
        )

    def fromCaller(self, method: str, **options: Any) -> bytes:
        """
        A request in the dialog, from the caller.
        """
        routes = reversed(self.answer.values("record-route"))
        options.setdefault("headers", [f"Route: {route}" for route in routes])
        return self.caller.compose(
            method,
            contactOf(self.answer),
            to=self.answer.first["to"],
            callID=self.callID,
            **options,
        )

    def fromCallee(self, method: str, **options: Any) -> bytes:
        """
        A request in the dialog, from the callee.
        """
        routes = self.invite.values("record-route")
        options.setdefault("headers", [f"Route: {route}" for route in routes])
        return self.callee.compose(
            method,
            contactOf(self.invite),
            sender=self.answer.first["to"],
            to=self.answer.first["from"],
            callID=self.callID,
            **options,
        )


def contactOf(message: Any) -> str:
    """
    The URI in a message's Contact.
    """
    return parseAddress(message.values("contact")[0]).uri


def parameter(challenge: str, name: str) -> str:
    """
    One parameter of a challenge, without its quotes; "" when absent.
    """
    for part in challenge.partition(" ")[2].split(", "):
        key, _, value = part.partition("=")
        if key == name:
            return unquote(value)
    return ""


def ack(phone: Phone, request: bytes, answer: Response) -> bytes:
    """
    The ACK of this hop for a refusal that C{request} got.
    """
    sent = parse(request)
    assert isinstance(sent, Request)
    return phone.compose(
        "ACK",
        sent.uri,
        to=answer.first["to"],
        branch=sent.via.branch,
        cseq=sent.cseq,
        callID=sent.first["call-id"],
        contact=False,
    )
