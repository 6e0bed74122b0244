# -*- test-case-name: tests.scenarios.test_component -*-
"""
Builds what connects other domains: components, the upstream server, and the bot.

No port is opened for server-to-server connections: only the domains in the
configuration can be reached.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.application.service import IService, MultiService
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.words.xish.domish import Element
from zope.interface import implementer

from gigasetd.config.schema import Config
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.ratelimit.guard import Guard
from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.xmpp.executor import Executor
from gigasetd.xmpp.federation.addresses import DomainAlias
from gigasetd.xmpp.federation.bot import Bot, Tell
from gigasetd.xmpp.federation.botcomponent import informer
from gigasetd.xmpp.federation.component import (
    ComponentAccess,
    ComponentFactory,
    shareLimits,
)
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.federation.upstream import UpstreamComponent
from gigasetd.xmpp.federation.xmlstream import COUNTS, ComponentContext, contextOf
from gigasetd.xmpp.streamid import fresh


@implementer(IService)
class FederationService(MultiService):
    """
    The component listeners, the upstream connection, and the bot.

    @ivar components: the connections of components.
    @ivar counts: events, by name.
    """

    name = "federation"

    def __init__(
        self, config: Config, executor: Executor, reactor: Any, guard: Guard
    ) -> None:
        """
        @param guard: limits the connections and the wrong secrets of each source.
        """
        super().__init__()
        self._section, self._domain = config.xmpp, config.server.domain
        self._executor, self._reactor = executor, reactor
        self.counts = dict.fromkeys(COUNTS, 0)
        self._context: ComponentContext = contextOf(config.xmpp, reactor, self.counts)
        self._routes = DomainRouter(
            self._domain, self._received, self._changed, self.counts
        )
        self._ports: list[Any] = []
        secrets = dict(self._section.components)
        doors = ComponentAccess(
            guard,
            config.server.local_networks.contains,
            shareLimits(config.xmpp),
            executor.now,
        )
        context = self._context._replace(patience=config.xmpp.header_timeout)
        self.components = ComponentFactory(secrets, self._routes, context, fresh, doors)
        for domain in secrets:
            self._serve(domain)

    def _serve(self, domain: str) -> None:
        # Also while its component is away: its stanzas bounce then.
        self._executor.rules.domains.add(domain)
        self._executor.routes[domain] = partial(self._routes.forward, domain)

    def _received(self, domain: str, element: Element) -> None:
        self._ask(self._executor.rules.routed, domain, element)

    def _changed(self, domain: str, served: bool) -> None:
        rules = self._executor.rules
        self._ask(rules.attached if served else rules.detached, domain)

    def _ask(self, rule: Callable[..., Any], *facts: Any) -> None:
        self._executor.ask(rule, *facts, self._executor.now())
        self._executor.flush()

    def attach(self) -> None:
        """
        Connect to the upstream server, where one is configured.
        """
        upstream = self._section.upstream
        if upstream is None:
            return
        alias = DomainAlias(self._domain, upstream.domain)
        self._executor.routes[""] = partial(self._routes.forward, "")
        attached = UpstreamComponent(upstream, alias, self._routes, self._context)
        attached.setServiceParent(self)

    def chat(self, tell: Tell) -> dict[str, int]:
        """
        Start the bot, where it has a name.

        @param tell: makes the bot's answers.
        @return: the bot's counts.
        """
        section = self._section
        bot = Bot(self._domain, tell, section.max_bot_answers)
        if section.bot:
            domain = f"{section.bot}.{self._domain}"
            self._serve(domain)
            made = informer(self._routes, domain, bot, self._executor.now)
            made.setServiceParent(self)
        return bot.counts

    def gauges(self) -> dict[str, float]:
        """
        Count the connected components, and the upstream server.
        """
        served = set(self._routes.routes)
        attached = served & set(self.components.secrets)
        return {"connected": len(attached), "upstream": float("" in served)}

    def startService(self) -> None:
        """
        Bind the component listeners, and start the rest.

        @raise CannotListenError: a port cannot be bound; then none stays bound.
        """
        try:
            for listen in self._section.component_listen:
                bound = bind("component", listen, ("tcp",))
                port = serveStreams(bound, self.components, self._reactor)
                self._ports.append(port)
        except BaseException:
            self.stopService()
            raise
        super().startService()

    def stopService(self) -> Deferred[Any]:
        """
        Close the ports and the streams.
        """
        ports, self._ports = self._ports, []
        closing = [maybeDeferred(port.stopListening) for port in ports]
        self.components.closeAll()
        if self.running:
            closing.append(maybeDeferred(super().stopService))
        return gatherResults(closing)


def federation(site: Site, executor: Executor, guard: Guard) -> Part:
    """
    Build the components, the upstream connection and the bot.
    """
    made = FederationService(site.config, executor, site.reactor, guard)
    made.attach()
    bot = made.chat(site.running.chat)
    return Part(
        services=(made,),
        counters={"components": made.counts, "bot": bot},
        gauges={"components": made.gauges},
    )
