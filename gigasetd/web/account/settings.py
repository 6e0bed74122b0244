# -*- test-case-name: tests.web.account.test_settings -*-
"""
C{/account/set/}: services, nickname, firmware updates and passwords.

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
from gigasetd.web.account.home import HOME, AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import OWNER, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.pages.servicetext import SERVICE_TEXTS

SHORTEST = 8  #: characters of a web password
DECISIONS = {
    "accept": ("device accept", "accepted"),
    "decline": ("device decline", "declined"),
}
"""Button -> its verb, and what the notice says."""


class SettingsPages:
    """
    @ivar access: checks log-ins and renders pages.
    """

    app = pageRoutes()

    def __init__(
        self, access: PageAccess, context: AccountContext, hashing: PasswordHashing
    ) -> None:
        self.access = access
        self._context = context
        self._hashing = hashing

    @app.route("/service/<service>", methods=["GET"])
    def confirmService(self, request: Request, service: str) -> bytes | IResource:
        """
        Show what turning a service off would delete.
        """
        visit = self.access.requireLogin(request, OWNER)
        if service not in SERVICE_TEXTS:
            raise BadValue("unknown service")
        return self.access.page(
            request,
            "account/service.html",
            visit.session,
            subject=self._context.subject(visit),
            name=service,
            service=SERVICE_TEXTS[service],
        )

    @app.route("/service", methods=["POST"])
    async def service(self, request: Request) -> bytes:
        """
        Turn a service on or off.
        """
        visit, number = self._enter(request)
        service, on = visit.form.get("service", ""), visit.form.get("on") == "yes"
        verb = "service enable" if on else "service disable"
        await self._context.commands.perform(verb, id=number, service=service)
        notice = SERVICE_TEXTS[service].turned(on)
        return self.access.flash(request, visit, HOME, notice)

    @app.route("/nickname", methods=["POST"])
    async def nickname(self, request: Request) -> bytes:
        """
        Set or delete the nickname.
        """
        visit, _ = self._enter(request)
        text = "" if "clear" in visit.form else visit.form.get("nickname", "")
        account = setNickname(self._context.registry, self._account(visit), text)
        await self._context.persist()
        notice = "Nickname deleted."
        if account.nickname:
            notice = f"Your nickname is {account.nickname}."
        return self.access.flash(request, visit, HOME, notice)

    @app.route("/update", methods=["POST"])
    async def update(self, request: Request) -> bytes:
        """
        Accept or decline a firmware update.
        """
        visit, number = self._enter(request)
        version = visit.form.get("version", "")
        verb, decision = DECISIONS.get(visit.form.get("decision", ""), ("", ""))
        if not verb:
            raise BadValue("accept or decline the update")
        await self._context.commands.perform(verb, id=number, version=version)
        notice = f"Version {version} {decision}."
        return self.access.flash(request, visit, HOME, notice)

    @app.route("/password", methods=["GET"])
    def passwords(self, request: Request) -> bytes:
        """
        Show the password forms.
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
    async def webPassword(self, request: Request) -> bytes:
        """
        Set or delete the web password.
        """
        visit, number = self._enter(request)
        registry = self._context.registry
        if "drop" in visit.form:
            registry.drop(WebLogin(number, "", 0.0))
            notice = "Web password deleted. Log in with the phone's password."
            return await self._logInAgain(request, number, notice)
        password = _newPassword(visit)
        if len(password) < SHORTEST:
            raise BadValue(f"a web password has at least {SHORTEST} characters")
        hashed = await self._hashing.make(password, number)
        login = WebLogin(number, hashed, self.access.now())
        # The account may have been removed while the hash was computed.
        self._account(visit)
        registry.put(login)
        notice = _passwordNotice("Web password", password)
        return await self._logInAgain(request, number, notice)

    @app.route("/phone-password", methods=["POST"])
    async def phonePassword(self, request: Request) -> bytes:
        """
        Set the password of phone and messaging; with a factory log-in, that of
        messaging only.
        """
        visit, number = self._enter(request)
        factory = self._account(visit).login == "factory"
        password = _newPassword(visit)
        await self._context.commands.perform(
            "device password", id=number, password=password, messaging=factory
        )
        name = "Messaging password" if factory else "Phone password"
        notice = _passwordNotice(name, password)
        return await self._logInAgain(request, number, notice)

    async def _logInAgain(self, request: Request, number: str, notice: str) -> bytes:
        # A new password has ended all sessions: begin one for this browser.
        await self._context.persist()
        session = self.access.logIn(request, number=number)
        session.notice = notice
        return self.access.redirect(request, "/account/set/password")

    def _enter(self, request: Request) -> tuple[Visit, str]:
        visit = self.access.requireLogin(request, OWNER)
        return visit, visit.session.number

    def _account(self, visit: Visit) -> Account:
        account = self._context.subject(visit).account
        assert account is not None
        return account


def _newPassword(visit: Visit) -> str:
    """
    Return the password of a form.

    @raise BadValue: its two fields differ, or it is empty or too long.
    """
    password = visit.form.get("password", "")
    if password != visit.form.get("again", ""):
        raise BadValue("the two passwords differ")
    if not password:
        raise BadValue("the password is empty")
    checkPassword(password)
    return password


def _passwordNotice(name: str, password: str) -> str:
    weak = weakness(password, "")
    warning = f" It is weak: {weak}." if weak else ""
    return f"{name} set.{warning}"
