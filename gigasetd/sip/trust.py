# -*- test-case-name: tests.sip.test_trust -*-
"""
Header fields that a receiver believes because a trusted server wrote them.

Phones of this server are no such servers: whatever they write there stops
here, in requests and in responses (RFC 3325 section 5).

Layer 0 (values).
"""

from __future__ import annotations

TRUSTED_ONLY = frozenset(
    (
        # Who calls: RFC 3325, RFC 3455 and 5002 and 5009, RFC 8224, RFC 5806 and 7044.
        "p-asserted-identity",
        "p-preferred-identity",
        "p-asserted-service",
        "p-preferred-service",
        "remote-party-id",
        "identity",
        "identity-info",
        "diversion",
        "history-info",
        "p-called-party-id",
        "p-served-user",
        "p-profile-key",
        "p-associated-uri",
        "p-access-network-info",
        "p-visited-network-id",
        "p-charging-vector",
        "p-charging-function-addresses",
        "p-early-media",
        "resource-priority",
        # RFC 3313, 4457, 4964, 5318, 5503, 7315, 7316, 8496, 8946.
        "p-media-authorization",
        "p-user-database",
        "p-answer-state",
        "p-refused-uri-list",
        "p-dcs-trace-party-id",
        "p-dcs-osps",
        "p-dcs-billing-info",
        "p-dcs-laes",
        "p-dcs-redirect",
        "p-private-network-indication",
        "p-charge-info",
        "attestation-info",
        "origination-id",
        # What the phone does: ring tones, pictures and explanations from any address,
        # answering by itself (RFC 3261 sections 20.4, 20.9 and 20.18, RFC 5373).
        "alert-info",
        "call-info",
        "error-info",
        "answer-mode",
        "priv-answer-mode",
        "auto-answer",
        "p-auto-answer",
        "x-auto-answer",
        # The password's proof is for this server alone.
        "authorization",
    )
)
"""Names in lower case, never the compact form."""
