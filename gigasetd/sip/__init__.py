"""
SIP: who is where, and calls between them (RFC 3261).

Layer 0 (values).
"""
