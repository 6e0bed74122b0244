# -*- test-case-name: tests.xmpp.im.test_messaging -*-
"""
Builds the rules of messaging.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp.federation.reconnect import Reconnection
from gigasetd.xmpp.im.bind import SESSION_RULES, ResourceBinding
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.directedpresence import DirectedPresence
from gigasetd.xmpp.im.iq import IqDispatch, IqTargets
from gigasetd.xmpp.im.messages import MessageRouting
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.registrychanges import RegistryChanges
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.sessionend import SessionEnd
from gigasetd.xmpp.im.sharedroster import SharedRoster
from gigasetd.xmpp.im.subscription import PresenceSubscriptions
from gigasetd.xmpp.xep import disco, entitytime, lastactivity, ping
from gigasetd.xmpp.xep import softwareversion as version
from gigasetd.xmpp.xep import vcardtemp as vcard
from gigasetd.xmpp.xep.blocking import Blocking
from gigasetd.xmpp.xep.carbons import Carbons
from gigasetd.xmpp.xep.offline import OfflineMessages
from gigasetd.xmpp.xep.offlinestore import OfflineStore
from gigasetd.xmpp.xep.streammanagement import StreamManagement


class MessagingRules:
    """
    The rules, an object for each subject.
    """

    def __init__(self, context: MessagingContext) -> None:
        store = OfflineStore(context)
        self.delivery = Delivery(context, store.save)
        self.offline = OfflineMessages(context, self.delivery, store)
        self.roster = Roster(context, self.delivery, SharedRoster(context))
        around = context, self.delivery, self.roster
        self.presence = PresenceRules(*around, self.offline)
        self.directed = DirectedPresence(*around, self.presence)
        self.subscription = PresenceSubscriptions(*around, self.presence)
        self.blocking = Blocking(*around, self.presence)
        self.reconnection = Reconnection(*around, self.presence)
        self.carbons = Carbons(context, self.delivery)
        self.routing = MessageRouting(
            context, self.delivery, self.offline, store, self.carbons
        )
        self.ending = SessionEnd(
            context, self.delivery, self.presence, self.offline, store
        )
        self.management = StreamManagement(
            context, self.delivery, self.ending, self.offline
        )
        self.binding = ResourceBinding(context, self.ending, self.management)
        self.iqs = IqDispatch(context, self.delivery, self._iqTargets())
        self.changed = RegistryChanges(
            context, self.roster, self.subscription, self.ending, self.offline
        )

    def _iqTargets(self) -> IqTargets:
        discovery = disco.Disco(self.roster)
        last = lastactivity.LastActivity(self.roster)
        own = {
            **self.roster.rules(),
            **self.blocking.rules(),
            **self.carbons.rules(),
            **discovery.accounts(),
            **SESSION_RULES,
            **lastactivity.OWN,
            **vcard.OWN,
            **ping.RULES,
        }
        others = {**discovery.accounts(), **last.rules(), **vcard.OTHERS}
        server = {
            **discovery.server(),
            **SESSION_RULES,
            **lastactivity.SERVER,
            **entitytime.RULES,
            **ping.RULES,
            **version.RULES,
        }
        return IqTargets(own, others, server)
