"""
Instant messaging (XMPP): streams, log-in, rules, extensions, components.

Layer 0 (values).
"""
