# -*- test-case-name: tests.web.account.test_book -*-
"""
C{/account/messaging/}: contacts, and messages that wait.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.errors import Refused, Unknown
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import OWNER, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes
from gigasetd.xmpp.im.contactedit import contactsOf, removeContact, setContact
from gigasetd.xmpp.stanza.jid import parseJid

HOME = "/account/messaging/"
SHOWN = 200  #: messages and contacts of one page


class MessagePages:
    """
    @ivar access: who may come in.
    """

    app = pageRoutes()

    def __init__(
        self, access: PageAccess, context: AccountContext, section: XmppSection
    ) -> None:
        self.access = access
        self._context = context
        self._section = section

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        Everything about messages.
        """
        visit, number = self._enter(request)
        registry = self._context.registry
        held = sorted(registry.held.get(number, {}).values(), key=lambda one: one.id)
        return self.access.page(
            request,
            "account/messaging.html",
            visit.session,
            subject=self._context.subject(visit),
            contacts=contactsOf(registry, number)[:SHOWN],
            held=[(one.id, _bare(one.sender), one.arrived) for one in held[:SHOWN]],
            count=len(held),
            shown=SHOWN,
            domain=self._context.domain,
        )

    @app.route("/contact", methods=["POST"])
    async def contact(self, request: Request) -> bytes:
        """
        Add a contact, or call it something else.
        """
        visit, number = self._enter(request)
        address = visit.form.get("jid", "").strip()
        if "@" not in address:
            address = f"{address.removesuffix('#9')}@{self._context.domain}"
        name = visit.form.get("name", "").strip()
        known = self._context.registry.rosters.get(number, {}).get(address)
        groups = tuple(known.groups.split("\n")) if known and known.groups else ()
        setContact(self._context.registry, self._section, number, address, name, groups)
        await self._context.keep()
        return self.access.flash(request, visit, HOME, "The contact is saved.")

    @app.route("/remove", methods=["POST"])
    async def remove(self, request: Request) -> bytes:
        """
        Remove a contact.
        """
        visit, number = self._enter(request)
        removeContact(self._context.registry, number, visit.form.get("jid", ""))
        await self._context.keep()
        return self.access.flash(request, visit, HOME, "The contact is removed.")

    @app.route("/delete", methods=["POST"])
    async def delete(self, request: Request) -> bytes:
        """
        Delete a message that waits, or all of them.
        """
        visit, number = self._enter(request)
        held = self._context.registry.held.get(number, {})
        wanted = visit.form.get("id", "")
        everything = visit.form.get("all") == "yes"
        found = [one for one in held.values() if everything or one.id == wanted]
        if not found:
            raise Unknown("there is no such message; it may have been delivered")
        for message in found:
            self._context.registry.drop(message)
        await self._context.keep()
        return self.access.flash(request, visit, HOME, "Deleted.")

    def _enter(self, request: Request) -> tuple[Visit, str]:
        """
        Let an owner in who has the service.

        @raise Refused: he has not.
        """
        visit = self.access.requireLogin(request, OWNER)
        account = self._context.subject(visit).account
        if account is None or not account.offers("messaging"):
            raise Refused("messages are switched off")
        return visit, visit.session.number


def _bare(sender: str) -> str:
    """
    Whom a message is from.
    """
    address = parseJid(sender)
    return address.bare if address else sender
