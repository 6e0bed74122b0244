"""
Instant messaging (XMPP).

Layer 0 (values).
"""
