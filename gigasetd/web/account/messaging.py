# -*- test-case-name: tests.web.account.test_messaging -*-
"""
C{/account/messaging/}: contacts and waiting messages.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.errors import Unknown
from gigasetd.registry.subject import Subject
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes
from gigasetd.xmpp.im.contactedit import contactsOf, removeContact, setContact
from gigasetd.xmpp.stanza.jid import parseJid

HOME = "/account/messaging/"
SHOWN = 200  #: messages and contacts of one page


class MessagePages:
    """
    @ivar access: checks log-ins and renders pages.
    """

    app = pageRoutes()

    def __init__(
        self, access: PageAccess, context: AccountContext, section: XmppSection
    ) -> None:
        """
        @param section: limits the contacts.
        """
        self.access = access
        self._context = context
        self._section = section

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        Show contacts and waiting messages.
        """
        visit, subject = self._enter(request)
        number, registry = subject.number, self._context.registry
        messages = registry.held.get(number, {}).values()
        held = sorted(messages, key=lambda message: message.id)
        return self.access.page(
            request,
            "account/messaging.html",
            visit.session,
            subject=subject,
            contacts=contactsOf(registry, number)[:SHOWN],
            held=[
                (message.id, _bareAddress(message.sender), message.arrived)
                for message in held[:SHOWN]
            ],
            count=len(held),
            shown=SHOWN,
            domain=self._context.domain,
        )

    @app.route("/contact", methods=["POST"])
    async def contact(self, request: Request) -> bytes:
        """
        Add or rename a contact.
        """
        visit, subject = self._enter(request)
        number, registry = subject.number, self._context.registry
        address = visit.form.get("jid", "").strip()
        if "@" not in address:
            address = f"{address.removesuffix('#9')}@{self._context.domain}"
        name = visit.form.get("name", "").strip()
        # The form has no groups: those of the contact stay.
        known = registry.rosters.get(number, {}).get(address)
        groups = tuple(known.groups.split("\n")) if known and known.groups else ()
        setContact(registry, self._section, number, address, name, groups)
        await self._context.persist()
        return self.access.flash(request, visit, HOME, "Contact saved.")

    @app.route("/remove", methods=["POST"])
    async def remove(self, request: Request) -> bytes:
        """
        Remove a contact.
        """
        visit, subject = self._enter(request)
        address = visit.form.get("jid", "")
        removeContact(self._context.registry, subject.number, address)
        await self._context.persist()
        return self.access.flash(request, visit, HOME, "Contact removed.")

    @app.route("/delete", methods=["POST"])
    async def delete(self, request: Request) -> bytes:
        """
        Delete one waiting message, or all.
        """
        visit, subject = self._enter(request)
        held = self._context.registry.held.get(subject.number, {})
        id, everything = visit.form.get("id", ""), visit.form.get("all") == "yes"
        messages = [each for each in held.values() if everything or each.id == id]
        if not messages:
            raise Unknown("message not found; it may have been delivered")
        for message in messages:
            self._context.registry.drop(message)
        await self._context.persist()
        notice = f"Messages deleted: {len(messages)}."
        return self.access.flash(request, visit, HOME, notice)

    def _enter(self, request: Request) -> tuple[Visit, Subject]:
        return self._context.enter(self.access, request, "messaging")


def _bareAddress(sender: str) -> str:
    address = parseJid(sender)
    return address.bare if address else sender
