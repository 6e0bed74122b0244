# -*- test-case-name: tests.site.test_site -*-
"""
C{Part}: what a package contributes to the daemon.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from gigasetd.config.schema import Config
    from gigasetd.control.messages import Verb
    from gigasetd.telemetry.status import Bans, Warnings

Follow: TypeAlias = "tuple[Sequence[str], Callable[[Config], None]]"
"""Dotted configuration keys, and what applies a new configuration to them."""


@dataclass(frozen=True)
class Part:
    """
    What each package's C{part(site)} returns.

    @ivar services: started in this order once the registry is loaded.
    @ivar verbs: the operator's verbs, by name.
    @ivar counters: metric prefix -> counters by name; they only grow.
    @ivar gauges: metric prefix -> reads the present figures by name.
    @ivar follows: the configuration keys that a reload applies.
    @ivar guards: name -> a limiter whose bans the operator sees and lifts.
    @ivar expires: each takes the time in epoch seconds and drops what is held
        in memory only and has expired.
    @ivar warnings: each returns what the operator has to set right, one sentence
        each.
    @ivar running: fields of L{gigasetd.telemetry.running.Running} that later
        parts need.
    """

    services: Sequence[Any] = ()
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    counters: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    gauges: Mapping[str, Callable[[], Mapping[str, float]]] = field(
        default_factory=dict
    )
    follows: Sequence[Follow] = ()
    guards: Mapping[str, Bans] = field(default_factory=dict)
    expires: Sequence[Callable[[float], object]] = ()
    warnings: Sequence[Warnings] = ()
    running: Mapping[str, Any] = field(default_factory=dict)


def joined(*parts: Part) -> Part:
    """
    Make one part of several, in their order.
    """
    return Part(
        services=[service for each in parts for service in each.services],
        verbs=dict(ChainMap(*(dict(each.verbs) for each in parts))),
        counters=dict(ChainMap(*(dict(each.counters) for each in parts))),
        gauges=dict(ChainMap(*(dict(each.gauges) for each in parts))),
        follows=[follow for each in parts for follow in each.follows],
        guards=dict(ChainMap(*(dict(each.guards) for each in parts))),
        expires=[drop for each in parts for drop in each.expires],
        warnings=[warn for each in parts for warn in each.warnings],
        running=dict(ChainMap(*(dict(each.running) for each in parts))),
    )
