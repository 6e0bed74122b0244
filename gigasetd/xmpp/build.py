# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
The rules of messaging, joined to each other.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp.federation.reconnect import Reunion
from gigasetd.xmpp.im.bind import SESSION_RULES, Door
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.directedpresence import Directed
from gigasetd.xmpp.im.iq import Queries
from gigasetd.xmpp.im.messages import Routing
from gigasetd.xmpp.im.presence import Presence
from gigasetd.xmpp.im.registrychanges import News
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.sessionend import Leaving
from gigasetd.xmpp.im.sharedroster import Shared
from gigasetd.xmpp.im.subscription import Subscription
from gigasetd.xmpp.xep import disco, entitytime, lastactivity, ping
from gigasetd.xmpp.xep import softwareversion as version
from gigasetd.xmpp.xep import vcardtemp as vcard
from gigasetd.xmpp.xep.blocking import Blocking
from gigasetd.xmpp.xep.carbons import Carbons
from gigasetd.xmpp.xep.offline import Offline
from gigasetd.xmpp.xep.streammanagement import Management


class Parts:
    """
    One object a subject.
    """

    def __init__(self, realm: Realm) -> None:
        self.delivery = Delivery(realm)
        self.offline = Offline(realm, self.delivery)
        self.roster = Roster(realm, self.delivery, Shared(realm))
        around = realm, self.delivery, self.roster
        self.presence = Presence(*around, self.offline)
        self.directed = Directed(*around, self.presence)
        self.subscription = Subscription(*around, self.presence)
        self.blocking = Blocking(*around, self.presence)
        self.reunion = Reunion(*around, self.presence)
        self.carbons = Carbons(realm, self.delivery)
        self.routing = Routing(realm, self.delivery, self.offline, self.carbons)
        self.leaving = Leaving(realm, self.delivery, self.presence, self.offline)
        self.management = Management(realm, self.delivery, self.leaving, self.offline)
        self.door = Door(realm, self.leaving, self.management)
        self.queries = Queries(realm, self.delivery)
        self.news = News(
            realm, self.roster, self.subscription, self.leaving, self.offline
        )
        self._answerable()

    def _answerable(self) -> None:
        """
        Say which questions are answered.
        """
        about = disco.Disco(self.roster)
        last = lastactivity.LastActivity(self.roster)
        self.queries.own = {
            **self.roster.rules(),
            **self.blocking.rules(),
            **self.carbons.rules(),
            **about.accounts(),
            **SESSION_RULES,
            **lastactivity.OWN,
            **vcard.OWN,
            **ping.RULES,
        }
        self.queries.others = {**about.accounts(), **last.rules(), **vcard.OTHERS}
        self.queries.server = {
            **about.server(),
            **SESSION_RULES,
            **lastactivity.SERVER,
            **entitytime.RULES,
            **ping.RULES,
            **version.RULES,
        }
