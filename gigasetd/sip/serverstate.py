# -*- test-case-name: tests.sip.test_service -*-
"""
The state that the rules of the SIP server share.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import NamedTuple

from gigasetd.sip.calls import Calls
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network
from gigasetd.sip.transactionlayer import Transactions


class ServerState(NamedTuple):
    """
    What dispatcher, proxy and local agents work on.
    """

    domain: Domain
    network: Network
    transactions: Transactions
    calls: Calls
    started: float  #: when the server started, epoch seconds
    tag: str  #: our To tag, and part of our branches; new at each start
