"""
Messages, presence and roster (RFC 6121).

Layer 0 (values).
"""
