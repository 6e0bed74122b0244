"""
CPU time of single steps: parsing, digest, rules; in this process, without sockets,
spool and store.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.accounting import surroundings
from benchmarks.command import run
from benchmarks.daemon import numberOf
from benchmarks.messages import ha1Of, invite, registers
from gigasetd.auth.digest import Nonces, parseCredentials, proves
from gigasetd.config.schema import Config
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.build import rules
from gigasetd.sip.contact import parseContact
from gigasetd.sip.dispatcher import SipDispatcher
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.message.uri import parseAddress, parseURI
from gigasetd.sip.message.via import parseVia

_NOW = 1_800_000_000.0
_FLOW = Flow("udp", "192.168.1.2:5060", "192.168.1.7", 5060, 0)
_REPEATS = 5


def clock(action: Callable[[Any], object], values: Iterable[Any]) -> float:
    """
    CPU microseconds per value, in one pass.
    """
    given = list(values)
    gc.collect()
    begun = time.process_time()
    for value in given:
        action(value)
    return (time.process_time() - begun) / len(given) * 1e6


def show(name: str, action: Callable[[Any], object], values: Iterable[Any]) -> None:
    """
    Measure one step several times; print the best and the median.
    """
    given = list(values)
    report(name, [clock(action, given) for _ in range(_REPEATS)])


def report(name: str, times: list[float]) -> None:
    """
    Print one line.
    """
    print(f"{name:<44}{min(times):>9.2f}{statistics.median(times):>9.2f}", flush=True)


def _dispatcher(count: int) -> SipDispatcher:
    """
    Make the SIP rules of a server with the devices.
    """
    registry = Registry(Journal())
    registry.load(
        Account(numberOf(index), "digest", "", ha1Of(numberOf(index)), "", "", 0.0, 0.0)
        for index in range(count)
    )
    return rules(Config(), registry, "192.168.1.2").dispatcher


def _nonce(dispatcher: SipDispatcher) -> str:
    """
    Read the nonce of its challenges to that host at that moment.
    """
    action = dispatcher.receive(registers(0, "")[0], _FLOW, _NOW)[0]
    assert isinstance(action, SendBytes)
    return action.data.decode().partition('nonce="')[2].partition('"')[0]


def _registrations(count: int, profile: cProfile.Profile | None = None) -> float:
    """
    Microseconds for both requests of each device, from bytes to bytes, by a server
    without any bindings.
    """
    dispatcher = _dispatcher(count)
    nonce = _nonce(dispatcher)
    pairs = [registers(index, nonce) for index in range(count)]

    def once(pair: tuple[bytes, bytes]) -> None:
        asked, proven = pair
        dispatcher.receive(asked, _FLOW, _NOW)
        answers.append(dispatcher.receive(proven, _FLOW, _NOW)[0])

    answers: list[Action] = []
    if profile is None:
        spent = clock(once, pairs)
    else:
        spent = profile.runcall(clock, once, pairs)
    good = [
        one for one in answers if isinstance(one, SendBytes) and b" 200 " in one.data
    ]
    assert len(good) == count
    return spent


def _messages(pairs: list[tuple[bytes, bytes]], invites: list[bytes]) -> None:
    count = len(pairs)
    show("parse REGISTER", parse, [asked for asked, _ in pairs])
    show("parse REGISTER with credentials", parse, [proven for _, proven in pairs])
    show("parse REGISTER with credentials, again", parse, [pairs[0][1]] * count)
    show("parse INVITE", parse, invites)
    parsed = [parse(data) for data in invites]
    show("encode INVITE", lambda message: message.encode(), parsed)


def _values(parsed: list[Request]) -> None:
    """
    Measure single values, each parsed as the rules do it.
    """
    froms = [request.first["from"] for request in parsed]
    uris = [parseAddress(text).uri for text in froms]
    show("Via", parseVia, [request.first["via"] for request in parsed])
    show("From", parseAddress, froms)
    show("From, again", parseAddress, froms[:1] * len(parsed))
    show("URI", parseURI, uris)
    show("URI, again", parseURI, uris[:1] * len(parsed))
    show("Contact", parseContact, [request.first["contact"] for request in parsed])


def _digest(nonces: Nonces, parsed: list[Request]) -> None:
    lines = [request.first["authorization"] for request in parsed]
    given = [found for line in lines if (found := parseCredentials(line))]
    show("Authorization", parseCredentials, lines)
    ha1 = ha1Of(numberOf(0))
    show("digest (two MD5)", lambda one: proves(ha1, "REGISTER", one), given)
    show("nonce made", lambda _: nonces.make(_FLOW.host, _NOW), given)
    show("nonce known", lambda one: nonces.fresh(one.nonce, _FLOW.host, _NOW), given)


def main() -> bool:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--count", type=int, default=10000, help="devices")
    made.add_argument(
        "--profile", action="store_true", help="where the whole registration goes"
    )
    options = made.parse_args()
    print(surroundings())
    if options.profile:
        _profiled(options.count)
    else:
        _steps(options.count)
    return True


def _steps(count: int) -> None:
    nonces = Nonces(b"benchmark", 300.0)
    nonce = nonces.make(_FLOW.host, _NOW)
    pairs = [registers(index, nonce) for index in range(count)]
    print(f"{'us, best and median of ' + str(_REPEATS):<44}{'best':>9}{'median':>9}")
    _messages(pairs, [invite(index) for index in range(count)])
    parsed = [
        message for _, data in pairs if isinstance(message := parse(data), Request)
    ]
    _values(parsed)
    _digest(nonces, parsed)
    whole = [_registrations(count) for _ in range(_REPEATS)]
    report("registration: both requests, bytes to bytes", whole)


def _profiled(count: int) -> None:
    """
    Print a cProfile of whole registrations.
    """
    profile = cProfile.Profile()
    _registrations(count, profile)
    for key in ("tottime", "cumtime"):
        pstats.Stats(profile).sort_stats(key).print_stats(40)


if __name__ == "__main__":
    run(main)
