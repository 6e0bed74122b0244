"""
100,000 messages to devices that are killed, resumed and offline at random,
while the daemon itself is killed now and then; in process, without sockets.
Each must be shown once.  And what a message between two clients costs the
rules.
"""

from __future__ import annotations

import argparse
import gc
import time
from random import Random

from benchmarks.command import run
from gigasetd.xmpp.stanza.stanza import parse
from tests.xmpp.couriers import Courier
from tests.xmpp.jar import ALICE, BOB, DOMAIN, Jar

ROUNDS = 50_000
FLUSH = 10
"""Messages between two flushes, as under load."""


def options() -> argparse.Namespace:
    """
    Parse the command line.
    """
    parser = argparse.ArgumentParser("benchmarks.delivery", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="messages")
    parser.add_argument("--seed", type=int, default=1, help="the same storm again")
    return parser.parse_args()


def storm(count: int, seed: int) -> bool:
    """
    Run the messages through the storm, and print the result.

    @return: whether each message was shown once.
    """
    courier = Courier()
    began = time.process_time()
    courier.storm(Random(seed), count)
    courier.finish()
    spent = time.process_time() - began
    lost, doubled = len(courier.lost()), len(courier.doubled())
    shown = sum(len(device.seen) for device in courier.readers)
    print(f"{len(courier.written)} messages, seed {seed}: lost = {lost}")
    print(f"doubled = {doubled}, returned = {len(courier.returned)}")
    print(f"shown {shown} times by {len(courier.readers)} devices, {spent:.1f} s CPU")
    return not (lost or doubled or courier.left())


def cost() -> float:
    """
    CPU microseconds of the rules per chat message to a full JID.
    """
    jar = Jar()
    alice, bob = jar.online(ALICE, "a"), jar.online(BOB, "b")
    text = f"<message to='{BOB}@{DOMAIN}/b' type='chat' id='m'><body>Hello</body>"
    messages = [parse(f"{text}</message>") for _ in range(ROUNDS)]
    gc.freeze()
    rules = jar.messaging
    began = time.process_time()
    for place, message in enumerate(messages):
        rules.received(alice.stream, message, jar.now)
        if place % FLUSH == 0:
            rules.flushed(bob.stream, jar.now)
    return (time.process_time() - began) / ROUNDS * 1e6


def main() -> bool:
    """
    Run both.
    """
    asked = options()
    good = storm(asked.count, asked.seed)
    print(f"rules: {cost():.1f} us CPU a message to a full JID")
    return good


if __name__ == "__main__":
    run(main)
