# -*- test-case-name: tests.web.account.test_settings -*-
"""
C{/account/set/}: what an owner switches, names, accepts and sets.

Layer 3 (I/O).
"""

from __future__ import annotations

from twisted.web.resource import IResource

from gigasetd.accounts.nickname import setNickname
from gigasetd.accounts.validation import checkPassword
from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.auth.passwords import weakness
from gigasetd.errors import BadValue
from gigasetd.registry.model import Account, WebLogin
from gigasetd.web.account.home import HOME, WORDS, AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import OWNER, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes

SHORTEST = 8  #: characters of a password for the web
DECISIONS = {"accept": "device accept", "decline": "device decline"}


class SettingsPages:
    """
    @ivar access: who may come in.
    """

    app = pageRoutes()

    def __init__(
        self, access: PageAccess, context: AccountContext, hashing: PasswordHashing
    ) -> None:
        self.access = access
        self._context = context
        self._hashing = hashing

    @app.route("/service/<service>", methods=["GET"])
    def ask(self, request: Request, service: str) -> bytes | IResource:
        """
        Say what is lost before a service is switched off.
        """
        visit = self.access.requireLogin(request, OWNER)
        if service not in WORDS:
            raise BadValue("there is no such service")
        name, _, lost = WORDS[service]
        return self.access.page(
            request,
            "account/service.html",
            visit.session,
            subject=self._context.subject(visit),
            service=service,
            called=name,
            lost=lost,
        )

    @app.route("/service", methods=["POST"])
    async def switch(self, request: Request) -> bytes:
        """
        Switch a service on or off.
        """
        visit, number = self._enter(request)
        service, on = visit.form.get("service", ""), visit.form.get("on") == "yes"
        verb = "service enable" if on else "service disable"
        await self._context.commands.perform(verb, id=number, service=service)
        state = "on" if on else "off, and its data is deleted"
        notice = f"{WORDS[service][0]} is switched {state}."
        return self.access.flash(request, visit, HOME, notice)

    @app.route("/nickname", methods=["POST"])
    async def nickname(self, request: Request) -> bytes:
        """
        Take another nickname, or none.
        """
        visit, _ = self._enter(request)
        clear = "clear" in visit.form
        wanted = "" if clear else visit.form.get("nickname", "")
        named = setNickname(self._context.registry, self._account(visit), wanted)
        await self._context.keep()
        told = f"Your nickname is {named.nickname}." if named.nickname else ""
        return self.access.flash(
            request, visit, HOME, told or "You have no nickname any more."
        )

    @app.route("/update", methods=["POST"])
    async def update(self, request: Request) -> bytes:
        """
        Accept or decline a firmware.
        """
        visit, number = self._enter(request)
        version = visit.form.get("version", "")
        verb = DECISIONS.get(visit.form.get("decision", ""))
        if verb is None:
            raise BadValue("an update is accepted or declined")
        await self._context.commands.perform(verb, id=number, version=version)
        done = "accepted" if verb == "device accept" else "declined"
        return self.access.flash(request, visit, HOME, f"You have {done} {version}.")

    @app.route("/password", methods=["GET"])
    def passwords(self, request: Request) -> bytes:
        """
        The forms for passwords.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject = self._context.subject(visit)
        return self.access.page(
            request,
            "account/password.html",
            visit.session,
            subject=subject,
            account=subject.account,
            shortest=SHORTEST,
        )

    @app.route("/web-password", methods=["POST"])
    async def web(self, request: Request) -> bytes:
        """
        Set a password for the web, or go back to the phone's.
        """
        visit, number = self._enter(request)
        if "drop" in visit.form:
            self._context.registry.drop(WebLogin(number, "", 0.0))
            return await self._again(
                request, number, "The password for the web is gone."
            )
        password = _wanted(visit, number)
        if len(password) < SHORTEST:
            raise BadValue(f"a password for the web has at least {SHORTEST} characters")
        made = WebLogin(number, await self._hashing.make(password), self.access.now())
        # The account may have gone while that was computed.
        self._account(visit)
        self._context.registry.put(made)
        return await self._again(request, number, _told("for the web", password))

    @app.route("/phone-password", methods=["POST"])
    async def phone(self, request: Request) -> bytes:
        """
        Set the password that phone and messaging log in by; of a factory
        account only that of messaging.
        """
        visit, number = self._enter(request)
        factory = self._account(visit).login == "factory"
        password = _wanted(visit, number)
        await self._context.commands.perform(
            "device password", id=number, password=password, messaging=factory
        )
        what = "for messages" if factory else "of the phone"
        return await self._again(request, number, _told(what, password))

    async def _again(self, request: Request, number: str, notice: str) -> bytes:
        """
        A new password has ended all sessions: begin one for whoever set it.
        """
        await self._context.keep()
        session = self.access.logIn(request, number=number)
        session.notice = notice
        return self.access.redirect(request, "/account/set/password")

    def _enter(self, request: Request) -> tuple[Visit, str]:
        """
        Let an owner in; also his number.
        """
        visit = self.access.requireLogin(request, OWNER)
        return visit, visit.session.number

    def _account(self, visit: Visit) -> Account:
        """
        The owner's account.
        """
        account = self._context.subject(visit).account
        assert account is not None
        return account


def _wanted(visit: Visit, number: str) -> str:
    """
    The password of a form.

    @raise BadValue: it was not typed twice the same, is empty or too long.
    """
    password = visit.form.get("password", "")
    if password != visit.form.get("again", ""):
        raise BadValue("the two passwords are not the same")
    if not password:
        raise BadValue("the password is empty")
    checkPassword(password)
    return password


def _told(what: str, password: str) -> str:
    """
    What is said of a new password.
    """
    weak = weakness(password, "")
    warning = f" It is weak, though: {weak}." if weak else ""
    return f"The password {what} is set.{warning}"
