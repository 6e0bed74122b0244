# -*- test-case-name: tests.scenarios.test_xmpp -*-
"""
One session with a real XMPP client: log in, send a message to itself, log out.

Run as a program of its own: C{python -m tests.scenarios.visit CLIENT PORT NUMBER
PASSWORD [MECHANISM]}.  It prints one line of JSON.

Layer 3 (I/O).
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from typing import Any

from tests.scenarios.saying import say

DOMAIN = "gigaset.net"
PATIENCE = 20.0


def bySlixmpp(
    port: int, number: str, password: str, mechanism: str, direct: bool
) -> dict[str, Any]:
    """
    A modern client.

    @param direct: TLS from the first byte, not by STARTTLS.
    """
    import slixmpp

    told: dict[str, Any] = {}

    async def visit() -> None:
        client: Any = slixmpp.ClientXMPP(
            f"{number}@{DOMAIN}/visit", password, sasl_mech=mechanism or None
        )
        client.ssl_context.check_hostname = False
        client.ssl_context.verify_mode = ssl.CERT_NONE
        client.enable_direct_tls, client.enable_starttls = direct, not direct
        client.enable_plaintext = False

        def started(event: Any) -> None:
            told["mechanism"] = client.plugin["feature_mechanisms"].mech.name
            client.send_presence()
            client.send_message(client.boundjid.bare, "hello", mtype="chat")

        def came(message: Any) -> None:
            told["body"] = message["body"]
            client.disconnect()

        def failed(event: Any) -> None:
            told["failed"] = True
            client.disconnect()

        client.add_event_handler("session_start", started)
        client.add_event_handler("message", came)
        client.add_event_handler("failed_all_auth", failed)
        client.connect("127.0.0.1", port)
        await asyncio.wait_for(client.disconnected, PATIENCE)

    asyncio.run(visit())
    return told


def byXmpppy(port: int, number: str, password: str, sasl: bool) -> dict[str, Any]:
    """
    A client as old as the phones, without TLS.

    @param sasl: by DIGEST-MD5, not by XEP-0078.
    """
    import xmpp

    told: dict[str, Any] = {}
    client = xmpp.Client(DOMAIN, debug=[])
    client.connect(server=("127.0.0.1", port), secure=0, use_srv=False)
    told["mechanism"] = client.auth(number, password, "phone", sasl=int(sasl))

    def came(session: Any, message: Any) -> None:
        told["body"] = message.getBody()

    client.RegisterHandler("message", came)
    client.sendInitPresence()
    client.send(xmpp.Message(f"{number}@{DOMAIN}", "hello", "chat"))
    for _ in range(int(PATIENCE / 0.5)):
        if "body" in told or not client.Process(0.5):
            break
    return told


def main(client: str, port: str, number: str, password: str, mechanism: str) -> None:
    """
    Run one session.
    """
    where = (int(port), number, password)
    if client == "slixmpp":
        say(**bySlixmpp(*where, mechanism, False))
    elif client == "slixmpp-direct":
        say(**bySlixmpp(*where, mechanism, True))
    else:
        say(**byXmpppy(*where, mechanism == "sasl"))


if __name__ == "__main__":
    main(*(*sys.argv[1:], "")[:5])
