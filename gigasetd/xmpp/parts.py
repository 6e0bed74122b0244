# -*- test-case-name: tests.xmpp.test_messaging -*-
"""
The rules of messaging, joined to each other.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp import disco, entitytime, lastactivity, ping, vcard, version
from gigasetd.xmpp.blocking import Blocking
from gigasetd.xmpp.carbons import Carbons
from gigasetd.xmpp.delivery import Delivery
from gigasetd.xmpp.directed import Directed
from gigasetd.xmpp.door import SESSION_RULES, Door
from gigasetd.xmpp.iq import Queries
from gigasetd.xmpp.leaving import Leaving
from gigasetd.xmpp.management import Management
from gigasetd.xmpp.news import News
from gigasetd.xmpp.offline import Offline
from gigasetd.xmpp.presence import Presence
from gigasetd.xmpp.realm import Realm
from gigasetd.xmpp.reunion import Reunion
from gigasetd.xmpp.roster import Roster
from gigasetd.xmpp.routing import Routing
from gigasetd.xmpp.shared import Shared
from gigasetd.xmpp.subscription import Subscription


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
