"""
STUN binding requests (RFC 8489, RFC 3489).

Layer 0 (values).
"""
