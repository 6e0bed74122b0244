"""
Instant messaging: an XMPP server for phones and for modern clients.

Layer 0 (values).
"""
